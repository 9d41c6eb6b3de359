"""Quiet breathing: the level at rest, a quiet breath, their noise, and the muscles at rest."""

from itertools import pairwise
from statistics import median
from typing import NamedTuple

from breathsense.core.calibration.memory import (
    BAND_OFF,
    MMG_SENSOR,
    SENSORS,
    TROUBLE,
    Run,
    Seen,
    count_reason,
    cut_runs,
    find_clean,
    get_level,
)
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.swings import (
    Swing,
    find_deviation,
    find_slope,
    find_swings,
)
from breathsense.core.model.calibration import Advice, LevelReference, MmgReference

FEWEST_MMG = 60
"""Frames, ten seconds of them, that the muscles' rest is taken from."""
FIRM_CORRELATION = 0.5
MINUTE_NS = 60_000_000_000
BAND_ADVICE: dict[str, Advice] = {
    "saturated": "band_tight",
    "slack": "band_slack",
    "off_body": "put_on",
    "motion": "keep_still",
    "speech": "no_talking",
}


class Quiet(NamedTuple):
    """What quiet breathing taught; empty where a sensor was not there or not clean."""

    levels: tuple[LevelReference, ...]
    mmg: MmgReference | None
    rate_per_min: float | None
    polarity: int


def measure_quiet(seen: list[Seen], params: CalibrationParams) -> tuple[Quiet | None, Advice]:
    """Measure quiet breathing; ``None`` with advice if too little of it was clean."""
    clean = find_clean(seen, TROUBLE)
    if not seen or len(clean) < params.least_clean_frac * len(seen):
        return None, explain(seen)
    levels: list[LevelReference] = []
    rate: float | None = None
    for sensor in SENSORS:
        runs = cut_runs(seen, get_level(sensor), clean)
        swings = find_swings(runs, params.turn_frac)
        if len(swings) < params.n_quiet_breaths:
            continue
        levels.append(_describe(sensor, swings))
        rate = rate if rate is not None else _find_rate(swings, runs)
    mmg = _measure_mmg(seen, clean)
    if not levels and mmg is None:
        return None, explain(seen)
    return Quiet(tuple(levels), mmg, rate, _find_polarity(seen, clean)), ""


def explain(seen: list[Seen]) -> Advice:
    """Return what to do about a step in which too little could be seen."""
    if not any(value is not None for one in seen for value in one.values):
        return "no_signal"
    counts = {reason: count_reason(seen, reason) for reason in BAND_ADVICE}
    worst = max(counts, key=lambda reason: counts[reason])
    return BAND_ADVICE[worst] if counts[worst] else "again"


def explain_band(seen: list[Seen]) -> Advice:
    """Return what to do about a band that is off, slack or at its end; empty if it is not."""
    advice = explain(seen)
    is_off = any(one.reason in BAND_OFF for one in seen)
    return advice if is_off or advice == "no_signal" else ""


def _describe(sensor: str, swings: list[Swing]) -> LevelReference:
    """Noise is that about the line through the troughs: a band that creeps is not restless."""
    troughs = [one.trough for one in swings]
    slope = find_slope(troughs)
    first_ns = troughs[0].t_ns
    straight = [one.value - slope * (one.t_ns - first_ns) for one in troughs]
    return LevelReference(
        sensor=sensor,
        rest=median(one.value for one in troughs),
        quiet_depth=median(one.depth for one in swings),
        noise=find_deviation(straight),
    )


def _find_rate(swings: list[Swing], runs: list[Run]) -> float | None:
    """Breaths on both sides of a hole are not neighbours."""
    holes_ns = [run[0].t_ns for run in runs]
    periods_ns = [
        later.peak.t_ns - earlier.peak.t_ns
        for earlier, later in pairwise(swings)
        if not any(earlier.peak.t_ns < hole_ns <= later.peak.t_ns for hole_ns in holes_ns)
    ]
    return MINUTE_NS / median(periods_ns) if periods_ns else None


def _measure_mmg(seen: list[Seen], clean: frozenset[int]) -> MmgReference | None:
    logs = [one.mmg_log for one in seen if one.mmg_log is not None and one.t_ns in clean]
    if len(logs) < FEWEST_MMG:
        return None
    return MmgReference(MMG_SENSOR, median(logs), find_deviation(logs))


def _find_polarity(seen: list[Seen], clean: frozenset[int]) -> int:
    """Compare the tilt with the band on the belly, which knows which way is in."""
    pairs = [
        (one.values[0], one.values[1])
        for one in seen
        if one.t_ns in clean and one.values[0] is not None and one.values[1] is not None
    ]
    if len(pairs) < FEWEST_MMG:
        return 0
    band_mean = sum(band for band, _ in pairs) / len(pairs)
    tilt_mean = sum(tilt for _, tilt in pairs) / len(pairs)
    both = sum((band - band_mean) * (tilt - tilt_mean) for band, tilt in pairs)
    band_power = sum((band - band_mean) * (band - band_mean) for band, _ in pairs)
    tilt_power = sum((tilt - tilt_mean) * (tilt - tilt_mean) for _, tilt in pairs)
    firm = FIRM_CORRELATION * FIRM_CORRELATION * band_power * tilt_power
    if both * both < firm or both == 0:
        return 0
    return 1 if both > 0 else -1
