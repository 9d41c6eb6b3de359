"""Whether breathing goes on in a brace: how long a level stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from breathsense.core.model.bracing import BraceBreathing


@dataclass(frozen=True, slots=True)
class RippleParams:
    """When a level stands still.

    Parameters
    ----------
    band_frac : float
        By a band, it stays within so much of a quiet breath.
    tilt_least, tilt_clear, tilt_even : float
        By the belly's tilt, in quiet breaths: the square of the ripple over its roughness plus the
        third, for breathing is large and smooth, and sway as large as it is rough. Breathing is
        not seen below the first, it is seen above the second, and in between nothing can be told.
    ripple_s : float
        The ripple is looked for in stretches of this length: most of a breath.
    still_s, still_share : float, float
        Breathing is not seen where it stands still for so long, and for this share of the brace.
    short_share : float
        Of a short brace this share is enough.
    least_s : float
        In less than this nothing can be told.

    """

    band_frac: float = 0.25
    tilt_least: float = 0.28
    tilt_clear: float = 0.62
    tilt_even: float = 0.01
    ripple_s: float = 3.5
    still_s: float = 3.0
    still_share: float = 0.6
    short_share: float = 0.8
    least_s: float = 1.9


def find_longest_still(levels: Sequence[float], within: float) -> int:
    """Return the length of the longest stretch that stays within so much, in values."""
    smooth = _smooth(levels)
    longest = begin = 0
    high: list[int] = []
    low: list[int] = []
    for at, value in enumerate(smooth):
        while high and smooth[high[-1]] <= value:
            high.pop()
        while low and smooth[low[-1]] >= value:
            low.pop()
        high.append(at)
        low.append(at)
        while smooth[high[0]] - smooth[low[0]] > within:
            begin += 1
            if high[0] < begin:
                del high[0]
            if low[0] < begin:
                del low[0]
        longest = max(longest, at + 1 - begin)
    return longest


def is_breathing(
    levels: Sequence[float], frame_s: float, within: float, params: RippleParams
) -> bool | None:
    """Return whether a level in quiet depths goes on with breathing; ``None``: it is too short."""
    seen_s = len(levels) * frame_s
    if seen_s < params.least_s:
        return None
    still_s = find_longest_still(levels, within) * frame_s
    enough_s = min(params.still_s, params.short_share * seen_s)
    return still_s < max(enough_s, params.still_share * seen_s)


def find_ripple(levels: Sequence[float], n: int) -> float:
    """Return the median range of all stretches of n values about their own straight lines.

    Slow sway is mostly straight in a stretch shorter than a breath, breathing is not; and the end
    of a breath, or one move, touches the lesser part of the stretches.
    """
    smooth = _smooth(levels)
    n = min(n, len(smooth))
    offsets = [at - 0.5 * (n - 1) for at in range(n)]
    weight = sum(one * one for one in offsets) or 1.0
    ranges = []
    for begin in range(len(smooth) - n + 1):
        part = smooth[begin : begin + n]
        slope = sum(a * b for a, b in zip(offsets, part, strict=True)) / weight
        rest = [b - slope * a for a, b in zip(offsets, part, strict=True)]
        ranges.append(max(rest) - min(rest))
    return median(ranges)


def find_roughness(levels: Sequence[float]) -> float:
    """Return how much each value differs from the one before as that did from the one before it.

    It is the median, over 0.67: the standard deviation of such differences where they are normal.
    """
    bends = [abs(c - 2.0 * b + a) for a, b, c in zip(levels, levels[1:], levels[2:], strict=False)]
    return median(bends) / 0.6745


def tell_by_tilt(levels: Sequence[float], frame_s: float, params: RippleParams) -> BraceBreathing:
    """Tell whether the tilt of a belly, in quiet depths, goes on with breathing.

    Parameters
    ----------
    levels : sequence of float
        In the core of a brace.
    frame_s : float
        Time from one to the next.
    params : RippleParams
        When it is told.

    """
    if len(levels) * frame_s < params.least_s:
        return "unknown"
    ripple = find_ripple(levels, round(params.ripple_s / frame_s))
    measure = ripple * ripple / (find_roughness(levels) + params.tilt_even)
    if measure < params.tilt_least:
        return "not_seen"
    return "breathing" if measure >= params.tilt_clear else "unknown"


def _smooth(levels: Sequence[float]) -> list[float]:
    """Return means of three, of two at the ends."""
    return [
        sum(levels[max(0, at - 1) : at + 2]) / len(levels[max(0, at - 1) : at + 2])
        for at in range(len(levels))
    ]


def find_peaks(levels: Sequence[float], least: float) -> list[int]:
    """Return where the level was highest before it fell by at least so much, after such a rise."""
    peaks: list[int] = []
    high, low, at, is_up = (levels[0], levels[0], 0, False) if levels else (0.0, 0.0, 0, False)
    for place, value in enumerate(levels):
        if is_up:
            if value > high:
                high, at = value, place
            elif high - value >= least:
                peaks.append(at)
                is_up, low = False, value
        elif value < low:
            low = value
        elif value - low >= least:
            is_up, high, at = True, value, place
    return peaks
