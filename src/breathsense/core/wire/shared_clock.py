"""One clock for streams that come in the same packets, as acceleration and rotation mostly do."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from msgspec.structs import replace

from breathsense.core.model.samples import Values, freeze_values
from breathsense.core.profiles.spec import Stream
from breathsense.core.wire.beats import ArrivalClock, BeatClock
from breathsense.core.wire.clock import ClockFigures, SteadyClock
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.spacing import Timed

Run = list[tuple[Packet, int]]
"""Packets of one stream, each with its arrival."""


class Clock(Protocol):
    """Gives times to the samples of one stream."""

    state: Any

    def push_run(self, run: Run) -> list[Timed]:
        """Take packets, each with its arrival."""
        ...

    def break_line(self, reason: str) -> list[Timed]:
        """The next samples do not follow on the newest ones."""
        ...

    def flush(self) -> list[Timed]:
        """Give what is held back."""
        ...

    def tell(self) -> ClockFigures | None:
        """Return how the clock runs; ``None`` where there is none, or it is not known yet."""
        ...


@dataclass(slots=True)
class SharedState:
    """Of each stream its clock's state; while all came together, that of the first is kept."""

    clocks: list[Any] = field(default_factory=list)
    is_together: bool = True


class SharedClock:
    """Times streams that may be timed as one: their samples side by side, by one clock.

    Times depend on arrivals, stamps and counts alone, so that each stream gets the times that a
    clock of its own would give. From the first packet that does not hold all of them on, each has
    its own.

    Parameters
    ----------
    clocks : mapping of str to Clock
        By stream a clock; all alike, if there are several.
    widths : sequence of int
        How many channels each stream has.

    """

    def __init__(self, clocks: Mapping[str, Clock], widths: Sequence[int]) -> None:
        self.names = tuple(clocks)
        self._clocks = list(clocks.values())
        ends = np.cumsum(widths).tolist()
        self._columns = [slice(end - n, end) for end, n in zip(ends, widths, strict=True)]
        self._is_together = len(clocks) > 1

    @property
    def state(self) -> SharedState:
        """All that changes, to be saved and restored."""
        return SharedState([clock.state for clock in self._clocks], self._is_together)

    @state.setter
    def state(self, state: SharedState) -> None:
        for clock, one in zip(self._clocks, state.clocks, strict=True):
            clock.state = one
        self._is_together = state.is_together

    def push_runs(self, runs: Mapping[str, Run]) -> Iterator[tuple[str, list[Timed]]]:
        """Take packets of any of the streams; give what can be timed, stream by stream."""
        if self._is_together:
            if self._are_alike(runs):
                yield from self._split(self._clocks[0].push_run(self._lay_side_by_side(runs)))
                return
            self._part()
        for name, clock in zip(self.names, self._clocks, strict=True):
            if name in runs:
                yield name, clock.push_run(runs[name])

    def break_line(self, reason: str) -> Iterator[tuple[str, list[Timed]]]:
        """The next samples do not follow on the newest ones."""
        if self._is_together:
            yield from self._split(self._clocks[0].break_line(reason))
            return
        for name, clock in zip(self.names, self._clocks, strict=True):
            yield name, clock.break_line(reason)

    def flush(self) -> Iterator[tuple[str, list[Timed]]]:
        """Give what is held back."""
        if self._is_together:
            yield from self._split(self._clocks[0].flush())
            return
        for name, clock in zip(self.names, self._clocks, strict=True):
            yield name, clock.flush()

    def tell(self, name: str) -> ClockFigures | None:
        """Return how the clock of a stream runs."""
        return self._clocks[0 if self._is_together else self.names.index(name)].tell()

    def _are_alike(self, runs: Mapping[str, Run]) -> bool:
        first, *others = [runs.get(name, []) for name in self.names]
        return all(
            len(other) == len(first) and all(map(_is_like, first, other)) for other in others
        )

    def _lay_side_by_side(self, runs: Mapping[str, Run]) -> Run:
        sides = [[one.values for one, _ in runs[name] if len(one.values)] for name in self.names]
        if not sides[0]:
            return runs[self.names[0]]
        values = freeze_values(np.concatenate([np.concatenate(side) for side in sides], axis=1))
        joined: Run = []
        end = 0
        for packet, host_ns in runs[self.names[0]]:
            start, end = end, end + len(packet.values)
            joined.append((replace(packet, values=values[start:end]), host_ns))
        return joined

    def _split(self, timed: list[Timed]) -> Iterator[tuple[str, list[Timed]]]:
        for name, columns in zip(self.names, self._columns, strict=True):
            yield name, [replace(one, values=_cut(one.values, columns)) for one in timed]

    def _part(self) -> None:
        """Go on with a clock for each stream, as if there had always been one."""
        shared = self._clocks[0].state
        for clock, columns in zip(self._clocks, self._columns, strict=True):
            positions, timeline, own = deepcopy(shared)
            own.held = [replace(one, values=_cut(one.values, columns)) for one in own.held]
            clock.state = positions, timeline, own
        self._is_together = False


def _is_like(one: tuple[Packet, int], other: tuple[Packet, int]) -> bool:
    """Return whether packets of two streams get the same times."""
    (first, at_ns), (second, other_ns) = one, other
    return (
        at_ns == other_ns
        and first.t_device_ns == second.t_device_ns
        and first.n_lost == second.n_lost
        and len(first.values) == len(second.values)
    )


def _cut(values: Values, columns: slice) -> Values:
    # A copy in one piece: sums over a view may add in another order.
    return freeze_values(np.ascontiguousarray(values[:, columns]))


def build_clocks(streams: Sequence[tuple[Stream, float | None]]) -> list[SharedClock]:
    """Return the clocks of streams, each with its rate; those that may come together share one."""
    groups: dict[Any, dict[str, tuple[Clock, int]]] = {}
    for stream, rate_hz in streams:
        clock = build_clock(stream, rate_hz)
        is_alone = not isinstance(clock, SteadyClock)
        key = stream.name if is_alone else (stream.time, rate_hz)
        groups.setdefault(key, {})[stream.name] = clock, len(stream.channels)
    return [
        SharedClock(
            {name: clock for name, (clock, _) in group.items()}, [n for _, n in group.values()]
        )
        for group in groups.values()
    ]


def build_clock(stream: Stream, rate_hz: float | None) -> Clock:
    """Return the clock that fits what a stream is."""
    if stream.signal == "rr":
        return BeatClock()
    if stream.signal == "hr" or (stream.signal == "other" and rate_hz is None):
        return ArrivalClock()
    return SteadyClock(stream, rate_hz)
