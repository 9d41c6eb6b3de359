"""What a calibration lets the sensors tell."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.baseline import is_baseline_moved
from breathsense.core.calibration.matching import (
    Occasion,
    find_lack,
    find_mismatch,
    find_staleness,
    keep_worn,
)
from breathsense.core.model.calibration import Calibration, LevelReference, MmgReference

LEVEL = LevelReference("abdomen", 10.0, 2.0, 0.1, brace_shift=1.4, draw_in_shift=-1.2)
MMG = MmgReference("imu", -3.0, 0.05, brace_log=-2.6, draw_in_log=-2.7)
MADE = Calibration("2026-05-03T10:15:00+02:00", "supine", ("Belt 1",), (LEVEL,), (MMG,))


def test_everything_is_told_of_somebody_who_shows_everything() -> None:
    able = tell_abilities(MADE)
    assert able.brace_by_level.is_given
    assert able.draw_in_by_level.is_given
    assert able.brace_by_mmg.is_given
    assert able.draw_in_by_mmg.is_given
    assert able.direction == "expand"


def test_nothing_is_told_without_a_calibration() -> None:
    able = tell_abilities(None)
    assert able.brace_by_level.reason == able.brace_by_mmg.reason == "no_sensor"
    assert able.direction == "unknown"
    assert not able.sees_braces


@pytest.mark.parametrize(
    ("level", "reason"),
    [
        (replace(LEVEL, brace_shift=None), "not_calibrated"),
        (replace(LEVEL, brace_shift=0.9), "too_small"),
        (replace(LEVEL, noise=0.3), "too_restless"),
        (replace(LEVEL, brace_shift=-1.5), "too_small"),
    ],
)
def test_a_level_is_not_gone_by_for_a_reason(level: LevelReference, reason: str) -> None:
    assert tell_abilities(replace(MADE, levels=(level,))).brace_by_level.reason == reason


@pytest.mark.parametrize(
    ("mmg", "reason"),
    [
        (replace(MMG, brace_log=None), "not_calibrated"),
        (replace(MMG, brace_log=-2.85), "too_small"),
        (replace(MMG, rest_sd_log=0.25), "too_restless"),
    ],
)
def test_the_muscles_are_not_gone_by_for_a_reason(mmg: MmgReference, reason: str) -> None:
    assert tell_abilities(replace(MADE, mmgs=(mmg,))).brace_by_mmg.reason == reason


def test_who_draws_in_to_brace_is_known_by_it() -> None:
    drawn = replace(LEVEL, brace_shift=-1.5)
    assert tell_abilities(replace(MADE, levels=(drawn,))).direction == "draw_in"


def test_a_brace_that_is_not_seen_has_no_direction() -> None:
    still = replace(LEVEL, brace_shift=0.1)
    assert tell_abilities(replace(MADE, levels=(still,), mmgs=())).direction == "unknown"


@pytest.mark.parametrize(
    ("shift", "after", "is_moved"),
    [
        (1.0, 10.25, False),
        (1.0, 10.35, True),
        (1.0, 9.6, True),
        (3.0, 10.5, False),
        (None, 10.4, True),
    ],
)
def test_a_baseline_that_moved_is_told(
    shift: float | None, after: float, *, is_moved: bool
) -> None:
    reference = replace(LEVEL, brace_shift=shift)
    assert is_baseline_moved(10.0, after, reference) == is_moved


HERE = Occasion("supine", ("Belt 1", "Clip"), ("abdomen", "imu"))


def test_a_calibration_holds_for_the_same_posture_and_wearables() -> None:
    assert find_mismatch(MADE, HERE) == ""
    assert find_mismatch(MADE, replace(HERE, posture="unknown")) == ""
    assert find_mismatch(MADE, replace(HERE, wearables=())) == ""


@pytest.mark.parametrize(
    ("calibration", "occasion", "words"),
    [
        (
            MADE,
            replace(HERE, posture="sitting"),
            "made lying on the back on 3 May 2026 at 10:15; now it is sitting",
        ),
        (MADE, replace(HERE, wearables=("Belt 2",)), "made with Belt 1 on 3 May 2026"),
        (MADE, replace(HERE, sensors=("chest",)), r"other sensors \(abdomen, imu\)"),
        (Calibration(), HERE, "nothing was learnt"),
    ],
)
def test_why_a_calibration_does_not_hold_is_said(
    calibration: Calibration, occasion: Occasion, words: str
) -> None:
    assert re.search(words, find_mismatch(calibration, occasion))


@pytest.mark.parametrize(
    ("sensors", "words"),
    [
        (("abdomen", "imu", "chest"), "^$"),
        (("imu",), "with abdomen too.*sound of the muscles alone, without level and direction"),
        (("abdomen",), "with imu too.*level of the belly alone"),
        (("chest",), "with abdomen, imu too.*breathing only"),
    ],
)
def test_what_a_calibration_lacks_without_a_sensor_is_said(
    sensors: tuple[str, ...], words: str
) -> None:
    assert re.search(words, find_lack(MADE, sensors))
    kept = keep_worn(MADE, sensors)
    assert {one.sensor for one in (*kept.levels, *kept.mmgs)} <= set(sensors)
    assert (kept.made, kept.posture) == (MADE.made, MADE.posture)


def test_a_calibration_grows_old() -> None:
    zone = timezone(timedelta(hours=2))
    noon = datetime(2026, 5, 3, 12, tzinfo=zone)
    assert find_staleness(MADE, noon) == ""
    assert "3 May 2026" in find_staleness(MADE, noon + timedelta(hours=11))
    assert "not known" in find_staleness(replace(MADE, made=""), noon)
