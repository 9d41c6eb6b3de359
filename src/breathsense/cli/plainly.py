"""A programme in plain lines: what a screen reader, SSH or a braille line can follow."""

import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TextIO

from breathsense.cli.guiding import Equipment, listen_for_lines
from breathsense.cli.saying import say
from breathsense.core.coaching.needs import BLIND, find_missing
from breathsense.core.coaching.schedule import Step, build_schedule
from breathsense.core.coaching.schema import Programme
from breathsense.core.engine import find_leader
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    Cue,
    RepJudged,
    StepBegan,
)
from breathsense.core.model.errors import LinkError
from breathsense.core.model.labels import NEXT, PAUSE, RESUME, say_stop
from breathsense.core.setup import list_sensors
from breathsense.recordings.folder import new_recording_path
from breathsense.session.calibration_words import tell_blindness
from breathsense.session.coaching_words import tell_course, tell_figure, tell_missing, tell_step
from breathsense.session.live import Session
from breathsense.session.opening import open_live
from breathsense.session.practice_book import PracticeBook
from breathsense.session.score_words import say_set
from breathsense.session.texts import N_, _

KEYS = N_("Enter: next.  p: pause, or go on.  q: stop.  q and a reason: stop, such as `q dizzy`.")
POLL_S = 0.1
S = 1_000_000_000
LONG_NS = 12 * S
"""Shorter repetitions are not told one by one: nobody could listen and breathe."""
JUDGED_NS = 15 * S
"""By then a course that is over has been judged, if it can be."""
SAFETY = 0


def practise_plainly(
    worn: Equipment,
    book: PracticeBook,
    programme: Programme,
    level: int,
    data_dir: Path,
    asked: threading.Event,
    calibration: Calibration | None = None,
) -> Path | None:
    """Record a session with one programme in it, told in plain lines; return the recording.

    It is kept within what the answers on health and a prescription allow (``book``).

    Raises
    ------
    RefusedInput
        The programme is locked, or has no such level, or no course to follow.
    LinkError
        The wearable was lost for good.

    """
    steps = build_schedule(programme, level, book.check(programme).limits)
    path = new_recording_path(data_dir, datetime.now().astimezone())
    session = open_live(worn.worn, path, data_dir, radio=worn.radio, calibration=calibration)
    session.follow = worn.follow
    say(_(KEYS), err=True)
    say(_("Waiting for the sensor."), err=True)
    if wait_for_link(session, asked):
        for line in _list_missing(session, programme):
            say(line)
        book.begin(session, programme, level)
        follow_course(session, steps, asked, sys.stdin)
    ended = session.view()
    recording = session.stop()
    say(_("Recorded in {recording}.").format(recording=recording), err=True)
    if ended.problem:
        raise LinkError(ended.problem, advice="What came before is in the recording.")
    return recording


def wait_for_link(session: Session, asked: threading.Event) -> bool:
    """Wait until a wearable streams; return whether one does."""
    while not asked.is_set() and not session.wait(0):
        if any(one.link == "streaming" for one in session.view().wearables):
            return True
        asked.wait(POLL_S)
    return False


def follow_course(
    session: Session,
    steps: tuple[Step, ...],
    asked: threading.Event,
    keys: TextIO,
) -> None:
    """Tell what a course that was begun asks for and how it goes, until it is over.

    Parameters
    ----------
    session : Session
        With the course running.
    steps : tuple of Step
        Its schedule.
    asked : threading.Event
        Set when the program is asked to end.
    keys : text stream
        Lines that are typed.

    """
    typed = listen_for_lines(keys)
    teller = PlainTeller(session, steps)
    while not asked.is_set() and not session.wait(0) and not teller.is_over:
        teller.poll()
        steer(session, typed, is_paused=teller.is_paused)
        asked.wait(POLL_S)


