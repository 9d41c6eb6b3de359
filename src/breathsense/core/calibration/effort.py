"""A brace or a draw-in: how far it shifts the level, breathing removed, and what it sounds like."""

from statistics import median
from typing import NamedTuple

from breathsense.core.calibration.memory import (
    BAND_OFF,
    BANDS,
    Run,
    Seen,
    cut_runs,
    find_clean,
    get_level,
)
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.quiet import explain_band
from breathsense.core.calibration.swings import find_percentile, find_turns
from breathsense.core.model.calibration import (
    Advice,
    Calibration,
    LevelReference,
    MmgReference,
    StepName,
)

LOW = 0.15
"""The lowest part of a level that breathing rides on; the least of it would be noise."""
EDGE_NS = 400_000_000
"""Firming and letting go take about so long on each side of the middle of the edge."""
CORE_FROM_NS, CORE_BEFORE_NS = 1_500_000_000, 1_000_000_000
"""A wearer begins up to a second after the mark and may leave off as early; either takes time."""
GUESS = 0.1
"""The lowest part of that: breathing only lifts the level."""
HALF = 0.5
BRIDGE_UP_NS, BRIDGE_DOWN_NS = 300_000_000, 2_500_000_000
LEAST_CORE_NS = 1_000_000_000
TROUGH_FRAC = 0.15
FEWEST_LOGS = 4


class Effort(NamedTuple):
    """One try: what each sensor told; ``is_seen`` if any of them saw it."""

    start_ns: int
    end_ns: int
    shifts: dict[str, float]
    mmg_log: float | None
    is_seen: bool
    flutter: float | None = None


class Span(NamedTuple):
    """The planned time of an effort."""

    start_ns: int
    end_ns: int


def measure_effort(
    seen: list[Seen],
    span: Span,
    known: Calibration,
    rests: dict[str, float],
    params: CalibrationParams,
) -> tuple[Effort | None, float]:
    """Measure one try.

    Parameters
    ----------
    seen : list of Seen
        Frames of the try.
    span : Span
        When it was planned to be.
    known : Calibration
        What was learnt before, above all of quiet breathing.
    rests : mapping of sensor to float
        The level just before.
    params : CalibrationParams
        The numbers.

    Returns
    -------
    Effort or None
        ``None`` if too little could be seen.
    float
        Share of the planned time for which the leading level was shifted; 1 where it was not
        seen to be.

    """
    clean = find_clean(seen, BAND_OFF)
    shifts: dict[str, float] = {}
    helds: dict[str, float] = {}
    for reference in known.levels:
        runs = cut_runs(seen, get_level(reference.sensor), clean)
        points = [one for run in runs for one in run]
        core = _cut_core(points, span)
        if core is None:
            continue
        rest = rests.get(reference.sensor, reference.rest)
        shifts[reference.sensor], helds[reference.sensor] = _measure_shift(
            points, core, span, rest, reference, seen_from(reference, params)
        )
    mmg_log, flutter = _measure_mmg(seen, clean, span, params)
    if not shifts and mmg_log is None:
        return None, 1.0
    judging = find_judging(shifts, known)
    is_seen = is_mmg_up(mmg_log, known.mmgs, params)
    held_frac = 1.0
    if judging is not None:
        is_seen = is_seen or abs(shifts[judging.sensor]) >= seen_from(judging, params)
        held_frac = helds[judging.sensor]
    return Effort(span.start_ns, span.end_ns, shifts, mmg_log, is_seen, flutter), held_frac


def judge_effort(
    step: StepName,
    effort: Effort,
    held_frac: float,
    known: Calibration,
    params: CalibrationParams,
) -> Advice:
    """Return what was wrong with a try; empty if nothing was."""
    leading = find_judging(effort.shifts, known)
    if not effort.is_seen:
        return "firmer"
    if leading is None:
        return ""
    shift = effort.shifts[leading.sensor]
    wrong_way: dict[StepName, Advice] = {"brace": "outward", "draw_in": "inward"}
    is_shifted = abs(shift) >= seen_from(leading, params)
    is_wrong = (shift > 0) == (step == "draw_in")
    if is_shifted and is_wrong and leading.sensor == "abdomen":
        return wrong_way[step]
    if step == "brace" and shift > _strongest(leading, params):
        return "softer"
    # Breathing lifts a drawn-in belly as letting go does: of that alone nothing is to be told.
    is_short = step == "brace" and is_shifted and held_frac < params.held_frac
    return "hold_longer" if is_short else ""


