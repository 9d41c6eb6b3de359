"""Figures of breathing in a repetition, one value for each breath; what is missing says why."""

import cmath
import math
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from breathsense.core.coaching.notes import BreathSeen, Moment
from breathsense.core.coaching.reps import Rep, Span

NS = 1e9
LONGEST_NS = 30_000_000_000
"""Two breaths further apart are not neighbours."""
ON_PACE_S = 0.8
"""Half of the wearers' reaction and the sensor's lag are in it."""
STEADY_NS = 800_000_000
"""The first part of a breath that is held still settles."""
FEWEST_MOMENTS = 8


class Taken(NamedTuple):
    """What a repetition gives to a figure.

    ``reason`` says why there are no values; ``is_missed`` that what was asked for was not done.
    """

    values: tuple[float, ...] = ()
    reason: str = ""
    is_missed: bool = False


def give(values: list[float], reason: str = "no_breath") -> Taken:
    """Return the values, or the reason if there are none."""
    return Taken(tuple(values)) if values else Taken(reason=reason)


def take_periods(rep: Rep) -> Taken:
    """Seconds from top to top, of the breaths that count."""
    counted = {one.number for one in rep.list_counted()}
    periods = [
        (b.peak_ns - a.peak_ns) / NS
        for a, b in pairwise(rep.breaths)
        if b.number in counted and b.peak_ns - a.peak_ns < LONGEST_NS
    ]
    return give(periods)


def take_depths(rep: Rep) -> Taken:
    """Depth in quiet depths."""
    reference = rep.wearer.reference
    if reference is None:
        return Taken(reason="not_calibrated")
    return give([one.depth / reference.quiet_depth for one in rep.list_shown()])


def take_full_depths(rep: Rep) -> Taken:
    """Depth as a share of the own full breath."""
    reference = rep.wearer.reference
    if reference is None or reference.full_depth is None:
        return Taken(reason="no_full_breath")
    return give([one.depth / reference.full_depth for one in rep.list_shown()])


def take_best_depth(rep: Rep) -> Taken:
    """Depth of the deepest breath, in the sensor's unit."""
    depths = [one.depth for one in rep.list_shown()]
    return give([max(depths)] if depths else [])


def take_exhales(rep: Rep) -> Taken:
    """Seconds of breathing out, without the rest after it."""
    return give([(_find_rest(rep, one) - one.peak_ns) / NS for one in _list_ended(rep)])


def take_pauses(rep: Rep) -> Taken:
    """Seconds of rest after breathing out; 0 where there was none."""
    values = []
    for breath in _list_ended(rep):
        empty = (one for one in rep.pauses if not one.is_full and _is_after(one.start_ns, breath))
        pause = next(empty, None)
        values.append(0.0 if pause is None else (pause.end_ns - pause.start_ns) / NS)
    return give(values)


def take_inhale_errors(rep: Rep) -> Taken:
    """Seconds by which breathing in took longer or shorter than was asked."""
    return give(
        [
            abs(one.peak_ns - one.inhale_start_ns - (span.end_ns - span.start_ns)) / NS
            for span, one in rep.list_led()
            if one is not None
        ]
    )


def take_lags(rep: Rep) -> Taken:
    """Seconds by which the begin and the end of breathing in were off."""
    return give([sum(_find_lags(span, one)) / 2 for span, one in rep.list_led() if one is not None])


def take_on_pace(rep: Rep) -> Taken:
    """For each breath that was asked for, whether it came when it was asked for."""
    values = [
        float(one is not None and max(_find_lags(span, one)) <= ON_PACE_S)
        for span, one in rep.list_led()
    ]
    return give(values if rep.breaths else [])


def take_ratios(rep: Rep) -> Taken:
    """Breathing in to breathing out, the rest after it with it."""
    return give(
        [
            (one.peak_ns - one.inhale_start_ns) / (one.end_ns - one.peak_ns)
            for one in _list_ended(rep)
            if one.end_ns is not None and one.end_ns > one.peak_ns
        ]
    )


def take_returns(rep: Rep) -> Taken:
    """How far from rest breaths ended, as a share of the own full breath."""
    reference = rep.wearer.reference
    if not rep.wearer.is_band:
        return Taken(reason="no_band")
    if reference is None or reference.full_depth is None:
        return Taken(reason="no_full_breath")
    troughs = [one.trough for one in _list_ended(rep) if one.trough is not None]
    return give([abs(one - reference.rest) / reference.full_depth for one in troughs])


