"""A running session: one thread between the source and everybody who looks on."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Protocol

from breathsense.core.analysis import Analysis
from breathsense.core.coaching.schedule import Limits, build_schedule
from breathsense.core.coaching.schema import Programme
from breathsense.core.model.coaching import CoachingEvent, Cue, Followed
from breathsense.core.model.inputs import BraceGoal, Course, Item, Mark
from breathsense.core.model.labels import NEXT
from breathsense.core.setup import Setup
from breathsense.session.findings import Findings
from breathsense.session.scores import keep_live_scores
from breathsense.session.view import LiveView, RecordingView
from breathsense.sources.base import Finished, Restart, Source

LET_GO = "let_go"
"""The cue that ends a brace in which no breath was seen for too long."""
TICK_S = 0.25
"""How often the journal may flush while nothing arrives."""


MAX_WAITING = 1024
"""How many items a replay may be ahead of the engine."""


class Recorder(Protocol):
    """Where inputs are written before anything else is done with them."""

    @property
    def path(self) -> Path:
        """The file that is being written."""
        ...

    @property
    def n_bytes(self) -> int:
        """Bytes on disk so far."""
        ...

    @property
    def problem(self) -> str:
        """What keeps it from writing; empty while all goes well."""
        ...

    def append(self, item: Item) -> None:
        """Take an input; never raises for a full disk or the like."""
        ...

    def tick(self, now_ns: int) -> None:
        """Flush what is due."""
        ...

    def close(self) -> Path:
        """Finish the file; return its final path."""
        ...


class Outlet(Protocol):
    """Who else is told what is found; never slows the session down."""

    def push(self, event: object) -> None:
        """Take what was found; comes back at once."""
        ...

    def close(self) -> None:
        """The session is over."""
        ...


class Session:
    """Source → recording → engine → view, in a thread of its own.

    Parameters
    ----------
    source : Source
        Gives the inputs.
    setup : Setup
        What they mean.
    recorder : Recorder or None
        ``None`` writes nothing (replay).
    now_ns : callable
        Session time of this moment; live sources run with the clock, a replay with its position.
    inputs : tuple of str
        What the analysis names as its inputs.
    duration_ns : int or None
        Length of the whole, where it is known.

    Attributes
    ----------
    follow : callable or None
        Told every mark, and what a programme asks for, with the time of that moment: a virtual
        person, who does it.
    outlet : Outlet or None
        Told all that is found, and closed with the session.

    """

    def __init__(
        self,
        source: Source,
        setup: Setup,
        *,
        now_ns: Callable[[], int],
        recorder: Recorder | None = None,
        inputs: tuple[str, ...] = (),
        duration_ns: int | None = None,
    ) -> None:
        self._source = source
        self._setup = setup
        self._recorder = recorder
        self._now_ns = now_ns
        self._inputs = inputs
        self._duration_ns = duration_ns
        self.follow: Callable[[Followed, int], None] | None = None
        self.outlet: Outlet | None = None
        # A radio must never wait; a replay must, or a long one would fill the memory.
        self._queue: Queue[Item | Restart | Finished | None] = Queue(
            maxsize=0 if recorder else MAX_WAITING
        )
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._ended: str | None = None
        self._path: Path | None = None
        self._thread = threading.Thread(target=self._work, name="session", daemon=True)
        self._is_stopped = False
        self._findings = Findings(setup, inputs)

    @property
    def setup(self) -> Setup:
        """What the session is made of."""
        return self._setup

    def now_ns(self) -> int:
        """Return the session time of this moment."""
        return self._now_ns()

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()
        self._source.start(self._queue.put)

    def stop(self) -> Path | None:
        """End the source, write what is left, close the recording; return its path, if any.

        Can be called twice, and from any thread.
        """
        if not self._is_stopped:
            self._is_stopped = True
            try:
                self._source.stop()
            finally:
                self._queue.put(None)
                self._thread.join()
        return self._path

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        """Mark this moment, or an earlier one; the mark is recorded and is an input like any.

        ``duration_ns`` is how long what is marked is planned to take.
        """
        self._queue.put(Mark(self._now_ns() if at_ns is None else at_ns, label, duration_ns))

    def begin(
        self,
        programme: Programme,
        level: int = 0,
        *,
        goal: BraceGoal = "expand",
        limits: Limits | None = None,
        breath_gap_s: float = 10.0,
    ) -> None:
        """Begin a programme now; it is recorded whole, and takes the place of one that runs.

        Its keys are marks: ``NEXT``, ``PAUSE``, ``RESUME`` and ``say_stop`` of
        ``core.model.labels``.

        Raises
        ------
        RefusedInput
            It has no such level, or no course.

        """
        limits = limits or Limits()
        if programme.spec.watch is None:
            build_schedule(programme, level, limits)
        self._queue.put(
            Course(
                self._now_ns(),
                programme.text,
                level,
                goal,
                limits.effort,
                limits.hold_s,
                breath_gap_s,
            )
        )

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the source has ended; return whether it has."""
        return self._over.wait(timeout_s)

    def reopen(self) -> None:
        """Take the session for running again: its source was told to go on from somewhere."""
        with self._lock:
            self._ended = None
        self._over.clear()

    def view(self) -> LiveView:
        """Return what there is to be seen at this moment."""
        recording = None
        if self._recorder is not None:
            path = self._path or self._recorder.path
            recording = RecordingView(path, self._recorder.n_bytes, self._recorder.problem)
        with self._lock:
            return self._findings.view(self._now_ns(), recording, self._ended, self._duration_ns)

    def list_coaching(self, n_known: int = 0) -> tuple[CoachingEvent, ...]:
        """Return what the coach told after its first ``n_known`` events, the last 500 at most."""
        with self._lock:
            return self._findings.list_coaching(n_known)

    def finish_analysis(self) -> Analysis:
        """Return all that was found; to be called after ``stop``."""
        with self._lock:
            return self._findings.finish()

    def _work(self) -> None:
        try:
            self._take_all()
        finally:
            self._over.set()
            if self._recorder is not None:
                self._path = self._recorder.close()
            if self.outlet is not None:
                self.outlet.close()
        if self._path is not None:
            self._keep_scores(self._path)

    def _keep_scores(self, recording: Path) -> None:
        """Keep what was found beside the recording, which is closed by now: nothing can harm it."""
        with self._lock:
            found = self._findings.finish_if_sound()
        if found is not None:
            keep_live_scores(recording, found)

    def _take_all(self) -> None:
        waiting: deque[Item | Restart | Finished | None] = deque()
        while True:
            self._take_in(waiting)
            if not waiting:
                continue
            item = waiting.popleft()
            if item is None:
                return
            self._take(item)

    def _take_in(self, waiting: deque[Item | Restart | Finished | None]) -> None:
        """Wait for an item if none waits; record all that has come, before the engine sees it.

        On a computer that is too busy for the engine nothing waits for it to be recorded.
        """
        with suppress(Empty):
            if not waiting:
                waiting.append(self._queue.get(timeout=TICK_S))
                self._record(waiting[-1])
            while self._recorder is not None and waiting[-1] is not None:
                waiting.append(self._queue.get_nowait())
                self._record(waiting[-1])
        if self._recorder is not None:
            self._recorder.tick(self._now_ns())

    def _record(self, item: Item | Restart | Finished | None) -> None:
        if self._recorder is not None and not isinstance(item, Restart | Finished | None):
            self._recorder.append(item)

    def _take(self, item: Item | Restart | Finished) -> None:
        if isinstance(item, Finished):
            with self._lock:
                self._ended = item.problem
            self._over.set()
        elif isinstance(item, Restart):
            with self._lock:
                self._ended = None
                self._over.clear()
                self._findings = Findings(self._setup, self._inputs)
        else:
            with self._lock:
                found = self._findings.push(item)
            if self.outlet is not None:
                for event in found:
                    self.outlet.push(event)
            if self._recorder is not None:
                self._respond(found)

    def _respond(self, found: list[object]) -> None:
        """Do what follows from what was found, live only: in a recording it is there already.

        A brace that is to be let go is ended by a key, pressed here for the wearer and recorded
        like any.
        """
        for event in found:
            if isinstance(event, Cue) and event.key == LET_GO:
                self.mark(NEXT)
            elif isinstance(event, Followed) and self.follow is not None:
                self.follow(event, self._now_ns())
