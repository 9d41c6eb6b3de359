"""A breath held for a minute or two, and the slowest breaths, however the waveform is cut."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from breathsense.core.detection.turns import TurnDetector
from breathsense.core.model.events import Pause, PhaseHint, Turn
from breathsense.core.model.samples import Values, Waveform, freeze_times, freeze_values
from breathsense.core.params import Params
from breathsense.core.stage import run

P = Params()
STEP_NS = P.grid.step_ns
PER_S = 25
BLOCKS_S = (0.2, 20.0, 60.0)


def breathe(n: int, period_s: float) -> Values:
    t_s = np.arange(round(n * period_s * PER_S)) / PER_S
    values: Values = (1 - np.cos(2 * np.pi * t_s / period_s)) / 2
    return values


def hold(level: float, held_s: float, ripple: float) -> Values:
    t_s = np.arange(round(held_s * PER_S)) / PER_S
    values: Values = level + ripple * np.sin(2 * np.pi * 1.1 * t_s)
    return values


def hold_in(held_s: float, ripple: float = 0.001) -> Values:
    up, down = np.array_split(breathe(1, 4.0), 2)
    calm = breathe(8, 4.0)
    return np.concatenate([calm, up, hold(1.0, held_s, ripple), down, calm])


def hold_out(held_s: float, ripple: float = 0.001) -> Values:
    calm = breathe(8, 4.0)
    return np.concatenate([calm, hold(0.0, held_s, ripple), calm])


def breathe_slowly(period_s: float) -> Values:
    return np.concatenate([breathe(6, 6.0), breathe(2, period_s), breathe(2, 6.0)])


def cut(values: Values, block_s: float) -> Iterator[Waveform]:
    n = max(1, round(block_s * PER_S))
    for begin in range(0, len(values), n):
        t_ns = STEP_NS * np.arange(begin, min(begin + n, len(values)))
        piece = freeze_values(values[begin : begin + n].copy())
        yield Waveform("abdomen", freeze_times(t_ns), freeze_times(t_ns.copy()), piece)


def find(values: Values, block_s: float) -> list[list[Any]]:
    """Return the turns, and the pauses; which of them a block tells first is no law."""
    given = list(run(TurnDetector("abdomen", STEP_NS, P.turns), cut(values, block_s)))
    return [[one for one in given if isinstance(one, kind)] for kind in (Turn, Pause, PhaseHint)]


@pytest.mark.parametrize("held_s", [70.0, 120.0, 190.0])
@pytest.mark.parametrize("make", [hold_in, hold_out])
def test_a_breath_held_for_minutes_is_told_alike_however_it_is_cut(
    make: Callable[[float], Values], held_s: float
) -> None:
    values = make(held_s)
    whole = find(values, len(values) / PER_S)
    assert whole[0]
    for block_s in BLOCKS_S:
        assert find(values, block_s) == whole


@pytest.mark.parametrize("period_s", [65.0, 110.0])
def test_the_slowest_breaths_are_told_alike_however_they_are_cut(period_s: float) -> None:
    values = breathe_slowly(period_s)
    whole = find(values, len(values) / PER_S)
    for block_s in BLOCKS_S:
        assert find(values, block_s) == whole


@pytest.mark.parametrize("make", [hold_in, hold_out])
def test_a_breath_held_for_two_minutes_is_a_hold_of_two_minutes(
    make: Callable[[float], Values],
) -> None:
    _, pauses, _ = find(make(120.0), 20.0)
    (found,) = [one for one in pauses if one.is_hold]
    assert found.is_full == (make is hold_in)
    assert found.start_ns == pytest.approx(32e9 + 2e9 * found.is_full, abs=1.5e9)
    assert found.end_ns - found.start_ns == pytest.approx(120e9, abs=2e9)
