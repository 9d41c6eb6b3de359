"""The last stretch of a waveform, and all of it in coarse steps."""

from array import array
from collections import deque

import numpy as np

from breathsense.core.measures.heart import CELL_S
from breathsense.core.model.samples import Times, Values, Waveform

CELL_NS = round(CELL_S * 1e9)


class RecentWave:
    """The newest pieces of one sensor's waveform, no more than ``keep_ns`` of them.

    Parameters
    ----------
    step_ns : int
        Distance of the waveform's values.
    keep_ns : int
        How far back is kept.

    """

    def __init__(self, step_ns: int, keep_ns: int) -> None:
        self._step_ns = step_ns
        self._keep_ns = keep_ns
        self._pieces: deque[tuple[int, int, Waveform]] = deque()

    def add(self, piece: Waveform) -> None:
        """Take a piece, not an empty one; what has become too old is forgotten."""
        first_ns, last_ns = int(piece.t_ns[0]), int(piece.t_ns[-1])
        self._pieces.append((first_ns, last_ns, piece))
        while self._pieces[0][1] < last_ns - self._keep_ns:
            self._pieces.popleft()

    def cut(self, start_ns: int, end_ns: int) -> Values | None:
        """Return the values of both times and all between; ``None`` unless all are there.

        The times are rounded to the grid. A gap between them gives ``None``.
        """
        first_ns, last_ns = self._on_grid(start_ns), self._on_grid(end_ns)
        n = (last_ns - first_ns) // self._step_ns + 1
        found = [self._between(piece, first_ns, last_ns) for piece in self._pick(first_ns, last_ns)]
        values = np.concatenate(found) if found else np.zeros(0)
        return values if n > 0 and len(values) == n else None

    def reach(self, start_ns: int, end_ns: int, most_ns: int) -> tuple[int, int]:
        """Return how much of ``most_ns`` is there without a hole before and after two times."""
        return self._reach(start_ns, -most_ns), self._reach(end_ns, most_ns)

    def _reach(self, from_ns: int, most_ns: int) -> int:
        way = 1 if most_ns > 0 else -1
        low_ns, high_ns = sorted((self._on_grid(from_ns), self._on_grid(from_ns + most_ns)))
        times = self._times(low_ns, high_ns)
        expected = np.arange(len(times)) * self._step_ns
        away = times - low_ns if way > 0 else high_ns - times[::-1]
        is_whole = away == expected
        n = len(times) if is_whole.all() else int(np.argmin(is_whole))
        return max(n - 1, 0) * self._step_ns

    def _times(self, low_ns: int, high_ns: int) -> Times:
        pieces = [piece.t_ns for piece in self._pick(low_ns, high_ns)]
        times = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        kept: Times = times[(times >= low_ns) & (times <= high_ns)]
        return kept

    def _pick(self, low_ns: int, high_ns: int) -> list[Waveform]:
        """Return the pieces that reach into a stretch, oldest first."""
        picked = []
        for first_ns, last_ns, piece in reversed(self._pieces):
            if last_ns < low_ns:
                break
            if first_ns <= high_ns:
                picked.append(piece)
        return picked[::-1]

    def _on_grid(self, t_ns: int) -> int:
        return (t_ns + self._step_ns // 2) // self._step_ns * self._step_ns

    @staticmethod
    def _between(piece: Waveform, first_ns: int, last_ns: int) -> Values:
        low, high = np.searchsorted(piece.t_ns, (first_ns, last_ns + 1))
        return piece.values[low:high]


class CoarseWave:
    """A waveform averaged over cells of 0.2 s: 5 values a second, for spectra only."""

    def __init__(self) -> None:
        self._cells = array("q")
        self._means = array("d")
        self._cell: int | None = None
        self._sum = 0.0
        self._n = 0

    def add(self, piece: Waveform) -> None:
        """Take a piece."""
        for cell, value in zip(
            (piece.t_ns // CELL_NS).tolist(), piece.values.tolist(), strict=True
        ):
            if cell != self._cell:
                self._close()
                self._cell, self._sum, self._n = cell, 0.0, 0
            self._sum += value
            self._n += 1

    def _close(self) -> None:
        if self._cell is not None:
            self._cells.append(self._cell)
            self._means.append(self._sum / self._n)

    def spread(self, start_ns: int, end_ns: int) -> tuple[Times, Values]:
        """Return the numbers of all cells from one time up to a later one, and their means.

        A cell without waveform has NaN, and so has the newest one, which is still filling.
        """
        cells = np.arange(start_ns // CELL_NS, -(-end_ns // CELL_NS), dtype=np.int64)
        means = np.full(len(cells), np.nan)
        known, values = np.array(self._cells, dtype=np.int64), np.array(self._means)
        inside = (known >= cells[0]) & (known <= cells[-1])
        means[known[inside] - cells[0]] = values[inside]
        return cells, means
