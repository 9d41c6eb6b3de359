"""A waveform cut into seconds, and what is seen of each by itself."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import Values, Waveform

HOP = 25
"""Grid values of a hop: 1 s. What is wrong is seen within about so much."""
REACH = 4
"""Grid values to either side of a second difference, 0.16 s: steps and 1.5 to 5 Hz stand out."""
ROUNDING = 1e-9
"""Share of a value by which averaging a constant may move it."""


class Hop(NamedTuple):
    """One second of waveform.

    ``start_ns`` to ``end_ns`` is what it covers, ``known_ns`` when it was complete. ``rough`` is
    the range of ``x[i] - (x[i-4] + x[i+4]) / 2``: a step gives its height, breathing little.
    ``n_top``, ``n_bottom`` count the values that are equal to the highest, the lowest one.
    """

    start_ns: int
    end_ns: int
    known_ns: int
    low: float
    high: float
    rough: float
    n_top: int
    n_bottom: int

    @property
    def rounding(self) -> float:
        """What averaging may have added to values that are equal."""
        return ROUNDING * max(abs(self.low), abs(self.high))


@dataclass(slots=True)
class HopState:
    """Values that are not in a hop yet, after the last ones of the hop before."""

    start_ns: int = 0
    pending: Values = field(default_factory=lambda: np.zeros(0))


class HopCutter:
    """Cuts a waveform into hops, counted from its start; no hop lies across a break."""

    def __init__(self, step_ns: int) -> None:
        self._step_ns = step_ns

    def begin(self, t_ns: int, value: float) -> HopState:
        """Return the state before the first value: at rest on it."""
        return HopState(t_ns, np.full(2 * REACH, value))

    def cut(self, state: HopState, piece: Waveform) -> list[Hop]:
        """Take a piece; give the hops that it completes. Each row is looked at by itself."""
        n_waiting = len(state.pending) - 2 * REACH
        values = np.concatenate((state.pending, piece.values))
        n_hops = (len(values) - 2 * REACH) // HOP
        if n_hops == 0:
            state.pending = values
            return []
        starts = np.arange(n_hops) * HOP
        rows = values[starts[:, None] + np.arange(HOP + 2 * REACH)]
        state.pending = values[n_hops * HOP :].copy()
        bends = rows[:, REACH:-REACH] - (rows[:, : -2 * REACH] + rows[:, 2 * REACH :]) / 2
        inner = rows[:, 2 * REACH :]
        low, high = inner.min(axis=1), inner.max(axis=1)
        near = (ROUNDING * np.maximum(np.abs(low), np.abs(high)))[:, None]
        columns = (
            low.tolist(),
            high.tolist(),
            (bends.max(axis=1) - bends.min(axis=1)).tolist(),
            (inner >= high[:, None] - near).sum(axis=1).tolist(),
            (inner <= low[:, None] + near).sum(axis=1).tolist(),
        )
        known_ns = piece.known_ns[starts + HOP - 1 - n_waiting].tolist()
        long_ns, first_ns = HOP * self._step_ns, state.start_ns
        state.start_ns += n_hops * long_ns
        return [
            Hop(first_ns + k * long_ns, first_ns + (k + 1) * long_ns, known_ns[k], *seen)
            for k, seen in enumerate(zip(*columns, strict=True))
        ]
