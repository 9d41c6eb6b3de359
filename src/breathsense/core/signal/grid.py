"""Samples at any rate, regular or not, to values on one fixed grid of times.

The input is taken as a line through the samples and averaged over each grid cell. At high rates
that is the average of the samples in the cell, which keeps faster movement out of the grid; at low
rates it is linear interpolation; in between the one goes over into the other without a step.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Signal,
    Times,
    Values,
    Waveform,
    freeze_times,
    freeze_values,
)

LARGEST = 1e100
"""Values beyond this are cut to it, so that no sum of them overflows; no sensor gives such."""
FEW = 16
"""Up to so many samples plain arithmetic is quicker than arrays."""


@dataclass(frozen=True, slots=True)
class GridParams:
    """The analysis grid, the same for every wearable.

    Parameters
    ----------
    step_ns : int
        Distance of grid times; grid time ``k`` is ``k * step_ns`` on the session axis. 40 ms: a
        breath of 1 s still has 25 values, and a stamp can be no worse than half a step.
    bridge_ns : int
        Longest hole between two samples that is crossed by a straight line. 0.5 s is half of the
        fastest breath asked for (60 a minute); a longer one is a gap.

    """

    step_ns: int = 40_000_000
    bridge_ns: int = 500_000_000


class GridBlock(NamedTuple):
    """Consecutive grid values: times, times when they were known, values (n, n_channels)."""

    t_ns: Times
    known_ns: Times
    values: Values


@dataclass(slots=True)
class GridState:
    """The newest sample and the cell it lies in; ``cell_sum`` is the cell's area so far (ns)."""

    last_ns: int | None = None
    last: Values = field(default_factory=lambda: np.zeros(0))
    first_cell: int = 0
    cell_sum: Values = field(default_factory=lambda: np.zeros(0))


