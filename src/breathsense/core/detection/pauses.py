"""Pauses and holds: from when until when the waveform stood still after breathing in, or out."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from breathsense.core.detection.corners import find_corner
from breathsense.core.detection.smooth import build_hann
from breathsense.core.model.samples import Values

REST_FRAC = 3
"""Of a rest so many times as much is looked at as of the way: more would tell nothing more."""

ROUGHLY = 2.5
"""Where not even so many times as far from the least value enough values lie, nothing rests: this
is asked first, for it is quick, and most breaths have no pause."""


@dataclass(frozen=True, slots=True)
class PauseParams:
    """What counts as a pause, and which pauses are holds.

    Parameters
    ----------
    near_frac : float
        Still is what stays within this share of the way beside it.
    least, least_full : int
        A pause takes at least so many grid values, 1 s; the waveform stays near for at least as
        long, and after breathing in for 2.2 s, for a sensor's rail cuts tops off for two ...
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
    least_full: int = 55
    way_frac: float = 1.2
    soft_most: int = 15
    hold_ns: int = 3_000_000_000
    hold_periods: float = 1.5


class Rest(NamedTuple):
    """The first and the last index of a rest."""

    begin: int
    end: int


def find_rest(values: Values, least: int, params: PauseParams) -> Rest | None:
    """Find the rest between a fall and a rise.

    Parameters
    ----------
    values : array, shape (n,), n > 0
        The waveform from the end of inspiration to that of the next one; turned upside down, from
        a trough to the next.
    least : int
        So many values at least have to be near the least one.
    params : PauseParams
        See there.

    Returns
    -------
    Rest or None
        From where the fall ends to where the rise begins; ``None`` for a turn without a rest.

    Notes
    -----
    Whether there is a rest is asked of what stays within ``near_frac``; where it begins and ends
    are the corners of the waveform there (``find_corner``), for a tenth of a slow rounded fall
    takes a second.

    """
    lowest = float(values.min())
    rim = min(float(values[0]), float(values[-1]))
    if np.count_nonzero(values < lowest + ROUGHLY * params.near_frac * (rim - lowest)) < least:
        return None
    half = min(params.soft_most, len(values) // 20)
    soft = _soften(values, half)
    seen_at = int(np.argmin(soft))
    _, _, first, last = _find_near(soft, seen_at, float(soft[seen_at]), params.near_frac)
    near = np.sort(soft[first : last + 1])
    level = float(near[len(near) // 2])  # ripple has no share in the middle one
    begin, end, first, last = _find_near(soft, seen_at, level, params.near_frac)
    n_way = _count_way(soft[: first + 1], level) + _count_way(soft[last:], level)
    if last - first < max(least, params.way_frac * n_way / 2):
        return None
    middle = (first + last) // 2
    seen_from = max(middle, last - REST_FRAC * (end - last))
    seen_to = min(middle, first + REST_FRAC * (first - begin))
    softer = _soften(values, half // 2)
    rest = Rest(
        seen_to - find_corner(softer[begin : seen_to + 1][::-1]),
        seen_from + find_corner(softer[seen_from : end + 1]),
    )
    return rest if rest.end - rest.begin >= params.least else None


def _soften(values: Values, half: int) -> Values:
    """Hann-weighted mean over ``2 * half + 1`` values, the first and the last repeated outside."""
    if not half:
        return values
    padded = np.concatenate((np.full(half, values[0]), values, np.full(half, values[-1])))
    smoothed: Values = np.convolve(padded, build_hann(2 * half + 1), "valid")
    return smoothed


def _find_near(
    soft: Values, seen_at: int, level: float, near_frac: float
) -> tuple[int, int, int, int]:
    """Return where fall and rise are half way from the level, and where they are near it."""
    rims = float(soft[: seen_at + 1].max()), float(soft[seen_at:].max())
    high = np.flatnonzero(soft[: seen_at + 1] > (level + rims[0]) / 2)
    begin = int(high[-1]) if len(high) else 0
    high = np.flatnonzero(soft[seen_at:] > (level + rims[1]) / 2)
    end = seen_at + int(high[0]) if len(high) else len(soft) - 1
    low = np.flatnonzero(soft[begin : seen_at + 1] <= level + near_frac * (rims[0] - level))
    first = begin + int(low[0]) if len(low) else seen_at
    low = np.flatnonzero(soft[seen_at : end + 1] <= level + near_frac * (rims[1] - level))
    last = seen_at + int(low[-1]) if len(low) else seen_at
    return begin, end, first, last


def _count_way(values: Values, level: float) -> int:
    """Count the values between 10 and 90 % of the way to the level: how long it took."""
    tenth = (float(values.max()) - level) / 10
    return int(np.count_nonzero((values > level + tenth) & (values < level + 9 * tenth)))
