"""A programme that needs no sensor, led by the clock and recorded like any session.

The steps come from the engine's own prompter, so that the recording tells the same when it is
read: who practised without a wearable has practised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from breathsense.core.coaching.prompter import Prompter
from breathsense.core.coaching.schedule import build_schedule, find_length_ns
from breathsense.core.coaching.schema import Programme
from breathsense.core.model.coaching import CourseEnded, CoursePaused, StepBegan
from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.core.model.labels import NEXT, OWN_WISH, PAUSE, RESUME, say_stop
from breathsense.core.model.samples import Gap
from breathsense.core.setup import Setup
from breathsense.recordings.folder import new_recording_path
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.session.live import Recorder
from breathsense.sources.base import SessionClock

NO_SENSOR = "clock"
"""Stands for a sensor where only time is told."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step: what is done and for how long; ``say`` are the programme's words."""

    phase: str
    say: str
    length_ns: int


@dataclass(frozen=True, slots=True)
class UnwornView:
    """One instant.

    Parameters
    ----------
    name : str
        Of the programme.
    parts : tuple of Part
        All steps.
    index : int
        Which is done now; the last one when it is over.
    done_ns : int
        How long it has been done for.
    length_ns : int
        Of the whole, without pauses.
    is_paused, is_over, was_stopped : bool
        How it is.

    """

    name: str
    parts: tuple[Part, ...]
    index: int
    done_ns: int
    length_ns: int
    is_paused: bool
    is_over: bool
    was_stopped: bool


class UnwornPractice:
    """Runs one programme.

    Parameters
    ----------
    programme : Programme
        One with blocks.
    now_ns : callable
        Session time.
    recorder : Recorder or None
        Where it is written; ``None`` writes nothing.
    level : int
        At which level; 0 for none.

    """

    def __init__(
        self,
        programme: Programme,
        now_ns: Callable[[], int],
        recorder: Recorder | None = None,
        level: int = 0,
    ) -> None:
        steps = build_schedule(programme, level)
        self._name = programme.name
        self._parts = tuple(Part(one.phase.do, one.phase.say, one.length_ns) for one in steps)
        self._length_ns = find_length_ns(steps)
        self._now_ns = now_ns
        self._recorder = recorder
        self._prompter = Prompter()
        self._step = StepBegan(0, 0, 0, 0, 1, 0, 1, "", "", None, 0, 0, 0, is_open=False)
        self._paused_ns: int | None = None
        self._ended: CourseEnded | None = None
        self._path: Path | None = None
        self._take(Course(now_ns(), programme.text, level))

    def view(self) -> UnwornView:
        """Return the newest state; what is due by now has begun."""
        now_ns = self._now_ns()
        if self._ended is None:
            self._listen(self._prompter.push(Gap(NO_SENSOR, None, now_ns, now_ns, "")))
            if self._recorder is not None:
                self._recorder.tick(now_ns)
        if self._ended is not None:
            self._close()
        until_ns = self._paused_ns or (self._ended.end_ns if self._ended else now_ns)
        return UnwornView(
            self._name,
            self._parts,
            self._step.index,
            max(until_ns - self._step.start_ns, 0),
            self._length_ns,
            is_paused=self._paused_ns is not None,
            is_over=self._ended is not None,
            was_stopped=self._ended is not None and bool(self._ended.reason),
        )

    def next(self) -> None:
        """Go on to the next step."""
        self._press(NEXT)

    def toggle(self) -> None:
        """Stand still, or go on: with the step, or its repetition, from its beginning."""
        self._press(PAUSE if self._paused_ns is None else RESUME)

    def stop(self, reason: str = OWN_WISH) -> Path | None:
        """End it, if it is not over; return the recording."""
        self._press(say_stop(reason))
        self._close()
        return self._path

    def _press(self, label: str) -> None:
        if self._ended is None:
            self._take(Mark(self._now_ns(), label))

    def _take(self, item: Item) -> None:
        if self._recorder is not None:
            self._recorder.append(item)
        self._listen(self._prompter.push(item))

    def _listen(self, events: list[object]) -> None:
        for event in events:
            match event:
                case StepBegan():
                    self._step, self._paused_ns = event, None
                case CoursePaused():
                    self._paused_ns = event.start_ns
                case CourseEnded():
                    self._ended, self._paused_ns = event, None

    def _close(self) -> None:
        """Finish the recording, with a last key by which a reader knows how far it went."""
        if self._recorder is None or self._path is not None or self._ended is None:
            return
        self._recorder.append(Mark(self._ended.end_ns, NEXT))
        self._path = self._recorder.close()


def open_unworn(programme: Programme, data_dir: Path, level: int = 0) -> UnwornPractice:
    """Begin a programme without a wearable, recorded into the data folder.

    Raises
    ------
    RefusedInput
        No recording can be made there.

    """
    clock = SessionClock()
    path = new_recording_path(data_dir, datetime.now().astimezone())
    header = build_header(Setup(), clock.origin_wall_ns)
    journal = Journal(path, header, fallbacks=[data_dir])
    return UnwornPractice(programme, clock.now_ns, journal, level)
