"""A recording played again: the same items, with their own stamps, at any speed."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.inputs import Item
from breathsense.sources.base import Finished, Restart, Sink
from breathsense.sources.playhead import HostClock, Playhead, ReplayClock

_LOG = logging.getLogger(__name__)
STOP_S = 10.0
"""Longest wait of ``stop`` for a sink that is busy with an item."""

_Turn = Literal["emit", "restart", "finish", "stop"]


class ReplaySource:
    """Emits recorded items in their order, unchanged; a ``Source`` that also can be steered.

    One rule drives it: an item is let go as soon as its time is not after the position. Playing
    moves the position on; seeking sets it, so whatever lies before the new position goes out at
    once. Seeking backwards sends ``Restart`` first and begins the recording anew, so the engine
    always sees the recording from its start, without a hole. At the end ``Finished`` is sent;
    seeking still works then.

    Parameters
    ----------
    read_items : callable
        Opens the recording anew and gives its items in order; called once for each beginning.
    speed : float
        1 is real time; ``math.inf`` is as fast as the sink takes them.
    is_paused : bool
        Begin paused, at the first item.
    clock : ReplayClock or None
        Where time comes from; the host's monotonic clock by default.

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
        self._head = Playhead(self._clock, speed=speed, is_paused=is_paused)
        self._changed = threading.Condition()
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
            self._thread.join(STOP_S)

    def pause(self) -> None:
        """Hold the position."""
        with self._changed:
            self._head.pause(is_paused=True)
            self._changed.notify_all()

    def resume(self) -> None:
        """Play on from the position."""
        with self._changed:
            self._head.pause(is_paused=False)
            self._changed.notify_all()

    def set_speed(self, speed: float) -> None:
        """Play on at another speed; ``math.inf`` is as fast as the sink takes the items.

        Raises
        ------
        ValueError
            If the speed is not greater than zero.

        """
        with self._changed:
            self._head.set_speed(speed)
            self._changed.notify_all()

    def seek(self, session_ns: int) -> None:
        """Go to a session time; what lies before it is sent without pacing, paused or not."""
        with self._changed:
            self._head.seek(session_ns)
            self._changed.notify_all()

    @property
    def position_ns(self) -> int:
        """Session time that has been reached; 0 before the first item is known."""
        with self._changed:
            return self._head.position_ns

    @property
    def speed(self) -> float:
        """The speed that was set last."""
        with self._changed:
            return self._head.speed

    @property
    def is_paused(self) -> bool:
        """Whether the position is held."""
        with self._changed:
            return self._head.is_paused

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
        try:
            sink(finished)
        except Exception:  # noqa: BLE001 - the thread ends here in any case
            _LOG.exception("what takes the items failed")

    def _play(self, sink: Sink) -> None:
        items = iter(self._read_items())
        item = self._take(items)
        while (turn := self._wait_for_turn(item)) != "stop":
            if turn == "restart":
                sink(Restart())
                items = iter(self._read_items())
                item = self._take(items)
            elif item is None:
                sink(Finished())
            else:
                sink(item)
                item = self._take(items)

    def _take(self, items: Iterator[Item]) -> Item | None:
        item = next(items, None)
        with self._changed:
            self._head.face(item)
        return item

    def _wait_for_turn(self, item: Item | None) -> _Turn:
        with self._changed:
            while (turn := self._choose_turn(item)) is None:
                self._clock.wait(self._changed, self._head.wait_s)
            return turn

    def _choose_turn(self, item: Item | None) -> _Turn | None:
        if self._is_stopping:
            return "stop"
        if self._head.must_restart:
            self._head.begin_anew()
            self._has_finished = False
            return "restart"
        if item is None and not self._has_finished:
            self._has_finished = True
            return "finish"
        if self._head.is_due:
            self._head.pass_item()
            return "emit"
        return None
