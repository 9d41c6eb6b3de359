"""Figures of braces in a repetition, one value for each brace that was asked for."""

from collections.abc import Callable
from itertools import pairwise

from breathsense.core.coaching.breath_figures import Taken, give
from breathsense.core.coaching.notes import BraceSeen
from breathsense.core.coaching.reps import SLACK_NS, Rep, Span
from breathsense.core.model.bracing import BraceEnd

NS = 1e9
MINUTE_S = 60.0
LEAST_USABLE = 0.5
"""Of a brace in which less than this can be gone by, nothing is told of the breath."""


def take_levels(rep: Rep) -> Taken:
    """Median level as a share of the own reference."""
    return _take_ends(rep, lambda end: end.level)


def take_steadiness(rep: Rep) -> Taken:
    """Coefficient of variation of the level."""
    return _take_ends(rep, lambda end: end.steadiness)


def take_retentions(rep: Rep) -> Taken:
    """Last level as a share of the first."""
    return _take_ends(rep, lambda end: end.retention)


def take_onsets(rep: Rep) -> Taken:
    """Seconds from the prompt to the brace; where the filling lifted the level, it is not told."""

    def measure(span: Span, one: BraceSeen) -> float | None:
        after_ns = one.start.start_ns - span.start_ns
        return after_ns / NS if after_ns >= 0 else None

    return _take_braces(rep, measure)


def take_releases(rep: Rep) -> Taken:
    """Seconds from the word to let go until the wall was let go."""

    def release(span: Span, one: BraceSeen) -> float | None:
        return None if one.end is None else max(0, one.end.end_ns - span.end_ns) / NS

    return _take_braces(rep, release)


def take_holds(rep: Rep) -> Taken:
    """Seconds for which the wall was firm when it was asked for, or the breath was paused."""
    if rep.list_braced():
        return _take_braces(rep, _measure_hold)
    holds = [one for one in rep.stretches if one.is_open]
    return give([(one.end_ns - one.start_ns) / NS for one in holds], "no_hold")


def take_draw_ins(rep: Rep) -> Taken:
    """Whether the belly went against the goal, for each brace that was asked for."""
    spans = rep.list_braced()
    found = [_find_best(rep, span) for span in spans]
    known = [one for one in found if one is not None and one.start.direction != "unknown"]
    if not known:
        return _tell_missing(rep)
    return give([float(rep.is_wrong_way(one)) for one in known])


def take_gaps(rep: Rep) -> Taken:
    """Longest seconds without a turn of the breath, by whichever sensor saw most of it."""
    values = []
    for span in rep.list_braced():
        if not _is_usable(rep, span):
            continue
        turns = [one for one in rep.turns_ns if span.holds(one)]
        gaps = [b - a for a, b in pairwise([span.start_ns, *turns, span.end_ns])]
        values.append(min(max(gaps), *_list_gaps(rep, span)) / NS)
    return give(values, "not_usable")


def take_breaths(rep: Rep) -> Taken:
    """Breaths taken in each brace."""
    return give([float(n) for _, n in _count_breaths(rep)], "not_usable")


def take_breath_rates(rep: Rep) -> Taken:
    """Breaths a minute in each brace."""
    return give(
        [
            n * MINUTE_S * NS / (span.end_ns - span.start_ns)
            for span, n in _count_breaths(rep)
            if span.end_ns > span.start_ns
        ],
        "not_usable",
    )


def take_leads(rep: Rep) -> Taken:
    """Seconds from the brace to the movement that it was to come before."""
    if not rep.wearer.has_imu:
        return Taken(reason="no_motion_sensor")
    leads = [
        one.lead_ns
        for span in rep.list_runs(frozenset({"move"}))
        for one in rep.loads
        if span.holds(one.bend_start_ns, SLACK_NS)
    ]
    if not leads:
        return Taken(reason="no_movement")
    known = [one / NS for one in leads if one is not None]
    return Taken(tuple(known)) if known else Taken(reason="no_brace", is_missed=True)


def take_comfort(rep: Rep) -> Taken:
    """What the wearer answered."""
    return give([float(one) for one in rep.comforts], "not_answered")


def _take_ends(rep: Rep, read: Callable[[BraceEnd], float | None]) -> Taken:
    def read_end(_span: Span, one: BraceSeen) -> float | None:
        return None if one.end is None or rep.is_wrong_way(one) else read(one.end)

    braces = [one for span in rep.list_braced() for one in rep.list_braces(span)]
    if any(one.is_doubtful for one in braces):
        return Taken(reason="baseline_moved")
    return _take_braces(rep, read_end)


def _take_braces(rep: Rep, read: Callable[[Span, BraceSeen], float | None]) -> Taken:
    found = [(span, _find_best(rep, span)) for span in rep.list_braced()]
    seen = [(span, one) for span, one in found if one is not None]
    if not seen:
        return _tell_missing(rep)
    values = [value for span, one in seen if (value := read(span, one)) is not None]
    if not values and all(rep.is_wrong_way(one) for _, one in seen):
        return Taken(reason="wrong_way", is_missed=True)
    return give(values, "not_told")


def _tell_missing(rep: Rep) -> Taken:
    """Say why there is no brace: the sensors cannot see any, or the wearer did none."""
    if not rep.wearer.sees_braces:
        return Taken(reason="brace_not_visible")
    if not rep.list_braced() or not all(_is_usable(rep, one) for one in rep.list_braced()):
        return Taken(reason="not_usable")
    return Taken(reason="no_brace", is_missed=True)


def _find_best(rep: Rep, span: Span) -> BraceSeen | None:
    """Return the brace that was held longest in a span."""
    return max(rep.list_braces(span), key=lambda one: _measure_hold(span, one), default=None)


def _measure_hold(span: Span, one: BraceSeen) -> float:
    end_ns = span.end_ns if one.end is None else min(one.end.end_ns, span.end_ns)
    return (end_ns - max(one.start.start_ns, span.start_ns)) / NS


def _is_usable(rep: Rep, span: Span) -> bool:
    usable = [one.is_usable for one in rep.moments if span.holds(one.t_ns)]
    return bool(usable) and sum(usable) >= LEAST_USABLE * len(usable)


def _list_gaps(rep: Rep, span: Span) -> list[int]:
    """Return what is known of the longest gap from the braces of a span."""
    ends = [one.end for one in rep.list_braces(span) if one.end is not None]
    length_ns = span.end_ns - span.start_ns
    return [min(end.longest_gap_ns, length_ns) for end in ends if end.breathing == "breathing"] or [
        length_ns
    ]


def _count_breaths(rep: Rep) -> list[tuple[Span, int]]:
    counted = []
    for span in rep.list_braced():
        if _is_usable(rep, span):
            n_seen = sum(span.holds(one.peak_ns) for one in rep.breaths)
            ends = [one.end for one in rep.list_braces(span)]
            counted.append((span, max([n_seen, *(end.n_breaths for end in ends if end)])))
    return counted
