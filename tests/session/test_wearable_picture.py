"""What is shown of one wearable: bandwidth, losses, and each warning once."""

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Reading, Timing
from breathsense.core.setup import Wearable
from breathsense.session.wearables import WearablePicture, is_older
from breathsense.sources.shelf import find_profile

S = 1_000_000_000


def build(profile_id: str = "polar-h10") -> WearablePicture:
    return WearablePicture(Wearable("one", find_profile(profile_id), "chest"))


def tell_battery(picture: WearablePicture, *levels: float) -> tuple[str, ...]:
    for pct in levels:
        picture.push_reading(Reading("one", "battery_pct", pct, 0))
    return picture.view().warnings


def test_a_battery_is_warned_of_at_twenty_and_at_ten_per_cent_once_each() -> None:
    assert tell_battery(build(), 50, 21) == ()
    told = tell_battery(build(), 50, 20, 19, 20, 21, 20, 11, 10, 9, 10, 3)
    assert told == (
        "the battery is at 20 %: charge it soon",
        "the battery is at 10 %: charge it soon",
    )


def test_a_battery_that_is_nearly_empty_at_once_is_warned_of_once() -> None:
    assert tell_battery(build(), 4, 12) == ("the battery is at 4 %: charge it soon",)


def test_firmware_that_is_too_old_is_told_once_with_advice() -> None:
    picture = build()
    for version in ("2.1.9", "2.1.9", "3.0.56"):
        picture.push_reading(Reading("one", "firmware", version, 0))
    (words,) = picture.view().warnings
    assert words.startswith("its firmware 2.1.9 is older than 2.1.10. Update the strap")


def test_without_a_least_version_every_firmware_is_taken() -> None:
    picture = build("heart-rate")
    picture.push_reading(Reading("one", "firmware", "0.0.1", 0))
    assert picture.view().warnings == ()


@pytest.mark.parametrize(
    ("version", "least", "expected"),
    [
        ("2.1.9", "2.1.10", True),
        ("2.1.10", "2.1.10", False),
        ("v2.1.11 (build 5)", "2.1.10", False),
        ("3", "2.9.9", False),
        ("2", "2.1", True),
        ("unknown", "2.1", False),
    ],
)
def test_versions_are_compared_number_by_number(version: str, least: str, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_older(version, least) is expected


def test_bytes_a_second_are_those_of_the_last_seconds_while_it_streams() -> None:
    picture = build()
    picture.push_link(LinkEvent("one", "streaming", 0))
    for number in range(100):
        picture.push_notification(Notification("one", "c", bytes(50), number * S // 5))
    assert picture.view().bytes_per_s == pytest.approx(250)
    picture.push_link(LinkEvent("one", "lost", 20 * S))
    assert picture.view().bytes_per_s is None


def test_losses_are_those_of_all_streams_and_the_breathing_one_tells_the_clock() -> None:
    picture = build()
    assert picture.view().lost_frac is None
    ecg = Timing("one", "heart", "ecg", S, 130.0, 1.0, 2.0, 3.0, 800, 0)
    acc = Timing("one", "chest_imu", "acc", S, 50.0, 4.0, 5.0, 6.0, 100, 100)
    picture.push_timing(ecg)
    assert picture.view().timing == ecg
    picture.push_timing(acc)
    assert picture.view().timing == acc
    assert picture.view().lost_frac == pytest.approx(0.1)
    assert picture.view().place == "chest"