class Grid:
    """Averages samples over the grid's cells; shared by the stages that need it.

    A cell is given once a sample at or past its end has come. After a hole longer than
    ``bridge_ns`` the first cell is the first one that is wholly covered.
    """

    def __init__(self, params: GridParams) -> None:
        self._params = params
        self._half_ns = params.step_ns // 2
        self.state = GridState()

    def restart(self) -> None:
        """Forget the newest sample: nothing is interpolated across this moment."""
        self.state = GridState()

    def split(self, block: SampleBlock) -> list[tuple[int, Times, Values]]:
        """Cut a block at the holes too long to cross.

        Returns
        -------
        list of (hole, times, values)
            ``hole`` is the time of the sample before the hole, or -1 where none is before it.

        """
        if len(block.t_ns) == 0:
            return []
        last_ns = self.state.last_ns
        if len(block.t_ns) <= FEW and last_ns is not None:
            times_ns = [last_ns, *block.t_ns.tolist()]
            longest_ns = max(after - at for at, after in pairwise(times_ns))
            if longest_ns <= self._params.bridge_ns:
                return [(-1, block.t_ns, block.values)]
        before = np.empty_like(block.t_ns)
        before[0], before[1:] = block.t_ns[0] if last_ns is None else last_ns, block.t_ns[:-1]
        is_cut = block.t_ns - before > self._params.bridge_ns
        if not is_cut.any():
            return [(-1, block.t_ns, block.values)]
        cuts = np.flatnonzero(is_cut).tolist()
        starts = cuts if cuts and cuts[0] == 0 else [0, *cuts]
        ends = [*starts[1:], len(block.t_ns)]
        holes = [int(before[start]) if start in cuts else -1 for start in starts]
        return [
            (hole, block.t_ns[start:end], block.values[start:end])
            for hole, start, end in zip(holes, starts, ends, strict=True)
        ]

    def advance(self, t_ns: Times, values: Values) -> GridBlock | None:
        """Take samples without a long hole in or before them; give the cells they complete."""
        state, step, half = self.state, self._params.step_ns, self._half_ns
        if len(t_ns) <= FEW and state.last_ns is not None:
            rows = [[_cut(one) for one in row] for row in values.tolist()]
            return self._advance_few(state.last_ns, t_ns.tolist(), rows)
        values = np.clip(values, -LARGEST, LARGEST)
        if state.last_ns is None:
            state.first_cell = -((int(t_ns[0]) + half) // -step)
            state.cell_sum = np.zeros(values.shape[1])
        else:
            t_ns = np.concatenate(([state.last_ns], t_ns))
            values = np.concatenate((state.last[None, :], values))
        state.last_ns, state.last = int(t_ns[-1]), values[-1].copy()
        open_cell = (int(t_ns[0]) + half) // step
        n_done = (state.last_ns + half) // step - open_cell
        ends = (open_cell + np.arange(n_done, dtype=np.int64)) * step + half
        after = np.searchsorted(t_ns, ends)
        sums = self._add_up(t_ns, values, ends, after)
        state.cell_sum = sums[n_done]
        skip = max(0, state.first_cell - open_cell)
        if skip >= n_done:
            return None
        known_ns = t_ns[after[skip:]]
        return GridBlock(ends[skip:] - half, known_ns, sums[skip:n_done] / step)

    def _advance_few(
        self, last_ns: int, times_ns: list[int], rows: list[list[float]]
    ) -> GridBlock | None:
        """Do the same for a few samples, one by one: the same sums in the same order."""
        state, step, half = self.state, self._params.step_ns, self._half_ns
        last, sums = state.last.tolist(), state.cell_sum.tolist()
        done: list[tuple[int, int, list[float]]] = []
        for now_ns, row in zip(times_ns, rows, strict=True):
            cell = (last_ns + half) // step
            from_ns, at = last_ns, last
            while (end_ns := cell * step + half) <= now_ns:
                share = (end_ns - last_ns) / (now_ns - last_ns)
                at_end = row
                if share < 1.0:
                    at_end = [a + (b - a) * share for a, b in zip(last, row, strict=True)]
                sums = _add_area(sums, at, at_end, end_ns - from_ns)
                if cell >= state.first_cell:
                    done.append((cell * step, now_ns, sums))
                sums, at, from_ns = [0.0] * len(row), at_end, end_ns
                cell += 1
            sums = _add_area(sums, at, row, now_ns - from_ns)
            last_ns, last = now_ns, row
        state.last_ns, state.last, state.cell_sum = last_ns, np.array(last), np.array(sums)
        if not done:
            return None
        t_ns, known_ns, areas = zip(*done, strict=True)
        return GridBlock(np.array(t_ns), np.array(known_ns), np.array(areas) / step)

    def _add_up(
        self, t_ns: Times, values: Values, ends: NDArray[np.int64], after: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Areas of the line in each cell from the open one to that of the last sample.

        ``after`` are the places of the first samples at or past the ends.
        """
        n, n_ends = len(t_ns), len(ends)
        before = after - 1
        before_ns = t_ns.take(before)
        share = (ends - before_ns) / (t_ns.take(after) - before_ns)
        # Samples and ends in order; a sample comes before a cell's end at the same time, and an
        # end belongs to the cell before it.
        bounds = np.empty(n_ends + 2, dtype=np.int64)
        bounds[0], bounds[-1] = -1, n + n_ends - 1
        places = bounds[1:-1]
        np.add(after + (share == 1.0), np.arange(n_ends), out=places)
        cell = np.repeat(np.arange(n_ends + 1), bounds[1:] - bounds[:-1])
        order = np.arange(n + n_ends) - cell
        order[places] = np.arange(n, n + n_ends)
        knots_ns = np.concatenate((t_ns, ends)).take(order)
        half_ns = (knots_ns[1:] - knots_ns[:-1]) * 0.5
        sums = np.empty((n_ends + 1, values.shape[1]))
        # A channel at a time: what is larger is slow to come by.
        for channel, column in enumerate(values.T):
            row = np.ascontiguousarray(column)
            at, at_after = row.take(before), row.take(after)
            # Where a cell ends on a sample the sample's own value counts: the sum may round.
            at_ends = np.where(share < 1.0, at + (at_after - at) * share, at_after)
            knots = np.concatenate((row, at_ends)).take(order)
            area = np.empty(n + n_ends)
            area[0] = self.state.cell_sum[channel]
            np.add(knots[1:], knots[:-1], out=area[1:])
            area[1:] *= half_ns
            # bincount adds one after the other, so that a sum carried over gives the same bits.
            sums[:, channel] = np.bincount(cell, area, n_ends + 1)
        return sums


def _cut(value: float) -> float:
    return min(max(value, -LARGEST), LARGEST)


def _add_area(sums: list[float], at: list[float], to: list[float], span_ns: int) -> list[float]:
    """Add the area under a line from ``at`` to ``to``."""
    half_ns = span_ns * 0.5
    return [one + (b + a) * half_ns for one, a, b in zip(sums, at, to, strict=True)]


class BandStage:
    """The samples of one band to its waveform: the band's own unit, on the grid.

    Blocks and all other items pass on unchanged; the waveform follows its block. A hole longer
    than ``bridge_ns`` is told as ``Gap("no_data")``, unless one was told already, and the waveform
    starts again after it. A ``Gap`` that is no longer than ``bridge_ns`` is crossed by a line.
    """

    def __init__(self, sensor: str, params: GridParams) -> None:
        self._sensor = sensor
        self._grid = Grid(params)
        self._bridge_ns = params.bridge_ns

    @property
    def state(self) -> GridState:
        """The newest sample and its cell."""
        return self._grid.state

    @state.setter
    def state(self, state: GridState) -> None:
        self._grid.state = state

    def push(self, item: object) -> list[object]:
        """Take an item; a block of this band gives waveform too."""
        if isinstance(item, Gap) and is_gap_of(item, self._sensor, "band"):
            if item.end_ns - item.start_ns > self._bridge_ns:
                self._grid.restart()
            return [item]
        if not isinstance(item, SampleBlock) or (item.sensor, item.signal) != (
            self._sensor,
            "band",
        ):
            return [item]
        return [item, *self._resample(item)]

    def flush(self) -> list[object]:
        """Nothing: a cell that is not covered yet would change with the next sample."""
        return []

    def _resample(self, block: SampleBlock) -> list[object]:
        given: list[object] = []
        for hole_ns, t_ns, values in self._grid.split(block):
            if hole_ns >= 0:
                given.append(Gap(self._sensor, "band", hole_ns, int(t_ns[0]), "no_data"))
                self._grid.restart()
            cells = self._grid.advance(t_ns, values)
            if cells is not None:
                given.append(
                    Waveform(
                        self._sensor,
                        freeze_times(cells.t_ns),
                        freeze_times(cells.known_ns),
                        freeze_values(cells.values[:, 0]),
                    )
                )
        return given


def is_gap_of(gap: Gap, sensor: str, signal: Signal) -> bool:
    """Whether the gap is in this signal of this sensor."""
    return gap.sensor == sensor and gap.signal in {None, signal}
