"""What was practised in a session, told from its events: progress is never stored anywhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from breathsense.core.coaching.due import Done
from breathsense.core.model.coaching import CourseBegan, CourseEnded, CourseJudged, StepBegan
from breathsense.core.model.inputs import Mark
from breathsense.core.model.labels import CheckInTime, parse_check_in

NO_PRACTICE = frozenset({"replaced", "unreadable"})
"""Courses that ended so were neither done nor stopped for a reason that matters."""
PAIN = "pain"


@dataclass(slots=True)
class _Session:
    """Courses by number, the steps they reached, how they ended, their scores; newest pain."""

    begun: dict[int, CourseBegan] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    scores: dict[int, float | None] = field(default_factory=dict)
    pain: dict[CheckInTime, int] = field(default_factory=dict)


def list_done(events: Iterable[object], day: date) -> list[Done]:
    """Return what was practised in a session, in order of time.

    Parameters
    ----------
    events : iterable
        All that the engine gave for its inputs; what is no course, mark or judgement is passed
        over.
    day : date
        When it was.

    Returns
    -------
    list of Done
        One for each course that came to its end or was stopped; one that the recording breaks off
        in is not told. The rise of pain is that of the session: the last answer after it minus
        the last one before, 0 if one of them was not given.

    """
    session = _Session()
    for event in events:
        _take(session, event)
    pain = session.pain
    rise = pain["after"] - pain["before"] if len(pain) > 1 else 0
    return [
        Done(
            day,
            one.programme,
            one.level,
            session.scores.get(number),
            rise,
            reason,
            session.reached.get(number, 0) / max(one.n_steps, 1) if reason else 1.0,
        )
        for number, one in session.begun.items()
        if (reason := session.ended.get(number)) is not None and reason not in NO_PRACTICE
    ]


def _take(session: _Session, event: object) -> None:
    match event:
        case CourseBegan():
            session.begun[event.number] = event
        case StepBegan():
            session.reached[event.number] = max(session.reached.get(event.number, 0), event.index)
        case CourseEnded():
            session.ended[event.number] = event.reason
        case CourseJudged():
            session.scores[event.number] = event.score
        case Mark():
            said = parse_check_in(event.label)
            if said is not None and PAIN in said.answers:
                session.pain[said.time] = said.answers[PAIN]
