"""From what was gathered to what is told."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from breathsense.core.measures.each_breath import find_full_depth, measure_breaths
from breathsense.core.measures.figures import Figure, Missing, divide, pick_numbers
from breathsense.core.measures.found import BreathMeasures, Measures, SpanMeasures
from breathsense.core.measures.heart import (
    Beats,
    beat_variability,
    breath_coherence,
    spread_evenly,
)
from breathsense.core.measures.params import NS_PER_S, MeasureParams
from breathsense.core.measures.phase import mean_direction
from breathsense.core.measures.reaches import measure_reaches
from breathsense.core.measures.span_quality import explain, judge_span, part_holes
from breathsense.core.measures.spread import Rate, Spread, estimate_rate, spread_of
from breathsense.core.measures.taken import Gathered, Hole
from breathsense.core.measures.variability import rate_variability
from breathsense.core.model.samples import Values

SHORTEST_FOR_SIGHS_S = 300.0
FEWEST_FOR_PHASE = 3
NOT_JUDGED = "belly against ribs can be judged with two bands only"
MARGIN_S = 10.0
"""Beats this near a window are looked at to find the intervals at its edges."""
NOT_SPREAD = frozenset({"phase_deg", "loop_phase_deg", "phase_correlation"})
"""Angles have a mean of their own, and likeness needs none."""


class _Told(NamedTuple):
    """All breaths, the names of their figures, and what is lost between them."""

    breaths: Sequence[BreathMeasures]
    names: Sequence[str]
    lost: Sequence[Hole]


def build_measures(gathered: Gathered, params: MeasureParams) -> Measures:
    """Return the measures of a session."""
    full = find_full_depth(gathered, params)
    breaths = measure_breaths(gathered, params, full)
    told = _Told(
        breaths,
        list(dict.fromkeys(name for one in breaths for name in one.figures)),
        part_holes(gathered.unscored, gathered.holes, gathered.bridge_ns),
    )
    windows = []
    if gathered.end_ns > gathered.start_ns:
        first, last = (t_ns // params.window_ns for t_ns in (gathered.start_ns, gathered.end_ns))
        for number in range(first, last + 1):
            start_ns = number * params.window_ns
            span = (start_ns, start_ns + params.window_ns)
            windows.append(_measure_span(gathered, told, params, span))
    whole = (gathered.start_ns, gathered.end_ns + 1)
    return Measures(
        inputs=gathered.inputs,
        sensor=gathered.leader.id,
        unit=gathered.unit,
        other="" if gathered.partner is None else gathered.partner.sensor.id,
        full_depth=full.depth,
        breaths=tuple(breaths),
        windows=tuple(windows),
        session=_measure_span(gathered, told, params, whole),
        reaches=measure_reaches(gathered.reaches),
    )


def _measure_span(
    gathered: Gathered, told: _Told, params: MeasureParams, span: tuple[int, int]
) -> SpanMeasures:
    start_ns, end_ns = span
    from_ns, to_ns = max(start_ns, gathered.start_ns), min(end_ns, gathered.end_ns)
    inside = [one for one in told.breaths if start_ns <= one.inhale_start_ns < end_ns]
    scored = [one for one in inside if not one.left_out]
    runs_s = find_runs(inside)
    quality = judge_span(from_ns, to_ns, told.lost, [one.quality for one in scored])
    why = quality.tell_lost()
    return SpanMeasures(
        start_ns=from_ns,
        end_ns=to_ns,
        quality=quality,
        n_breaths=len(scored),
        n_left_out=len(inside) - len(scored),
        n_sighs=sum(1 for one in scored if one.is_sigh),
        n_holds=sum(
            1 for one in gathered.pauses if one.is_hold and start_ns <= one.start_ns < end_ns
        ),
        rate=Rate(*(explain(one, why) for one in estimate_rate(runs_s, params.stamp_sd_s))),
        sighs_per_hour=_count_sighs(scored),
        spreads={
            name: Spread(*(explain(one, why) for one in spread_of(values)))
            for name, values in _collect(scored, told.names).items()
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


def _collect(scored: Sequence[BreathMeasures], names: Sequence[str]) -> dict[str, Values]:
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
