"""``breathsense progress``: what was practised, and how the figures went, in plain lines."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.saying import say
from breathsense.cli.waiting import count_read

if TYPE_CHECKING:
    from breathsense.library.entry import SessionEntry
    from breathsense.session.progress.trends import Trend

SPARK_ROOM = 24


@click.command()
@click.option(
    "--weeks",
    "n_weeks",
    type=click.IntRange(1, 520),
    default=6,
    show_default=True,
    help="How many weeks, this one with them.",
)
@click.option("--json", "as_json", is_flag=True, help="One object, for other programs.")
@data_dir_option
def command(data_dir: Path, n_weeks: int, *, as_json: bool) -> None:
    """Tell your days of practice, and your trends, from your recordings alone.

    Figures are only taken from sessions that could be read well. Trends are not joined across
    calibrations: where there is a new one, first and last week do not compare.
    """
    from breathsense.library.index import Library

    library = Library(data_dir)
    library.refresh(count_read)
    entries = tuple(one for one in library.known() if one.is_read)
    today = datetime.now().astimezone().date()
    if as_json:
        from breathsense.session.progress.tables import build_progress

        told = build_progress(entries, today, n_weeks)
        say(json.dumps(told, indent=2))
        return
    for line in describe(entries, today, n_weeks):
        say(line)


def describe(entries: "tuple[SessionEntry, ...]", today: date, n_weeks: int) -> list[str]:
    """Return the lines: days, then a line for each figure that there is."""
    from breathsense.session.progress.days import list_weeks
    from breathsense.session.progress.measures import list_measures
    from breathsense.session.progress.telling import (
        LEGEND,
        tell_days,
        tell_stops,
        tell_weeks,
    )
    from breathsense.session.progress.trends import build_trend

    if not any(one.is_own for one in entries):
        return [tell_days(entries, (), today)]
    weeks = list_weeks(entries, today, n_weeks)
    first = weeks[0].days[0].day
    trends = [build_trend(one, entries, first) for one in list_measures(entries)]
    stops = tell_stops(weeks)
    return [
        tell_days(entries, weeks, today),
        *([stops] if stops else []),
        "",
        *tell_weeks(weeks),
        LEGEND,
        "",
        *(_describe_trend(one) for one in trends if one.points),
    ]


def _describe_trend(trend: "Trend") -> str:
    from breathsense.session.progress.telling import (
        draw_spark,
        tell_change,
        tell_left_out,
        tell_newest,
    )

    name = f"{trend.measure.name}: {tell_newest(trend)} {trend.measure.unit}"
    words = " ".join(filter(None, (tell_change(trend), tell_left_out(trend))))
    return f"{name:<36} {draw_spark(trend, SPARK_ROOM):<{SPARK_ROOM}}  {words}"
