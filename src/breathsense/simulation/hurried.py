"""Time that passes faster than on the wall, and waits for a computer that is busy."""

import threading
import time
from collections.abc import Callable

LONGEST_STEP_NS = 30_000_000
"""A connection interval of the virtual links: whoever looks that often sees no hurry missing."""


class HurriedClock:
    """A clock that runs so many times as fast as the wall's, but only while it is looked at.

    Between two looks no more passes than ``longest_step_ns`` of the wall's time, hurried. On a
    computer that is busy with something else a wearable's life stands still with everything else,
    so that a handshake has as many connection events to end in as it has on an idle one.

    Parameters
    ----------
    speed : float
        How many times as fast.
    longest_step_ns : int
        Of the wall's time, between two looks.
    monotonic_ns : callable
        The wall's clock.

    """

    def __init__(
        self,
        speed: float,
        longest_step_ns: int = LONGEST_STEP_NS,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._speed = speed
        self._longest_step_ns = longest_step_ns
        self._monotonic_ns = monotonic_ns
        self._lock = threading.Lock()
        self._looked_ns = monotonic_ns()
        self._now_ns = 0

    def __call__(self) -> int:
        """Return the time in ns, from 0 on; never backwards, from any thread."""
        with self._lock:
            wall_ns = self._monotonic_ns()
            step_ns = min(wall_ns - self._looked_ns, self._longest_step_ns)
            self._looked_ns = wall_ns
            self._now_ns += round(step_ns * self._speed)
            return self._now_ns
