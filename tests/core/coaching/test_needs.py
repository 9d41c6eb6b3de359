from typing import Any

from breathsense.core.coaching.needs import find_missing
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.model.sensors import Sensor

RIBS = Sensor("chest", "band", "chest", "N")
IMU = Sensor("imu", "imu", "abdomen", "g")
NAMES = ("lag_s", "depth_quiet", "depth_full", "level", "chest_share", "brace_lead_s", "rsa_ms")
TARGETS = "\n".join(f"[[target]]\nof = '{one}'" for one in (*NAMES, "comfort", "hold_s"))


def missing(gym: Any, block: str, *args: Any) -> dict[str, str]:
    spec = parse_programme(gym.write_programme(block, TARGETS), "x").spec
    return {str(name): why for name, why in find_missing(spec, *args).items()}


def test_what_can_be_told_is_known_before_it_begins(gym: Any) -> None:
    brace = "phase = [{ do = 'brace', s = 5 }]"
    assert missing(gym, brace, (), None, None) == {
        "lag_s": "no_breath",
        "depth_quiet": "not_calibrated",
        "depth_full": "no_full_breath",
        "level": "brace_not_visible",
        "chest_share": "no_chest_band",
        "brace_lead_s": "no_motion_sensor",
        "rsa_ms": "told_afterwards",
        "hold_s": "brace_not_visible",
    }
    worn = (gym.belly, RIBS, IMU)
    assert missing(gym, brace, worn, gym.belly, gym.known) == {"rsa_ms": "told_afterwards"}


def test_before_the_calibration_nobody_says_that_braces_cannot_be_seen(gym: Any) -> None:
    brace = "phase = [{ do = 'brace', s = 5 }]"
    assert missing(gym, brace, (gym.belly,), gym.belly, None)["level"] == "not_calibrated"


def test_a_pause_of_the_breath_needs_no_sensor_to_be_timed(gym: Any) -> None:
    free = "phase = [{ do = 'hold_empty', until = 'key', cap_s = 60 }]"
    assert "hold_s" not in missing(gym, free, (), None, None)


def test_what_is_known_of_a_sensor_that_is_not_worn_does_not_count(gym: Any) -> None:
    brace = "phase = [{ do = 'brace', s = 5 }]"
    told = missing(gym, brace, (IMU,), IMU, gym.known)
    assert (told["level"], told["depth_quiet"]) == ("not_calibrated", "not_calibrated")
