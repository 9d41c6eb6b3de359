"""How hard it is to foretell the next breath from the last ones."""

import math

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, need
from breathsense.core.model.samples import Values

DIMENSION = 2
TOLERANCE_SD = 0.2
FEWEST_INTERVALS = 100
ROWS = 256
NO_SPREAD = Missing("all intervals are the same")


def approximate_entropy(intervals: Values) -> Figure:
    """Return approximate entropy (ApEn) with m = 2 and r = 0.2 SD, in nat.

    Parameters
    ----------
    intervals : float64 array, shape (n,)
        Intervals that follow on each other, in any unit.

    Returns
    -------
    float or Missing
        Missing below 100 intervals (10 to the power m, as Pincus asks).

    Notes
    -----
    Pincus 1991, doi:10.1073/pnas.88.6.2297. SD with n - 1, distance is the largest difference, a
    pattern counts as alike to itself: the definition of ``neurokit2.entropy_approximate``.

    """
    tolerance = _find_tolerance(intervals)
    if isinstance(tolerance, Missing):
        return tolerance
    phi = []
    for length in (DIMENSION, DIMENSION + 1):
        n_patterns = len(intervals) - length + 1
        counts = count_alike(intervals, length, n_patterns, tolerance)
        phi.append(float(np.mean(np.log(counts / n_patterns))))
    return abs(phi[0] - phi[1])


def sample_entropy(intervals: Values) -> Figure:
    """Return sample entropy (SampEn) with m = 2 and r = 0.2 SD, in nat.

    Parameters
    ----------
    intervals : float64 array, shape (n,)
        Intervals that follow on each other, in any unit.

    Returns
    -------
    float or Missing
        Missing below 100 intervals, and where no pattern of three comes twice.

    Notes
    -----
    Richman and Moorman 2000, doi:10.1152/ajpheart.2000.278.6.H2039; no pattern is compared with
    itself: the definition of ``neurokit2.entropy_sample``.

    """
    tolerance = _find_tolerance(intervals)
    if isinstance(tolerance, Missing):
        return tolerance
    n_patterns = len(intervals) - DIMENSION
    short = count_alike(intervals, DIMENSION, n_patterns, tolerance).sum() - n_patterns
    long = count_alike(intervals, DIMENSION + 1, n_patterns, tolerance).sum() - n_patterns
    if short == 0 or long == 0:
        return Missing("no pattern of three intervals comes twice")
    return math.log(short / long)


def count_alike(values: Values, length: int, n_patterns: int, tolerance: float) -> Values:
    """Count, for each pattern, the patterns that differ nowhere by more than the tolerance.

    Parameters
    ----------
    values : float64 array, shape (n,)
        The series.
    length : int
        Values of a pattern.
    n_patterns : int
        So many patterns, from the first on, are compared.
    tolerance : float
        In the unit of the values.

    Returns
    -------
    float64 array, shape (n_patterns,)
        Each pattern counts itself. Needs memory in proportion to n_patterns.

    """
    counts = np.empty(n_patterns)
    for first in range(0, n_patterns, ROWS):
        last = min(first + ROWS, n_patterns)
        is_alike = np.ones((last - first, n_patterns), dtype=bool)
        for shift in range(length):
            rows = values[first + shift : last + shift, np.newaxis]
            is_alike &= np.abs(rows - values[shift : shift + n_patterns]) <= tolerance
        counts[first:last] = is_alike.sum(axis=1)
    return counts


def _find_tolerance(intervals: Values) -> Figure:
    missing = need(len(intervals), FEWEST_INTERVALS, "intervals in a row")
    if missing is not None:
        return missing
    tolerance = TOLERANCE_SD * float(np.std(intervals, ddof=1))
    return tolerance if tolerance > 0 else NO_SPREAD
