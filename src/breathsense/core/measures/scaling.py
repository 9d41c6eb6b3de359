"""Whether slow changes of the breath are larger than quick ones, and by how much."""

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, need, settle
from breathsense.core.model.samples import Values

SHORT_SCALES = (4, 16)
LONG_SCALES = (16, 64)
FEWEST_SHORT = 161
FEWEST_LONG = 66
LEAST_VARIANCE = 1e-8


def short_scaling(intervals_ms: Values) -> Figure:
    """Return the exponent of detrended fluctuation analysis over 4 to 16 breaths (no unit).

    About 0.5 if breaths do not depend on the ones before, 1 for 1/f behaviour, 1.5 for a wander.
    Missing below 161 intervals in a row. See ``fluctuation_exponent``.
    """
    missing = need(len(intervals_ms), FEWEST_SHORT, "intervals in a row")
    return fluctuation_exponent(intervals_ms, *SHORT_SCALES) if missing is None else missing


def long_scaling(intervals_ms: Values) -> Figure:
    """Return the same over 16 to 64 breaths; missing below 66 intervals in a row."""
    missing = need(len(intervals_ms), FEWEST_LONG, "intervals in a row")
    return fluctuation_exponent(intervals_ms, *LONG_SCALES) if missing is None else missing


def fluctuation_exponent(values: Values, shortest: int, longest: int) -> Figure:
    """Return the slope of log fluctuation over log window length.

    Parameters
    ----------
    values : float64 array, shape (n,)
        A series, longer than ``longest``.
    shortest, longest : int
        Window lengths; all between are used.

    Returns
    -------
    float or Missing
        Missing where the series does not change.

    Notes
    -----
    Peng 1995, doi:10.1063/1.166141: sum up what differs from the mean, fit a line in windows that
    overlap by half, take the root mean square of what is left. Windows and the rest left out below
    1e-8 are those of ``neurokit2.fractal_dfa``.

    """
    profile = np.cumsum(values - np.mean(values))
    lengths = np.arange(shortest, longest + 1)
    left = np.array([_fluctuate(profile, int(length)) for length in lengths])
    if not np.all(left > 0):
        return Missing("the intervals do not change")
    slope = np.polyfit(np.log2(lengths), np.log2(left), 1)[0]
    return settle(float(slope), "the intervals do not change")


def _fluctuate(profile: Values, length: int) -> float:
    starts = np.arange(0, len(profile) - length, length // 2)
    windows = profile[starts[:, np.newaxis] + np.arange(length)]
    ramp = np.arange(length) - (length - 1) / 2
    slopes = windows @ ramp / (ramp @ ramp)
    rest = windows - windows.mean(axis=1, keepdims=True) - slopes[:, np.newaxis] * ramp
    variances = np.mean(rest**2, axis=1)
    variances = variances[variances > LEAST_VARIANCE]
    return float(np.sqrt(np.mean(variances))) if len(variances) else 0.0
