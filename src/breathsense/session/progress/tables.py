"""Progress as an object for other programs."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from breathsense import __version__
from breathsense.library.entry import SessionEntry
from breathsense.session.progress.days import WEEK_DAYS, Week, count_practised, list_weeks
from breathsense.session.progress.measures import list_measures
from breathsense.session.progress.trends import Trend, build_trend, find_change

SCHEMA = "breathsense.progress/1"
_DIGITS = 4


def build_progress(entries: Sequence[SessionEntry], today: date, n_weeks: int) -> dict[str, Any]:
    """Return the days and trends of the last weeks, ready to be written as JSON."""
    weeks = list_weeks(entries, today, n_weeks)
    since = today - timedelta(days=today.weekday() + WEEK_DAYS * (n_weeks - 1))
    trends = [build_trend(one, entries, since) for one in list_measures(entries)]
    return {
        "schema": SCHEMA,
        "program": f"breathsense {__version__}",
        "today": today.isoformat(),
        "days_of_last_7": count_practised(entries, today),
        "weeks": [_tell_week(one) for one in weeks],
        "trends": [_tell_trend(one) for one in trends],
    }


def _tell_week(week: Week) -> dict[str, Any]:
    return {
        "monday": week.days[0].day.isoformat(),
        "days": [one.state for one in week.days],
        "minutes": round(week.minutes, 1),
        "stops": sum(one.n_stops for one in week.days),
    }


def _tell_trend(trend: Trend) -> dict[str, Any]:
    change = find_change(trend)
    return {
        "id": trend.measure.id,
        "name": trend.measure.name,
        "unit": trend.measure.unit,
        "points": [
            {
                "t": one.when.isoformat(),
                "value": round(one.value, _DIGITS),
                "calibration": one.run,
                "hollow": one.is_hollow,
            }
            for one in trend.points
        ],
        "hollow": trend.measure.hollow_says,
        "left_out": trend.n_left_out,
        "first_week": None if change is None else round(change.first, _DIGITS),
        "last_week": None if change is None else round(change.last, _DIGITS),
        "compares": change is not None and change.is_one_run,
    }
