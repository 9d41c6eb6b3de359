"""Which days were practised: a strip of days, weeks apart."""

from collections.abc import Sequence
from datetime import date, timedelta

from breathsense.exports.overview.rules import LEAST_USABLE
from breathsense.exports.overview.sheet import (
    INNER_MM,
    LINE,
    MARGIN_MM,
    SOFT,
    WAVE,
    Box,
    Sheet,
    Words,
)
from breathsense.exports.overview.summary import Summary

WEEK_DAYS = 7
MOST_DAYS = 84
"""Twelve weeks; of a longer time the latest are shown."""
_CELL_MM = 4.0


def draw_calendar(
    sheet: Sheet, summaries: Sequence[Summary], top: float, per_week: int = 0
) -> float:
    """Draw a cell a day; returns where the next thing may begin.

    Filled: practised. Half filled: begun, but the sensor saw less than it takes to score, so
    hardly worn. Empty: not done.
    """
    minutes: dict[date, float] = {}
    seen: dict[date, float] = {}
    for one in summaries:
        if one.started is not None:
            day = one.started.date()
            minutes[day] = minutes.get(day, 0.0) + one.duration_s / 60
            seen[day] = max(seen.get(day, 0.0), one.usable)
    if not minutes:
        return top
    last = max(minutes)
    first = max(min(minutes), last - timedelta(days=MOST_DAYS - 1))
    first -= timedelta(days=first.weekday())
    n_days = (last - first).days + 1
    n_weeks = -(-n_days // WEEK_DAYS)
    width = min(_CELL_MM, (INNER_MM - n_weeks * 1.0) / (n_weeks * WEEK_DAYS))
    for number in range(n_weeks * WEEK_DAYS):
        day = first + timedelta(days=number)
        week, weekday = divmod(number, WEEK_DAYS)
        x = MARGIN_MM + week * (WEEK_DAYS * width + 1.0) + weekday * width
        if weekday == 0:
            in_week = [minutes.get(day + timedelta(days=one), 0.0) for one in range(WEEK_DAYS)]
            told = f"{day:%d %b}: {sum(in_week):.0f} min"
            sheet.add(Words(x, top + 2, told, 6 if width > 3 else 4.5, SOFT))  # noqa: PLR2004 - mm
        _draw_day(sheet, x, top + 3, width - 0.4, seen.get(day))
    done = sum(one >= LEAST_USABLE for one in seen.values())
    of = f" of {per_week * n_weeks} agreed on" if per_week else ""
    told = (
        f"{done} days practised{of}, {len(seen) - done} begun but hardly worn, in {n_weeks} weeks. "
        "Filled: practised; half: hardly worn; empty: not done."
    )
    sheet.add(Words(MARGIN_MM, top + 3 + _CELL_MM + 3, told, 6.5, SOFT))
    return top + 3 + _CELL_MM + 6


def _draw_day(sheet: Sheet, x: float, top: float, width: float, usable: float | None) -> None:
    sheet.add(Box(x, top, width, _CELL_MM, rim=LINE))
    if usable is None:
        return
    height = _CELL_MM if usable >= LEAST_USABLE else _CELL_MM / 2
    sheet.add(Box(x, top + _CELL_MM - height, width, height, WAVE))
