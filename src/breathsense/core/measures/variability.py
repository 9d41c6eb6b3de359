"""Respiratory rate variability: how breath-to-breath intervals vary, as NeuroKit2 defines it."""

import math

import numpy as np

from breathsense.core.measures.entropy import approximate_entropy, sample_entropy
from breathsense.core.measures.figures import Figure, Missing, divide, give_all, need
from breathsense.core.measures.scaling import long_scaling, short_scaling
from breathsense.core.measures.spectrum import welch_density
from breathsense.core.model.samples import Values

FEWEST_INTERVALS = 5
MS = 1000.0
MAD_TO_SD = 1.4826
RESAMPLE_HZ = 4.0
SHORTEST_S = 100.0
"""Below, the resolution is coarser than the lowest band is wide."""
BANDS_HZ = {"vlf": (0.0, 0.04), "lf": (0.04, 0.15), "hf": (0.15, 0.4)}
BAND_NAMES = ("vlf", "lf", "hf", "lf_hf", "lf_share", "hf_share")
TIME_NAMES = (
    "rmssd_ms",
    "mean_bb_ms",
    "sdbb_ms",
    "sdsd_ms",
    "cvbb",
    "cvsd",
    "median_bb_ms",
    "mad_bb_ms",
    "mcvbb",
    "sd1_ms",
    "sd2_ms",
    "sd2_sd1",
)
NO_SPREAD = "all intervals are the same"


def rate_variability(runs_s: list[Values]) -> dict[str, Figure]:
    """Return all measures of respiratory rate variability (RRV).

    Parameters
    ----------
    runs_s : list of float64 arrays
        Breath-to-breath intervals (from one inhale start to the next) in s; those of one array
        follow on each other. Differences are never taken across arrays; entropy, scaling and
        bands use the longest array.

    Returns
    -------
    dict of Figure
        Those of ``time_domain``, ``apen`` and ``sampen`` (nat), ``dfa_alpha1`` and ``dfa_alpha2``
        (no unit), and those of ``band_powers``.

    Notes
    -----
    With one array, the values of ``neurokit2.rsp_rrv`` (Makowski 2021,
    doi:10.3758/s13428-020-01516-y; on breath: Soni and Muniyandi 2019,
    doi:10.4103/ijoy.IJOY_27_17). Its multifractal variants are left out: 20 more figures that
    nobody could be told the meaning of.

    """
    runs_ms = [run * MS for run in runs_s]
    longest = max(runs_ms, key=len, default=np.zeros(0))
    return {
        **time_domain(runs_ms),
        "apen": approximate_entropy(longest),
        "sampen": sample_entropy(longest),
        "dfa_alpha1": short_scaling(longest),
        "dfa_alpha2": long_scaling(longest),
        **band_powers(longest),
    }


def time_domain(runs_ms: list[Values]) -> dict[str, Figure]:
    """Return the measures that need no spectrum.

    Parameters
    ----------
    runs_ms : list of float64 arrays
        Breath-to-breath intervals (BB) in ms, as in ``rate_variability``.

    Returns
    -------
    dict of Figure
        In ms: ``rmssd_ms`` root mean square of successive differences (d); ``mean_bb_ms``,
        ``sdbb_ms``, ``median_bb_ms`` mean, SD and median of BB; ``sdsd_ms`` SD of d; ``mad_bb_ms``
        1.4826 times the median distance from the median; ``sd1_ms`` = sqrt(SDSD^2 / 2) and
        ``sd2_ms`` = sqrt(2 SDBB^2 - SDSD^2 / 2), the half axes of the Poincare plot. Without unit:
        ``cvbb`` = SDBB / mean, ``cvsd`` = RMSSD / mean, ``mcvbb`` = MAD / median, ``sd2_sd1``. All
        SD with n - 1. Missing below 5 intervals or 4 differences.

    Notes
    -----
    Poincare axes: Brennan 2001, doi:10.1109/10.959330.

    """
    bb = np.concatenate(runs_ms) if runs_ms else np.zeros(0)
    steps = np.concatenate([np.diff(run) for run in runs_ms]) if runs_ms else np.zeros(0)
    missing = need(len(bb), FEWEST_INTERVALS, "breath-to-breath intervals") or need(
        len(steps), FEWEST_INTERVALS - 1, "pairs of intervals in a row"
    )
    if missing is not None:
        return give_all(TIME_NAMES, missing)
    rmssd, mean, median = math.sqrt(np.mean(steps**2)), float(np.mean(bb)), float(np.median(bb))
    sdbb, sdsd = float(np.std(bb, ddof=1)), float(np.std(steps, ddof=1))
    mad = MAD_TO_SD * float(np.median(np.abs(bb - median)))
    sd1, sd2_squared = math.sqrt(sdsd**2 / 2), 2 * sdbb**2 - sdsd**2 / 2
    sd2: Figure = Missing("the intervals only alternate")
    if sd2_squared >= 0:
        sd2 = math.sqrt(sd2_squared)
    ratio = sd2 if isinstance(sd2, Missing) else divide(sd2, sd1, NO_SPREAD)
    values = (rmssd, mean, sdbb, sdsd, sdbb / mean, rmssd / mean, median, mad, mad / median)
    return dict(zip(TIME_NAMES, (*values, sd1, sd2, ratio), strict=True))


