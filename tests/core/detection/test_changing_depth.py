"""Breathing whose depth changes at once: the usual gives way, a breath that is held does not."""

import numpy as np
import pytest

from breathsense.core.detection.breaths import BreathBuilder, BreathParams
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Breath, PhaseHint, RatePoint, Turn
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import Chain, run

STEP_NS = 40_000_000
PERIOD_S = 4.0


def breathe(depths: list[float]) -> np.ndarray:
    """One breath of 4 s for each depth, the heart at a fiftieth of the first one, some noise."""
    phase = np.arange(100) / 100
    rise = 0.5 - 0.5 * np.cos(np.pi * np.minimum(phase / 0.4, 1.0))
    fall = 0.5 + 0.5 * np.cos(np.pi * np.maximum((phase - 0.4) / 0.6, 0.0))
    values = np.concatenate([depth * np.minimum(rise, fall) for depth in depths])
    t_s = np.arange(len(values)) / 25
    noise = np.random.default_rng(3).normal(size=len(values))
    return values + 0.01 * np.sin(2 * np.pi * 1.2 * t_s) + 0.003 * noise


def find(values: np.ndarray, n_piece: int = 10**6) -> list[object]:
    t_ns = np.arange(len(values), dtype=np.int64) * STEP_NS
    pieces = [
        Waveform(
            "abdomen",
            freeze_times(t_ns[at : at + n_piece]),
            freeze_times(t_ns[at : at + n_piece] + STEP_NS // 2),
            freeze_values(values[at : at + n_piece]),
        )
        for at in range(0, len(values), n_piece)
    ]
    detector = TurnDetector("abdomen", STEP_NS, TurnParams())
    return run(Chain([detector, BreathBuilder("abdomen", BreathParams())]), pieces)


def find_peaks_s(values: np.ndarray) -> np.ndarray:
    return np.array([one.peak_ns for one in find(values) if isinstance(one, Breath)]) / 1e9


def count_found(values: np.ndarray, first: int, end: int) -> int:
    """Count the breaths of 4 s, by number, that were found within half a second."""
    expected_s = PERIOD_S * (np.arange(first, end) + 0.4)
    near = np.abs(find_peaks_s(values)[None, :] - expected_s[:, None]) <= 0.5
    return int(near.any(axis=1).sum())


@pytest.mark.parametrize(("depth", "n_lost"), [(0.5, 0), (0.3, 2), (0.2, 2), (0.1, 4)])
def test_breaths_that_become_small_are_found_again(depth: float, n_lost: int) -> None:
    values = breathe([1.0] * 15 + [depth] * 20)
    assert count_found(values, 15, 34) >= 19 - n_lost
    assert len(find_peaks_s(values)) <= 36


def test_a_few_huge_breaths_do_not_hide_the_usual_ones() -> None:
    values = breathe([1.0] * 12 + [8.0] * 4 + [1.0] * 15)
    assert count_found(values, 17, 30) >= 11


@pytest.mark.parametrize("depth", [2.8, 3.2, 3.6])
def test_after_slow_and_deep_breathing_every_breath_is_found_not_every_second(depth: float) -> None:
    deep = breathe([depth] * 8)
    slow = np.interp(np.arange(1200) / 1.5, np.arange(800), deep)
    values = np.concatenate((breathe([1.0] * 15), slow, breathe([1.0, 0.9, 1.1] * 7)))
    peaks_s = find_peaks_s(values) - 15 * PERIOD_S - 1200 / 25
    expected_s = PERIOD_S * (np.arange(3, 20) + 0.4)
    near = np.abs(peaks_s[None, :] - expected_s[:, None]) <= 0.5
    assert int(near.any(axis=1).sum()) >= 16


def test_large_breaths_after_small_ones_are_found_at_once() -> None:
    assert count_found(breathe([0.2] * 10 + [1.0] * 10), 10, 19) == 9


def test_small_breaths_between_large_ones_are_found() -> None:
    values = breathe(([1.0] * 5 + [0.3] * 5) * 4)
    assert count_found(values, 5, 39) >= 28


def test_a_jerk_before_the_first_breath_is_forgotten() -> None:
    values = breathe([1.0] * 20)
    t_s = np.arange(len(values)) / 25
    values += 9.0 * np.exp(-(((t_s - 3.0) / 0.4) ** 2))
    assert count_found(values, 6, 19) == 13


@pytest.mark.parametrize("start", [15, 40, 55, 70, 90])
def test_what_comes_before_the_first_rise_is_no_breath(start: int) -> None:
    found = [one for one in find(breathe([1.0] * 10)[start:]) if isinstance(one, Breath)]
    assert found[0].depth > 0.3
    assert all(one.inhale_start_ns < one.peak_ns for one in found)


def test_the_heart_is_no_breath_while_one_is_held() -> None:
    values = np.concatenate([breathe([1.0] * 12), breathe([0.0] * 10), breathe([1.0] * 8)])
    peaks_s = find_peaks_s(values)
    assert not np.any((peaks_s > 48.0) & (peaks_s < 88.0))
    assert np.sum(peaks_s > 88.0) in {7, 8}


def test_inspiration_begins_when_the_hold_ends() -> None:
    values = np.concatenate([breathe([1.0] * 12), breathe([0.0] * 10), breathe([1.0] * 8)])
    after = next(one for one in find(values) if isinstance(one, Breath) and one.peak_ns > 88e9)
    assert after.inhale_start_ns == pytest.approx(88.2e9, abs=0.5e9)


@pytest.mark.parametrize("n_piece", [1, 7, 64, 500])
def test_cuts_change_nothing_where_the_depth_changes(n_piece: int) -> None:
    parts = [[1.0] * 10, [0.1] * 12, [4.0] * 3, [0.0] * 6, [1.0, 0.3] * 8, [0.0] * 5, [1.0] * 5]
    values = np.concatenate([breathe(part) for part in parts])
    for kind in (Turn, Breath, PhaseHint, RatePoint):
        expected = [one for one in find(values) if isinstance(one, kind)]
        assert [one for one in find(values, n_piece) if isinstance(one, kind)] == expected
