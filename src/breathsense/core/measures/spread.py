"""Rate with its uncertainty; middle and spread of a series of breaths."""

import math
from typing import NamedTuple

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, divide, need
from breathsense.core.model.samples import Values

FEWEST_INTERVALS = 3
FEWEST_BREATHS = 3
FEWEST_FOR_MEMORY = 10
LARGEST_MEMORY = 0.9


class Spread(NamedTuple):
    """Middle and spread of a measure over breaths."""

    mean: Figure
    median: Figure
    cv_pct: Figure


def spread_of(values: Values) -> Spread:
    """Return mean, median and coefficient of variation (100 SD / mean, SD with n - 1).

    Parameters
    ----------
    values : float64 array, shape (n,)
        One value a breath, in any unit.

    Returns
    -------
    Spread
        Missing below 3 breaths. The coefficient has the unit %, and is missing where the mean is
        not positive (levels have no natural zero).

    Notes
    -----
    What to expect of people at rest: Tobin 1988, doi:10.1152/jappl.1988.65.1.309.

    """
    missing = need(len(values), FEWEST_BREATHS, "breaths")
    if missing is not None:
        return Spread(missing, missing, missing)
    mean = float(np.mean(values))
    cv: Figure = Missing("the mean is not above zero")
    if mean > 0:
        cv = divide(100.0 * float(np.std(values, ddof=1)), mean, "the mean is not above zero")
    return Spread(mean, float(np.median(values)), cv)


class Rate(NamedTuple):
    """Breaths a minute, and its standard uncertainty in the same unit."""

    per_min: Figure
    uncertainty_per_min: Figure


def estimate_rate(runs_s: list[Values], stamp_sd_s: float) -> Rate:
    """Return the rate of breathing and how well it is known.

    Parameters
    ----------
    runs_s : list of float64 arrays
        Breath-to-breath intervals in s; those of one array follow on each other.
    stamp_sd_s : float
        Standard deviation of one time stamp of a breath, in s.

    Returns
    -------
    Rate
        60 over the mean interval, and its standard uncertainty u (about 68 % of such estimates lie
        within u of the wearer's own rate). Missing below 3 intervals.

    Notes
    -----
    u joins two parts (GUM, JCGM 100:2008, 5.1): the scatter of the intervals, SD / sqrt(n'), where
    n' = n (1 - r) / (1 + r) allows for breaths that resemble the one before (r is the correlation
    of an interval with the next one, 0 if negative or of fewer than 10 intervals; Bayley and
    Hammersley 1946, J. R. Stat. Soc. Suppl. 8:184), and the stamps: only the first and the last of
    a run matter, since the errors of those between cancel.

    """
    intervals = np.concatenate(runs_s) if runs_s else np.zeros(0)
    n = len(intervals)
    missing = need(n, FEWEST_INTERVALS, "breath-to-breath intervals")
    if missing is not None:
        return Rate(missing, missing)
    mean_s = float(np.mean(intervals))
    memory = correlate_neighbours(runs_s)
    n_free = n * (1 - memory) / (1 + memory)
    scatter_s = float(np.std(intervals, ddof=1)) / math.sqrt(n_free)
    n_runs = sum(1 for run in runs_s if len(run))
    stamps_s = math.sqrt(2 * n_runs) * stamp_sd_s / n
    return Rate(60.0 / mean_s, 60.0 / mean_s**2 * math.hypot(scatter_s, stamps_s))


def correlate_neighbours(runs_s: list[Values]) -> float:
    """Return the correlation of intervals with the next one, between 0 and 0.9."""
    before = np.concatenate([run[:-1] for run in runs_s])
    after = np.concatenate([run[1:] for run in runs_s])
    if len(before) < FEWEST_FOR_MEMORY:
        return 0.0
    everything = np.concatenate(runs_s)
    mean, variance = float(np.mean(everything)), float(np.var(everything))
    if variance <= 0:
        return 0.0
    shared = float(np.mean((before - mean) * (after - mean))) / variance
    return min(max(shared, 0.0), LARGEST_MEMORY)
