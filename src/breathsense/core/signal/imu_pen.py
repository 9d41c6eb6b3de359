"""Cells at rest drawn along the axis of breathing: the values of the waveform of tilt."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from breathsense.core.model.samples import Times, Values
from breathsense.core.signal.imu_axis import AxisState
from breathsense.core.signal.imu_beats import BEAT_CELLS


class Stroke(NamedTuple):
    """How consecutive cells of one beat are drawn.

    ``axes`` are the axis before and the newest one; ``quick`` and ``slow`` are gains of low-passes,
    ``scale`` what they are apart is multiplied with.
    """

    start: int
    end: int
    axes: tuple[float, float, float, float]
    quick: float
    slow: float
    scale: float


@dataclass(slots=True)
class PenState:
    """The low-passes of the waveform, which goes on at ``next_ns``."""

    calm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    next_ns: int = -1


class Pen:
    """Draws the tilt along the axis, which turns from the one before to the newest in a beat.

    Parameters
    ----------
    step_ns : int
        Of the grid.
    calm_score, calm_factor : float
        As in ``TiltParams``.

    """

    def __init__(self, step_ns: int, calm_score: float, calm_factor: float) -> None:
        self._step_ns = step_ns
        self._step_s = step_ns / 1e9
        self._calm_score = calm_score
        self._calm_factor = calm_factor

    def plan(self, start: int, end: int, axis: AxisState, sign: int) -> Stroke:
        """Return how the cells of a beat are drawn.

        The waveform is narrowed to the period of breathing the more, the less clear it is: by two
        low-passes and one high-pass, whose shifts cancel at the period. With time constants
        ``x T / 2 pi`` and ``(1 - x^2) T / (4 pi x)`` the phase there is zero and the gain
        ``(1 - x^2) / (1 + x^2)^2``.
        """
        x = min(0.6, self._calm_factor * max(0.0, self._calm_score - axis.highest))
        turn_s = axis.period_s / (2.0 * math.pi)
        quick = 1.0 / (1.0 + x * turn_s / self._step_s)
        slow = x / (x + 0.5 * (1.0 - x * x) * turn_s / self._step_s)
        scale = sign * (1.0 + x * x) ** 2 / (1.0 - x * x)
        return Stroke(start, end, (*axis.before, *axis.axis), quick, slow, scale)

    def draw(self, state: PenState, t_ns: Times, angles: Values, strokes: list[Stroke]) -> Values:
        """Draw strokes that follow on one another, one at least; give a value for each cell.

        ``t_ns`` are the times of cells, ``angles`` their two angles, shape (n, 2); the strokes say
        which of them are drawn.
        """
        n_cells = [one.end - one.start for one in strokes]
        cells = slice(strokes[0].start, strokes[-1].end)
        share = ((t_ns[cells] // self._step_ns) % BEAT_CELLS + 1) / BEAT_CELLS
        first, second = angles[cells].T
        x0, y0, x1, y1 = _spread([one.axes for one in strokes], n_cells)
        along = first * (x0 + share * (x1 - x0)) + second * (y0 + share * (y1 - y0))
        values = along.tolist()
        apart: list[float] = []
        for one in strokes:
            begin = one.start - cells.start
            if int(t_ns[one.start]) != state.next_ns:
                state.calm = (values[begin], values[begin], values[begin])
            state.next_ns = int(t_ns[one.end - 1]) + self._step_ns
            apart += _narrow(state, values[begin : one.end - cells.start], one)
        drawn: Values = _spread([one.scale for one in strokes], n_cells) * np.array(apart)
        return drawn


def _narrow(state: PenState, along: list[float], stroke: Stroke) -> list[float]:
    """Return what the quicker and the slower low-pass of a stroke are apart."""
    quick, slow = stroke.quick, stroke.slow
    a, b, c = state.calm
    apart = []
    if quick == 1.0 and slow == 0.0:  # nothing is narrowed: the same, without what adds nothing
        for one in along:
            a += one - a
            b += a - b
            apart.append(b - c)
    else:
        for one in along:
            a += quick * (one - a)
            b += quick * (a - b)
            c += slow * (b - c)
            apart.append(b - c)
    state.calm = (a, b, c)
    return apart


def _spread(of_strokes: list[Any], n_cells: list[int]) -> Any:
    """Return for each cell what its stroke has, as columns; as it is where there is but one."""
    return of_strokes[0] if len(n_cells) == 1 else np.repeat(of_strokes, n_cells, axis=0).T
