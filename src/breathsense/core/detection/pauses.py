"""Pauses and holds: how long the waveform stood still after breathing in, or out."""

from dataclasses import dataclass

import numpy as np

from breathsense.core.detection.smooth import build_hann
from breathsense.core.model.samples import Values


@dataclass(frozen=True, slots=True)
class PauseParams:
    """What counts as a pause, and which pauses are holds.

    Parameters
    ----------
    near_frac : float
        Still is what stays within this share of the fall above its least value.
    least : int
        A pause takes at least so many grid values (1 s) ...
    way_frac : float
        ... and so many times the mean of the rise and the fall beside it, each from 10 to 90 %: a
        rounded turn stays near its extreme for 0.7 times.
    soft_most : int
        It is smoothed over a tenth of its length on either side, at most so many values: the
        heart's ripple is no end of a pause.
    hold_ns, hold_periods : int, float
        A pause this long, and this many usual periods, is a hold.

    """

    near_frac: float = 0.1
    least: int = 25
    way_frac: float = 1.2
    soft_most: int = 15
    hold_ns: int = 3_000_000_000
    hold_periods: float = 1.5


def count_way(values: Values) -> int:
    """Count the values between 10 and 90 % of the way: how long a rise or a fall took."""
    least, most = float(values.min()), float(values.max())
    tenth = (most - least) / 10
    return int(np.count_nonzero((values > least + tenth) & (values < most - tenth)))


def is_pause(n_still: int, n_rise: int, n_fall: int, params: PauseParams) -> bool:
    """Whether so many still values, between such a rise and such a fall, are a pause."""
    return n_still >= max(params.least, params.way_frac * (n_rise + n_fall) / 2)


def find_rest(fall: Values, params: PauseParams) -> int:
    """Find where a fall comes to rest.

    Parameters
    ----------
    fall : array, shape (n,), n > 0
        The waveform from the end of inspiration to where the next one begins.
    params : PauseParams
        See there.

    Returns
    -------
    int
        The first index from which ``fall`` stays near its least value.

    """
    half = min(params.soft_most, len(fall) // 10)
    if half:
        fall = np.convolve(np.pad(fall, half, mode="edge"), build_hann(2 * half + 1), "valid")
    least, most = float(fall.min()), float(fall.max())
    above = np.flatnonzero(fall > least + params.near_frac * (most - least))
    return int(above[-1]) + 1 if len(above) else 0
