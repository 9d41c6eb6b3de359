"""Whether an accelerometer is at the end of its range."""

from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.events import Unscored
from breathsense.core.model.samples import Gap, SampleBlock


@dataclass(frozen=True, slots=True)
class RailParams:
    """When an axis stands at the end of its range.

    Parameters
    ----------
    least_size : float
        At rest an axis shows gravity at the most. What stands still at this many times the usual
        length of the acceleration is no posture.
    still_frac : float
        Share of that length by which equal values may differ: rounding only.
    least_ns, least_samples : int
        So long, and for so many samples, the axis must stand still; a real blow turns sooner.
    join_ns : int
        Spans nearer than this are one: somebody who runs meets the end with every step.

    """

    least_size: float = 1.4
    still_frac: float = 1e-4
    least_ns: int = 30_000_000
    least_samples: int = 3
    join_ns: int = 2_000_000_000


@dataclass(slots=True)
class RailState:
    """Lengths so far, added up and counted; the value each axis stands at, since when, how often.

    ``span`` is what is told once nothing follows on it: start and end, -1 where there is none.
    """

    total: float = 0.0
    n_samples: int = 0
    stands: list[tuple[float, int, int]] = field(default_factory=lambda: [(0.0, 0, 0)] * 3)
    span: tuple[int, int] = (-1, -1)


class RailWatch:
    """Tells ``Unscored("saturated")`` of one sensor's acceleration; all else passes unchanged.

    A span is told once the acceleration was in range again for ``join_ns``, at a gap in the
    acceleration, or at the end of the input. Nothing is taken across a gap.
    """

    def __init__(self, sensor: str, params: RailParams) -> None:
        self._sensor = sensor
        self._params = params
        self.state = RailState()

    def push(self, item: object) -> list[object]:
        """Take an item; acceleration may end a span."""
        if getattr(item, "sensor", None) != self._sensor:
            return [item]
        if isinstance(item, Gap) and item.signal == "acc":
            self._come_back()
            return [*self._close(), item]
        if isinstance(item, SampleBlock) and item.signal == "acc" and len(item.t_ns):
            return [*self._follow(item), item]
        return [item]

    def flush(self) -> list[object]:
        """Tell the span that is open."""
        return self._close()

    def _follow(self, block: SampleBlock) -> list[object]:
        state = self.state
        x, y, z = block.values.T
        with np.errstate(over="ignore"):  # what no sensor sends may be beyond all numbers
            sizes = np.hypot(np.hypot(x, y), z)
            total = np.cumsum(np.concatenate(([state.total], sizes)))[1:]
            counts = state.n_samples + np.arange(1, len(sizes) + 1)
            usual = total / counts
            limit = self._params.least_size * usual
        state.total, state.n_samples = float(total[-1]), int(counts[-1])
        is_high = np.abs(block.values) >= limit[:, None]
        given: list[object] = []
        before = -1
        for row in np.flatnonzero(is_high.any(axis=1)).tolist():
            if row != before + 1:
                self._come_back()
            t_ns, before = int(block.t_ns[row]), row
            given += self._close_before(t_ns)
            still = self._params.still_frac * float(usual[row])
            for axis, value in enumerate(block.values[row].tolist()):
                self._stand(axis, value if is_high[row, axis] else 0.0, t_ns, still)
        if before != len(sizes) - 1:
            self._come_back()
        return given + self._close_before(int(block.t_ns[-1]))

    def _come_back(self) -> None:
        self.state.stands = [(0.0, 0, 0)] * 3

    def _close_before(self, t_ns: int) -> list[object]:
        is_over = t_ns - self.state.span[1] > self._params.join_ns
        return self._close() if self.state.span[0] >= 0 and is_over else []

    def _stand(self, axis: int, value: float, t_ns: int, still: float) -> None:
        """Take a value of an axis, 0 where it is well in range."""
        state, params = self.state, self._params
        level, since_ns, n = state.stands[axis]
        if value == 0.0:
            state.stands[axis] = (0.0, 0, 0)
            return
        if n == 0 or abs(value - level) > still:
            level, since_ns, n = value, t_ns, 0
        state.stands[axis] = (level, since_ns, n + 1)
        if n + 1 >= params.least_samples and t_ns - since_ns >= params.least_ns:
            start_ns = state.span[0] if state.span[0] >= 0 else since_ns
            state.span = (min(start_ns, since_ns), t_ns)

    def _close(self) -> list[object]:
        (start_ns, end_ns), self.state.span = self.state.span, (-1, -1)
        if start_ns < 0:
            return []
        return [Unscored(self._sensor, start_ns, end_ns, "saturated")]
