"""Time that passes at once: hours of a virtual session in seconds, the same on any machine.

Where an event loop would sleep until its next timer, its clock is moved there instead, so that
nothing depends on how busy the computer is.
"""

import asyncio
import selectors
import threading
import time
from typing import Any

NS_PER_S = 1_000_000_000


class InstantTime:
    """A clock, and event loops that run by it.

    Parameters
    ----------
    until_s : float
        Up to here time passes at once; from then on as for everybody, so that whoever wants to
        stop what runs can do so.

    """

    def __init__(self, until_s: float) -> None:
        self.until_s = until_s
        self.is_reached = threading.Event()
        self._now_s = 0.0

    @property
    def now_s(self) -> float:
        """The time."""
        return self._now_s

    def now_ns(self) -> int:
        """Return the time."""
        return round(self._now_s * NS_PER_S)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._now_s += seconds

    def build_loop(self) -> asyncio.AbstractEventLoop:
        """Return a fresh event loop that runs by this clock; one at a time."""
        return _InstantLoop(self)


class _InstantSelector(selectors.SelectSelector):
    def __init__(self, clock: InstantTime) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[Any]:
        ready: list[Any] = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is not None and self._clock.now_s + timeout <= self._clock.until_s:
            self._clock.pass_by(timeout)
            return ready
        self._clock.is_reached.set()
        began_s = time.monotonic()
        ready = super().select(timeout)
        self._clock.pass_by(time.monotonic() - began_s)
        return ready


class _InstantLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: InstantTime) -> None:
        self._instant = clock
        super().__init__(_InstantSelector(clock))

    def time(self) -> float:
        return self._instant.now_s
