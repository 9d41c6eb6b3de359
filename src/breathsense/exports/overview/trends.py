"""Small charts of one figure each over the same dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from breathsense.exports.overview.rules import FIRST_DAYS, find_band
from breathsense.exports.overview.sheet import BAD, LINE, SOFT, Box, Dot, Path, Sheet, Words
from breathsense.exports.overview.summary import Summary

LONG_HOLD_S = 30.0
"""The scale of braces held doubles where one was held longer."""


@dataclass(frozen=True, slots=True)
class Point:
    """One session in a trend; points of another ``calibration`` are not joined with it."""

    day: date
    value: float
    calibration: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """One chart.

    Parameters
    ----------
    title : str
        What it shows, with its unit.
    points : tuple of Point
        In order of time.
    low, high : float
        The fixed scale.
    is_banded : bool
        Whether the wearer's own first week is drawn as a band: for what is repeatable only.
    is_always : bool
        Whether it is drawn even if it is empty.

    """

    title: str
    points: tuple[Point, ...]
    low: float
    high: float
    is_banded: bool = False
    is_always: bool = True

    @property
    def solid(self) -> tuple[Point, ...]:
        """The points that count; all of them if all are hollow."""
        return tuple(one for one in self.points if not one.is_hollow) or self.points


def build_trends(summaries: Sequence[Summary]) -> list[Trend]:
    """Return the charts of the overview; one without points is told as empty, not left out."""
    dated = [one for one in summaries if one.started is not None]
    usable = [one for one in dated if one.is_usable]
    first_depth = _find_first_depth(usable)
    depths = [
        _point(one, 100.0 * one.depth / first_depth)
        for one in usable
        if one.depth is not None and first_depth
    ]
    trends = [
        Trend(
            "Rate [breaths/min], hollow: not at rest",
            tuple(
                _point(one, one.rate_per_min, is_hollow=not one.is_rest_rate)
                for one in usable
                if one.rate_per_min is not None
            ),
            0,
            30,
            is_banded=True,
        ),
        Trend("Depth [% of own first week]", tuple(depths), 0, 200),
        Trend(
            "Share of the ribs [%], low: belly",
            _pick(usable, "ribs_pct"),
            0,
            100,
            is_always=False,
        ),
        _build_holds(usable),
        Trend("Level kept [%], last of first", _pick(usable, "retention", 100.0), 0, 120),
        Trend("Longest breath gap in a brace [s]", _pick(usable, "longest_gap_s"), 0, 12),
        Trend("Pain before (dot), after (ring) [0-10]", _ask(dated, "pain"), 0, 10),
        Trend(
            "Stress before (dot), after (ring) [0-10]",
            _ask(dated, "stress"),
            0,
            10,
            is_always=False,
        ),
        Trend(
            "Brace level [% of own reference]",
            _pick(usable, "level", 100.0),
            0,
            150,
            is_always=False,
        ),
    ]
    return [one for one in trends if one.points or one.is_always]


def _build_holds(usable: Sequence[Summary]) -> Trend:
    points = _pick(usable, "hold_s")
    is_long = any(one.value > LONG_HOLD_S for one in points)
    high = 2 * LONG_HOLD_S if is_long else LONG_HOLD_S
    return Trend("Brace held [s], median", points, 0, high)


def draw_trend(
    sheet: Sheet, trend: Trend, box: tuple[float, float, float, float], days: tuple[date, date]
) -> None:
    """Draw one chart into a box (x, y, width, height), over the days of the period.

    What lies above the scale stands at its top, with its value beside it.
    """
    left, top, width, height = box
    _draw_frame(sheet, trend, box, days)
    if not trend.points:
        x, y = left + width / 2 + 3, top + height / 2
        sheet.add(Words(x, y, "nothing yet", 7, SOFT, anchor="middle"))
        return
    span = max((days[1] - days[0]).days, 1)

    def place(point: Point) -> tuple[float, float]:
        share = min(max((point.value - trend.low) / (trend.high - trend.low), 0.0), 1.0)
        x = left + 8 + (width - 10) * (point.day - days[0]).days / span
        return x, top + height - share * height

    for number, run in enumerate(_split(trend.solid)):
        if number:
            x = place(run[0])[0]
            sheet.add(Path(((x, top), (x, top + height)), LINE, is_dashed=True))
        if len(run) > 1:
            sheet.add(Path(tuple(place(one) for one in _smooth(run)), SOFT, 0.3))
    for point in trend.points:
        x, y = place(point)
        sheet.add(Dot(x, y))
        if point.is_hollow:
            sheet.add(Dot(x, y, 0.45, "#ffffff"))
        if point.value > trend.high:
            sheet.add(Words(x + 1.2, y + 2.2, f"↑{point.value:.0f}", 5.5, SOFT))


def _draw_frame(
    sheet: Sheet, trend: Trend, box: tuple[float, float, float, float], days: tuple[date, date]
) -> None:
    """Draw title, scale, the days at both ends, and the band of the first week."""
    left, top, width, height = box
    bottom = top + height
    sheet.add(Words(left, top - 1.2, trend.title, 7))
    for y, value in ((top, trend.high), (bottom, trend.low)):
        sheet.line(left + 6, y, left + width, y)
        sheet.add(Words(left + 5, y + 0.9, f"{value:g}", 6, SOFT, anchor="end"))
    sheet.add(
        Words(left + 6, bottom + 2.3, f"{days[0]:%d %b}", 5.5, SOFT),
        Words(left + width, bottom + 2.3, f"{days[1]:%d %b}", 5.5, SOFT, anchor="end"),
    )
    if trend.is_banded and trend.points:
        _draw_band(sheet, trend, box)


def _draw_band(sheet: Sheet, trend: Trend, box: tuple[float, float, float, float]) -> None:
    """Shade what the first week spans: later points inside it are no news."""
    left, top, width, height = box
    band = find_band([(one.day, one.value) for one in trend.solid])
    if band is None:
        return
    low, high = ((trend.high - end) / (trend.high - trend.low) * height for end in band)
    sheet.add(Box(left + 6, top + high, width - 6, max(low - high, 0.4), BAD))


def _smooth(run: Sequence[Point]) -> list[Point]:
    """Return the running median of three: the line shows the way, the dots the days."""
    smoothed = []
    for at, point in enumerate(run):
        about = [one.value for one in run[max(0, at - 1) : at + 2]]
        smoothed.append(Point(point.day, median(about), point.calibration))
    return smoothed


def _split(points: Sequence[Point]) -> list[list[Point]]:
    """Split the points that are joined by a line: each calibration apart."""
    return [list(run) for _, run in groupby(points, key=lambda one: one.calibration)]


def name_calibration(summary: Summary) -> str:
    """Return what tells one way of wearing from another: calibration, or else the sensors."""
    calibration = summary.content.setup.calibration
    if calibration is not None and calibration.made:
        return calibration.made
    return " ".join(sorted(one.id for one in summary.content.analysis.sensors))


def _find_first_depth(usable: Sequence[Summary]) -> float | None:
    days = [one.started.date() for one in usable if one.started is not None]
    depths = [
        one.depth
        for one, day in zip(usable, days, strict=True)
        if one.depth is not None and (day - days[0]).days < FIRST_DAYS
    ]
    return median(depths) if depths else None


def _point(summary: Summary, value: float, *, is_hollow: bool = False) -> Point:
    assert summary.started is not None  # noqa: S101 - only dated sessions are asked
    return Point(summary.started.date(), value, name_calibration(summary), is_hollow)


def _pick(usable: Sequence[Summary], name: str, factor: float = 1.0) -> tuple[Point, ...]:
    values = [(one, getattr(one, name)) for one in usable]
    return tuple(_point(one, factor * value) for one, value in values if value is not None)


def _ask(dated: Sequence[Summary], name: str) -> tuple[Point, ...]:
    points = []
    for one in dated:
        if name in one.before:
            points.append(_point(one, one.before[name]))
        if name in one.after:
            points.append(_point(one, one.after[name], is_hollow=True))
    return tuple(points)
