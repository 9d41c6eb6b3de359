"""Full breaths, the relaxed pause, three quiet breaths for a new baseline, and which way is in."""

from itertools import pairwise
from statistics import median

from breathsense.core.calibration.memory import (
    BAND_OFF,
    SENSORS,
    TROUBLE,
    Run,
    Seen,
    cut_runs,
    find_clean,
    get_level,
)
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.quiet import explain, explain_band
from breathsense.core.calibration.swings import find_rests, find_slope, find_swings
from breathsense.core.model.calibration import Advice, LevelReference

Figures = dict[str, float]
"""One figure a sensor."""
ALMOST_FRAC = 0.6
"""Of several breaths in one mark those count as full that reach this share of the deepest."""
QUIET_RANGE = (0.35, 3.0)
"""Between breaths of this many quiet depths the level is at rest: no ripple, no full breath."""
MOST_SLOPES = 12
"""A slope is taken from so many points of a pause: enough, and quick."""
OUT_FRAC = 0.6
"""A pause this share of a quiet breath above rest was not after breathing out."""


def measure_full(
    seen: list[Seen], start_ns: int, levels: tuple[LevelReference, ...], params: CalibrationParams
) -> tuple[dict[str, list[float]], Advice]:
    """Return the depths of the full breaths whose peak lies after ``start_ns``, by sensor."""
    clean = find_clean(seen, BAND_OFF)
    quiet = {one.sensor: one.quiet_depth for one in levels}
    found: dict[str, list[float]] = {}
    was_shallow = False
    for sensor in SENSORS:
        runs = cut_runs(seen, get_level(sensor), clean)
        swings = find_swings(runs, params.turn_frac)
        depths = [one.depth for one in swings if one.peak.t_ns > start_ns]
        if not depths:
            continue
        least = max(ALMOST_FRAC * max(depths), params.deeper_frac * quiet.get(sensor, 0.0))
        full = [depth for depth in depths if depth >= least]
        was_shallow = was_shallow or not full
        if full:
            found[sensor] = full
    if found:
        return found, ""
    return {}, explain_band(seen) or ("deeper" if was_shallow else explain(seen))


def choose_full_depth(depths: list[float], largest_cv: float) -> tuple[float, bool]:
    """Return the depth of a full breath, and whether two tries agree about it.

    The deepest pair whose coefficient of variation is small enough counts, its middle; with none
    that is, the middle of the deepest two.
    """
    ordered = sorted(depths, reverse=True)
    for first, second in pairwise(ordered):
        # The standard deviation of two values is their distance by the root of 2.
        if (first - second) / 2**0.5 <= largest_cv * (first + second) / 2:
            return (first + second) / 2, True
    return sum(ordered[:2]) / len(ordered[:2]), False


def measure_pause(
    seen: list[Seen], levels: tuple[LevelReference, ...], params: CalibrationParams
) -> tuple[Figures, Advice]:
    """Return the ripple of the stillest stretch, by sensor; the first with a level decides."""
    clean = find_clean(seen, BAND_OFF)
    found: Figures = {}
    leading: tuple[Run, LevelReference] | None = None
    for reference in levels:
        runs = cut_runs(seen, get_level(reference.sensor), clean)
        if leading is None:
            still = _find_stillest(runs, params.still_ns)
            if still is None:
                continue
            leading = still, reference
        else:
            start_ns, end_ns = leading[0][0].t_ns, leading[0][-1].t_ns
            still = [one for run in runs for one in run if start_ns <= one.t_ns <= end_ns]
        if still:
            found[reference.sensor] = _find_ripple(still)
    if leading is None:
        return {}, "quiet_first" if not levels else explain(seen)
    advice = _judge_pause(*leading, params)
    return ({}, advice) if advice else (found, "")


def measure_rest(
    seen: list[Seen],
    levels: tuple[LevelReference, ...],
    params: CalibrationParams,
    *,
    fewest: int = 1,
    since_ns: int = 0,
) -> Figures:
    """Return the level at rest, by sensor, after the newest three quiet breaths in a stretch.

    Only ends of expiration from ``since_ns`` on count; a sensor with fewer than ``fewest`` is left
    out.
    """
    clean = find_clean(seen, TROUBLE)
    found: Figures = {}
    for reference in levels:
        runs = cut_runs(seen, get_level(reference.sensor), clean)
        low, high = (share * reference.quiet_depth for share in QUIET_RANGE)
        quiet = [
            one.trough.value
            for one in find_rests(runs, params.turn_frac)
            if low <= one.depth <= high and one.trough.t_ns >= since_ns
        ]
        if len(quiet) >= fewest:
            found[reference.sensor] = median(quiet[-params.n_rezero :])
    return found


def find_polarity(
    seen: list[Seen], levels: tuple[LevelReference, ...], params: CalibrationParams
) -> int:
    """Return which way the belly's tilt went at the order to breathe in; 0 if it hardly moved."""
    values = [one.values[1] for one in seen if one.values[1] is not None and not one.is_moving]
    depths = [one.quiet_depth for one in levels if one.sensor == SENSORS[1]]
    if len(values) < 2:  # noqa: PLR2004 - a way has two ends
        return 0
    rise, fall = max(values) - values[0], values[0] - min(values)
    least = params.polarity_frac * depths[0] if depths else 0.0
    if max(rise, fall) <= least or rise == fall:
        return 0
    return 1 if rise > fall else -1


def _judge_pause(still: Run, reference: LevelReference, params: CalibrationParams) -> Advice:
    values = [one.value for one in still]
    if max(values) - min(values) > params.still_frac * reference.quiet_depth:
        return "hold_longer"
    if median(values) > reference.rest + OUT_FRAC * reference.quiet_depth:
        return "breathe_out_first"
    return ""


def _find_stillest(runs: list[Run], length_ns: int) -> Run | None:
    """Return the stretch of this length with the smallest range; ``None`` if none is so long."""
    best: Run | None = None
    least = 0.0
    for run in runs:
        first = 0
        for place, point in enumerate(run):
            while point.t_ns - run[first].t_ns > length_ns:
                first += 1
            if point.t_ns - run[first].t_ns < 0.9 * length_ns:
                continue
            values = [one.value for one in run[first : place + 1]]
            spread = max(values) - min(values)
            if best is None or spread < least:
                best, least = run[first : place + 1], spread
    return best


def _find_ripple(still: Run) -> float:
    """Return the standard deviation about the line: a band settles while nothing moves."""
    slope = find_slope(still[:: max(1, len(still) // MOST_SLOPES)])
    start_ns = still[0].t_ns
    straight = [one.value - slope * (one.t_ns - start_ns) for one in still]
    mean = sum(straight) / len(straight)
    power = sum((value - mean) * (value - mean) for value in straight) / len(straight)
    return float(power**0.5)
