"""Where a replay stands, and when its next item is due: pure but for the clock it is given."""

import math
import threading
import time
from typing import Protocol

from breathsense.core.model.inputs import Item, get_item_time_ns

NS_PER_S = 1_000_000_000
LONGEST_WAIT_S = 3600.0
"""Longer waits are cut in pieces: the system takes no arbitrarily long ones."""


class ReplayClock(Protocol):
    """What a replay knows of time; tests put their own in its place."""

    def now_s(self) -> float:
        """Return seconds on a clock that never goes backwards."""
        ...

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        """Wait until ``changed`` is notified, or for ``seconds`` if they are given."""
        ...


class HostClock:
    """The computer's monotonic clock."""

    def now_s(self) -> float:
        """Return the host's monotonic time."""
        return time.monotonic()

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        """Sleep until notified or until the time is over."""
        changed.wait(seconds)


class Playhead:
    """The position on the session axis; not safe for threads, so whoever holds it holds a lock.

    Parameters
    ----------
    clock : ReplayClock
        Where time comes from.
    speed : float
        Seconds of the recording a second, greater than 0; ``math.inf`` has no pace at all.
    is_paused : bool
        Whether it stands still.

    Attributes
    ----------
    must_restart : bool
        It was sought to before what has been let go: the recording has to begin anew.

    """

    def __init__(self, clock: ReplayClock, *, speed: float, is_paused: bool) -> None:
        self._clock = clock
        self.speed = check_speed(speed)
        self.is_paused = is_paused
        self.must_restart = False
        # The position was anchor_ns when the clock showed anchor_s, and moves on from there.
        self._anchor_ns: int | None = None
        self._anchor_s = 0.0
        self._passed_ns: int | None = None
        self._next_ns: int | None = None
        self._sought_ns: int | None = None

    def pause(self, *, is_paused: bool) -> None:
        """Stand still, or go on from here."""
        self._anchor(self.position_ns)
        self.is_paused = is_paused

    def set_speed(self, speed: float) -> None:
        """Go on from here at another speed; raises ValueError if it is not greater than 0."""
        check_speed(speed)
        self._anchor(self.position_ns)
        self.speed = speed

    def seek(self, session_ns: int) -> None:
        """Stand at another place; what lies before it is due at once, paused or not."""
        if self._passed_ns is not None and session_ns < self._passed_ns:
            self.must_restart = True
        self._sought_ns = session_ns
        self._anchor(session_ns)

    def begin_anew(self) -> None:
        """Forget what has been passed: the recording begins anew."""
        self.must_restart = False
        self._passed_ns = None

    def face(self, item: Item | None) -> None:
        """Learn which item is next; ``None`` at the end. The very first one sets the position."""
        if item is None:
            self._next_ns = None
            return
        self._next_ns = max(get_item_time_ns(item), self._passed_ns or 0)
        if self._anchor_ns is None:
            self._anchor(self._next_ns, is_first=True)

    def pass_item(self) -> None:
        """The next item is let go."""
        self._passed_ns = self._next_ns

    @property
    def is_due(self) -> bool:
        """Whether the next item is to be let go now."""
        if self._next_ns is None:
            return False
        if self.is_paused and self._passed_ns is None and self._sought_ns is None:
            return False  # begun paused: the first item is where it stands, but not yet passed
        if math.isinf(self.speed) and not self.is_paused:
            return True
        return self._next_ns <= self._clock_position()

    @property
    def wait_s(self) -> float | None:
        """How long until the next item is due; ``None`` if only a command can change that."""
        if self.is_paused or self._next_ns is None:
            return None
        left_s = (self._next_ns - self._clock_position()) / (self.speed * NS_PER_S)
        return min(left_s, LONGEST_WAIT_S)

    @property
    def position_ns(self) -> int:
        """The position; it never runs ahead of a sink that is slower than the clock."""
        if self._anchor_ns is None:
            return 0
        reached_ns = self._clock_position()
        bound_ns = self._passed_ns if self._next_ns is None else self._next_ns
        if self.must_restart or bound_ns is None:
            return reached_ns
        if self._next_ns is not None and self._sought_ns is not None:
            bound_ns = max(bound_ns, self._sought_ns)
        return min(reached_ns, bound_ns)

    def _anchor(self, position_ns: int, *, is_first: bool = False) -> None:
        if is_first or self._anchor_ns is not None or self._sought_ns is not None:
            self._anchor_ns = position_ns
            self._anchor_s = self._clock.now_s()

    def _clock_position(self) -> int:
        anchor_ns = self._anchor_ns or 0
        if self.is_paused:
            return anchor_ns
        if math.isinf(self.speed):
            return max(anchor_ns, self._passed_ns or anchor_ns)
        elapsed_s = self._clock.now_s() - self._anchor_s
        return anchor_ns + round(elapsed_s * self.speed * NS_PER_S)


def check_speed(speed: float) -> float:
    """Return the speed; raises ValueError unless it is greater than 0."""
    if not speed > 0:
        raise ValueError(f"the speed of a replay must be greater than 0, not {speed}")
    return speed
