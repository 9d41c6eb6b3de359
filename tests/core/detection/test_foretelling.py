"""What a slow smoother will say, foretold."""

import numpy as np
import pytest

from breathsense.core.detection.breaths import BreathBuilder, BreathParams
from breathsense.core.detection.foretell import Foreteller, ForetellParams, ForetellState
from breathsense.core.detection.smooth import Smoothers, SmootherState
from breathsense.core.detection.swing import SwingParams
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Breath
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import Chain, run

STEP_NS = 40_000_000
LENGTHS, AHEAD = (31, 31), (11, 7)


def breathe(n: int, ripple: float = 0.2) -> np.ndarray:
    """15 a minute, with a heart of 72 beats a minute on it."""
    t_s = np.arange(n) / 25
    waves = -np.cos(2 * np.pi * t_s / 4) + ripple * np.sin(2 * np.pi * 1.2 * t_s)
    return np.asarray(waves)


def build() -> Foreteller:
    return Foreteller(LENGTHS, AHEAD, ForetellParams())


def find_miss(foretold: np.ndarray, values: np.ndarray, n_ahead: int) -> float:
    """Return the root mean square of what a foretold smoother missed in the last minute."""
    late = Smoothers((31,)).smooth(SmootherState(), values)[0]
    return float(np.sqrt(np.mean((foretold[:-n_ahead] - late[n_ahead:])[-1500:] ** 2)))


@pytest.mark.parametrize("column", [0, 1])
def test_breath_and_heart_are_foretold_once_they_were_heard(column: int) -> None:
    values = breathe(4000)
    foretold = build().foretell(ForetellState(), values)
    late = Smoothers((31,)).smooth(SmootherState(), values)[0]
    missed = find_miss(foretold[column], values, AHEAD[column])
    assert missed < 0.02
    assert missed < 0.2 * float(np.std(late[AHEAD[column] :] - late[: -AHEAD[column]]))


def test_the_less_far_ahead_the_better_noise_is_foretold() -> None:
    values = breathe(4000) + 0.1 * np.random.default_rng(1).normal(size=4000)
    foretold = build().foretell(ForetellState(), values)
    far, near = (find_miss(one, values, ahead) for one, ahead in zip(foretold, AHEAD, strict=True))
    assert near < far < 0.15


def test_before_anything_is_learnt_the_smoothers_themselves_are_given() -> None:
    values, state = breathe(199), ForetellState()
    late = Smoothers((31,)).smooth(SmootherState(), values)[0]
    for one in build().foretell(state, values):
        np.testing.assert_allclose(one, late, atol=1e-9)
    assert state.weights is None
    assert state.n_late == 199


def test_of_a_flat_line_nothing_is_learnt_and_nothing_else_is_said() -> None:
    state = ForetellState()
    given = build().foretell(state, np.full(1000, 3.25))
    assert state.weights is None
    assert all(np.all(one == 3.25) for one in given)


def test_a_jerk_counts_for_no_more_than_a_few_usual_hops() -> None:
    calm, shaken = breathe(2000), breathe(2000)
    shaken[1100:1110] += 500.0
    learnt = []
    for values in (calm, shaken):
        state = ForetellState()
        build().foretell(state, values)
        assert state.products is not None
        learnt.append(float(np.trace(state.products)))
    assert learnt[1] < 6.0 * learnt[0]


@pytest.mark.parametrize("steps_hz", [1.4, 1.9, 2.7])
def test_after_steps_that_stop_at_once_the_guess_is_as_good_as_before(steps_hz: float) -> None:
    values = breathe(6000, ripple=0.04) + 0.02 * np.random.default_rng(3).normal(size=6000)
    before = find_miss(build().foretell(ForetellState(), values)[1], values, AHEAD[1])
    t_s = np.arange(2500, 3000) / 25
    values[2500:3000] += 3 * np.sin(2 * np.pi * steps_hz * t_s)
    values[2500:3000] += 1.4 * np.sin(2 * np.pi * 2 * steps_hz * t_s)
    foretold = build().foretell(ForetellState(), values)[1]
    late = Smoothers((31,)).smooth(SmootherState(), values)[0]
    missed = foretold[: -AHEAD[1]] - late[AHEAD[1] :]
    for begin in range(3050, 5800, 200):
        assert np.max(np.abs(missed[begin : begin + 200])) < 8 * before


def test_what_was_learnt_holds_on_the_other_side_of_a_gap() -> None:
    values, state = breathe(2000), ForetellState()
    foreteller = build()
    foreteller.foretell(state, values)
    after = state.begin_anew()
    assert after.n_late == after.n_open == 0
    given = foreteller.foretell(after, values)
    assert after.n_late == 0
    assert find_miss(given[1], values, AHEAD[1]) < 0.02


def test_the_way_the_values_are_cut_changes_nothing() -> None:
    values = breathe(900) + 0.05 * np.random.default_rng(2).normal(size=900)
    whole = np.array(build().foretell(ForetellState(), values))
    for n in (1, 3, 199, 200, 201):
        foreteller, state = build(), ForetellState()
        parts = [foreteller.foretell(state, values[i : i + n]) for i in range(0, 900, n)]
        assert np.array_equal(np.concatenate([np.array(one) for one in parts], axis=1), whole)


def test_a_ladder_whose_rungs_only_listen_works_too() -> None:
    """As in recordings that carry numbers of an earlier day."""
    rungs = tuple(SwingParams(n_taps, 0.37, 0.1) for n_taps in (7, 13, 19, 31))
    detector = TurnDetector("abdomen", STEP_NS, TurnParams(rungs=rungs))
    t_ns = np.arange(3000, dtype=np.int64) * STEP_NS
    values = freeze_values(breathe(3000, ripple=0.02))
    piece = Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns), values)
    found = run(Chain([detector, BreathBuilder("abdomen", BreathParams())]), [piece])
    peaks_s = [one.peak_ns / 1e9 for one in found if isinstance(one, Breath)]
    assert len(peaks_s) >= 28
    np.testing.assert_allclose(np.array(peaks_s) % 4.0, 2.0, atol=0.2)
