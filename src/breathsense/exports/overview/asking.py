"""What is worth asking about: questions that follow from the figures, the most pressing first.

The bounds are ours and were tried on nobody; a question is no finding, and no advice.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

from breathsense.core.model.labels import STOP
from breathsense.exports.overview.calendar import list_days
from breathsense.exports.overview.summary import Summary

MOST = 3
LATELY = timedelta(days=14)
PAIN_RISE = 2
"""Beyond the error of the scale: doi 10.1097/01.brs.0000164099.92112.29."""
FEW_DAYS = 0.6
"""Of the days agreed on."""
POOR = 0.3
"""Of the sessions."""
FADES, KEEPS = 0.75, 0.85
"""Level kept: last third of a brace against its first."""
SEEN = 2 / 3
LONG_GAP_S = 8.0


def list_questions(summaries: Sequence[Summary], per_week: int) -> list[str]:
    """Return at most three questions about the last two weeks of practice."""
    dated = [one for one in summaries if one.started is not None]
    if not dated:
        return []
    last = max(one.started for one in dated if one.started is not None)
    lately = [one for one in dated if one.started is not None and last - one.started < LATELY]
    told = [*_ask_of_stops(lately), *_ask_of_days(lately, per_week), *_ask_of_braces(lately)]
    return told[:MOST]


def _ask_of_stops(lately: Sequence[Summary]) -> Iterator[str]:
    stops = [(one.started, mark) for one in lately for mark in one.stops]
    if stops:
        when, mark = stops[-1]
        reason = mark.label.removeprefix(STOP).strip().replace("_", " ")
        yield f"What was behind the stop on {when:%d %b} ({reason})?"
    rises = [
        one
        for one in lately
        if "pain" in one.before and one.after.get("pain", 0) - one.before["pain"] >= PAIN_RISE
    ]
    if rises:
        yield f"Pain rose on {rises[-1].started:%d %b}: what was done that day?"


def _ask_of_days(lately: Sequence[Summary], per_week: int) -> Iterator[str]:
    n_done = sum(is_worn for is_worn in list_days(lately).values())
    n_agreed = 2 * per_week
    if per_week and n_done < FEW_DAYS * n_agreed:
        yield f"{n_done} of {n_agreed} days in the last two weeks: what came in between?"
    n_poor = sum(not one.is_usable for one in lately)
    if n_poor > POOR * len(lately):
        yield f"{n_poor} of {len(lately)} sessions could hardly be read: does the sensor sit well?"


def _ask_of_braces(lately: Sequence[Summary]) -> Iterator[str]:
    ends = [brace.end for one in lately for brace in one.braces if brace.end is not None]
    kept = [one.retention for one in ends if one.retention is not None]
    if not ends or not kept:
        return
    n_seen = sum(one.breathing == "breathing" for one in ends)
    longest_s = max(one.longest_gap_ns for one in ends) / 1e9
    if n_seen < SEEN * len(ends):
        yield f"Breath seen in {n_seen} of {len(ends)} braces: too firm to breathe behind?"
    elif longest_s > LONG_GAP_S:
        yield f"Up to {longest_s:.0f} s without a breath in a brace: too firm?"
    if median(kept) < FADES:
        yield f"Braces fade to {100 * median(kept):.0f} % of their level: shorter, or lighter?"
    elif median(kept) >= KEEPS and n_seen >= SEEN * len(ends):
        yield (
            f"Level kept {100 * median(kept):.0f} %, breath in {n_seen} of {len(ends)} braces:"
            " time for longer, firmer, or on the move?"
        )
