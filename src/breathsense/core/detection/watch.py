"""What can be said about a waveform's worth without knowing any breath."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from breathsense.core.model.events import Unscored
from breathsense.core.model.samples import Waveform

ROUNDING = 1e-9
"""Share of a value by which averaging a constant may move it."""


@dataclass(frozen=True, slots=True)
class WatchParams:
    """When a stretch of waveform cannot hold breaths.

    Parameters
    ----------
    cell_ns : int
        Stretches looked at, on the session axis. 5 s: a pause between calm breaths is shorter.
    flat_frac : float
        A stretch that moves by less than this share of the largest movement seen is flat; the
        coarsest converter in the field data (318 steps over the range) still moves by three times
        that.

    """

    cell_ns: int = 5_000_000_000
    flat_frac: float = 0.001


@dataclass(slots=True)
class WatchState:
    """Extremes of the present cell and of all before; ``cell`` is ``None`` before the first."""

    cell: int | None = None
    start_ns: int = 0
    end_ns: int = 0
    low: float = 0.0
    high: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    largest_move: float = 0.0


class SignalWatch:
    """Tells, every few seconds, where the waveform of one sensor does not move.

    ``"saturated"`` if it stands at the largest or least value seen while it has moved before,
    ``"flat"`` otherwise (the sensor is off the body, slack, or broken). A cell
    of which a gap took half is not judged. Everything that comes in is passed on.
    """

    def __init__(self, sensor: str, params: WatchParams) -> None:
        self._sensor = sensor
        self._params = params
        self.state = WatchState()

    def push(self, item: object) -> list[object]:
        """Take an item; this sensor's waveform is looked at cell by cell."""
        if not isinstance(item, Waveform) or item.sensor != self._sensor or len(item.t_ns) == 0:
            return [item]
        given: list[object] = []
        cells = item.t_ns // self._params.cell_ns
        starts = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist()]
        for start, end in pairwise([*starts, len(cells)]):
            if int(cells[start]) != self.state.cell:
                given += self._close()
                self._open(int(cells[start]), int(item.t_ns[start]), float(item.values[start]))
            self._widen(item, start, end)
        return [*given, item]

    def flush(self) -> list[object]:
        """Judge the last cell, if enough of it was seen."""
        given, self.state = self._close(), WatchState()
        return given

    def _open(self, cell: int, t_ns: int, value: float) -> None:
        state = self.state
        if state.cell is None:
            state.lowest = state.highest = value
        state.cell, state.start_ns = cell, t_ns
        state.low = state.high = value

    def _widen(self, item: Waveform, start: int, end: int) -> None:
        state, values = self.state, item.values[start:end]
        state.end_ns = int(item.t_ns[end - 1])
        state.low = min(state.low, float(values.min()))
        state.high = max(state.high, float(values.max()))

    def _close(self) -> list[object]:
        state = self.state
        if state.cell is None:
            return []
        move = state.high - state.low
        state.largest_move = max(state.largest_move, move)
        state.lowest = min(state.lowest, state.low)
        state.highest = max(state.highest, state.high)
        rounding = ROUNDING * max(abs(state.low), abs(state.high))
        still = max(self._params.flat_frac * state.largest_move, rounding)
        if move > still or 2 * (state.end_ns - state.start_ns) < self._params.cell_ns:
            return []
        at_rail = state.high >= state.highest - still or state.low <= state.lowest + still
        is_saturated = at_rail and state.largest_move > rounding
        reason = "saturated" if is_saturated else "flat"
        return [Unscored(self._sensor, state.start_ns, state.end_ns, reason)]
