"""The figures that are followed over the weeks, and how each is taken from a session."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from breathsense.library.entry import SessionEntry
from breathsense.session.texts import N_, _

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
        "rate", N_("Breathing rate"), N_("a minute"),
        N_("How fast you breathe. Rings are sessions in which a programme led the breath."),
        6.0, 20.0, _rate, N_("led by a programme"), is_banded=True,
    ),
    Measure(
        "depth", N_("Depth"), N_("% of full"),
        N_("How far the belly moves, out of the biggest comfortable breath of your calibration."),
        0.0, 100.0, _one("depth_pct"),
    ),
    Measure(
        "hold", N_("Brace held"), "s",
        N_("How long a brace was held, the middle one of each session."),
        0.0, 20.0, _one("hold_s"),
    ),
    Measure(
        "kept", N_("Level kept"), "%",
        N_("How firm a brace was at its end, out of its beginning."),
        0.0, 100.0, _one("retention", 100.0),
    ),
    Measure(
        "gap", N_("Longest breath gap"), "s",
        N_("The longest time in a brace in which no breath was seen. Shorter is what we practise."),
        0.0, 10.0, _one("longest_gap_s"),
    ),
    Measure(
        "pause", N_("Comfortable pause"), "s",
        N_("From a breath out to the first wish to breathe. Alone it says nothing."),
        0.0, 40.0, _one("bolt_s"), origin="answer",
    ),
    Measure(
        "pain", N_("Pain"), N_("of 10"),
        N_("Your own answers: dots before a session, rings after it. Two points are a change."),
        0.0, 10.0, _answer("pain"), N_("after the session"), origin="answer",
    ),
    Measure(
        "stress", N_("Stress"), N_("of 10"),
        N_("Your own answers: dots before a session, rings after it."),
        0.0, 10.0, _answer("stress"), N_("after the session"), origin="answer",
    ),
)  # fmt: skip
"""Those that are always listed."""
REACHES = tuple(
    Measure(
        f"reach.{way}", name, N_("degrees"),
        N_("The best of three bends that were measured. How the sensor sits makes some of it."),
        0.0, 90.0, _reach(way), origin="score",
    )
    for way, name in (
        ("forward", N_("Reach forward")),
        ("back", N_("Reach back")),
        ("left", N_("Reach left")),
        ("right", N_("Reach right")),
    )
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
    for entry in (one for one in entries if one.is_own):
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
                yield Figure(done.score, bool(done.stop))

    return Measure(
        f"{SCORE}{programme}", name, _("of 100"),
        _("Score of “{name}”, each time it was practised. Rings were stopped early.").format(
            name=_(name)
        ),
        0.0, 100.0, read, _("stopped early"), origin="score",
    )  # fmt: skip
