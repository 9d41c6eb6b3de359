"""Breathing that goes on, smaller, while a brace shifts the waveform."""

import numpy as np
import pytest

from breathsense.core.detection.plateau import (
    PlateauParams,
    PlateauState,
    is_away,
    learn_trough,
)
from breathsense.core.detection.turns import TurnDetector
from breathsense.core.model.events import Turn
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Gap, Waveform, freeze_times, freeze_values
from breathsense.core.params import Params
from breathsense.core.stage import run

STEP_NS = 40_000_000
S = 1_000_000_000
PERIOD_S = 4.0
BRACED_S = (100.0, 116.0)
MARK = Mark(90 * S, "exercise.brace", 20 * S)


def breathe(shift: float, share: float, *, start_s: float = 0.0, end_s: float = 140.0) -> Waveform:
    """Breathe 15 a minute; between two times shifted, and with a share of the usual depth."""
    t_s = np.arange(round(start_s * 25), round(end_s * 25)) / 25
    on = np.interp(
        t_s, [BRACED_S[0], BRACED_S[0] + 0.5, BRACED_S[1], BRACED_S[1] + 0.5], [0, 1, 1, 0]
    )
    breath = 0.5 - 0.5 * np.cos(2 * np.pi * t_s / PERIOD_S)
    values = breath * (1 - on * (1 - share)) + shift * on
    t_ns = np.rint(t_s * 1e9).astype(np.int64)
    return Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns), freeze_values(values))


def find_peaks_in_brace(items: list[object]) -> list[float]:
    """Return the times of the peaks told inside the brace, its edges left out, in s."""
    params = Params()
    given = run(TurnDetector("abdomen", STEP_NS, params.turns), items)
    peaks_s = [one.t_ns / S for one in given if isinstance(one, Turn) and one.is_peak]
    return [t_s for t_s in peaks_s if BRACED_S[0] + 1.0 < t_s < BRACED_S[1] - 1.0]


TRUE_S = [102.0, 106.0, 110.0, 114.0]


@pytest.mark.parametrize("shift", [-1.5, -0.8, 0.8, 1.5])
@pytest.mark.parametrize("share", [0.4, 0.6])
def test_small_breaths_are_found_in_a_brace_of_somebody_known_to_brace(
    shift: float, share: float
) -> None:
    found_s = find_peaks_in_brace([MARK, breathe(shift, share)])
    assert found_s == pytest.approx(TRUE_S, abs=0.5)


@pytest.mark.parametrize("label", ["calibration.brace", "calibration.draw_in"])
def test_a_calibration_tells_too_that_somebody_braces(label: str) -> None:
    found_s = find_peaks_in_brace([Mark(60 * S, label, 5 * S), breathe(-1.0, 0.3)])
    assert found_s == pytest.approx(TRUE_S, abs=0.5)


def test_without_a_mark_of_bracing_less_is_found() -> None:
    marks: list[object] = [Mark(60 * S, "exercise.breathe", 20 * S)]
    assert len(find_peaks_in_brace([*marks, breathe(-1.0, 0.25)])) < len(TRUE_S)


def test_only_the_first_mark_counts() -> None:
    waveform = breathe(-1.0, 0.3)
    once, again = [MARK, waveform], [MARK, Mark(120 * S, "exercise.brace", 5 * S), waveform]
    assert find_peaks_in_brace(again) == find_peaks_in_brace(once)


def test_a_mark_holds_on_after_a_gap() -> None:
    before, after = breathe(-1.0, 0.3, end_s=20.0), breathe(-1.0, 0.3, start_s=50.0)
    gap = Gap("abdomen", "band", 20 * S, 50 * S, "no_data")
    found_s = find_peaks_in_brace([Mark(5 * S, "exercise.brace", S), before, gap, after])
    assert found_s == pytest.approx(TRUE_S, abs=0.5)


def test_a_ripple_on_a_plateau_is_no_breath() -> None:
    assert find_peaks_in_brace([MARK, breathe(-1.0, 0.04)]) == []


def test_a_shift_that_stays_becomes_the_usual_place() -> None:
    params, state = PlateauParams(), PlateauState(begin=0)
    for low in (0.0, 0.1, -0.1):
        learn_trough(state, low, params, away=False)
    assert is_away(state, -0.5, 0, 0, 1.0, params)
    for _ in range(params.n_away + 1):
        learn_trough(state, -0.5, params, away=True)
    assert not is_away(state, -0.5, 0, 0, 1.0, params)


def test_above_the_usual_troughs_a_fall_has_to_last() -> None:
    params, state = PlateauParams(), PlateauState(begin=0)
    for low in (0.0, 0.1, -0.1):
        learn_trough(state, low, params, away=False)
    assert not is_away(state, 0.8, 40, 20, 1.0, params)
    assert is_away(state, 0.8, 50, 30, 1.0, params)


def test_nothing_is_away_before_the_mark() -> None:
    params, state = PlateauParams(), PlateauState(begin=100)
    for low in (0.0, 0.1, -0.1):
        learn_trough(state, low, params, away=False)
    assert not is_away(state, -1.0, 99, 30, 1.0, params)
    assert is_away(state, -1.0, 100, 30, 1.0, params)


@pytest.mark.parametrize("n", [1, 7, 64])
def test_however_it_is_cut_the_same_is_found_in_a_brace(n: int) -> None:
    whole = breathe(0.9, 0.4)
    pieces: list[object] = [
        Waveform(
            "abdomen", whole.t_ns[k : k + n], whole.known_ns[k : k + n], whole.values[k : k + n]
        )
        for k in range(0, len(whole.t_ns), n)
    ]
    assert find_peaks_in_brace([MARK, *pieces]) == find_peaks_in_brace([MARK, whole])
