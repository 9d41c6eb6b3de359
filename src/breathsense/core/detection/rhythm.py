"""Breaths of a motion sensor are told only while they come about as regularly as breaths do.

Sway that is taken for breathing turns at odd times: the time from one peak to the next is now half,
now twice what is usual. Breathing that is seen as it is does not. Behind a braced wall, though, a
breath comes when it can: while a mark asks for a brace, every breath is told and none is learnt
from.

Sway also hides a breath now and then, or makes two of one. So the rate is taken from the same
intervals, each counted as the whole number of usual ones that it is closest to.
"""

import math
from dataclasses import dataclass, field, replace
from statistics import median

from breathsense.core.detection.breaths import MINUTE_NS
from breathsense.core.detection.turns import BRACING
from breathsense.core.model.events import Breath, BreathEnd, PhaseHint, RatePoint, Sigh, Unscored
from breathsense.core.model.inputs import Mark


@dataclass(frozen=True, slots=True)
class RhythmParams:
    """When peaks are believed to be breaths.

    Parameters
    ----------
    most_uneven, even : float
        Unevenness is the mean distance of the last intervals from their median, as a natural
        logarithm. Nothing is told from the first of these values on, until it is below the second.
    least, most : int
        Intervals needed, and looked at.
    memory_ns : int
        Older peaks than this do not count.
    late_ns : int
        People let go of a brace so much later than they are asked to.

    """

    most_uneven: float = 0.25
    even: float = 0.18
    least: int = 2
    most: int = 8
    memory_ns: int = 60_000_000_000
    late_ns: int = 1_500_000_000


@dataclass(slots=True)
class RhythmState:
    """Ends and lengths of the last intervals; ``last_ns`` is the newest peak since a break.

    ``withheld`` is the number of the newest breath that was not told; until ``braced_ns`` a mark
    asks for a brace.
    """

    intervals: list[tuple[int, int]] = field(default_factory=list)
    last_ns: int = -1
    is_doubtful: bool = True
    withheld: int = -1
    braced_ns: int = -1


class RhythmGuard:
    """Lets breaths and rates of one sensor pass while they are even, and withholds them else.

    A breath that is withheld is told as ``Unscored("uneven")``; its end, a sigh and rates are left
    out. All else passes. No interval is taken across a break in the waveform; what was known before
    it still counts. A rate is told as that of the last intervals (``find_rate``), but as it comes
    while a mark asks for a brace.
    """

    def __init__(self, sensor: str, params: RhythmParams) -> None:
        self._sensor = sensor
        self._params = params
        self.state = RhythmState()

    def push(self, item: object) -> list[object]:
        """Take an item; give it, or why it is withheld."""
        state = self.state
        if isinstance(item, Mark) and item.label in BRACING:
            until_ns = item.start_ns + item.duration_ns + self._params.late_ns
            state.braced_ns = max(state.braced_ns, until_ns)
        if getattr(item, "sensor", None) != self._sensor:
            return [item]
        if isinstance(item, Breath):
            return self._judge(item)
        if isinstance(item, PhaseHint) and item.phase == "unknown":
            state.last_ns = -1
        if isinstance(item, BreathEnd | Sigh) and item.number == state.withheld:
            return []
        return self._rate(item) if isinstance(item, RatePoint) else [item]

    def flush(self) -> list[object]:
        """Nothing: each breath was judged as it came."""
        return []

    def _rate(self, point: RatePoint) -> list[object]:
        if self.state.is_doubtful:
            return []
        if point.t_ns <= self.state.braced_ns:
            return [point]
        lengths = [length for _, length in self.state.intervals]
        return [replace(point, per_min=find_rate(lengths))]

    def _judge(self, breath: Breath) -> list[object]:
        state, params = self.state, self._params
        before_ns, state.last_ns = state.last_ns, breath.peak_ns
        if breath.peak_ns <= state.braced_ns:
            return [breath]
        if before_ns >= 0:
            interval = (breath.peak_ns, breath.peak_ns - before_ns)
            state.intervals = [*state.intervals, interval][-params.most :]
        since_ns = breath.peak_ns - params.memory_ns
        state.intervals = [one for one in state.intervals if one[0] > since_ns]
        limit = params.even if state.is_doubtful else params.most_uneven
        state.is_doubtful = (
            len(state.intervals) < params.least
            or find_unevenness([length for _, length in state.intervals]) >= limit
        )
        if not state.is_doubtful:
            return [breath]
        state.withheld = breath.number
        start_ns = before_ns if before_ns >= 0 else breath.inhale_start_ns
        return [Unscored(self._sensor, start_ns, breath.peak_ns, "uneven")]


def find_unevenness(intervals_ns: list[int]) -> float:
    """Return the mean distance of intervals from their median, as a natural logarithm."""
    usual = median(intervals_ns)
    return sum(abs(math.log(max(1, one) / usual)) for one in intervals_ns) / len(intervals_ns)


def find_rate(intervals_ns: list[int]) -> float:
    """Return the breaths a minute that intervals show, though some were missed or split in two."""
    usual = median(intervals_ns)
    n_breaths = sum(round(one / usual) for one in intervals_ns)
    return MINUTE_NS * n_breaths / sum(intervals_ns)
