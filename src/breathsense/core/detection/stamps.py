"""Where a turn that was seen in a smoothed waveform lies in the waveform itself.

The end of inspiration is the largest value of a rounded top, the middle of a top that was cut off
at a rail, and the end of the rise of a top that is held. All three are found from what lies between
the start of the rise and the moment of the decision, and from shares of the rise only.
"""

from dataclasses import dataclass

import numpy as np

from breathsense.core.detection.corners import find_corner
from breathsense.core.detection.smooth import build_hann
from breathsense.core.model.samples import Values

STILL = 1e-4
"""Share of the rise by which values that stand at a rail may differ: rounding only."""
REST_FRAC = 3
"""Of a held top so many times as much is looked at as of the rise."""


@dataclass(frozen=True, slots=True)
class StampParams:
    """How the three kinds of tops are told apart.

    Parameters
    ----------
    soft_frac, soft_max : float, int
        The top is smoothed over this share of the rise on either side (at most so many grid
        values, or a tenth of a slow rise) before its largest value is looked for.
    rail_min, rail_max : int
        So many equal values, reached at full speed, are a rail ...
    rail_quick : int
        ... unless they are more than this many and the rise took longer than this: what rises
        slowly and then stands for long is held.
    held_min, held_frac : int, float
        A top that stays within a tenth of the rise for so many values (2.2 s), and for so many
        times as long as the rise took, is held.

    """

    soft_frac: float = 0.3
    soft_max: int = 15
    rail_min: int = 3
    rail_max: int = 75
    rail_quick: int = 25
    held_min: int = 55
    held_frac: float = 1.2


def find_top(rise: Values, seen_at: int, foot: float, params: StampParams) -> int:
    """Find the end of inspiration.

    Parameters
    ----------
    rise : array, shape (n,)
        The waveform from the start of the rise to the value that decided the turn.
    seen_at : int
        Where the largest value lies near the place at which the turn was seen.
    foot : float
        The least value before the rise.
    params : StampParams
        See there.

    Returns
    -------
    int
        Its index into ``rise``.

    """
    height = float(rise[seen_at]) - foot
    if height <= 0:
        return seen_at
    rail = find_rail(rise, seen_at, foot, params)
    if rail is not None and _is_cut_off(rise, rail, foot, params):
        return sum(rail) // 2
    n_after = len(rise) - 1 - seen_at
    half = min(round(params.soft_frac * seen_at), n_after, max(params.soft_max, seen_at // 10))
    soft = _soften(rise, half)
    begin = max(0, seen_at - 6 - half)
    rounded = begin + int(np.argmax(soft[begin:]))
    return _find_held(_soften(rise, min(seen_at // 10, 12, n_after)), rounded, foot, params)


def _soften(values: Values, half: int) -> Values:
    """Hann-weighted mean over ``2 * half + 1`` values; ends ``half`` values early."""
    if half <= 0:
        return values
    padded = np.concatenate((np.full(half, values[0]), values))
    smoothed: Values = np.convolve(padded, build_hann(2 * half + 1), "valid")
    return smoothed


def find_rail(
    rise: Values, seen_at: int, foot: float, params: StampParams
) -> tuple[int, int] | None:
    """Find equal values that are reached at full speed.

    Parameters are those of ``find_top``; ``seen_at`` is one of the equal values.

    Returns
    -------
    tuple of int, or None
        The first and the last of their indices into ``rise``; ``None`` if there are none.

    """
    top = float(rise[seen_at])
    height = top - foot
    off = np.flatnonzero(rise < top - STILL * height)
    place = int(np.searchsorted(off, seen_at))
    first = int(off[place - 1]) + 1 if place else 0
    last = int(off[place]) - 1 if place < len(off) else len(rise) - 1
    if not params.rail_min <= last - first <= params.rail_max:
        return None
    near = _rose_through(rise, foot + 0.9 * height, first)
    half = _rose_through(rise, foot + 0.5 * height, first)
    return None if first - near >= 0.45 * (near - half) + 2.0 else (first, last)


def _is_cut_off(rise: Values, rail: tuple[int, int], foot: float, params: StampParams) -> bool:
    """Whether a rail is not a held breath: it is short, or the rise was quick."""
    first, last = rail
    height = float(rise[first]) - foot
    near = _rose_through(rise, foot + 0.9 * height, first)
    half = _rose_through(rise, foot + 0.5 * height, first)
    n_rise = near - _rose_through(rise, foot + 0.1 * height, int(half))
    return last - first <= params.rail_quick or n_rise < params.rail_quick


def _find_held(soft: Values, rounded: int, foot: float, params: StampParams) -> int:
    """Return the end of the rise if the top was held, otherwise its largest value."""
    top = min(rounded, len(soft) - 1)
    height = float(soft[max(0, top - 12) : top + 13].max()) - foot
    came = _rose_through(soft, foot + 0.85 * height, top)
    high = np.flatnonzero(soft[int(came) :] >= foot + 0.9 * height)
    left = int(came) + int(high[-1]) if len(high) else top
    if left - came < params.held_min:
        return rounded
    height = float(np.median(soft[int(came) : left + 1])) - foot  # ripple has no share in this
    near = _reached(soft, foot + 0.9 * height, int(came))
    begun = _rose_through(soft, foot + 0.1 * height, int(came))
    if left - near < max(params.held_min, params.held_frac * (near - begun)):
        return rounded
    half_way = int(_rose_through(soft, foot + 0.5 * height, int(near)))
    seen_to = min((int(near) + left) // 2, int(near) + REST_FRAC * (int(near) - half_way))
    return seen_to - find_corner(soft[half_way : seen_to + 1][::-1])


def _rose_through(values: Values, level: float, end: int) -> float:
    """Where the values rose through a level for the last time up to ``end``; 0 if never."""
    below = np.flatnonzero(values[: end + 1] < level)
    if len(below) == 0:
        return 0.0
    last = int(below[-1])
    if last >= end:
        return float(end)
    return last + (level - float(values[last])) / float(values[last + 1] - values[last])


def _reached(values: Values, level: float, begin: int) -> float:
    """Where the values reached a level for the first time from ``begin`` on."""
    above = np.flatnonzero(values[begin:] >= level)
    first = begin + int(above[0]) if len(above) else len(values) - 1
    if first == begin:
        return float(first)
    step = float(values[first] - values[first - 1])
    return first - (float(values[first]) - level) / step if step > 0 else float(first)
