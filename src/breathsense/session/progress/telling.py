"""Progress in words: kind, plain, and no more than the figures say."""

from collections.abc import Sequence
from datetime import date

from breathsense.library.entry import SessionEntry
from breathsense.session.progress.days import WEEK_DAYS, Week, count_practised
from breathsense.session.progress.measures import Measure
from breathsense.session.progress.trends import Trend, find_change

NOTHING = "Nothing practised yet. The first breath is a beginning."
SPARKS = "▁▂▃▄▅▆▇█"
DAY_GLYPHS = {"practised": "■", "not_worn": "◪", "not_done": "·", "to_come": " "}
LEGEND = "■ practised   ◪ recorded, hardly worn   · not done"


def tell_days(entries: Sequence[SessionEntry], weeks: Sequence[Week], today: date) -> str:
    """Say how often and how long of late; a pause is nobody's fault."""
    if not entries:
        return NOTHING
    n = count_practised(entries, today)
    minutes = weeks[-1].minutes if weeks else 0.0
    head = f"{n} of the last {WEEK_DAYS} days"
    if not n:
        return f"{head}. Welcome back whenever it suits."
    return f"{head}, {minutes:.0f} min this week."


def tell_stops(weeks: Sequence[Week]) -> str:
    """Say how many stops were logged in these weeks; empty if none was."""
    n = sum(day.n_stops for week in weeks for day in week.days)
    if not n:
        return ""
    return f"{n} stop{'s' if n > 1 else ''} logged: talk about {'them' if n > 1 else 'it'}."


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
        return "Nothing to show yet."
    change = find_change(trend)
    if change is None:
        n = len(trend.solid)
        return f"{n} point{'s' if n > 1 else ''} so far; two weeks make a trend."
    first, last = (tell_value(measure, one) for one in (change.first, change.last))
    words = f"First week {first}, last week {last} {measure.unit}."
    if not change.is_one_run:
        words += " Calibrated anew in between: do not compare."
    return words


def tell_left_out(trend: Trend) -> str:
    """Say what is not shown, and why; empty if all is."""
    n = trend.n_left_out
    if not n:
        return ""
    return f"{n} session{'s' if n > 1 else ''} left out: too little could be read."


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
        f"{week.days[0].day:%d %b}  "
        + "".join(DAY_GLYPHS[day.state] for day in week.days)
        + f"  {week.n_practised} of {WEEK_DAYS} days  {week.minutes:3.0f} min"
        for week in weeks
    ]


def describe_session(entry: SessionEntry) -> str:
    """Return a session in a line: what was practised, how it went, how it felt."""
    parts = []
    for course in entry.courses:
        score = "" if course.score is None else f" {course.score:.0f}"
        stop = f" (stopped: {course.ended.replace('_', ' ')})" if course.ended else ""
        parts.append(f"{course.name}{score}{stop}")
    known = {one.ended for one in entry.courses}
    parts += [f"stopped: {one.replace('_', ' ')}" for one in entry.stops if one not in known]
    if not parts and entry.trouble:
        parts.append(entry.trouble)
    elif not parts:
        parts.append("free practice" if entry.n_breaths else "no breaths seen")
    for name in ("pain", "stress"):
        told = [answers[name] for answers in (entry.before, entry.after) if name in answers]
        if told:
            parts.append(f"{name} {'→'.join(map(str, told))}")
    return ", ".join(parts)