def band_powers(intervals_ms: Values) -> dict[str, Figure]:
    """Return how the variation of the breathing period is spread over slow and quick changes.

    Parameters
    ----------
    intervals_ms : float64 array, shape (n,)
        Breath-to-breath intervals in ms that follow on each other.

    Returns
    -------
    dict of Figure
        ``vlf`` (0 to 0.04 Hz), ``lf`` (to 0.15), ``hf`` (to 0.4): area under the power density of
        the period over the highest point of it, in Hz; ``lf_hf``, ``lf_share`` and ``hf_share`` of
        the three, without unit. Missing below 100 s.

    Notes
    -----
    As ``neurokit2.rsp_rrv``: the period is joined by monotone cubics (Fritsch and Carlson 1980,
    doi:10.1137/0717021), the first one being the mean of the others; Welch's density of the whole
    in segments of half its length; frequencies of fewer than 4 cycles are left out. The period is
    taken at 4 Hz. Changes quicker than half the rate of breathing cannot be seen in it, so ``hf``
    tells little of slow breathing.

    """
    ends_s = np.concatenate(([0.0], np.cumsum(intervals_ms))) / MS
    if ends_s[-1] < SHORTEST_S or len(intervals_ms) < FEWEST_INTERVALS:
        return give_all(
            BAND_NAMES,
            Missing(f"too short: {ends_s[-1]:.0f} s in a row, {SHORTEST_S:.0f} are needed"),
        )
    periods = np.concatenate(([np.mean(intervals_ms)], intervals_ms))
    n_even = int(ends_s[-1] * RESAMPLE_HZ) + 1
    even = join_monotone(ends_s, periods, np.arange(n_even) / RESAMPLE_HZ)
    centred = even - np.mean(even)
    frequency_hz, density = welch_density(centred, RESAMPLE_HZ, len(even) // 2)
    if not density.max() > 0:
        return give_all(BAND_NAMES, Missing(NO_SPREAD))
    density = density / density.max()
    lowest_hz = 4 * RESAMPLE_HZ / len(even)
    areas = {
        name: _area(frequency_hz, density, max(low, lowest_hz), high)
        for name, (low, high) in BANDS_HZ.items()
    }
    total = sum(areas.values())
    figures: dict[str, Figure] = {
        name: area if area > 0 else Missing("the band is narrower than the resolution")
        for name, area in areas.items()
    }
    figures["lf_hf"] = divide(areas["lf"], areas["hf"], NO_SPREAD)
    figures["lf_share"] = divide(areas["lf"], total, NO_SPREAD)
    figures["hf_share"] = divide(areas["hf"], total, NO_SPREAD)
    return figures


def _area(frequency_hz: Values, density: Values, low_hz: float, high_hz: float) -> float:
    inside = (frequency_hz >= low_hz) & (frequency_hz < high_hz)
    return float(np.trapezoid(density[inside], frequency_hz[inside]))


def join_monotone(x: Values, y: Values, at: Values) -> Values:
    """Return the curve through the points that never overshoots them, at given places.

    Parameters
    ----------
    x, y : float64 array, shape (n,)
        At least two points, x increasing.
    at : float64 array, shape (m,)
        Places between the first and the last x.

    Notes
    -----
    Cubic Hermite pieces; slopes are weighted harmonic means of those on both sides, 0 at a turn
    (Fritsch and Butland 1984, doi:10.1137/0905021).

    """
    widths, rises = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.zeros(len(x))
    if len(widths) == 1:
        slopes[:] = rises[0]
    else:
        before, after = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
        is_same_way = rises[:-1] * rises[1:] > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            harmonic = (before + after) / (before / rises[:-1] + after / rises[1:])
        slopes[1:-1] = np.where(is_same_way, harmonic, 0.0)
        slopes[0] = _end_slope(widths[0], widths[1], rises[0], rises[1])
        slopes[-1] = _end_slope(widths[-1], widths[-2], rises[-1], rises[-2])
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(widths) - 1)
    h, t = widths[piece], (at - x[piece]) / widths[piece]
    joined: Values = (
        y[piece] * (1 + 2 * t) * (1 - t) ** 2
        + slopes[piece] * h * t * (1 - t) ** 2
        + y[piece + 1] * t**2 * (3 - 2 * t)
        + slopes[piece + 1] * h * t**2 * (t - 1)
    )
    return joined


def _end_slope(width: float, next_width: float, rise: float, next_rise: float) -> float:
    slope = ((2 * width + next_width) * rise - width * next_rise) / (width + next_width)
    if np.sign(slope) != np.sign(rise):
        return 0.0
    if np.sign(rise) != np.sign(next_rise) and abs(slope) > abs(3 * rise):
        return 3 * rise
    return slope
