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


def list_days(summaries: Sequence[Summary]) -> dict[date, bool]:
    """Return the days on which a session was begun, and whether enough was worn to be scored."""
    worn: dict[date, bool] = {}
    for one in summaries:
        if one.started is not None:
            day = one.started.date()
            worn[day] = worn.get(day, False) or one.usable >= LEAST_USABLE
    return worn


def tell_done(summaries: Sequence[Summary], per_week: int) -> str:
    """Return how many days were practised, of those agreed on; empty where no day is known."""
    worn = list_days(summaries)
    if not worn:
        return ""
    n_done = sum(worn.values())
    return f"{n_done} of {per_week * _find_weeks(worn)[1]}" if per_week else str(n_done)


def _find_weeks(worn: dict[date, bool]) -> tuple[date, int]:
    """Return the Monday that the strip begins with, and how many weeks it has."""
    last = max(worn)
    first = max(min(worn), last - timedelta(days=MOST_DAYS - 1))
    first -= timedelta(days=first.weekday())
    return first, -(-((last - first).days + 1) // WEEK_DAYS)


def draw_calendar(
    sheet: Sheet, summaries: Sequence[Summary], top: float, per_week: int = 0
) -> float:
    """Draw a cell a day; returns where the next thing may begin.

    Filled: practised. Half filled: begun, but the sensor saw less than it takes to score, so
    hardly worn. Empty: not done.
    """
    worn = list_days(summaries)
    if not worn:
        return top
    minutes = dict.fromkeys(worn, 0.0)
    for one in summaries:
        if one.started is not None:
            minutes[one.started.date()] += one.duration_s / 60
    first, n_weeks = _find_weeks(worn)
    width = min(_CELL_MM, (INNER_MM - n_weeks * 1.0) / (n_weeks * WEEK_DAYS))
    for number in range(n_weeks * WEEK_DAYS):
        day = first + timedelta(days=number)
        week, weekday = divmod(number, WEEK_DAYS)
        x = MARGIN_MM + week * (WEEK_DAYS * width + 1.0) + weekday * width
        if weekday == 0:
            in_week = [minutes.get(day + timedelta(days=one), 0.0) for one in range(WEEK_DAYS)]
            told = f"{day:%d %b}: {sum(in_week):.0f} min"
            sheet.add(Words(x, top + 2, told, 6 if width > 3 else 4.5, SOFT))  # noqa: PLR2004 - mm
        _draw_day(sheet, x, top + 3, width - 0.4, is_worn=worn.get(day))
    done = sum(worn.values())
    of = f" of {per_week * n_weeks} agreed on" if per_week else ""
    told = (
        f"{done} days practised{of}, {len(worn) - done} begun but hardly worn, in {n_weeks} weeks. "
        "Filled: practised; half: hardly worn; empty: not done."
    )
    sheet.add(Words(MARGIN_MM, top + 3 + _CELL_MM + 3, told, 6.5, SOFT))
    return top + 3 + _CELL_MM + 6


def _draw_day(sheet: Sheet, x: float, top: float, width: float, *, is_worn: bool | None) -> None:
    sheet.add(Box(x, top, width, _CELL_MM, rim=LINE))
    if is_worn is None:
        return
    height = _CELL_MM if is_worn else _CELL_MM / 2
    sheet.add(Box(x, top + _CELL_MM - height, width, height, WAVE))
