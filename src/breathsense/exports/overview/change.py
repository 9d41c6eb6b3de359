"""The first week against the last one: what a reader looks for first."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from breathsense.exports.overview.rules import find_ends
from breathsense.exports.overview.summary import Summary

Pick = Callable[[Summary], float | None]


def _find_rest_rate(one: Summary) -> float | None:
    return one.rate_per_min if one.is_rest_rate and one.is_usable else None


def _find_kept_pct(one: Summary) -> float | None:
    return 100 * one.retention if one.retention is not None and one.is_usable else None


_PICKS: tuple[tuple[str, Pick, str], ...] = (
    ("rate at rest, a minute", _find_rest_rate, "{:.1f}"),
    ("share of the ribs", lambda one: one.ribs_pct if one.is_usable else None, "{:.0f} %"),
    ("brace held", lambda one: one.hold_s if one.is_usable else None, "{:.0f} s"),
    ("pain before", lambda one: one.before.get("pain"), "{:g}"),
    ("level kept", _find_kept_pct, "{:.0f} %"),
    ("longest breath gap", lambda one: one.longest_gap_s if one.is_usable else None, "{:.1f} s"),
    ("stress before", lambda one: one.before.get("stress"), "{:g}"),
)
"""What is compared, the most asked for first."""


class Change(NamedTuple):
    """A figure in the first week and in the last, in words: ``"12.5 → 11.2 /min"``."""

    name: str
    words: str


def list_changes(summaries: Sequence[Summary]) -> list[Change]:
    """Return medians of the first week and of the last; nothing for less than two weeks.

    Figures of the signal come from sessions that give points in the trends. Nothing is said about
    whether a change is more than chance.
    """
    dated = [one for one in summaries if one.started is not None]
    weeks = find_ends([one.started.date() for one in dated if one.started is not None])
    if weeks is None:
        return []
    told = []
    for name, pick, form in _PICKS:
        ends = [_find_median(dated[week], pick) for week in weeks]
        if ends[0] is not None and ends[1] is not None:
            start = form.format(ends[0]).removesuffix(form.rpartition("}")[2])
            told.append(Change(name, f"{start} → {form.format(ends[1])}"))
    return told


def _find_median(week: Sequence[Summary], pick: Pick) -> float | None:
    known = [value for one in week if (value := pick(one)) is not None]
    return median(known) if known else None
