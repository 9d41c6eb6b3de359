"""What a practised programme tells: where it is, what to mend, how it went.

Words for phases, targets and moments are those of a programme (``docs/programme-reference.md``).
Facts are final; a ``Cue`` is what is shown from ``since_ns`` on, until the next one.
"""

from dataclasses import dataclass

from breathsense.core.model.inputs import Course, Mark


@dataclass(frozen=True, slots=True)
class CourseBegan:
    """A programme was begun. Final; a session may have several, one after the other.

    Parameters
    ----------
    number : int
        Counts the courses of the session, from 0; joins all that is told of one.
    programme, name : str
        Id, and the name that people know.
    level : int
        At which level; 0 for none.
    goal : str
        Which way the belly is to go in a brace: ``"expand"``, ``"neutral"``, ``"draw_in"``.
    n_steps : int
        Steps in all.
    start_ns, length_ns : int
        When, and how long it takes at most if it is not paused.

    """

    number: int
    programme: str
    name: str
    level: int
    goal: str
    n_steps: int
    start_ns: int
    length_ns: int


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A phase was begun. Final; after a pause, steps of the same ``index`` may begin again.

    Parameters
    ----------
    number : int
        Of its course.
    index : int
        Place in the schedule, from 0; see ``core.coaching.schedule.build_schedule``.
    block, set, n_sets, rep, n_reps : int
        Counted from 0, and of how many.
    phase : str
        What is done: ``"inhale"``, ``"brace_breathe"``, ``"rest"`` ...
    say : str
        What the programme says to it; may be empty.
    effort : int or None
        Of 10, as the wearer rates it.
    breaths : int
        To be taken in it; 0 if that is not said.
    start_ns, length_ns : int
        When it began, and how long it takes, at most if ``is_open``.
    is_open : bool
        It ends by a key (or by failing) before that.

    """

    number: int
    index: int
    block: int
    set: int
    n_sets: int
    rep: int
    n_reps: int
    phase: str
    say: str
    effort: int | None
    breaths: int
    start_ns: int
    length_ns: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class CoursePaused:
    """The course stands still from ``start_ns`` on; the next ``StepBegan`` ends that. Final.

    ``reason`` is ``"key"`` or ``"link_lost"``.
    """

    number: int
    start_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class CourseEnded:
    """The course is over; ``CourseJudged`` follows when the last breaths are decided. Final.

    ``reason`` is empty when it came to its end; else why it was stopped (a word of the programme's
    ``stops``), ``"replaced"`` by another, or ``"unreadable"``: its text is no programme.
    """

    number: int
    end_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure against its target.

    Parameters
    ----------
    of : str
        Name of the target, such as ``"lag_s"``.
    value : float or None
        ``None`` where it cannot be told; ``reason`` then says why.
    least, most : float or None
        What is aimed at; both ``None`` if the figure is only told.
    share : float or None
        1 within these bounds, less beyond, at least 0; ``None`` without bounds or value.
    reason : str
        A word: ``"not_calibrated"``, ``"no_breath"``, ``"no_brace"`` ...; empty otherwise.

    """

    of: str
    value: float | None
    least: float | None
    most: float | None
    share: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class RepJudged:
    """A repetition against the targets. Final; told some seconds after it is over.

    ``score`` is 0 to 100, ``None`` if no part of it can be told. A repetition that was broken off
    by a pause is not judged.
    """

    number: int
    block: int
    set: int
    rep: int
    start_ns: int
    end_ns: int
    figures: tuple[Figure, ...]
    score: float | None
    decided_ns: int


@dataclass(frozen=True, slots=True)
class SetJudged:
    """A set against the targets, all its repetitions together. Final."""

    number: int
    block: int
    set: int
    n_reps: int
    figures: tuple[Figure, ...]
    score: float | None
    decided_ns: int


@dataclass(frozen=True, slots=True)
class CourseJudged:
    """The whole course against the targets. Final.

    Parameters
    ----------
    number, programme, level : int, str, int
        See ``CourseBegan``.
    ended : str
        See ``CourseEnded``.
    start_ns, end_ns : int
        From its begin to its end, pauses with it.
    n_reps : int
        Repetitions that were done and judged.
    usable_frac : float
        Share of the time of these in which the sensors could be gone by.
    figures : tuple of Figure
        The parts of the score, and what is only told.
    score : float or None
        0 to 100; ``None`` if it cannot be told.
    decided_ns : int
        Time of the newest sample that had been pushed when it was reported.

    """

    number: int
    programme: str
    level: int
    ended: str
    start_ns: int
    end_ns: int
    n_reps: int
    usable_frac: float
    figures: tuple[Figure, ...]
    score: float | None
    decided_ns: int


@dataclass(frozen=True, slots=True)
class Cue:
    """The one thing to say from ``since_ns`` on; an empty ``key`` takes the last one back.

    Parameters
    ----------
    number : int
        Of its course.
    key : str
        ``"start"``, ``"end"``, or what was noticed (``core.coaching.cue_words``).
    text : str
        The programme's own words, or the usual ones.
    since_ns : int
        When it was decided.
    rank : int
        0 safety, 1 breathing, 2 direction, 3 level, 4 steadiness, 5 pace, 6 anything else.

    """

    number: int
    key: str
    text: str
    since_ns: int
    rank: int


@dataclass(frozen=True, slots=True)
class WatchBegan:
    """A posture watch was begun, by a programme of its own; it holds until the next one.

    Parameters
    ----------
    start_ns : int
        When.
    slouch_frac, least_deg : float
        Slumped is farther from tall than this share of the way to slump, and than this angle.
    after_s : float
        A slouch is told after this time, on and on.
    remind_gap_s : float
        Least time between two reminders.
    most_an_hour : int
        Reminders.

    """

    start_ns: int
    slouch_frac: float
    least_deg: float
    after_s: float
    remind_gap_s: float
    most_an_hour: int


CoachingEvent = (
    CourseBegan
    | StepBegan
    | CoursePaused
    | CourseEnded
    | RepJudged
    | SetJudged
    | CourseJudged
    | Cue
    | WatchBegan
)
Followed = Mark | Course | StepBegan | CoursePaused | CourseEnded
"""What somebody who is led has to be told."""
