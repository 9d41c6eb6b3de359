"""A recording played again: the same items, with their own stamps, at any speed."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.sources.base import Finished, Restart, Sink

_LOG = logging.getLogger(__name__)
_STOP_S = 10.0
LONGEST_WAIT_S = 3600.0
"""Longer waits are cut in pieces: the system takes no arbitrarily long ones."""
NS_PER_S = 1_000_000_000

_Turn = Literal["emit", "restart", "finish", "stop"]


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


def get_item_time_ns(item: Item) -> int:
    """Return the session time at which an item was known, and so when a replay lets it go."""
    if isinstance(item, SampleBlock):
        return int(item.t_ns[-1]) if len(item.t_ns) else 0
    if isinstance(item, Gap):
        return item.end_ns
    if isinstance(item, Mark):
        return item.start_ns
    return item.host_ns


class ReplaySource:
    """Emits recorded items in their order, unchanged; a ``Source`` that also can be steered.

    One rule drives it: an item is let go as soon as its time is not after the position. Playing
    moves the position on; seeking sets it, so whatever lies before the new position goes out at
    once. Seeking backwards sends ``Restart`` first and begins the recording anew, so the engine
    always sees the recording from its start, without a hole.

    Parameters
    ----------
    read_items : callable
        Opens the recording anew and gives its items in order; called once for each beginning.
    speed : float
        1 is real time; ``math.inf`` is as fast as the sink takes them.
    is_paused : bool
        Begin paused, at the first item.
    clock : ReplayClock
        Where time comes from.

    """

    def __init__(
        self,
        read_items: Callable[[], Iterable[Item]],
        *,
        speed: float = 1.0,
        is_paused: bool = False,
        clock: ReplayClock | None = None,
    ) -> None:
        self._read_items = read_items
        self._clock = clock or HostClock()
        self._changed = threading.Condition()
        self._speed = _check_speed(speed)
        self._is_paused = is_paused
        # The position was anchor_ns when the clock showed anchor_s, and moves on from there.
        self._anchor_ns: int | None = None
        self._anchor_s = 0.0
        self._emitted_ns: int | None = None
        self._next_ns: int | None = None
        self._sought_ns: int | None = None
        self._must_restart = False
        self._is_stopping = False
        self._has_finished = False
        self._thread: threading.Thread | None = None

    def start(self, sink: Sink) -> None:
        """Begin to play in a thread of its own; returns at once."""
        self._thread = threading.Thread(
            target=self._run, args=(sink,), name="breathsense-replay", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End; no item follows once this has returned. May be called again, from any thread."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_S)

    def pause(self) -> None:
        """Hold the position; items up to it have gone or still go out."""
        with self._changed:
            self._anchor(self._position())
            self._is_paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Play on from the position."""
        with self._changed:
            self._anchor(self._position())
            self._is_paused = False
            self._changed.notify_all()

    def set_speed(self, speed: float) -> None:
        """Play on at another speed; ``math.inf`` is as fast as the sink takes the items.

        Raises
        ------
        ValueError
            If the speed is not greater than zero.

        """
        _check_speed(speed)
        with self._changed:
            self._anchor(self._position())
            self._speed = speed
            self._changed.notify_all()

    def seek(self, session_ns: int) -> None:
        """Go to a session time; what lies before it is sent without pacing, paused or not."""
        with self._changed:
            if self._emitted_ns is not None and session_ns < self._emitted_ns:
                self._must_restart = True
            self._sought_ns = session_ns
            self._anchor(session_ns)
            self._changed.notify_all()

    @property
    def position_ns(self) -> int:
        """Session time that has been reached; 0 before the first item is known."""
        with self._changed:
            return self._position()

    @property
    def speed(self) -> float:
        """The speed that was set last."""
        with self._changed:
            return self._speed

    @property
    def is_paused(self) -> bool:
        """Whether the position is held."""
        with self._changed:
            return self._is_paused

    def _anchor(self, position_ns: int) -> None:
        if self._anchor_ns is not None or self._sought_ns is not None:
            self._anchor_ns = position_ns
            self._anchor_s = self._clock.now_s()

    def _position(self) -> int:
        """Return the position, which never runs ahead of a sink that is slower than the clock."""
        if self._anchor_ns is None:
            return 0
        reached_ns = self._clock_position()
        if self._must_restart:
            return reached_ns
        bound_ns = self._next_ns if self._next_ns is not None else self._emitted_ns
        if bound_ns is None:
            return reached_ns
        if self._next_ns is not None and self._sought_ns is not None:
            bound_ns = max(bound_ns, self._sought_ns)
        return min(reached_ns, bound_ns)

    def _clock_position(self) -> int:
        anchor_ns = self._anchor_ns or 0
        if self._is_paused:
            return anchor_ns
        if math.isinf(self._speed):
            return max(anchor_ns, self._emitted_ns or anchor_ns)
        elapsed_s = self._clock.now_s() - self._anchor_s
        return anchor_ns + round(elapsed_s * self._speed * NS_PER_S)

    def _run(self, sink: Sink) -> None:
        try:
            self._play(sink)
        except BreathSenseError as error:
            self._send_last(sink, Finished(str(error)))
        except Exception as error:  # noqa: BLE001 - whoever listens must learn of its end
            _LOG.exception("the replay broke off")
            self._send_last(sink, Finished(f"the replay broke off: {error!r}"))

    def _send_last(self, sink: Sink, finished: Finished) -> None:
        with self._changed:
            if self._is_stopping:
                return
        sink(finished)

    def _play(self, sink: Sink) -> None:
        items = iter(self._read_items())
        item = self._take(items)
        while True:
            match self._wait_for_turn(item):
                case "stop":
                    return
                case "restart":
                    sink(Restart())
                    items = iter(self._read_items())
                    item = self._take(items)
                case "finish":
                    sink(Finished())
                case "emit" if item is not None:
                    sink(item)
                    item = self._take(items)
                case _:  # pragma: no cover - "emit" is only given for an item
                    raise AssertionError

    def _take(self, items: Iterator[Item]) -> Item | None:
        """Take the next item; its time, never going backwards, is what the position is held to."""
        item = next(items, None)
        with self._changed:
            if item is None:
                self._next_ns = None
            else:
                self._next_ns = max(get_item_time_ns(item), self._emitted_ns or 0)
            if self._anchor_ns is None and self._next_ns is not None:
                self._anchor_ns = self._next_ns
                self._anchor_s = self._clock.now_s()
        return item

    def _wait_for_turn(self, item: Item | None) -> _Turn:
        with self._changed:
            while True:
                turn = self._choose_turn(item)
                if turn is not None:
                    return turn
                self._clock.wait(self._changed, self._get_wait_s())

    def _choose_turn(self, item: Item | None) -> _Turn | None:
        if self._is_stopping:
            return "stop"
        if self._must_restart:
            self._must_restart = False
            self._has_finished = False
            self._emitted_ns = None
            return "restart"
        if item is None:
            if self._has_finished:
                return None
            self._has_finished = True
            return "finish"
        if not self._is_due():
            return None
        self._emitted_ns = self._next_ns
        return "emit"

    def _is_due(self) -> bool:
        if self._next_ns is None:
            return False
        if math.isinf(self._speed) and not self._is_paused:
            return True
        if self._is_paused and self._emitted_ns is None and self._sought_ns is None:
            return False
        return self._next_ns <= self._clock_position()

    def _get_wait_s(self) -> float | None:
        if self._is_paused or self._next_ns is None:
            return None
        left_s = (self._next_ns - self._clock_position()) / (self._speed * NS_PER_S)
        return min(left_s, LONGEST_WAIT_S)


def _check_speed(speed: float) -> float:
    if not speed > 0:
        raise ValueError(f"the speed of a replay must be greater than 0, not {speed}")
    return speed