class PlainTeller:
    """Says each new thing in a line."""

    def __init__(self, session: Session, steps: tuple[Step, ...]) -> None:
        self._session = session
        self._steps = steps
        self._n_known = 0
        self._n_sets = 0
        self._ended_ns: int | None = None
        self.is_paused = False
        self.is_over = False
        self._tellers: dict[type, Callable[[Any], list[str]]] = {
            CourseBegan: self._begin,
            StepBegan: self._step,
            CoursePaused: self._pause,
            Cue: self._cue,
            RepJudged: self._rep,
            CourseEnded: self._end,
            CourseJudged: self._conclude,
        }

    def poll(self) -> None:
        """Say what is new."""
        events = self._session.list_coaching(self._n_known)
        self._tell_sets()
        self._n_known += len(events)
        for event in events:
            for line in self._tell(event):
                say(line)
        if self._ended_ns is not None and not self.is_over:
            self.is_over = self._session.view().now_ns > self._ended_ns + JUDGED_NS

    def _tell_sets(self) -> None:
        """Say how a set of braces went, once that is known."""
        course = self._session.view().course
        if course is None:
            return
        for number, one in enumerate(course.sets[self._n_sets :], self._n_sets + 1):
            say(say_set(number, one))
        self._n_sets = len(course.sets)

    def _tell(self, event: object) -> list[str]:
        tell = self._tellers.get(type(event))
        return tell(event) if tell is not None else []

    @staticmethod
    def _begin(begun: CourseBegan) -> list[str]:
        level = _(", level {level}").format(level=begun.level) if begun.level else ""
        minutes, seconds = divmod(begun.length_ns // S, 60)
        return [
            _("{name}{level}: {minutes} min {seconds} s at most.").format(
                name=_(begun.name), level=level, minutes=minutes, seconds=seconds
            )
        ]

    def _pause(self, paused: CoursePaused) -> list[str]:
        self.is_paused = True
        return [_("Pause.") if paused.reason == "key" else _("Pause: the link was lost.")]

    @staticmethod
    def _rep(judged: RepJudged) -> list[str]:
        if judged.end_ns - judged.start_ns < LONG_NS:
            return []
        return [f"  {judged.rep + 1}: {_say_worst(judged)}"]

    def _end(self, ended: CourseEnded) -> list[str]:
        self._ended_ns = ended.end_ns
        return [_("Stopped.") if ended.reason else _("Done. One moment.")]

    def _conclude(self, judged: CourseJudged) -> list[str]:
        self.is_over = True
        return tell_course(judged)

    def _step(self, step: StepBegan) -> list[str]:
        self.is_paused = False
        last = self._steps[step.index - 1] if step.index else None
        is_new = last is None or (last.set, last.rep) != (step.set, step.rep)
        place = ""
        if is_new and step.n_sets * step.n_reps > 1 and step.phase != "rest":
            place = _("{rep} of {n_reps}. ").format(rep=step.rep + 1, n_reps=step.n_reps)
            if step.n_sets > 1:
                place = _("Set {set} of {n_sets}, {place}").format(
                    set=step.set + 1, n_sets=step.n_sets, place=place
                )
        return [f"{place}{tell_step(step)}"]

    @staticmethod
    def _cue(cue: Cue) -> list[str]:
        if not cue.text:
            return []
        return [f"{'!' if cue.rank == SAFETY else '>'} {_(cue.text)}"]


def steer(session: Session, typed: "Queue[str]", *, is_paused: bool) -> None:
    """Do what was typed."""
    while True:
        try:
            word, _dash, reason = typed.get_nowait().partition(" ")
        except Empty:
            return
        match word:
            case "":
                session.mark(NEXT)
            case "p":
                session.mark(RESUME if is_paused else PAUSE)
            case "q":
                session.mark(say_stop(reason.strip() or "own_wish"))
            case _:
                say(_(KEYS), err=True)


def _list_missing(session: Session, programme: Programme) -> list[str]:
    sensors = list_sensors(session.setup)
    known = session.setup.calibration
    missing = find_missing(programme.spec, sensors, find_leader(sensors), known)
    blind = [tell_blindness()] if BLIND in missing.values() else []
    return [*blind, *tell_missing(missing)]


def _say_worst(judged: RepJudged) -> str:
    """Say the score, and what was furthest from its target."""
    if judged.score is None:
        return _("no score")
    missed = [one for one in judged.figures if one.share is not None and one.share < 1]
    worst = min(missed, key=lambda one: one.share or 0.0, default=None)
    return _("{score:.0f} of 100").format(score=judged.score) + (
        f"; {tell_figure(worst)}" if worst else ""
    )
