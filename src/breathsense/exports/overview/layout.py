"""The sheet that a physio reads in a minute: what is on it, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from breathsense import __version__
from breathsense.core.model.labels import STOP
from breathsense.exports.overview.calendar import draw_calendar
from breathsense.exports.overview.foot import draw_foot
from breathsense.exports.overview.holds import draw_holds
from breathsense.exports.overview.sheet import (
    ALARM,
    INNER_MM,
    MARGIN_MM,
    SOFT,
    Sheet,
    Words,
)
from breathsense.exports.overview.strips import choose_strips, draw_strips
from breathsense.exports.overview.summary import Summary
from breathsense.exports.overview.tiles import draw_tiles
from breathsense.exports.overview.trends import build_trends, draw_trend

_TREND_MM = (56.0, 15.5)
_ROW_MM = 23.0
_N_COLUMNS = 3
_MOST_WARNINGS = 6
"""Of stops, and of days on which pain rose."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Who and what the overview is about.

    Parameters
    ----------
    code : str
        A pseudonym; never a name.
    plan : str
        What was agreed on; may be empty.
    per_week : int
        Days of practice a week that were agreed on; 0 if that is not known.

    """

    code: str = ""
    plan: str = ""
    per_week: int = 0


def draw_overview(summaries: Sequence[Summary], heading: Heading) -> Sheet:
    """Draw one person's sessions, in order of time, on one sheet."""
    sheet = Sheet(f"Breathing practice {heading.code}".strip())
    y = _draw_heading(sheet, summaries, heading)
    y = _draw_safety(sheet, summaries, y)
    y = draw_tiles(sheet, summaries, y, heading.per_week)
    y = draw_calendar(sheet, summaries, y, heading.per_week)
    y = _draw_trends(sheet, summaries, y + 3)
    y = draw_strips(sheet, choose_strips(summaries), y)
    y = draw_holds(sheet, summaries, y + 2)
    draw_foot(sheet, summaries, y + 2, heading.per_week)
    return sheet


def _draw_heading(sheet: Sheet, summaries: Sequence[Summary], heading: Heading) -> float:
    right = MARGIN_MM + INNER_MM
    sheet.add(Words(MARGIN_MM, 19, sheet.title, 14, is_bold=True))
    sheet.add(Words(right, 19, "training data, not diagnostic", 8, SOFT, anchor="end"))
    days = [one.started for one in summaries if one.started is not None]
    period = f"{min(days):%d %B %Y} to {max(days):%d %B %Y}" if days else "dates not known"
    sensors = sorted(
        {f"{one.kind} on the {one.place}" for s in summaries for one in s.content.analysis.sensors}
    )
    postures = sorted(
        {
            one.content.setup.calibration.posture
            for one in summaries
            if one.content.setup.calibration is not None
            and one.content.setup.calibration.posture != "unknown"
        }
    )
    told = [f"{period} · {len(summaries)} sessions", ", ".join(sensors)]
    told += [", ".join(postures)] if postures else []
    told += [f"plan: {heading.plan}"] if heading.plan else []
    programs = sorted({one.content.provenance.recorded_by for one in summaries} - {""})
    told.append(
        f"scored by BreathSense {__version__}, recorded by {', '.join(programs) or 'tables'}"
    )
    return sheet.paragraph(MARGIN_MM, 24, INNER_MM, " · ".join(told), 8, SOFT) + 0.5


def _draw_safety(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    stops = [
        f"{mark.label.removeprefix(STOP).strip()}"
        + (f" ({one.started:%d %b})" if one.started else "")
        for one in summaries
        for mark in one.stops
    ]
    rises = [
        f"pain up by {one.after['pain'] - one.before['pain']}"
        + (f" ({one.started:%d %b})" if one.started else "")
        for one in summaries
        if one.after.get("pain", 0) - one.before.get("pain", 0) >= 2  # noqa: PLR2004 - beyond error of the scale: doi 10.1097/01.brs.0000164099.92112.29
        and "pain" in one.before
    ]
    told = [*_keep_latest(stops), *_keep_latest(rises)]
    if not told:
        sheet.add(Words(MARGIN_MM, y, "Stops: none logged.", 8))
    else:
        words = f"Please look: {'; '.join(told)}"
        y = sheet.paragraph(MARGIN_MM, y, INNER_MM, words, 8, ALARM) - 3.7
    return y + 3


def _keep_latest(told: list[str]) -> list[str]:
    """Keep the page in order: the latest ones, and how many came before."""
    left = len(told) - _MOST_WARNINGS
    return [f"{left} more before", *told[left:]] if left > 0 else told


def _draw_trends(sheet: Sheet, summaries: Sequence[Summary], y: float) -> float:
    days = [one.started.date() for one in summaries if one.started is not None]
    if not days:
        return y
    period: tuple[date, date] = (min(days), max(days))
    trends = build_trends(summaries)
    for number, trend in enumerate(trends):
        row, column = divmod(number, _N_COLUMNS)
        x = MARGIN_MM + column * (INNER_MM - _TREND_MM[0]) / (_N_COLUMNS - 1)
        top = y + row * _ROW_MM
        draw_trend(sheet, trend, (x, top, *_TREND_MM), period)
    return y + -(-len(trends) // _N_COLUMNS) * _ROW_MM - 2.5
