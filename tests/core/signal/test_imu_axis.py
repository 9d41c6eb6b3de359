"""The period and the direction that frames of two angles show, beat by beat."""

import numpy as np
import pytest

from breathsense.core.signal.imu_axis import DIRECTIONS, AxisParams, AxisState, BreathAxis, Rated

FRAME_S, BEAT_FRAMES = 0.2, 10
SECONDS = 80.0


def look(frames: np.ndarray, params: AxisParams | None = None) -> Rated:
    """Return what the last beat shows."""
    axis = BreathAxis(FRAME_S, FRAME_S * BEAT_FRAMES, params or AxisParams())
    return axis.rate(AxisState(), np.split(frames, len(frames) // BEAT_FRAMES))[-1]


def swing(period_s: float, degrees: float, towards: float = 0.0) -> np.ndarray:
    """Movement to and back along a direction, in radians from the first angle's."""
    t_s = np.arange(0, SECONDS, FRAME_S)
    along = degrees * np.sin(2 * np.pi * t_s / period_s)
    return np.stack([along * np.cos(towards), along * np.sin(towards)], axis=1)


def sway(degrees: float, seed: int) -> np.ndarray:
    """Movement that wanders: white noise summed up, without what is slower than 20 s."""
    steps = np.random.default_rng(seed).normal(size=(round(SECONDS / FRAME_S), 2))
    walk = np.zeros_like(steps)
    for number in range(1, len(steps)):
        walk[number] = (1 - FRAME_S / 3.0) * walk[number - 1] + steps[number]
    wandering: np.ndarray = degrees * walk / walk.std(axis=0)
    return wandering


@pytest.mark.parametrize("period_s", [2.4, 4.0, 10.0])
def test_the_period_is_that_of_the_movement_and_not_twice_it(period_s: float) -> None:
    assert look(swing(period_s, 1.0)).period_s == pytest.approx(period_s, abs=FRAME_S)


@pytest.mark.parametrize("seed", range(4))
def test_a_breath_is_found_among_sway_of_the_same_size(seed: int) -> None:
    shown = look(swing(4.0, 0.7, towards=0.5) + sway(0.5, seed))
    assert shown.period_s == pytest.approx(4.0, abs=0.5)


def test_the_direction_is_that_of_the_period_told() -> None:
    """Across the breath something comes back more surely, but later."""
    shown = look(swing(4.0, 0.5) + sway(0.1, 1) + swing(14.0, 2.0, towards=np.pi / 2))
    x, _ = DIRECTIONS[shown.direction]
    assert shown.period_s == pytest.approx(4.0, abs=0.4)
    assert abs(x) > 0.9


def test_what_is_as_quick_as_a_heart_counts_less() -> None:
    beat = swing(1.0, 0.3) + sway(0.03, 2)
    plain = look(beat, AxisParams(quick_frac=1.0))
    assert look(beat).score == pytest.approx(0.75 * plain.score, rel=0.05)
    assert look(beat).period_s == plain.period_s


def test_the_best_score_of_all_periods_is_told_beside() -> None:
    shown = look(swing(4.0, 0.5) + sway(0.5, 3))
    assert shown.highest >= shown.score > 0
