"""Times of what the heart does: beats lie as far apart as they say, a rate is news."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from breathsense.core.model.samples import Values
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.spacing import Timed, keep_order
from breathsense.core.wire.timeline import MS, S

LONGEST_MS = 3000.0
"""A longer interval is an artefact, as is 0 (a missed or doubled beat)."""
USUAL_LATENESS_NS = 1_200 * MS
"""A packet a second: a beat waits up to 1 s for it."""
GREATEST_LATENESS_NS = 3 * S
STRETCH = 0.02


@dataclass(slots=True)
class BeatState:
    """The newest beat, and why the next one does not follow on it."""

    last_t_ns: int | None = None
    broken_by: str = ""


class _HeartClock(ABC):
    """What both kinds have in common: a state, and nothing that is held back or told."""

    def __init__(self) -> None:
        self.state = BeatState()

    @abstractmethod
    def push(self, packet: Packet, host_ns: int) -> list[Timed]:
        """Take a packet; each kind times it in its own way."""

    def push_run(self, run: Iterable[tuple[Packet, int]]) -> list[Timed]:
        """Take packets, each with its arrival."""
        return [timed for packet, host_ns in run for timed in self.push(packet, host_ns)]

    def break_line(self, reason: str) -> list[Timed]:
        """The next value does not follow on the newest one."""
        if self.state.last_t_ns is not None:
            self.state.broken_by = self.state.broken_by or reason
        return []

    def flush(self) -> list[Timed]:
        """Nothing is held back."""
        return []


class BeatClock(_HeartClock):
    """Times of beat to beat intervals: each beat lies one interval after the one before.

    The sum of the intervals is held against the arrivals: a beat that comes to lie after the packet
    that tells of it is drawn back, one that falls more than a second behind is drawn forward,
    each by at most 2 % of an interval; if they are 3 s apart, beats were lost. Intervals of 0 or
    above 3 s break the sum: the beat is left out, and the next one is found anew from its arrival.
    """

    def push(self, packet: Packet, host_ns: int) -> list[Timed]:
        """Take a packet of intervals in ms, oldest first."""
        given: list[Timed] = []
        intervals = packet.values[:, 0]
        is_good = np.isfinite(intervals) & (intervals > 0) & (intervals <= LONGEST_MS)
        left_ns = np.where(is_good, intervals, 0.0)[::-1].cumsum()[::-1] * MS
        for position in range(len(intervals)):
            if not is_good[position]:
                self.break_line("missing_values")
                continue
            interval_ns = round(float(intervals[position]) * MS)
            # The last beat of the packet came no later than the packet.
            latest_ns = host_ns - round(float(left_ns[position])) + interval_ns
            given.append(self._beat(interval_ns, latest_ns, packet.values[position : position + 1]))
        return given

    def tell(self) -> None:
        """Nothing is known of a clock."""

    def _beat(
        self,
        interval_ns: int,
        latest_ns: int,
        value: Values,
    ) -> Timed:
        state = self.state
        t_ns = latest_ns
        if state.last_t_ns is not None and not state.broken_by:
            t_ns = state.last_t_ns + interval_ns
            lateness_ns = latest_ns - t_ns
            if abs(lateness_ns) > GREATEST_LATENESS_NS:
                state.broken_by, t_ns = "packet_loss", latest_ns
            elif lateness_ns > USUAL_LATENESS_NS:
                t_ns += round(STRETCH * interval_ns)
            elif lateness_ns < 0:
                t_ns += max(lateness_ns, -round(STRETCH * interval_ns))
        times = keep_order(np.array([t_ns], dtype=np.int64), state.last_t_ns)
        broken_by, state.broken_by = state.broken_by, ""
        state.last_t_ns = int(times[0])
        return Timed(times, value, broken_by)


class ArrivalClock(_HeartClock):
    """Times of values that are news rather than samples (heart rate): their arrival."""

    def push(self, packet: Packet, host_ns: int) -> list[Timed]:
        """Take a packet; several values lie 1 ms apart."""
        n = len(packet.values)
        if not n:
            return []
        state = self.state
        t_ns = host_ns - np.arange(n - 1, -1, -1, dtype=np.int64) * MS
        t_ns = keep_order(t_ns, state.last_t_ns)
        broken_by, state.broken_by = state.broken_by, ""
        state.last_t_ns = int(t_ns[-1])
        return [Timed(t_ns, packet.values, broken_by)]

    def tell(self) -> None:
        """Nothing is known of a clock."""