def find_judging(shifts: dict[str, float], known: Calibration) -> LevelReference | None:
    """Return the sensor whose level tells whether the effort was made.

    That is a band; the tilt only if nothing else is there, for it wanders with the trunk.
    """
    for reference in known.levels:
        if reference.sensor in shifts and (reference.sensor in BANDS or not known.mmgs):
            return reference
    return None


def explain_effort(seen: list[Seen]) -> Advice:
    """Return why nothing could be measured in a try."""
    return explain_band(seen) or ("keep_still" if any(one.is_moving for one in seen) else "again")


def seen_from(reference: LevelReference, params: CalibrationParams) -> float:
    """Return the shift of the level from which on it is more than breathing and noise."""
    return max(params.seen_frac * reference.quiet_depth, params.seen_noises * reference.noise)


def is_mmg_up(
    mmg_log: float | None, mmgs: tuple[MmgReference, ...], params: CalibrationParams
) -> bool:
    """Return whether the muscles are heard above their rest."""
    if mmg_log is None or not mmgs:
        return False
    rest = mmgs[0]
    least = max(params.mmg_seen_log, params.mmg_seen_sds * rest.rest_sd_log)
    return mmg_log - rest.rest_log >= least


def _strongest(reference: LevelReference, params: CalibrationParams) -> float:
    by_breath = params.soft_breaths * reference.quiet_depth
    if reference.full_depth is None:
        return by_breath
    return max(params.soft_frac * reference.full_depth, 2.0 * reference.quiet_depth)


def _cut_core(points: Run, span: Span) -> Run | None:
    """Return the part in which the effort is surely made, late and hasty as the wearer may be."""
    start_ns, end_ns = span.start_ns + CORE_FROM_NS, span.end_ns - CORE_BEFORE_NS
    core = [one for one in points if start_ns < one.t_ns <= end_ns]
    if not core or core[-1].t_ns - core[0].t_ns < LEAST_CORE_NS:
        return None
    return core


def _measure_shift(
    points: Run, core: Run, span: Span, rest: float, reference: LevelReference, least: float
) -> tuple[float, float]:
    """Return the shift, and for what share of the planned time there was one.

    Half of a first guess, from the core, finds the edges; between them the shift is measured.
    """
    guess = find_percentile([one.value for one in core], GUESS) - rest
    if abs(guess) < least:
        return guess, 1.0
    middle = points.index(core[len(core) // 2])
    start_ns = _find_edge(points[middle::-1], rest, guess)
    end_ns = _find_edge(points[middle:], rest, guess)
    share = (end_ns - start_ns) / max(1, span.end_ns - span.start_ns)
    held = [one for one in points if start_ns + EDGE_NS <= one.t_ns <= end_ns - EDGE_NS]
    if not held or held[-1].t_ns - held[0].t_ns < LEAST_CORE_NS:
        return guess, share
    return _find_level(held, reference) - rest, share


def _find_edge(points: Run, rest: float, guess: float) -> int:
    """Return how far from the first point on the level stays on its side of half the guess.

    Breathing in may lift a drawn-in belly across that for a while.
    """
    bridge_ns = BRIDGE_UP_NS if guess > 0 else BRIDGE_DOWN_NS
    reached_ns = points[0].t_ns
    for one in points:
        if abs(one.t_ns - reached_ns) > bridge_ns:
            break
        if (one.value - rest) / guess >= HALF:
            reached_ns = one.t_ns
    return reached_ns


def _find_level(held: Run, reference: LevelReference) -> float:
    """Return the level that breathing rides on: of the troughs, or else the lowest part."""
    least = max(TROUGH_FRAC * reference.quiet_depth, 2.0 * (reference.hold_noise or 0.0))
    troughs = [point.value for is_peak, point in find_turns(held, least) if not is_peak]
    if troughs:
        return median(troughs)
    return find_percentile([one.value for one in held], LOW)


def _measure_mmg(
    seen: list[Seen], clean: frozenset[int], span: Span, params: CalibrationParams
) -> tuple[float | None, float | None]:
    """Return how loud the muscles were, and how unevenly they sounded."""
    start_ns = span.start_ns + params.react_ns
    end_ns = span.end_ns - params.leave_ns
    core = [one for one in seen if one.t_ns in clean and start_ns < one.t_ns <= end_ns]
    logs = [one.mmg_log for one in core if one.mmg_log is not None]
    flutters = [one.flutter for one in core if one.flutter is not None]
    return (
        median(logs) if len(logs) >= FEWEST_LOGS else None,
        median(flutters) if len(flutters) >= FEWEST_LOGS else None,
    )
