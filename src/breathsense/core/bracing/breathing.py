"""Whether breathing goes on in a brace: how long a level stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass

SMOOTH = 3
"""Frames of a mean; the heart beats within it."""


@dataclass(frozen=True, slots=True)
class RippleParams:
    """When a level stands still.

    Parameters
    ----------
    band_frac, tilt_frac : float
        It stays within so much of a quiet breath, by a band and by the tilt of the belly.
    still_s, still_share : float, float
        Breathing is not seen where it stands still for so long, and for this share of the brace.
    short_share : float
        Of a short brace this share is enough.
    least_s : float
        In less than this nothing can be told.

    """

    band_frac: float = 0.25
    tilt_frac: float = 0.18
    still_s: float = 3.0
    still_share: float = 0.6
    short_share: float = 0.8
    least_s: float = 1.9


def find_longest_still(levels: Sequence[float], within: float) -> int:
    """Return the length of the longest stretch that stays within so much, in values."""
    smooth = [
        sum(levels[max(0, at - 1) : at + 2]) / len(levels[max(0, at - 1) : at + 2])
        for at in range(len(levels))
    ]
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
