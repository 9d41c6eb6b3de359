"""What a person added to a recording afterwards: words, breaths set by hand, scores of other days.

Nothing of it is an input of the engine and nothing of it changes the recording: it lies beside it
(``docs/recording-format.md``). All times are session nanoseconds.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signed:
    """Who wrote an entry, and when.

    Parameters
    ----------
    by : str
        A pseudonym; never a name the system knows.
    at : str
        Wall clock, ISO 8601 with zone.

    """

    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """Words about a moment, or about a span where ``duration_ns`` is not 0."""

    id: str
    start_ns: int
    duration_ns: int
    text: str
    signed: Signed = field(default_factory=Signed)


@dataclass(frozen=True, slots=True)
class BreathTimes:
    """When a breath began, turned and ended; ``end_ns`` is ``None`` where that was not seen."""

    inhale_start_ns: int
    peak_ns: int
    end_ns: int | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A breath set by hand.

    Parameters
    ----------
    id : str
        Of the entry.
    was : BreathTimes or None
        The breath as it had been found; ``None`` for one that was added.
    now : BreathTimes or None
        The breath as the person saw it; ``None`` for one that was none.
    signed : Signed
        Who said so, and when.

    """

    id: str
    was: BreathTimes | None
    now: BreathTimes | None
    signed: Signed = field(default_factory=Signed)


@dataclass(frozen=True, slots=True)
class ScoredBreath:
    """A breath as an engine found it."""

    times: BreathTimes
    depth: float


@dataclass(frozen=True, slots=True)
class ScoredBrace:
    """A brace as an engine found it; ``end_ns`` and ``level`` are ``None`` where not known."""

    start_ns: int
    end_ns: int | None
    direction: str
    level: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What one version of the program found in the recording.

    Parameters
    ----------
    program : str
        Program and version.
    sensor, unit : str
        Whose breaths they are, and the unit of their depth.
    breaths, braces : tuple
        In order of time.
    signed : Signed
        When they were kept, and by whom.

    """

    program: str
    sensor: str
    unit: str
    breaths: tuple[ScoredBreath, ...]
    braces: tuple[ScoredBrace, ...]
    signed: Signed = field(default_factory=Signed)


@dataclass(frozen=True, slots=True)
class Notes:
    """All that holds of what was added to a recording; what was withdrawn is not in it.

    Parameters
    ----------
    annotations : tuple of Annotation
        In order of time.
    corrections : tuple of Correction
        In the order in which they were made.
    scores : tuple of Scores
        Oldest first.
    n_unread : int
        Lines that could not be read: a newer kind, or a line that was cut.
    title : str
        What the person calls the recording; empty if no name was given.
    labels : tuple of str
        The words that the person put on it.

    """

    annotations: tuple[Annotation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    scores: tuple[Scores, ...] = ()
    n_unread: int = 0
    title: str = ""
    labels: tuple[str, ...] = ()
