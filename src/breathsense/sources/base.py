"""The shape that all sources share."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from breathsense.core.model.inputs import Item


@dataclass(frozen=True, slots=True)
class Restart:
    """Sent by a replay that was sought backwards: forget everything, the recording starts anew."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The source has nothing more to give; ``problem`` says why, if it was not meant to end."""

    problem: str = ""


Sink = Callable[[Item | Restart | Finished], None]


class SessionClock:
    """Session time of live sources: ns since the session began, on the monotonic clock.

    One wall-clock reading is kept beside the origin; it is never asked again, so a clock that is
    set during a session moves nothing.

    Parameters
    ----------
    monotonic_ns : callable
        The host's clock; a faster one makes a virtual session pass quicker than real time.
    build_loop : callable
        Gives the event loop of a source that has one; its timers may run by another clock, too.

    """

    def __init__(
        self,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        build_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
    ) -> None:
        self._monotonic_ns = monotonic_ns
        self.build_loop = build_loop
        self.origin_ns = monotonic_ns()
        self.origin_wall_ns = time.time_ns()

    def now_ns(self) -> int:
        """Return the session time."""
        return self._monotonic_ns() - self.origin_ns


class Source(Protocol):
    """Gives items, in order, from a thread of its own."""

    def start(self, sink: Sink) -> None:
        """Begin; returns at once. ``sink`` may be called from any one thread, never after stop."""
        ...

    def stop(self) -> None:
        """End: runs the wearable's stop script, waits for it (bounded), gives back the thread."""
        ...
