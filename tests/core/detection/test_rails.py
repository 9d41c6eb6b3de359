"""Tops that are cut off at the end of a sensor's range."""

import numpy as np
import pytest

from breathsense.core.detection.rails import RailParams, Rails, RailState
from breathsense.core.detection.stamps import StampParams
from breathsense.core.detection.swing import SwingTurn
from breathsense.core.detection.turns import TurnDetector, TurnParams
from breathsense.core.model.events import Turn
from breathsense.core.model.samples import Waveform, freeze_times, freeze_values
from breathsense.core.stage import run

STEP_NS = 40_000_000


def make_top(n_equal: int, level: float = 1.0) -> list[float]:
    """Make a breath of 100 values that comes to the level at full speed, at value 20."""
    rise = np.linspace(0, level, 20, endpoint=False)
    fall = np.linspace(level, 0, 100 - 20 - n_equal + 1)[1:]
    return [*rise.tolist(), *([level] * n_equal), *fall.tolist()]


def follow(values: list[float], n_cut: int = 1) -> list[SwingTurn]:
    rails, state = Rails(RailParams(), StampParams()), RailState()
    seen: list[SwingTurn] = []
    for end in range(n_cut, len(values) + n_cut, n_cut):
        recent = values[:end]
        seen += rails.follow(state, recent, len(recent) - (state.index + 1))
    return seen


def list_peaks(values: np.ndarray) -> list[Turn]:
    t_ns = np.arange(len(values), dtype=np.int64) * STEP_NS
    waveform = Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns), freeze_values(values))
    given = run(TurnDetector("abdomen", STEP_NS, TurnParams()), [waveform])
    return [one for one in given if isinstance(one, Turn) and one.is_peak]


def test_the_fourth_rail_is_told_once_half_of_the_usual_length_and_some_more_is_past() -> None:
    (seen,) = follow(4 * make_top(40))
    assert (seen.at, seen.decided, seen.before) == (300 + 20 + 19, 300 + 20 + 19 + 12, 300)
    assert seen.rise == pytest.approx(1.0)


def test_a_rail_that_ends_before_is_told_at_its_fall_in_its_middle() -> None:
    (seen,) = follow([*(3 * make_top(30)), *make_top(22)])
    assert (seen.at, seen.is_peak) == (300 + 20 + 10, True)
    assert 300 + 20 + 22 <= seen.decided <= 300 + 20 + 30


@pytest.mark.parametrize("n_equal", [5, 12, 16])
def test_one_that_ends_long_before_is_left_to_the_rungs(n_equal: int) -> None:
    assert follow([*(3 * make_top(30)), *make_top(n_equal)]) == []


def test_unlike_lengths_foretell_nothing() -> None:
    assert follow([*make_top(10), *make_top(40), *make_top(20), *make_top(40)]) == []


def test_tops_at_different_values_are_no_rail() -> None:
    values = [one for k in range(6) for one in make_top(40, 1 + 0.01 * k)]
    assert follow(values) == []


def test_short_rails_are_left_to_the_rungs() -> None:
    assert follow(6 * make_top(6)) == []


def test_what_may_be_a_held_breath_is_not_learnt() -> None:
    assert follow(6 * make_top(58)) == []


def test_what_is_reached_slowly_is_not_learnt() -> None:
    rise = np.sin(np.linspace(0, np.pi / 2, 30))
    assert follow(6 * [*rise.tolist(), *([1.0] * 30), *np.linspace(1, 0, 30).tolist()]) == []


def test_a_notch_is_not_the_end_of_a_rail() -> None:
    notched = make_top(40)
    notched[35] = 0.97
    assert follow([*(3 * make_top(40)), *notched]) == []


def test_a_flat_line_and_flat_troughs_are_no_rails() -> None:
    assert follow([0.5] * 500) == []
    assert follow(6 * [*([0.0] * 40), *np.linspace(0, 1, 20), *np.linspace(1, 0, 20)]) == []


@pytest.mark.parametrize("n_cut", [7, 64, 1000])
def test_rails_are_the_same_however_the_waveform_is_cut(n_cut: int) -> None:
    values = [*(4 * make_top(40)), *make_top(31), *make_top(25), *(3 * make_top(44))]
    assert follow(values, n_cut) == follow(values)
    assert len(follow(values)) == 3


def test_the_range_of_a_sensor_is_remembered_across_a_gap() -> None:
    rails, state = Rails(RailParams(), StampParams()), RailState()
    before = 4 * make_top(40)
    rails.follow(state, before, len(before))
    after = make_top(40)
    (seen,) = rails.follow(state.begin_anew(), after, len(after))
    assert seen.at == 39


def test_breaths_cut_off_are_told_in_the_middle_of_the_cut_and_while_it_lasts() -> None:
    t_s = np.arange(0, 120, 0.04)
    cut = np.minimum(-np.cos(2 * np.pi * t_s / 5), 0.5)  # for 1.67 s
    peaks = list_peaks(cut)[6:]
    assert len(peaks) > 15
    assert np.abs([one.t_ns / 1e9 % 5 - 2.5 for one in peaks]).max() < 0.06
    assert max(one.decided_ns - one.t_ns for one in peaks) <= 600_000_000


def test_a_small_movement_at_the_rail_is_no_breath() -> None:
    t_s = np.arange(0, 120, 0.04)
    cut = np.minimum(-np.cos(2 * np.pi * t_s / 5), 0.5)
    dent = np.where((t_s > 62.2) & (t_s < 62.4), -0.25, 0.0)
    assert len(list_peaks(cut + dent)) == len(list_peaks(cut))
