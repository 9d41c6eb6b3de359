"""Slow breathing with holds, as it is coached: where inspiration ends, pauses, and the phase."""

from itertools import pairwise

import numpy as np
import pytest

from breathsense.core.detection.breaths import BreathBuilder, BreathParams
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Breath, Pause, PhaseHint, RatePoint
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import Chain, run

STEP_NS = 40_000_000
PATTERNS = {
    "box 4-4-4-4": (4.0, 4.0, 4.0, 4.0),
    "4-7-8": (4.0, 7.0, 8.0, 0.0),
    "six a minute": (4.0, 0.0, 6.0, 0.0),
    "slow out": (4.0, 0.0, 14.0, 0.0),
    "slow in": (12.0, 0.0, 4.0, 0.0),
    "pause after out": (2.0, 0.0, 3.0, 3.0),
}
every_pattern = pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())


def follow(pattern: tuple[float, ...], n_breaths: int = 12) -> np.ndarray:
    n_in, n_full, n_out, n_empty = (round(25 * seconds) for seconds in pattern)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(n_in) / n_in)
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(n_out) / n_out)
    breath = np.concatenate([rise, np.ones(n_full), fall, np.zeros(n_empty)])
    return np.tile(breath, n_breaths)


def soil(values: np.ndarray, dirt: float = 1.0) -> np.ndarray:
    t_s = np.arange(len(values)) / 25
    noise = np.random.default_rng(3).normal(size=len(values))
    return values + dirt * (0.02 * np.sin(2 * np.pi * 1.2 * t_s) + 0.01 * noise)


def find(values: np.ndarray) -> list[object]:
    t_ns = np.arange(len(values), dtype=np.int64) * STEP_NS
    piece = Waveform(
        "abdomen", freeze_times(t_ns), freeze_times(t_ns + STEP_NS // 2), freeze_values(values)
    )
    detector = TurnDetector("abdomen", STEP_NS, TurnParams())
    return run(Chain([detector, BreathBuilder("abdomen", BreathParams())]), [piece])


@every_pattern
@pytest.mark.parametrize("dirt", [0.0, 1.0])
def test_inspiration_ends_where_the_rise_ends(pattern: tuple[float, ...], dirt: float) -> None:
    found = find(soil(follow(pattern), dirt))
    peaks_s = np.array([one.peak_ns for one in found if isinstance(one, Breath)]) / 1e9
    assert len(peaks_s) in {11, 12}
    expected_s = np.arange(12) * sum(pattern) + pattern[0]
    errors_s = (peaks_s - expected_s[: len(peaks_s)])[1:]  # the rhythm is not known before
    assert np.abs(errors_s).max() < max(0.5, 0.06 * pattern[0])
    assert abs(np.median(errors_s)) < max(0.3, 0.03 * pattern[0])


def test_pauses_of_a_box_are_told_on_either_side() -> None:
    pauses = [one for one in find(soil(follow(PATTERNS["box 4-4-4-4"]))) if isinstance(one, Pause)]
    full = [one for one in pauses if one.is_full]
    empty = [one for one in pauses if not one.is_full]
    assert min(len(full), len(empty)) >= 10
    for one in pauses:
        assert 3.2e9 < one.end_ns - one.start_ns < 6.2e9
        assert one.end_ns < one.decided_ns
        assert not one.is_hold  # it is the rhythm itself


def test_holds_of_a_box_begin_and_end_when_they_did() -> None:
    """Whether people breathe in curves or in straight lines."""
    way = np.arange(100) / 100
    for ramp in (way, 0.5 - 0.5 * np.cos(np.pi * way)):
        box = np.concatenate([ramp, np.ones(100), 1 - ramp, np.zeros(100)])
        pauses = [one for one in find(soil(np.tile(box, 12))) if isinstance(one, Pause)]
        for begin_s in (4.0, 12.0):
            off_s = [one.start_ns / 1e9 - begin_s for one in pauses if one.is_full == (begin_s < 8)]
            assert len(off_s) >= 10
            assert abs(np.median(np.array(off_s) - 16 * np.round(np.array(off_s) / 16))) < 0.12
        lasted_s = [(one.end_ns - one.start_ns) / 1e9 for one in pauses]
        assert np.median(lasted_s) == pytest.approx(4.0, abs=0.2)


@pytest.mark.parametrize("name", ["six a minute", "slow out", "slow in"])
def test_round_turns_are_no_pauses(name: str) -> None:
    assert not [one for one in find(follow(PATTERNS[name])) if isinstance(one, Pause)]


def test_a_breath_held_for_long_is_a_hold() -> None:
    quiet = follow((1.6, 0.0, 2.4, 0.0), 20)
    found = find(soil(np.concatenate([quiet, np.zeros(25 * 30), quiet])))
    (hold,) = [one for one in found if isinstance(one, Pause) and one.is_hold]
    assert not hold.is_full
    assert hold.start_ns == pytest.approx(80e9, abs=1.2e9)
    assert hold.end_ns == pytest.approx(110e9, abs=1.0e9)
    breaths = [one for one in found if isinstance(one, Breath)]
    assert not [one for one in breaths if 82e9 < one.peak_ns < 110e9]
    assert len(breaths) in range(38, 41)


def test_small_ripple_on_slow_breaths_does_not_become_the_usual_rise() -> None:
    t_s = np.arange(25 * 240) / 25
    values = -np.cos(2 * np.pi * t_s / 20) / 2 + 0.1 * np.sin(2 * np.pi * 1.1 * t_s)
    breaths = [one for one in find(values) if isinstance(one, Breath)]
    assert len([one for one in breaths if one.peak_ns > 25e9]) in {10, 11}


@pytest.mark.parametrize("name", ["six a minute", "pause after out", "slow out"])
def test_the_eye_sees_the_breath_in_within_half_a_second(name: str) -> None:
    pattern = PATTERNS[name]
    hints = [one for one in find(follow(pattern)) if isinstance(one, PhaseHint)]
    assert all(one.phase != other.phase for one, other in pairwise(hints))
    starts_s = np.array([one.t_ns for one in hints if one.phase == "inhale"]) / 1e9
    late_s = [np.min(np.abs(starts_s - k * sum(pattern))) for k in range(4, 11)]
    assert max(late_s) < 0.5


def test_two_peaks_are_a_rate_of_little_worth() -> None:
    points = [one for one in find(follow((1.6, 0.0, 2.4, 0.0))) if isinstance(one, RatePoint)]
    assert points[0].t_ns < 9e9
    assert points[0].per_min == pytest.approx(15.0, abs=0.5)
    assert points[0].quality <= 0.25 < points[-1].quality
