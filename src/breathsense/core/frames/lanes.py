"""Values on the grid, and raw samples, to one value a frame."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import Times, Values
from breathsense.core.model.vectors import Vector

NEVER = -(1 << 62)
"""Before all times."""

Held = tuple[float, int]
"""What one signal tells in one frame, and when that was known."""
HeldVector = tuple[Vector, int]
"""The same for three axes."""
FEW = 16
"""Below so many cells it is quicker to look at each of them."""


@dataclass(slots=True)
class LaneState:
    """The open frame of one signal on the grid, and the finished ones that wait.

    ``reached_ns`` is the time up to which nothing will be added.
    """

    frame: int = -1
    n_cells: int = 0
    total: float = 0.0
    reached_ns: int = NEVER
    filled: dict[int, Held] = field(default_factory=dict)


class Lane:
    """Means of the cells in each frame; a frame that is not whole is left out."""

    def __init__(self, step_ns: int, n_steps: int) -> None:
        self._step_ns = step_ns
        self._span_ns = step_ns * n_steps
        self._n_steps = n_steps

    def take(self, state: LaneState, t_ns: Times, known_ns: Times, values: Values) -> None:
        """Take cells in order of time, one at least."""
        n = len(t_ns)
        first_ns, last_ns = int(t_ns[0]), int(t_ns[-1])
        state.reached_ns = max(state.reached_ns, last_ns)
        if n < FEW or last_ns - first_ns != (n - 1) * self._step_ns:
            self._add(state, t_ns, known_ns, values)
            return
        begin = -(first_ns // self._step_ns - 1) % self._n_steps
        whole = slice(begin, n - (n - begin) % self._n_steps)
        for part in (slice(0, begin), whole, slice(whole.stop, n)):
            add_part = self._add_whole if part is whole else self._add
            add_part(state, t_ns[part], known_ns[part], values[part])

    def _add_whole(self, state: LaneState, t_ns: Times, known_ns: Times, values: Values) -> None:
        """Add the cells of frames that they fill."""
        n_steps = self._n_steps
        rows = values.reshape(-1, n_steps).T
        total = np.zeros(rows.shape[1])
        for row in rows:
            total += row
        last = slice(n_steps - 1, None, n_steps)
        numbers = (t_ns[last] // self._span_ns).tolist()
        held = zip((total / n_steps).tolist(), known_ns[last].tolist(), strict=True)
        state.filled.update(zip(numbers, held, strict=True))

    def _add(self, state: LaneState, t_ns: Times, known_ns: Times, values: Values) -> None:
        n_steps, span_ns = self._n_steps, self._span_ns
        open_frame, n_cells, total = state.frame, state.n_cells, state.total
        columns = (t_ns.tolist(), known_ns.tolist(), values.tolist())
        for at_ns, seen_ns, value in zip(*columns, strict=True):
            frame = -(at_ns // -span_ns)
            if frame != open_frame:
                open_frame, n_cells, total = frame, 0, 0.0
            total += value
            n_cells += 1
            if n_cells == n_steps:
                state.filled[frame] = (total / n_steps, seen_ns)
        state.frame, state.n_cells, state.total = open_frame, n_cells, total

    def take_last(self, state: LaneState, t_ns: Times, known_ns: Times, values: Values) -> None:
        """Take values in order of time, one at least; the last one in a frame counts."""
        numbers = (-(t_ns // -self._span_ns)).tolist()
        held = zip(values.tolist(), known_ns.tolist(), strict=True)
        state.filled.update(zip(numbers, held, strict=True))
        state.reached_ns = max(state.reached_ns, int(t_ns[-1]))


@dataclass(slots=True)
class SampleLaneState:
    """The same for samples that are not on the grid.

    ``run_ns`` is the first sample since the last gap, ``reached_ns`` the newest one.
    """

    frame: int = -1
    n_samples: int = 0
    totals: Vector = (0.0, 0.0, 0.0)
    run_ns: int = NEVER
    reached_ns: int = NEVER
    filled: dict[int, HeldVector] = field(default_factory=dict)


class SampleLane:
    """Means of the samples of three axes in each frame, but for the first of a run.

    A run ends at a hole longer than ``bridge_ns``.
    """

    def __init__(self, step_ns: int, n_steps: int, bridge_ns: int) -> None:
        self._half_ns = step_ns // 2
        self._span_ns = step_ns * n_steps
        self._bridge_ns = bridge_ns

    def take(self, state: SampleLaneState, times: Times, rows: Values) -> None:
        """Take samples in order of time; a sample past the end of a frame finishes it."""
        if len(times) < FEW:
            self._take_few(state, times.tolist(), rows.T.tolist())
            return
        frames = -((times - self._half_ns) // -self._span_ns)
        starts = np.flatnonzero(frames[1:] != frames[:-1]) + 1
        starts, ends = np.append(0, starts), np.append(starts, len(times))
        numbers, at_ns = frames.take(starts), times.take(starts)
        if numbers[0] != state.frame:
            self._open(state, int(numbers[0]), int(at_ns[0]))
        state.reached_ns = int(times[ends[0] - 1])
        totals = self._add_up(state.totals, starts, ends, rows)
        n_samples = ends - starts
        n_samples[0] += state.n_samples
        state.totals, state.n_samples = _pick(totals, 0), int(n_samples[0])
        has_hole = (at_ns[1:] - times.take(starts[1:] - 1) > self._bridge_ns).any()
        place = 1
        while place < len(starts):
            self._open(state, int(numbers[place]), int(at_ns[place]))
            if not has_hole and self._is_whole(state, int(numbers[place])):
                # So are all that follow.
                means = (totals[:, place:-1] / n_samples[place:-1]).T.tolist()
                held = zip(map(tuple, means), at_ns[place + 1 :].tolist(), strict=True)
                state.filled.update(zip(numbers[place:-1].tolist(), held, strict=True))
                place = len(starts) - 1
                state.frame = int(numbers[place])
            state.totals, state.n_samples = _pick(totals, place), int(n_samples[place])
            state.reached_ns = int(times[ends[place] - 1])
            place += 1

    def _take_few(
        self, state: SampleLaneState, times: list[int], columns: list[list[float]]
    ) -> None:
        """Do the same one by one: the same sums in the same order."""
        half_ns, span_ns = self._half_ns, self._span_ns
        for at_ns, x, y, z in zip(times, *columns, strict=True):
            frame = -((at_ns - half_ns) // -span_ns)
            if frame != state.frame:
                self._open(state, frame, at_ns)
            a, b, c = state.totals
            state.totals = (a + x, b + y, c + z)
            state.n_samples += 1
            state.reached_ns = at_ns

    @staticmethod
    def _add_up(
        before: Vector, starts: NDArray[np.int64], ends: NDArray[np.int64], rows: Values
    ) -> Values:
        """Return the sums of each frame, shape (3, n), the first one's added to what was there."""
        steps = np.repeat(np.arange(len(starts)), ends - starts)
        steps = np.append(0, steps)
        # bincount adds one after the other, whatever the pieces; ``sum`` rounds otherwise.
        return np.array(
            [
                np.bincount(steps, np.append(one, column))
                for one, column in zip(before, rows.T, strict=True)
            ]
        )

    def _open(self, state: SampleLaneState, frame: int, at_ns: int) -> None:
        """Finish the open frame and begin the next one."""
        if at_ns - state.reached_ns > self._bridge_ns:
            self.break_off(state)
        self._finish(state, at_ns)
        state.frame, state.n_samples, state.totals = frame, 0, (0.0, 0.0, 0.0)
        if state.run_ns == NEVER:
            state.run_ns = at_ns

    def break_off(self, state: SampleLaneState) -> None:
        """Leave out the open frame; the next sample begins a run."""
        state.frame, state.n_samples, state.run_ns = -1, 0, NEVER

    def _finish(self, state: SampleLaneState, known_ns: int) -> None:
        n = state.n_samples
        if n and self._is_whole(state, state.frame):
            x, y, z = state.totals
            state.filled[state.frame] = ((x / n, y / n, z / n), known_ns)

    def _is_whole(self, state: SampleLaneState, frame: int) -> bool:
        """Return whether the run had begun when the frame did."""
        begin_ns = (frame - 1) * self._span_ns + self._half_ns
        return state.run_ns - begin_ns <= self._half_ns


def _pick(totals: Values, place: int) -> Vector:
    x, y, z = totals[:, place].tolist()
    return (x, y, z)
