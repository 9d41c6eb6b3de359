"""The first week against the last one, in one line: what a reader looks for first."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median

from breathsense.exports.overview.summary import Summary

WEEK = timedelta(days=7)
FEWEST_WEEKS = 2
"""A shorter time has no first and last week."""

Pick = Callable[[Summary], float | None]
_USABLE: tuple[tuple[str, Pick, str], ...] = (
    ("rate at rest", lambda one: one.rate_per_min if one.is_rest_rate else None, "{:.1f} a minute"),
    ("brace held", lambda one: one.hold_s, "{:.1f} s"),
    ("level kept", lambda one: None if one.retention is None else 100 * one.retention, "{:.0f} %"),
    ("longest breath gap", lambda one: one.longest_gap_s, "{:.1f} s"),
)
_ANSWERED: tuple[tuple[str, Pick, str], ...] = (
    ("pain before", lambda one: one.before.get("pain"), "{:g}"),
    ("stress before", lambda one: one.before.get("stress"), "{:g}"),
)


def tell_change(summaries: Sequence[Summary]) -> str:
    """Return medians of the first week and of the last; empty for less than two weeks.

    Figures of the signal come from sessions that give points in the trends. Nothing is said about
    whether a change is more than chance.
    """
    dated = [one for one in summaries if one.started is not None]
    days = [one.started.date() for one in dated if one.started is not None]
    if not days or max(days) - min(days) < FEWEST_WEEKS * WEEK:
        return ""
    first = [one for one, day in zip(dated, days, strict=True) if day - min(days) < WEEK]
    last = [one for one, day in zip(dated, days, strict=True) if max(days) - day < WEEK]
    told = []
    for kinds, is_signal in ((_USABLE, True), (_ANSWERED, False)):
        for name, pick, form in kinds:
            ends = [_find_median(week, pick, is_signal=is_signal) for week in (first, last)]
            if ends[0] is not None and ends[1] is not None:
                start = form.format(ends[0]).removesuffix(form.rpartition("}")[2])
                told.append(f"{name} {start} → {form.format(ends[1])}")
    return f"First week → last week (medians): {' · '.join(told)}" if told else ""


def _find_median(week: Sequence[Summary], pick: Pick, *, is_signal: bool) -> float | None:
    values = [pick(one) for one in week if one.is_usable or not is_signal]
    known = [one for one in values if one is not None]
    return median(known) if known else None
