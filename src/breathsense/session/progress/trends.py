"""One figure over the weeks.

A figure of the body is only taken from sessions that could be read well, and points of different
calibrations are not to be joined: what changes between them may be the way the sensor sits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Literal

from breathsense.library.entry import SessionEntry

LEAST_USABLE = 0.7
FEWEST_BREATHS = 15
"""Sessions with less of either give no point of the body (``docs/reports.md``)."""
FIRST_DAYS = 7
"""The wearer's own first week is what later weeks are compared with."""
FEWEST_FOR_BAND = 3
"""So many points in it make a first week."""
SCORE = "score."
"""Begins the id of the score of a programme."""
Origin = Literal["body", "score", "answer"]
LED = ("breathe.", "core.")
"""Programmes in which the breath is led: their rate is no rate at rest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one session; ``is_hollow`` sets it apart (see ``Measure.hollow_says``)."""

    value: float
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is followed over the weeks.

    Parameters
    ----------
    id : str
        Short name, such as ``"rate"`` or ``"score.core.ladder"``.
    name, unit : str
        As people read them.
    says : str
        What it is, in a sentence.
    low, high : float
        The scale that is always shown; it is stretched for points beyond.
    read : callable
        Gives the figures of a session.
    hollow_says : str
        What a hollow point is; empty where there is none.
    origin : Origin
        What the sensors saw of the body is only taken from usable sessions; what they saw, and the
        scores made of it, is kept apart by calibrations; answers are neither.
    is_banded : bool
        Whether the span of the first week is worth showing: for what repeats well only.

    """

    id: str
    name: str
    unit: str
    says: str
    low: float
    high: float
    read: Callable[[SessionEntry], Iterable[Figure]]
    hollow_says: str = ""
    origin: Origin = "body"
    is_banded: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One figure in a trend; points of another ``run`` are not joined with it."""

    when: datetime
    value: float
    run: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure over a time.

    Parameters
    ----------
    measure : Measure
        What.
    points : tuple of Point
        In order of time.
    n_left_out : int
        Sessions that had the figure but could not be read well enough.
    band : tuple of float or None
        Least and most of the first week, of all weeks there are, not only of those shown.

    """

    measure: Measure
    points: tuple[Point, ...]
    n_left_out: int = 0
    band: tuple[float, float] | None = None

    @property
    def solid(self) -> tuple[Point, ...]:
        """The points that count; all of them if all are hollow."""
        return tuple(one for one in self.points if not one.is_hollow) or self.points


def is_usable(entry: SessionEntry) -> bool:
    """Return whether a session gives figures of the body."""
    return (entry.usable_frac or 0.0) >= LEAST_USABLE and entry.n_breaths >= FEWEST_BREATHS


def _one(name: str, factor: float = 1.0) -> Callable[[SessionEntry], Iterator[Figure]]:
    def read(entry: SessionEntry) -> Iterator[Figure]:
        value = getattr(entry, name)
        if value is not None:
            yield Figure(factor * value)

    return read


def _rate(entry: SessionEntry) -> Iterator[Figure]:
    if entry.rate_per_min is not None:
        is_led = any(one.programme.startswith(LED) for one in entry.courses)
        yield Figure(entry.rate_per_min, is_led)


def _reach(way: str) -> Callable[[SessionEntry], Iterator[Figure]]:
    def read(entry: SessionEntry) -> Iterator[Figure]:
        if way in entry.reaches:
            yield Figure(entry.reaches[way])

    return read


def _answer(name: str) -> Callable[[SessionEntry], Iterator[Figure]]:
    def read(entry: SessionEntry) -> Iterator[Figure]:
        for answers, is_after in ((entry.before, False), (entry.after, True)):
            if name in answers:
                yield Figure(float(answers[name]), is_after)

    return read


MEASURES = (
    Measure(
        "rate", "Breathing rate", "a minute",
        "How fast you breathe. Rings are sessions in which a programme led the breath.",
        6.0, 20.0, _rate, "led by a programme", is_banded=True,
    ),
    Measure(
        "depth", "Depth", "% of full",
        "How far the belly moves, out of the biggest comfortable breath of your calibration.",
        0.0, 100.0, _one("depth_pct"),
    ),
    Measure(
        "hold", "Brace held", "s",
        "How long a brace was held, the middle one of each session.",
        0.0, 20.0, _one("hold_s"),
    ),
    Measure(
        "kept", "Level kept", "%",
        "How firm a brace was at its end, out of its beginning.",
        0.0, 120.0, _one("retention", 100.0),
    ),
    Measure(
        "gap", "Longest breath gap", "s",
        "The longest time in a brace in which no breath was seen. Shorter is what we practise.",
        0.0, 10.0, _one("longest_gap_s"),
    ),
    Measure(
        "pause", "Comfortable pause", "s",
        "From a breath out to the first wish to breathe. Alone it says nothing.",
        0.0, 40.0, _one("bolt_s"), origin="answer",
    ),
    Measure(
        "pain", "Pain", "of 10",
        "Your own answers: dots before a session, rings after it. Two points are a change.",
        0.0, 10.0, _answer("pain"), "after the session", origin="answer",
    ),
    Measure(
        "stress", "Stress", "of 10",
        "Your own answers: dots before a session, rings after it.",
        0.0, 10.0, _answer("stress"), "after the session", origin="answer",
    ),
)  # fmt: skip
"""Those that are always listed."""
REACHES = tuple(
    Measure(
        f"reach.{way}", f"Reach {way}", "degrees",
        "The best of three bends that were measured. How the sensor sits makes some of it.",
        0.0, 90.0, _reach(way), origin="score",
    )
    for way in ("forward", "back", "left", "right")
)  # fmt: skip
"""Those that are listed once one was measured."""


def list_measures(
    entries: Iterable[SessionEntry], names: Mapping[str, str] | None = None
) -> list[Measure]:
    """Return the measures: reaches if there are any, scores of what was practised, most used first.

    ``names`` are those of programmes by their ids; ids are shown where a name is not known.
    """
    times: dict[str, int] = {}
    known = dict(names or {})
    has_reaches = False
    for entry in entries:
        has_reaches = has_reaches or bool(entry.reaches)
        for course in entry.courses:
            known.setdefault(course.programme, course.name)
        for done in entry.done:
            if done.score is not None:
                times[done.programme] = times.get(done.programme, 0) + 1
    order = sorted(times, key=lambda one: (-times[one], one))
    reaches = REACHES if has_reaches else ()
    return [*MEASURES, *reaches, *(_build_score(one, known.get(one, one)) for one in order)]


def _build_score(programme: str, name: str) -> Measure:
    def read(entry: SessionEntry) -> Iterator[Figure]:
        for done in entry.done:
            if done.programme == programme and done.score is not None:
                yield Figure(done.score, done.was_stopped)

    return Measure(
        f"{SCORE}{programme}", name, "of 100",
        f"Score of “{name}”, each time it was practised. Rings were stopped early.",
        0.0, 100.0, read, "stopped early", origin="score",
    )  # fmt: skip


def build_trend(
    measure: Measure, entries: Iterable[SessionEntry], since: date | None = None
) -> Trend:
    """Return a measure over all sessions from a day on.

    Parameters
    ----------
    measure : Measure
        What.
    entries : iterable of SessionEntry
        In any order; trashed ones and those without a trace of the figure are passed over.
    since : date or None
        First day of the points; the first week's span is that of all entries.

    """
    ordered = sorted((one for one in entries if not one.is_trashed), key=lambda one: one.started)
    points: list[Point] = []
    n_left_out = 0
    for entry in ordered:
        figures = tuple(measure.read(entry))
        if not figures:
            continue
        if measure.origin == "body" and not is_usable(entry):
            n_left_out += since is None or entry.started.date() >= since
            continue
        run = "" if measure.origin == "answer" else _name_run(entry)
        points += [Point(entry.started, one.value, run, one.is_hollow) for one in figures]
    shown = tuple(one for one in points if since is None or one.when.date() >= since)
    return Trend(measure, shown, n_left_out, _find_band(points) if measure.is_banded else None)


def _name_run(entry: SessionEntry) -> str:
    """Return what tells one way of wearing from another: the calibration, or else the sensors."""
    return entry.calibration or " ".join(sorted(one.id for one in entry.sensors))


def _find_band(points: Sequence[Point]) -> tuple[float, float] | None:
    solid = [one for one in points if not one.is_hollow]
    if not solid:
        return None
    until = solid[0].when + timedelta(days=FIRST_DAYS)
    first = [one.value for one in solid if one.when < until]
    return (min(first), max(first)) if len(first) >= FEWEST_FOR_BAND else None


def split_runs(points: Iterable[Point]) -> list[list[Point]]:
    """Return the points that may be joined by a line, each calibration apart, in order."""
    return [list(run) for _, run in groupby(points, key=lambda one: one.run)]


@dataclass(frozen=True, slots=True)
class Change:
    """The middle of the first week and that of the last, and how many points are in each.

    ``is_one_run`` is false where a calibration lies between them: then they do not compare.
    """

    first: float
    last: float
    n_first: int
    n_last: int
    is_one_run: bool


def find_change(trend: Trend) -> Change | None:
    """Return the first week of a trend against its last; ``None`` for less than two weeks."""
    solid = trend.solid
    if not solid:
        return None
    week = timedelta(days=FIRST_DAYS)
    first = [one for one in solid if one.when < solid[0].when + week]
    last = [one for one in solid if one.when > solid[-1].when - week]
    if solid[-1].when - solid[0].when < 2 * week:
        return None
    runs = {one.run for one in (*first, *last)}
    return Change(
        median(one.value for one in first),
        median(one.value for one in last),
        len(first),
        len(last),
        len(runs) == 1,
    )
