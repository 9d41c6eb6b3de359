"""What was seen during a course, kept for as long as a repetition may still ask for it."""

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from breathsense.core.calibration.memory import TROUBLE
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceBeforeLoad, BraceEnd, BraceStart, HoldScored
from breathsense.core.model.events import Breath, BreathEnd, Pause, QualityHint, Turn
from breathsense.core.model.labels import parse_check_in

MOST_MOMENTS = 750
"""Frames that are kept: two minutes."""
MOST_BREATHS = 80
MOST_BRACES = 24


class Moment(NamedTuple):
    """A frame's values; ``level`` is that of the leading sensor. ``None`` where it is absent."""

    t_ns: int
    level: float | None
    belly: float | None
    chest: float | None
    is_usable: bool


class BreathSeen(NamedTuple):
    """A breath; ``end_ns`` and ``trough`` (the level at its end) are ``None`` until decided."""

    number: int
    inhale_start_ns: int
    peak_ns: int
    depth: float
    end_ns: int | None = None
    trough: float | None = None


class BraceSeen(NamedTuple):
    """A brace, its end, and whether its level is doubtful."""

    start: BraceStart
    end: BraceEnd | None = None
    is_doubtful: bool = False


@dataclass(slots=True)
class Notes:
    """All of it, oldest first; ``trouble`` is the newest hint of one, or empty."""

    moments: deque[Moment] = field(default_factory=partial(deque, maxlen=MOST_MOMENTS))
    turns_ns: deque[int] = field(default_factory=partial(deque, maxlen=2 * MOST_BREATHS))
    breaths: deque[BreathSeen] = field(default_factory=partial(deque, maxlen=MOST_BREATHS))
    pauses: deque[Pause] = field(default_factory=partial(deque, maxlen=MOST_BREATHS))
    braces: deque[BraceSeen] = field(default_factory=partial(deque, maxlen=MOST_BRACES))
    loads: deque[BraceBeforeLoad] = field(default_factory=partial(deque, maxlen=MOST_BRACES))
    comforts: deque[tuple[int, int]] = field(default_factory=partial(deque, maxlen=MOST_BRACES))
    trouble: str = ""


def take_frame(notes: Notes, frame: Frame, channel: str) -> None:
    """Take a frame; ``channel`` is the attribute in which the leading sensor's level is."""
    for event in frame.events:
        _take_event(notes, event)
    for mark in frame.marks:
        answers = parse_check_in(mark.label)
        if answers is not None and "comfort" in answers.answers:
            notes.comforts.append((mark.start_ns, answers.answers["comfort"]))
    level = getattr(frame, channel)
    is_usable = level is not None and not notes.trouble and not frame.is_moving
    notes.moments.append(Moment(frame.t_ns, level, frame.belly, frame.chest, is_usable))


def take_trouble(notes: Notes, frame: Frame) -> None:
    """Take no more of a frame than whether something is the matter: no course is on."""
    for event in frame.events:
        if isinstance(event, QualityHint):
            _take_event(notes, event)


def _take_event(notes: Notes, event: Turn | Pause | Breath | BreathEnd | QualityHint) -> None:
    match event:
        case Turn():
            notes.turns_ns.append(event.t_ns)
            if not event.is_peak and notes.breaths and notes.breaths[-1].trough is None:
                notes.breaths[-1] = notes.breaths[-1]._replace(trough=event.value)
        case Breath():
            notes.breaths.append(
                BreathSeen(event.number, event.inhale_start_ns, event.peak_ns, event.depth)
            )
        case BreathEnd():
            if notes.breaths and notes.breaths[-1].number == event.number:
                notes.breaths[-1] = notes.breaths[-1]._replace(end_ns=event.end_ns)
        case Pause():
            notes.pauses.append(event)
        case _:
            notes.trouble = event.reason if event.reason in TROUBLE else ""


def take_brace(notes: Notes, event: BraceStart | BraceEnd | HoldScored) -> None:
    """Take what was told of a brace."""
    if isinstance(event, BraceStart):
        notes.braces.append(BraceSeen(event))
        return
    for at, seen in enumerate(notes.braces):
        if seen.start.number == event.number:
            if isinstance(event, BraceEnd):
                notes.braces[at] = seen._replace(end=event)
            else:
                notes.braces[at] = seen._replace(is_doubtful=event.is_level_doubtful)
