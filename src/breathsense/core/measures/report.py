"""From what was gathered to what is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, divide, pick_numbers
from breathsense.core.measures.found import BreathMeasures, Measures, SpanMeasures
from breathsense.core.measures.heart import (
    Beats,
    Flags,
    accept_beats,
    beat_variability,
    breath_coherence,
    sinus_arrhythmia,
    spread_evenly,
)
from breathsense.core.measures.params import NS_PER_S, MeasureParams
from breathsense.core.measures.phase import mean_direction
from breathsense.core.measures.reaches import measure_reaches
from breathsense.core.measures.shape import Partner, Shape
from breathsense.core.measures.spread import estimate_rate, spread_of
from breathsense.core.measures.taken import Hole, Taken
from breathsense.core.measures.timing import time_breath
from breathsense.core.measures.variability import rate_variability
from breathsense.core.measures.waves import CoarseWave
from breathsense.core.model.bracing import MobilityReach
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Values
from breathsense.core.model.sensors import Sensor

SHORTEST_FOR_SIGHS_S = 300.0
FEWEST_FOR_PHASE = 3
FEWEST_FULL = 2
NOT_JUDGED = "belly against ribs can be judged with two bands only"
MARGIN_S = 10.0
"""Beats this near a window are looked at to find the intervals at its edges."""
NOT_SPREAD = frozenset({"phase_deg", "loop_phase_deg", "phase_correlation"})
"""Angles have a mean of their own, and likeness needs none."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the measures are made of."""

    inputs: tuple[str, ...]
    leader: Sensor
    unit: str
    partner: Partner | None
    has_heart: bool
    full_depth: float | None
    full_marks: tuple[Mark, ...]
    breaths: tuple[tuple[Taken, Shape], ...]
    holes: tuple[Hole, ...]
    unscored: tuple[Hole, ...]
    reaches: tuple[MobilityReach, ...]
    beats: Beats
    coarse: CoarseWave
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class FullDepth:
    """The wearer's range, and the time from which it is known."""

    depth: Figure
    from_ns: int


