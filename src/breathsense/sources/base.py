"""The shape that all sources share."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Session time of live sources: ns since the session began, on the monotonic clock.

    One wall-clock reading is kept beside the origin; it is never asked again, so a clock that is
    set during a session moves nothing.
    """

    origin_ns: int = field(default_factory=time.monotonic_ns)
    origin_wall_ns: int = field(default_factory=time.time_ns)

    def now_ns(self) -> int:
        """Return the session time."""
        return time.monotonic_ns() - self.origin_ns


class Source(Protocol):
    """Gives items, in order, from a thread of its own."""

    def start(self, sink: Sink) -> None:
        """Begin; returns at once. ``sink`` may be called from any one thread, never after stop."""
        ...

    def stop(self) -> None:
        """End: runs the wearable's stop script, waits for it (bounded), gives back the thread."""
        ...
