"""Turns to breaths and rates."""

from dataclasses import dataclass, field

from breathsense.core.model.events import Breath, BreathEnd, PhaseHint, RatePoint, Turn
from breathsense.core.model.samples import Waveform

MINUTE_NS = 60_000_000_000
FEWEST_PEAKS = 2
SURE_PEAKS = 3
"""One period alone is worth half: it may be the one between two movements that were no breaths."""


@dataclass(frozen=True, slots=True)
class BreathParams:
    """How breaths become a rate.

    Parameters
    ----------
    rate_every_ns : int
        A rate is told at least this often while it is known (the contract asks for 10 s).
    n_peaks : int
        A rate is taken over the last so many breaths ...
    window_ns : int
        ... of the last 32 s (the usual window of the field), but always over the last three.
    stale_periods : float
        No rate is told once the newest breath is older than so many periods: the wearer holds the
        breath, or the sensor is off.

    """

    rate_every_ns: int = 5_000_000_000
    n_peaks: int = 17
    window_ns: int = 32_000_000_000
    stale_periods: float = 2.5


@dataclass(slots=True)
class BreathState:
    """The turns that the next breath and the next rate are made of."""

    trough: Turn | None = None
    number: int = -1
    is_open: bool = False
    peaks_ns: list[int] = field(default_factory=list)
    qualities: list[float] = field(default_factory=list)
    next_rate_ns: int | None = None


class BreathBuilder:
    """The turns of one sensor to its breaths, their ends and its rate.

    A breath is told at its peak, its end at the trough that follows. A breath whose inspiration
    was not seen (the first, or one after a gap) is not told; one that a gap cuts off gets no end.
    A rate is told with each breath and on fixed times of the session axis, counted anew after a
    gap, which shows as a phase that is unknown again. Everything that comes in is passed on.
    """

    def __init__(self, sensor: str, params: BreathParams) -> None:
        self._sensor = sensor
        self._params = params
        self.state = BreathState()

    def push(self, item: object) -> list[object]:
        """Take an item; turns of this sensor give breaths, its waveform lets time pass."""
        if isinstance(item, Turn) and item.sensor == self._sensor:
            ticks = self._tick(item.decided_ns - 1)
            return [*ticks, item, *(self._peak(item) if item.is_peak else self._trough(item))]
        if isinstance(item, Waveform) and item.sensor == self._sensor and len(item.known_ns):
            return [*self._tick(int(item.known_ns[-1])), item]
        if isinstance(item, PhaseHint) and item.sensor == self._sensor and item.phase == "unknown":
            ticks = self._tick(item.t_ns - 1)
            self.state = BreathState(number=self.state.number)
            return [*ticks, item]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: the open breath stays open."""
        return []

    def _trough(self, turn: Turn) -> list[object]:
        state = self.state
        state.trough = turn
        if not state.is_open:
            return []
        state.is_open = False
        return [BreathEnd(self._sensor, state.number, turn.t_ns, turn.decided_ns)]

    def _peak(self, turn: Turn) -> list[object]:
        state = self.state
        state.peaks_ns = [*state.peaks_ns, turn.t_ns][-self._params.n_peaks :]
        state.qualities = [*state.qualities, turn.quality][-self._params.n_peaks :]
        if state.trough is None or state.trough.t_ns >= turn.t_ns:
            return []
        state.number += 1
        state.is_open = True
        breath = Breath(
            self._sensor,
            state.number,
            state.trough.t_ns,
            turn.t_ns,
            turn.value - state.trough.value,
            turn.decided_ns,
            "unknown",
            turn.quality,
        )
        state.trough = None
        point = self._rate(turn.decided_ns)
        return [breath] if point is None else [breath, point]

    def _tick(self, until_ns: int) -> list[object]:
        """Tell the rate at the fixed times up to this one."""
        state, every_ns = self.state, self._params.rate_every_ns
        points: list[object] = []
        if state.next_rate_ns is None:
            state.next_rate_ns = until_ns
        while state.next_rate_ns <= until_ns:
            point = self._rate(state.next_rate_ns)
            if point is None:  # nor will it be known again before the next breath
                state.next_rate_ns = (until_ns // every_ns + 1) * every_ns
            else:
                points.append(point)
                state.next_rate_ns += every_ns
        return points

    def _rate(self, t_ns: int) -> RatePoint | None:
        peaks_ns = self.state.peaks_ns
        recent = [one for one in peaks_ns if one >= peaks_ns[-1] - self._params.window_ns]
        recent = recent if len(recent) >= SURE_PEAKS else peaks_ns[-SURE_PEAKS:]
        if len(recent) < FEWEST_PEAKS:
            return None
        period_ns = (recent[-1] - recent[0]) / (len(recent) - 1)
        if period_ns <= 0 or t_ns - recent[-1] > self._params.stale_periods * period_ns:
            return None
        qualities = self.state.qualities[-len(recent) :]
        quality = sum(qualities) / len(qualities)
        quality *= 1.0 if len(recent) >= SURE_PEAKS else 0.5
        return RatePoint(self._sensor, t_ns, MINUTE_NS / period_ns, quality)
