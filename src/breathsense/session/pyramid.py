"""A whole session's trace at any zoom: lowest and highest values at ever coarser steps."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import Times, Values

FACTOR = 4
"""Each level joins so many steps of the finer one."""
SMALLEST = 4096
"""A level of fewer steps needs no coarser one."""
STEPS_A_COLUMN = 4
"""So many steps fall into a column at least, so that none is drawn far from its place."""


class Bounds(NamedTuple):
    """Lowest and highest value from each time to the next; equal where each is one sample."""

    t_ns: Times
    lows: Values
    highs: Values


@dataclass(frozen=True, slots=True)
class Pyramid:
    """One signal, at all steps of time.

    Parameters
    ----------
    levels : tuple of Bounds
        The samples first, then ever coarser.
    steps_ns : tuple of int
        Median step of each level.

    """

    levels: tuple[Bounds, ...]
    steps_ns: tuple[int, ...]

    def read(self, from_ns: int, to_ns: int, column_ns: int) -> Bounds:
        """Return what a drawing with columns of ``column_ns`` needs of a window, and no more.

        The step before the window is part of it, for it may reach into it.
        """
        fitting = [
            number
            for number, step_ns in enumerate(self.steps_ns)
            if number == 0 or step_ns * STEPS_A_COLUMN <= column_ns
        ]
        level = self.levels[fitting[-1]]
        first, end = np.searchsorted(level.t_ns, (from_ns, to_ns)).tolist()
        window = slice(max(first - 1, 0), end)
        return Bounds(level.t_ns[window], level.lows[window], level.highs[window])


def build_pyramid(t_ns: Times, values: Values) -> Pyramid:
    """Build the levels of one signal.

    Parameters
    ----------
    t_ns : int64 array, shape (n,)
        Strictly increasing.
    values : float64 array, shape (n,)
        A value for each. At a gap nothing is done: what is drawn over it is the screen's affair.

    """
    levels = [Bounds(t_ns, values, values)]
    while len(levels[-1].t_ns) > SMALLEST:
        finer = levels[-1]
        starts = np.arange(0, len(finer.t_ns), FACTOR)
        levels.append(
            Bounds(
                finer.t_ns[starts],
                np.minimum.reduceat(finer.lows, starts),
                np.maximum.reduceat(finer.highs, starts),
            )
        )
    step_ns = int(np.median(np.diff(t_ns))) if len(t_ns) > 1 else 1
    return Pyramid(tuple(levels), tuple(step_ns * FACTOR**n for n in range(len(levels))))