def build_measures(gathered: Gathered, params: MeasureParams) -> Measures:
    """Return the measures of a session."""
    full = find_full_depth(gathered, params)
    breaths = _measure_breaths(gathered, params, full)
    windows = []
    if gathered.end_ns > gathered.start_ns:
        first, last = (t_ns // params.window_ns for t_ns in (gathered.start_ns, gathered.end_ns))
        for number in range(first, last + 1):
            start_ns = number * params.window_ns
            span = (start_ns, start_ns + params.window_ns)
            windows.append(_measure_span(gathered, breaths, params, span))
    whole = (gathered.start_ns, gathered.end_ns + 1)
    return Measures(
        inputs=gathered.inputs,
        sensor=gathered.leader.id,
        unit=gathered.unit,
        other="" if gathered.partner is None else gathered.partner.sensor.id,
        full_depth=full.depth,
        breaths=tuple(breaths),
        windows=tuple(windows),
        session=_measure_span(gathered, breaths, params, whole),
        reaches=measure_reaches(gathered.reaches),
    )


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


def _measure_breaths(
    gathered: Gathered, params: MeasureParams, full: FullDepth
) -> list[BreathMeasures]:
    accepted = accept_beats(gathered.beats.rr_ms)
    before: list[float] = []
    measured = []
    followers = [taken for taken, _ in gathered.breaths[1:]]
    for (taken, shape), follower in zip_longest(gathered.breaths, followers):
        breath = taken.breath
        figures = _time(taken)
        figures["bb_s"] = _find_interval(taken, follower, gathered)
        figures |= shape.figures
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


def _measure_span(
    gathered: Gathered,
    breaths: Sequence[BreathMeasures],
    params: MeasureParams,
    span: tuple[int, int],
) -> SpanMeasures:
    start_ns, end_ns = span
    inside = [one for one in breaths if start_ns <= one.inhale_start_ns < end_ns]
    scored = [one for one in inside if not one.left_out]
    runs_s = find_runs(inside)
    return SpanMeasures(
        start_ns=max(start_ns, gathered.start_ns),
        end_ns=min(end_ns, gathered.end_ns),
        n_breaths=len(scored),
        n_left_out=len(inside) - len(scored),
        n_sighs=sum(1 for one in scored if one.is_sigh),
        rate=estimate_rate(runs_s, params.stamp_sd_s),
        sighs_per_hour=_count_sighs(scored),
        spreads={
            name: spread_of(values)
            for name, values in _collect(scored).items()
            if name not in NOT_SPREAD
        },
        variability=rate_variability(runs_s),
        pair=_sum_up_phase(scored) if gathered.partner is not None else {},
        heart=_measure_heart(gathered, span) if gathered.has_heart else {},
    )


def find_runs(breaths: Sequence[BreathMeasures]) -> list[Values]:
    """Return the intervals of breaths that follow on each other, in s, one array a run."""
    runs: list[list[float]] = [[]]
    for breath in breaths:
        interval = breath.figures["bb_s"]
        if breath.left_out or isinstance(interval, Missing):
            runs.append([])
        else:
            runs[-1].append(interval)
    return [np.array(run) for run in runs if run]


def _collect(scored: Sequence[BreathMeasures]) -> dict[str, Values]:
    names = list(dict.fromkeys(name for one in scored for name in one.figures))
    collected = {name: pick_numbers(one.figures[name] for one in scored) for name in names}
    return {"depth": np.array([one.depth for one in scored]), **collected}


def _count_sighs(scored: Sequence[BreathMeasures]) -> Figure:
    judged = [one for one in scored if one.is_sigh is not None]
    lasted_s = float(pick_numbers(one.figures["ttot_s"] for one in judged).sum())
    if lasted_s < SHORTEST_FOR_SIGHS_S:
        return Missing(f"too short to count sighs: {lasted_s:.0f} s of breaths, 300 are needed")
    return 3600.0 * sum(1 for one in judged if one.is_sigh) / lasted_s


def _sum_up_phase(scored: Sequence[BreathMeasures]) -> dict[str, Figure]:
    phases = pick_numbers(one.figures["phase_deg"] for one in scored)
    names = ("phase_mean_deg", "phase_sd_deg", "asynchronous_pct", "paradox_pct")
    if len(phases) < FEWEST_FOR_PHASE:
        few = Missing(f"too few breaths with a phase: {len(phases)}, at least 3 are needed")
        return dict.fromkeys(names, few)
    mean = mean_direction(phases)
    judged = [one.synchrony for one in scored if one.synchrony is not None]
    figures: dict[str, Figure] = {}
    figures[names[0]] = mean if isinstance(mean, Missing) else mean.mean_deg
    figures[names[1]] = mean if isinstance(mean, Missing) else mean.sd_deg
    figures[names[2]] = divide(100.0 * judged.count("asynchronous"), len(judged), NOT_JUDGED)
    figures[names[3]] = divide(100.0 * judged.count("paradox"), len(judged), NOT_JUDGED)
    return figures


def _measure_heart(gathered: Gathered, span: tuple[int, int]) -> dict[str, Figure]:
    start_s, end_s = (t_ns / NS_PER_S for t_ns in span)
    beats = _pick_beats(gathered.beats, start_s, end_s)
    about = _pick_beats(gathered.beats, start_s - MARGIN_S, end_s + MARGIN_S)
    cells, means = gathered.coarse.spread(*span)
    return {
        **beat_variability(beats),
        **breath_coherence(means, spread_evenly(about, cells)),
    }


def _pick_beats(beats: Beats, start_s: float, end_s: float) -> Beats:
    first, last = np.searchsorted(beats.t_s, (start_s, end_s))
    return Beats(beats.t_s[first:last], beats.rr_ms[first:last])
