"""One judge a step: whether a try is good enough, what to do next, and what is known with it."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from breathsense.core.calibration.breathing import (
    find_polarity,
    measure_full,
    measure_pause,
    measure_rest,
)
from breathsense.core.calibration.effort import (
    Span,
    explain_effort,
    judge_effort,
    measure_effort,
)
from breathsense.core.calibration.learnt import put_effort, put_full, put_pause, put_quiet, put_rest
from breathsense.core.calibration.memory import Seen
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.quiet import explain, explain_band, measure_quiet
from breathsense.core.calibration.state import CalibratorState, Judgement, OpenStep
from breathsense.core.model.calibration import Advice, Calibration, StepName

Judge = Callable[[OpenStep, list[Seen], CalibratorState, CalibrationParams], Judgement]
FEWEST_LEANS = 6
STUBBORN = 2
"""What was too strong so many times in a row is how this wearer braces."""


def accept(known: Calibration) -> Judgement:
    """Use what was measured."""
    return Judgement(is_accepted=True, advice="", known=known)


def refuse(advice: Advice, known: Calibration) -> Judgement:
    """Do not use it; say what to do."""
    return Judgement(is_accepted=False, advice=advice, known=known)


def _judge_fit(
    one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    advice = explain_band(seen)
    last = [each for each in seen if each.t_ns > one.end_ns - params.fit_still_ns]
    if not advice and any(each.is_moving for each in last):
        advice = "keep_still"
    return Judgement(not advice, advice, state.known)


def _judge_polarity(
    _one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    known = state.known
    way = find_polarity(seen, known.levels, params)
    if way == 0:
        return refuse(explain(seen), known)
    return accept(replace(known, polarity=way))


def _judge_quiet(
    _one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    quiet, advice = measure_quiet(seen, params)
    if quiet is None:
        return refuse(advice, state.known)
    state.is_stale = False
    return accept(put_quiet(state.known, quiet))


def _judge_full(
    one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    before = state.memory.between(one.start_ns - params.lookback_ns // 2, one.start_ns)
    depths, advice = measure_full(before + seen, one.start_ns, state.known.levels, params)
    if not depths:
        return refuse(advice, state.known)
    known, is_agreed = put_full(state.known, state.tries, depths, one.end_ns, params)
    return Judgement(is_agreed, "" if is_agreed else "again", known)


def _judge_pause(
    _one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    known = state.known
    ripples, advice = measure_pause(seen, known.levels, params)
    return Judgement(not advice, advice, put_pause(known, ripples))


def _judge_effort(
    one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    if not state.known.levels and not state.known.mmgs:
        return refuse("quiet_first", state.known)
    span = Span(one.start_ns, one.end_ns)
    before = state.quiet_before(one.start_ns, params.lookback_ns)
    rests = measure_rest(before, state.known.levels, params)
    effort, held_frac = measure_effort(seen, span, state.known, rests, params)
    if effort is None:
        return refuse(explain_effort(seen), state.known)
    advice = judge_effort(one.step, effort, held_frac, state.known, params)
    state.n_strong = state.n_strong + 1 if advice == "softer" else 0
    if advice == "softer" and state.n_strong >= STUBBORN:
        advice = ""
    known = state.known
    if advice in {"", "firmer"}:
        known = put_effort(known, state.tries, one.step, effort, params)
    return Judgement(not advice, advice, known)


def _judge_lean(
    one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    known = state.known
    settled_ns = one.start_ns + params.react_ns
    leans = [
        each.forward_deg
        for each in seen
        if each.forward_deg is not None and not each.is_moving and each.t_ns > settled_ns
    ]
    if len(leans) < FEWEST_LEANS:
        has_lean = any(each.forward_deg is not None for each in seen)
        advice: Advice = "keep_still" if has_lean else "no_signal"
        return refuse(advice, known)
    lean = median(leans)
    if one.step == "tall":
        return accept(replace(known, tall_deg=lean))
    return accept(replace(known, slump_deg=lean))


def _judge_rezero(
    one: OpenStep, seen: list[Seen], state: CalibratorState, params: CalibrationParams
) -> Judgement:
    """Three breaths; what there is, once the time is over."""
    if not state.known.levels:
        return refuse("quiet_first", state.known)
    newest_ns = seen[-1].t_ns if seen else one.start_ns
    fewest = params.n_rezero if newest_ns < one.end_ns else 1
    length_ns = newest_ns - one.start_ns + params.lookback_ns // 2
    rests = measure_rest(
        state.quiet_before(newest_ns, length_ns),
        state.known.levels,
        params,
        fewest=fewest,
        since_ns=one.start_ns,
    )
    if not rests:
        return refuse(explain(seen), state.known)
    state.is_stale = False
    return accept(put_rest(state.known, rests))


JUDGES: dict[StepName, Judge] = {
    "fit": _judge_fit,
    "polarity": _judge_polarity,
    "quiet": _judge_quiet,
    "full": _judge_full,
    "pause": _judge_pause,
    "brace": _judge_effort,
    "draw_in": _judge_effort,
    "tall": _judge_lean,
    "slump": _judge_lean,
    "rezero": _judge_rezero,
}
