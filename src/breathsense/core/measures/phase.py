"""Which of two waveforms moves first, and by how much of a breath."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from breathsense.core.measures.figures import Missing
from breathsense.core.model.samples import Values

Synchrony = Literal["together", "late", "asynchronous", "paradox"]

TOGETHER_DEG = 30.0
ASYNCHRONOUS_DEG = 60.0
PARADOX_DEG = 120.0
LEAST_CORRELATION = 0.5
FEWEST_VALUES = 8
HALF_TURN_DEG = 180.0
LEAST_RESULTANT = 0.1
"""Below this, angles point everywhere alike and have no mean."""


class Lag(NamedTuple):
    """How far the second waveform comes after the first.

    ``phase_deg`` in (-180, 180], positive if the second comes later; ``lag_steps`` in steps of the
    grid; ``correlation`` at that lag, 0.5 to 1.
    """

    phase_deg: float
    lag_steps: float
    correlation: float


def find_lag(first: Values, second: Values, start: int, n_period: int) -> Lag | Missing:
    """Return the phase angle of two waveforms over one breath, over the full circle.

    Parameters
    ----------
    first, second : float64 array, shape (n,)
        Both waveforms at the same times, equally spaced; any units. Best with half a breath more on
        both sides: lags are tried only as far as the second waveform reaches.
    start, n_period : int
        The breath is ``first[start : start + n_period]``.

    Returns
    -------
    Lag or Missing
        Missing where one of them stands still, where they are alike at no lag (correlation below
        0.5), or where the likeness still grows at the last lag that could be tried.

    Notes
    -----
    Cross-correlation: the second waveform is shifted by up to half a breath each way and the lag of
    the largest correlation taken, between steps by a parabola; phase = 360 lag / period. Errors
    are below 5 degrees where those of the loop's shape exceed 30 (Prisk 2002,
    doi:10.1002/ppul.10204). Over the full range, since loop methods cannot tell 60 from 120 degrees
    (doi:10.1080/17476348.2024.2363058). A drift of either waveform is taken off first:
    its mean change from one breath to the next.

    """
    if n_period < FEWEST_VALUES:
        return Missing("the breath is too short for a phase")
    half = n_period // 2
    back, ahead = min(half, start), min(half, len(second) - start - n_period)
    piece = slice(start - back, start + n_period + ahead)
    leading = take_off_drift(first[piece], n_period)[back : back + n_period]
    others = sliding_window_view(take_off_drift(second[piece], n_period), n_period)
    likeness = correlate(leading, others)
    if likeness is None:
        return Missing("one of the two waveforms stands still")
    best = int(np.argmax(likeness))
    whole_circle = 2 * half + 1
    is_at_end = best in {0, len(likeness) - 1}
    if is_at_end and len(likeness) < whole_circle:
        return Missing("there is too little waveform beside the breath")
    if likeness[best] < LEAST_CORRELATION:
        return Missing(
            f"the two waveforms are not alike at any lag (correlation {likeness[best]:.2f})"
        )
    lag = best - back + (0.0 if is_at_end else _peak_between(likeness[best - 1 : best + 2]))
    return Lag(wrap_degrees(360.0 * lag / n_period), lag, float(likeness[best]))


def take_off_drift(values: Values, n_period: int) -> Values:
    """Return the values without the mean change from one period to the next.

    A line fitted to a whole breath would take part of the breath along; this takes drift only.
    """
    if len(values) <= n_period:
        return values
    slope = float(np.mean(values[n_period:] - values[:-n_period])) / n_period
    levelled: Values = values - slope * np.arange(len(values))
    return levelled


def correlate(values: Values, rows: Values) -> Values | None:
    """Return the correlation of the values with each row; ``None`` if either has no variance."""
    centred = values - values.mean()
    others = rows - rows.mean(axis=1, keepdims=True)
    sizes = np.sqrt(np.sum(others**2, axis=1)) * np.sqrt(np.sum(centred**2))
    if not np.any(sizes > 0):
        return None
    shared = others @ centred
    likeness: Values = np.divide(shared, sizes, out=np.zeros_like(shared), where=sizes > 0)
    return likeness


def _peak_between(three: Values) -> float:
    before, at, after = three.tolist()
    bend = before - 2 * at + after
    return 0.0 if bend == 0 else 0.5 * (before - after) / bend


def wrap_degrees(degrees: float) -> float:
    """Return the same direction in (-180, 180]."""
    return HALF_TURN_DEG - (HALF_TURN_DEG - degrees) % (2 * HALF_TURN_DEG)


def judge_synchrony(phase_deg: float) -> Synchrony:
    """Name a phase angle between belly and ribs.

    ``"together"`` up to 30 degrees either way, ``"late"`` up to 60, ``"asynchronous"`` up to 120,
    ``"paradox"`` beyond. The limits are this project's own; no norm exists for bands, and a girth
    band and an area sensor may tell different phases of one movement (de Groote 2000,
    doi:10.1152/jappl.2000.88.4.1295).
    """
    size = abs(phase_deg)
    if size <= TOGETHER_DEG:
        return "together"
    if size <= ASYNCHRONOUS_DEG:
        return "late"
    return "asynchronous" if size <= PARADOX_DEG else "paradox"


class MeanDirection(NamedTuple):
    """Mean of angles, and their circular standard deviation, both in degrees."""

    mean_deg: float
    sd_deg: float


def mean_direction(degrees: Values) -> MeanDirection | Missing:
    """Return the circular mean of angles and their spread.

    Missing where they point everywhere alike (resultant below ``LEAST_RESULTANT``). Mardia and
    Jupp 2000, doi:10.1002/9780470316979: SD = sqrt(-2 ln R).
    """
    resultant = complex(np.mean(np.exp(1j * np.radians(degrees)))) if len(degrees) else 0j
    size = min(abs(resultant), 1.0)
    if size < LEAST_RESULTANT:
        return Missing("the phases have no common direction")
    sd = float(np.degrees(np.sqrt(-2 * np.log(size))))
    return MeanDirection(wrap_degrees(float(np.degrees(np.angle(resultant)))), sd)