def take_ventilation(rep: Rep) -> Taken:
    """Rate times depth, as a multiple of rest: one sensor sees only its own share of it."""
    reference, rate = rep.wearer.reference, rep.wearer.rate_per_min
    if reference is None or not rate:
        return Taken(reason="not_calibrated")
    counted = {one.number for one in rep.list_counted()}
    values = [
        b.depth / reference.quiet_depth * (60.0 / rate) / ((b.peak_ns - a.peak_ns) / NS)
        for a, b in pairwise(rep.breaths)
        if b.number in counted and b.peak_ns - a.peak_ns < LONGEST_NS
    ]
    return give(values)


def take_stillness(rep: Rep) -> Taken:
    """How far the belly moved in held breaths, as a share of the breath."""
    depths = [one.depth for one in rep.list_shown()]
    if not depths:
        return Taken(reason="no_breath")
    values = []
    for span in rep.list_runs(frozenset({"hold_full"})) + rep.list_runs(frozenset({"hold_empty"})):
        inner = Span(span.start_ns + STEADY_NS, span.end_ns)
        levels = [one.level for one in rep.moments if inner.holds(one.t_ns)]
        known = [one for one in levels if one is not None]
        if len(known) >= FEWEST_MOMENTS:
            values.append((max(known) - min(known)) / median(depths))
    return give(values, "no_hold")


def take_first_breath(rep: Rep) -> Taken:
    """Depth of the first breath after a hold, in quiet depths."""
    reference = rep.wearer.reference
    if reference is None:
        return Taken(reason="not_calibrated")
    values = []
    for span in rep.list_runs(frozenset({"hold_empty"})):
        after = [one for one in rep.breaths if one.peak_ns > span.end_ns]
        values += [after[0].depth / reference.quiet_depth] if after else []
    return give(values)


def take_chest_shares(rep: Rep) -> Taken:
    """Per cent of the movement of both bands that is the ribs'."""
    if not rep.wearer.has_chest:
        return Taken(reason="no_chest_band")
    values = []
    for moments in _list_seen(rep):
        belly, chest = _find_range(moments, "belly"), _find_range(moments, "chest")
        if belly + chest > 0:
            values.append(100.0 * chest / (belly + chest))
    return give(values)


def take_phases(rep: Rep) -> Taken:
    """Degrees between belly and ribs at the breath's own frequency: 0 together, 180 against."""
    if not rep.wearer.has_chest:
        return Taken(reason="no_chest_band")
    return give([_find_phase(moments) for moments in _list_seen(rep)])


def _list_ended(rep: Rep) -> list[BreathSeen]:
    return [one for one in rep.list_shown() if one.end_ns is not None]


def _is_after(t_ns: int, breath: BreathSeen) -> bool:
    assert breath.end_ns is not None  # noqa: S101 - asked by the callers
    return breath.peak_ns < t_ns <= breath.end_ns


def _find_rest(rep: Rep, breath: BreathSeen) -> int:
    """Return when breathing out was over."""
    assert breath.end_ns is not None  # noqa: S101 - asked by the callers
    starts = [one.start_ns for one in rep.pauses if not one.is_full]
    return next((one for one in starts if _is_after(one, breath)), breath.end_ns)


def _find_lags(span: Span, breath: BreathSeen) -> tuple[float, float]:
    begin_ns, end_ns = breath.inhale_start_ns - span.start_ns, breath.peak_ns - span.end_ns
    return abs(begin_ns) / NS, abs(end_ns) / NS


def _list_seen(rep: Rep) -> list[list[Moment]]:
    """Return the moments of each breath in which both bands were there."""
    found = []
    for breath in _list_ended(rep):
        span = Span(breath.inhale_start_ns, breath.end_ns or breath.peak_ns)
        moments = [
            one
            for one in rep.moments
            if span.holds(one.t_ns) and one.belly is not None and one.chest is not None
        ]
        if len(moments) >= FEWEST_MOMENTS:
            found.append(moments)
    return found


def _find_range(moments: list[Moment], name: str) -> float:
    levels: list[float] = [getattr(one, name) for one in moments]
    return max(levels) - min(levels)


def _find_phase(moments: list[Moment]) -> float:
    first_ns, length_ns = moments[0].t_ns, moments[-1].t_ns - moments[0].t_ns
    turns = [cmath.exp(-2j * math.pi * (one.t_ns - first_ns) / length_ns) for one in moments]
    sums = [
        sum((getattr(one, name) * turn for one, turn in zip(moments, turns, strict=True)), 0j)
        for name in ("belly", "chest")
    ]
    return abs(math.degrees(cmath.phase(sums[0] * sums[1].conjugate())))
