"""Whether breathing goes on in a brace: clues of how the levels stand still and swing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from breathsense.core.bracing.oscillation import OscillationParams, find_odds
from breathsense.core.frames.frame import FRAME_S
from breathsense.core.model.bracing import BraceBreathing, Direction

LEVEL_FACTS = (
    *("odds", "still_share", "still_periods", "stiller_share"),
    *("swings", "small_swings", "spread", "range", "travel"),
)
BREATH_CLUES = (
    *(f"{where}_{fact}" for where in ("belly", "chest", "tilt") for fact in LEVEL_FACTS),
    *("lasted_s", "periods", "heard", "outward", "inward", "told", "surest"),
)
"""What is known of a brace that is over; shares of its time, and periods of a quiet breath.

Of each level, which is in quiet depths: how much likelier breathing is than wandering, for how long
it stood still, how often it swung for each breath that would have been usual, its standard
deviation about a line, how far it went, and how far up and down in a breath's time. The last are
how many breaths were told in it, for each that would have been usual, and the log odds of the
surest swing.
"""
NOTHING = -99.0
"""Of a level that is not there, or too short; log odds where there is no swing."""


@dataclass(frozen=True, slots=True)
class RippleParams:
    """How levels in a brace are looked at, in quiet depths.

    Parameters
    ----------
    band_frac, still_frac : float
        A level stands still while it stays within so much; and within the second it stands stiller.
    swing_frac, small_frac : float
        A swing, and a small one, rises and falls by so much.
    oscillation : OscillationParams
        How the odds of breathing against wandering are found.
    doubtful : float
        Less log odds than this, either way, say neither that breathing goes on nor that it does
        not.
    least_s : float
        In less than this nothing can be told.

    """

    band_frac: float = 0.25
    still_frac: float = 0.12
    swing_frac: float = 0.2
    small_frac: float = 0.1
    oscillation: OscillationParams = field(default_factory=OscillationParams)
    doubtful: float = 0.1
    least_s: float = 1.9


class Seen(NamedTuple):
    """The levels of a brace's core, one for each frame, in quiet depths; none if not seen."""

    belly: Sequence[float]
    chest: Sequence[float]
    tilt: Sequence[float]


class Inside(NamedTuple):
    """Breaths told inside a brace, and the log odds of its surest swing, told or not."""

    n_told: int = 0
    surest: float = NOTHING


def gather_breathing(
    seen: Seen,
    inside: Inside,
    lasted_s: float,
    period_s: float,
    direction: Direction,
    params: RippleParams,
    *,
    is_heard: bool,
) -> tuple[float, ...] | None:
    """Return ``BREATH_CLUES``, ``None`` if all levels are too short.

    Parameters
    ----------
    seen : Seen
        The levels, without holes.
    inside : Inside
        What was told of breaths in it.
    lasted_s, period_s : float
        How long the core lasted, and how long this wearer's breaths usually last.
    direction : str
        Which way the belly went.
    params : RippleParams
        How levels are looked at.
    is_heard : bool
        Whether the muscles told the brace. Where the level told it, its coming and going is in it.

    """
    facts = [_measure(one, period_s, params) for one in seen]
    if all(one is None for one in facts):
        return None
    nothing = (NOTHING,) * len(LEVEL_FACTS)
    return (
        *(value for one in facts for value in one or nothing),
        lasted_s,
        lasted_s / period_s,
        float(is_heard),
        float(direction == "expand"),
        float(direction == "draw_in"),
        inside.n_told * period_s / lasted_s,
        inside.surest,
    )


def name_breathing(odds: float, params: RippleParams) -> BraceBreathing:
    """Name what the log odds of breathing say."""
    if abs(odds) < params.doubtful:
        return "unknown"
    return "breathing" if odds > 0.0 else "not_seen"


def _measure(
    levels: Sequence[float], period_s: float, params: RippleParams
) -> tuple[float, ...] | None:
    """Return ``LEVEL_FACTS``."""
    seen_s = len(levels) * FRAME_S
    if seen_s < params.least_s:
        return None
    odds = find_odds(levels, FRAME_S, period_s, params.oscillation)
    smooth = _smooth(levels)
    still_s = FRAME_S * find_longest_still(levels, params.band_frac)
    stiller_s = FRAME_S * find_longest_still(levels, params.still_frac)
    n_usual = seen_s / period_s
    travel = sum(abs(b - a) for a, b in pairwise(smooth))
    return (
        NOTHING if odds is None else odds,
        still_s / seen_s,
        still_s / period_s,
        stiller_s / seen_s,
        len(find_peaks(smooth, params.swing_frac)) / n_usual,
        len(find_peaks(smooth, params.small_frac)) / n_usual,
        _find_spread(levels),
        max(smooth) - min(smooth),
        travel / n_usual,
    )


def _find_spread(levels: Sequence[float]) -> float:
    """Return the standard deviation about a straight line."""
    n = len(levels)
    middle, mean = 0.5 * (n - 1), sum(levels) / n
    square = n * (n * n - 1) / 12.0
    slope = sum((at - middle) * one for at, one in enumerate(levels)) / square
    off = [one - mean - slope * (at - middle) for at, one in enumerate(levels)]
    return math.sqrt(sum(one * one for one in off) / n)


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


@dataclass(slots=True)
class Stir:
    """When a level last had moved: since then it has stayed between ``low`` and ``high``."""

    since_ns: int = -1
    low: float = 0.0
    high: float = 0.0

    def follow(self, t_ns: int, level: float, within: float) -> None:
        """Take a level; it has moved if it has not stayed within so much."""
        self.low, self.high = min(self.low, level), max(self.high, level)
        if self.since_ns < 0 or self.high - self.low > within:
            self.since_ns, self.low, self.high = t_ns, level, level
