"""One figure over the weeks.

A figure of the body is only taken from sessions that could be read well, and points of different
calibrations are not to be joined: what changes between them may be the way the sensor sits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from statistics import median

from breathsense.exports.overview.rules import (
    FEWEST_BREATHS,
    LEAST_USABLE,
    find_band,
    find_ends,
)
from breathsense.library.entry import SessionEntry
from breathsense.session.progress.measures import Measure


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
    ordered = sorted((one for one in entries if one.is_own), key=lambda one: one.started)
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
    return find_band([(one.when.date(), one.value) for one in points if not one.is_hollow])


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
    weeks = find_ends([one.when.date() for one in trend.solid])
    if weeks is None:
        return None
    first, last = (trend.solid[week] for week in weeks)
    runs = {one.run for one in (*first, *last)}
    return Change(
        median(one.value for one in first),
        median(one.value for one in last),
        len(first),
        len(last),
        len(runs) == 1,
    )
