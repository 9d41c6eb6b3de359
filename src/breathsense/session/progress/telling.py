"""Progress in words: kind, plain, and no more than the figures say."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from breathsense.core.coaching.spec import Stop
from breathsense.library.entry import SessionEntry
from breathsense.session.moments import say_day
from breathsense.session.progress.days import WEEK_DAYS, Week, count_practised
from breathsense.session.progress.measures import Measure
from breathsense.session.progress.trends import Trend, find_change
from breathsense.session.safety_words import STOP_WORDS
from breathsense.session.texts import N_, Words, _, say_n
from breathsense.session.wording import METRIC_MEASURES, find_wording

NOTHING = N_("Nothing practised yet. The first breath is a beginning.")
SPARKS = "▁▂▃▄▅▆▇█"
DAY_GLYPHS = {"practised": "■", "not_worn": "◪", "not_done": "·", "to_come": " "}
FEELINGS = Words({"pain": "pain", "stress": "stress"})
"""What a check-in asks by its key, and as it is told."""
LEGEND = N_("■ practised   ◪ recorded, hardly worn   · not done")


def tell_days(entries: Sequence[SessionEntry], weeks: Sequence[Week], today: date) -> str:
    """Say how often and how long of late; a pause is nobody's fault."""
    left_out = tell_demos(entries)
    if not any(one.is_own for one in entries):
        return f"{_(NOTHING)} {left_out}".strip()
    n = count_practised(entries, today)
    minutes = weeks[-1].minutes if weeks else 0.0
    head = _("{n} of the last {n_days} days").format(n=n, n_days=WEEK_DAYS)
    if not n:
        says = _("{head}. Welcome back whenever it suits.").format(head=head)
    else:
        says = _("{head}, {minutes:.0f} min this week.").format(head=head, minutes=minutes)
    return f"{says} {left_out}".strip()


def tell_demos(entries: Sequence[SessionEntry]) -> str:
    """Say that what a virtual person did is not counted; empty if there is nothing of it."""
    n = sum(one.is_virtual and not one.is_trashed for one in entries)
    if not n:
        return ""
    return say_n("({n} demo not counted)", "({n} demos not counted)", n)


def tell_stops(weeks: Sequence[Week]) -> str:
    """Say how many stops were logged in these weeks; empty if none was."""
    n = sum(day.n_stops for week in weeks for day in week.days)
    if not n:
        return ""
    return say_n("{n} stop logged: talk about it.", "{n} stops logged: talk about them.", n)


def name_measure(measure: Measure) -> tuple[str, str]:
    """Return the name of a measure and its unit, in the words that were chosen."""
    if find_wording() == "metric" and measure.id in METRIC_MEASURES:
        return METRIC_MEASURES[measure.id]
    return _(measure.name), _(measure.unit)


def tell_value(measure: Measure, value: float) -> str:
    """Return a figure with as many digits as it is worth, without its unit."""
    return f"{value:.1f}" if measure.unit in {"a minute", "s"} else f"{value:.0f}"


def tell_newest(trend: Trend) -> str:
    """Return the newest figure; a dash where there is none."""
    return tell_value(trend.measure, trend.solid[-1].value) if trend.points else "—"


def tell_change(trend: Trend) -> str:
    """Say what the first week and the last one were; no word on whether that is good."""
    measure = trend.measure
    if not trend.points:
        return _("Nothing to show yet.")
    change = find_change(trend)
    if change is None:
        n = len(trend.solid)
        return say_n(
            "{n} point so far; two weeks make a trend.",
            "{n} points so far; two weeks make a trend.",
            n,
        )
    first, last = (tell_value(measure, one) for one in (change.first, change.last))
    if find_wording() == "plain":
        return _say_plainly(change.first, change.last, is_one_run=change.is_one_run)
    words = _("First week {first}, last week {last} {unit}.").format(
        first=first, last=last, unit=name_measure(measure)[1]
    )
    if not change.is_one_run:
        words += _(" Calibrated anew in between: do not compare.")
    return words


def _say_plainly(first: float, last: float, *, is_one_run: bool) -> str:
    if not is_one_run:
        return _("Calibrated anew since the first week: do not compare.")
    if f"{first:.2g}" == f"{last:.2g}":
        return _("As in the first week.")
    return _("More than in the first week.") if last > first else _("Less than in the first week.")


def tell_left_out(trend: Trend) -> str:
    """Say what is not shown, and why; empty if all is."""
    n = trend.n_left_out
    if not n:
        return ""
    return say_n(
        "{n} session left out: too little could be read.",
        "{n} sessions left out: too little could be read.",
        n,
    )


def draw_spark(trend: Trend, width: int) -> str:
    """Return the newest points as a row of bars, one a point, in the measure's own scale."""
    points = trend.solid[-width:]
    low = min([trend.measure.low, *(one.value for one in points)])
    high = max([trend.measure.high, *(one.value for one in points)])
    return "".join(
        SPARKS[min(int((one.value - low) / (high - low) * len(SPARKS)), len(SPARKS) - 1)]
        for one in points
    )


def tell_weeks(weeks: Sequence[Week]) -> list[str]:
    """Return a line for each week: its Monday, its days, how many, how long."""
    return [
        f"{say_day(week.days[0].day):>6}  "
        + "".join(DAY_GLYPHS[day.state] for day in week.days)
        + _("  {n} of {n_days} days  {minutes:3.0f} min").format(
            n=week.n_practised, n_days=WEEK_DAYS, minutes=week.minutes
        )
        for week in weeks
    ]


def tell_stop(why: str) -> str:
    """Say why somebody stopped; a reason of an older program as it was written."""
    return STOP_WORDS[cast(Stop, why)].lower() if why in STOP_WORDS else why.replace("_", " ")


def describe_session(entry: SessionEntry) -> str:
    """Return a session in a line: what was practised, how it went, how it felt."""
    parts = [_("demo")] if entry.is_virtual else []
    for course in entry.courses:
        score = "" if course.score is None else f" {course.score:.0f}"
        stop = _(" (stopped: {why})").format(why=tell_stop(course.ended)) if course.ended else ""
        parts.append(f"{_(course.name)}{score}{stop}")
    known = {one.ended for one in entry.courses}
    parts += [
        _("stopped: {why}").format(why=tell_stop(one)) for one in entry.stops if one not in known
    ]
    if not known and not entry.stops and entry.trouble:
        parts.append(entry.trouble)
    elif not known and not entry.stops:
        parts.append(_("free practice") if entry.n_breaths else _("no breaths seen"))
    for key, name in FEELINGS.items():
        told = [answers[key] for answers in (entry.before, entry.after) if key in answers]
        if told:
            parts.append(f"{name} {'→'.join(map(str, told))}")
    return ", ".join(parts)
