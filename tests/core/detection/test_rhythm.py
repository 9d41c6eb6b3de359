"""Breaths that come unevenly are withheld, with their ends, sighs and rates."""

import math

import pytest

from breathsense.core.detection.rhythm import (
    RhythmGuard,
    RhythmParams,
    find_rate,
    find_unevenness,
)
from breathsense.core.model.events import Breath, BreathEnd, PhaseHint, RatePoint, Sigh, Unscored
from breathsense.core.model.inputs import Mark
from breathsense.core.stage import run

S = 1_000_000_000


def breathe(number: int, peak_s: float, sensor: str = "imu") -> Breath:
    start_ns, peak_ns = round((peak_s - 1) * S), round(peak_s * S)
    return Breath(sensor, number, start_ns, peak_ns, 1.0, peak_ns + S // 2, "unknown", 1.0)


def breathe_at(*peaks_s: float) -> list[object]:
    return [breathe(number, peak_s) for number, peak_s in enumerate(peaks_s)]


def numbers(given: list[object]) -> list[int]:
    return [one.number for one in given if isinstance(one, Breath)]


def build() -> RhythmGuard:
    return RhythmGuard("imu", RhythmParams())


def test_even_breaths_are_told_from_the_third_peak_on() -> None:
    assert numbers(run(build(), breathe_at(4, 8, 12, 16, 20))) == [2, 3, 4]


def test_uneven_breaths_are_not_told_and_it_is_said_why() -> None:
    given = run(build(), breathe_at(4, 8, 9.5, 17, 18, 25))
    assert numbers(given) == []
    assert given[0] == Unscored("imu", 3 * S, 4 * S, "uneven")
    assert given[1] == Unscored("imu", 4 * S, 8 * S, "uneven")


def test_what_belongs_to_a_breath_withheld_is_withheld_too() -> None:
    guard = build()
    guard.push(breathe(0, 4))
    later = [
        BreathEnd("imu", 0, 6 * S, 7 * S),
        Sigh("imu", 0, 4 * S, 2.5, 5 * S),
        RatePoint("imu", 8 * S, 15.0, 1.0),
    ]
    assert [guard.push(one) for one in later] == [[], [], []]


def test_what_belongs_to_a_breath_told_passes() -> None:
    guard = build()
    run(guard, breathe_at(4, 8, 12, 16))
    later = [
        BreathEnd("imu", 3, 18 * S, 19 * S),
        Sigh("imu", 3, 16 * S, 2.5, 17 * S),
        RatePoint("imu", 20 * S, 15.0, 1.0),
    ]
    assert [guard.push(one) for one in later] == [[one] for one in later]


def test_no_interval_is_taken_across_a_break_and_what_was_known_counts_after_it() -> None:
    guard = build()
    run(guard, breathe_at(4, 8, 12, 16))
    hint = PhaseHint("imu", "unknown", 18 * S)
    assert guard.push(hint) == [hint]
    after = breathe(4, 31)
    assert guard.push(after) == [after]


def test_a_phase_that_is_known_is_no_break() -> None:
    guard = build()
    guard.push(breathe(0, 4))
    guard.push(PhaseHint("imu", "exhale", 5 * S))
    assert guard.push(breathe(1, 8)) == [Unscored("imu", 4 * S, 8 * S, "uneven")]


def test_a_rhythm_is_forgotten_after_a_minute() -> None:
    guard = build()
    run(guard, breathe_at(4, 8, 12, 16))
    guard.push(PhaseHint("imu", "unknown", 18 * S))
    assert numbers(guard.push(breathe(4, 80))) == []


def test_one_odd_breath_does_not_silence_a_steady_rhythm() -> None:
    peaks_s = [*range(4, 40, 4), 46, 50, 54]
    assert numbers(run(build(), breathe_at(*peaks_s))) == list(range(2, len(peaks_s)))


def test_other_sensors_pass() -> None:
    other = breathe(0, 4, sensor="abdomen")
    assert build().push(other) == [other]


def test_unevenness_is_the_mean_distance_from_the_median() -> None:
    assert find_unevenness([4, 4, 4]) == 0.0
    assert find_unevenness([2, 4, 8]) == pytest.approx(2 / 3 * math.log(2))
    assert find_unevenness([0, 1, 1]) == 0.0


@pytest.mark.parametrize("label", ["exercise.brace", "calibration.brace", "calibration.draw_in"])
def test_breaths_behind_a_wall_that_was_asked_for_are_told_however_they_come(label: str) -> None:
    guard = build()
    run(guard, breathe_at(4, 8, 12, 16))
    assert guard.push(Mark(17 * S, label, 10 * S)) == [Mark(17 * S, label, 10 * S)]
    within = [breathe(number, peak_s) for number, peak_s in ((4, 18), (5, 25), (6, 28.4))]
    assert numbers(run(guard, within)) == [4, 5, 6]
    assert len(guard.state.intervals) == 3, "nothing is learnt from them"
    assert numbers(run(guard, [breathe(7, 29)])) == [], "an interval like no other"


def test_other_marks_change_nothing() -> None:
    guard = build()
    guard.push(Mark(0, "exercise.breathe", 60 * S))
    assert numbers(run(guard, breathe_at(4, 8))) == []


@pytest.mark.parametrize(
    ("intervals_s", "per_min"),
    [
        ((4, 4, 4), 15.0),
        ((4, 4, 8, 4), 15.0),  # a breath was missed
        ((4, 1.5, 2.5, 4), 15.0),  # one was split in two
        ((3.6, 4.4, 4, 3.8, 4.2), 15.0),
        ((3, 5), 15.0),
    ],
)
def test_a_rate_counts_breaths_that_were_missed_or_split(
    intervals_s: tuple[float, ...], per_min: float
) -> None:
    assert find_rate([round(one * S) for one in intervals_s]) == pytest.approx(per_min)


def test_a_rate_is_that_of_the_last_intervals() -> None:
    guard = build()
    run(guard, breathe_at(4, 8, 12, 16, 20, 28, 32))
    (told,) = guard.push(RatePoint("imu", 33 * S, 12.9, 0.5))
    assert told == RatePoint("imu", 33 * S, 15.0, 0.5)


def test_behind_a_braced_wall_the_rate_is_told_as_it_comes() -> None:
    guard = build()
    run(guard, [*breathe_at(4, 8, 12, 16), Mark(17 * S, "exercise.brace", 10 * S)])
    point = RatePoint("imu", 22 * S, 9.0, 0.5)
    assert guard.push(point) == [point]
