"""The figures of each breath, from what was gathered of it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, divide
from breathsense.core.measures.found import BreathMeasures
from breathsense.core.measures.heart import Beats, Flags, accept_beats, sinus_arrhythmia
from breathsense.core.measures.params import NS_PER_S, MeasureParams
from breathsense.core.measures.taken import Gathered, Hole, Taken
from breathsense.core.measures.timing import NO_END, time_breath
from breathsense.core.model.events import Pause

FEWEST_FULL = 2


@dataclass(frozen=True, slots=True)
class FullDepth:
    """The wearer's range, and the time from which it is known."""

    depth: Figure
    from_ns: int


def find_full_depth(gathered: Gathered, params: MeasureParams) -> FullDepth:
    """Return the wearer's own range: given, or from full breaths within marks.

    The mean of the two fullest breaths of the last mark that has two which agree.
    """
    if gathered.full_depth is not None:
        return FullDepth(gathered.full_depth, gathered.start_ns)
    found = FullDepth(Missing("no calibrated range: no mark calibration.full"), 0)
    for mark in gathered.full_marks:
        end_ns = mark.start_ns + mark.duration_ns
        inside = [
            taken.breath.depth
            for taken, _ in gathered.breaths
            if mark.start_ns <= taken.breath.peak_ns <= end_ns
        ]
        best = np.array(sorted(inside)[-FEWEST_FULL:])
        if len(best) < FEWEST_FULL:
            why = Missing("fewer than two breaths lie within the mark calibration.full")
        elif 100 * np.std(best, ddof=1) > params.full_cv_pct * np.mean(best):
            why = Missing("the full breaths of the mark calibration.full do not agree")
        else:
            found = FullDepth(float(np.mean(best)), end_ns)
            continue
        if isinstance(found.depth, Missing):
            found = FullDepth(why, 0)
    return found


def measure_breaths(
    gathered: Gathered, params: MeasureParams, full: FullDepth
) -> list[BreathMeasures]:
    """Return the figures of all breaths, in order; what cannot be told has its reason."""
    accepted = accept_beats(gathered.beats.rr_ms)
    full_pauses = [one for one in gathered.pauses if one.is_full]
    before: list[float] = []
    measured = []
    followers = [taken for taken, _ in gathered.breaths[1:]]
    for (taken, shape), follower in zip_longest(gathered.breaths, followers):
        breath = taken.breath
        figures = _time(taken)
        figures["bb_s"] = _find_interval(taken, follower, gathered)
        figures |= shape.figures
        figures["held_in_s"] = _find_held_in(taken, full_pauses)
        figures["depth_pct"] = _scale_depth(breath.depth, breath.inhale_start_ns, full)
        if gathered.has_heart:
            figures["rsa_ms"] = _find_arrhythmia(taken, gathered.beats, accepted)
        left_out = _find_reason(taken, gathered.unscored)
        is_sigh = None
        if len(before) >= params.sigh_fewest:
            is_sigh = breath.depth >= params.sigh_ratio * float(np.median(before))
        if not left_out:
            before = [*before, breath.depth][-params.sigh_before :]
        measured.append(
            BreathMeasures(
                number=breath.number,
                inhale_start_ns=breath.inhale_start_ns,
                peak_ns=breath.peak_ns,
                end_ns=taken.end_ns,
                depth=breath.depth,
                quality=breath.quality,
                is_sigh=is_sigh,
                left_out=left_out,
                synchrony=shape.synchrony,
                figures=figures,
            )
        )
    return measured


def _time(taken: Taken) -> dict[str, Figure]:
    breath = taken.breath
    end_s = None if taken.end_ns is None else taken.end_ns / NS_PER_S
    times = time_breath(breath.inhale_start_ns / NS_PER_S, breath.peak_ns / NS_PER_S, end_s)
    return dict(times._asdict())


def _find_interval(taken: Taken, follower: Taken | None, gathered: Gathered) -> Figure:
    if taken.end_ns is None or follower is None:
        return Missing("no breath follows, or a gap lies between")
    start_ns, next_ns = taken.breath.inhale_start_ns, follower.breath.inhale_start_ns
    if any(one.start_ns < next_ns and one.end_ns > start_ns for one in gathered.holes):
        return Missing("a gap lies between this breath and the next")
    if _find_reason(follower, gathered.unscored):
        return Missing("the next breath is not scored")
    return (next_ns - start_ns) / NS_PER_S


def _find_reason(taken: Taken, unscored: Sequence[Hole]) -> str:
    breath = taken.breath
    end_ns = taken.end_ns or breath.peak_ns
    for span in unscored:
        if span.start_ns < end_ns and span.end_ns > breath.inhale_start_ns:
            return span.reason
    return ""


def _find_held_in(taken: Taken, full_pauses: Sequence[Pause]) -> Figure:
    """Return how long the breath was held before it went out, 0 where it was not."""
    if taken.end_ns is None:
        return NO_END
    number = bisect_left(full_pauses, taken.breath.inhale_start_ns, key=lambda one: one.start_ns)
    if number == len(full_pauses) or full_pauses[number].start_ns >= taken.end_ns:
        return 0.0
    return (full_pauses[number].end_ns - full_pauses[number].start_ns) / NS_PER_S


def _scale_depth(depth: float, start_ns: int, full: FullDepth) -> Figure:
    if isinstance(full.depth, Missing):
        return full.depth
    if start_ns < full.from_ns:
        return Missing("the range was not calibrated yet")
    return divide(100.0 * depth, full.depth, "the calibrated range is 0")


def _find_arrhythmia(taken: Taken, beats: Beats, accepted: Flags) -> Figure:
    if taken.end_ns is None:
        return Missing("the end of the breath is not known")
    breath = taken.breath
    times = (breath.inhale_start_ns, breath.peak_ns, taken.end_ns)
    start_s, peak_s, end_s = (t_ns / NS_PER_S for t_ns in times)
    return sinus_arrhythmia(beats, accepted, start_s, peak_s, end_s)
