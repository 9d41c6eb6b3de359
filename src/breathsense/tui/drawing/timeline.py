"""Which moment each pixel column of a trace shows: scrolling paper, or a sweeping write head.

Time is cut into columns of ``column_ns``; column ``k`` begins at ``k * column_ns``, for ever. The
picture therefore moves in whole columns and between two of them only the newest
column changes, which is what keeps a scrolling trace calm and cheap.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ColumnNumbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The moments on the screen.

    Parameters
    ----------
    column_ns : int
        Time of one pixel column.
    now : int
        The column that holds the present.
    first : int
        The oldest column shown.
    shown : int64 array, shape (n,)
        For each pixel column of the screen, the column of time that it shows: all of
        ``first .. first + n - 1``, in the order of the screen.
    is_sweep : bool
        Whether the order is that of a sweep.

    """

    column_ns: int
    now: int
    first: int
    shown: ColumnNumbers
    is_sweep: bool

    @property
    def n(self) -> int:
        """Number of pixel columns."""
        return len(self.shown)

    @property
    def last(self) -> int:
        """The newest column shown."""
        return self.first + self.n - 1

    def cell_of(self, t_ns: int) -> int | None:
        """Return the cell column that shows a moment, or ``None`` if none does."""
        column = t_ns // self.column_ns
        if not self.first <= column <= self.last:
            return None
        place = column % self.n if self.is_sweep else column - self.first
        return int(place // 2)


def build_scroll(now_ns: int, column_ns: int, n: int, n_ahead: int) -> Timeline:
    """Lay out time from left to right; the present stands still at ``n_ahead`` from the right."""
    now = now_ns // column_ns
    first = now + n_ahead - n + 1
    return Timeline(
        column_ns, now, first, np.arange(first, first + n, dtype=np.int64), is_sweep=False
    )


def build_sweep(now_ns: int, column_ns: int, n: int, n_ahead: int) -> Timeline:
    """Lay out time round and round: the present moves and clears ``n_ahead`` columns before it."""
    now = now_ns // column_ns
    last = now + n_ahead
    places = np.arange(n, dtype=np.int64)
    shown = last - (last - places) % n
    return Timeline(column_ns, now, last - n + 1, shown, is_sweep=True)
