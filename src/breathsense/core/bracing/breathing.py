"""Whether breathing goes on in a brace: how long a level stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from breathsense.core.bracing.oscillation import OscillationParams, find_odds
from breathsense.core.model.bracing import BraceBreathing


@dataclass(frozen=True, slots=True)
class RippleParams:
    """When a level stands still.

    Parameters
    ----------
    band_frac : float
        By a band, it stays within so much of a quiet breath.
    tilt_least, tilt_clear : float
        By the belly's tilt: breathing is not seen below the first odds (``find_odds``), it is seen
        above the second, and in between nothing can be told.
    band_least, band_clear : float
        By a band, what stays within ``band_frac`` is breathing all the same above the second odds,
        and what does not may be none below the first.
    both_least, both_clear : float
        By a band and the belly's tilt: breathing goes on above this sum of their odds, the second
        where the band stands still.
    oscillation : OscillationParams
        How the odds are found.
    still_s : float
        Breathing is not seen where a band stands still for so long, and as long again for each
        swing that it shows elsewhere in the brace.
    still_periods : float
        But for no less than this many of the wearer's own breaths: who breathes slowly rests
        longer between them.
    swing_frac : float
        A swing rises and falls by so much of a quiet breath.
    short_share : float
        Of a short brace it is enough to stand still for this share.
    least_s : float
        In less than this nothing can be told.

    """

    band_frac: float = 0.25
    tilt_least: float = 1.4
    tilt_clear: float = 1.6
    band_least: float = 0.5
    band_clear: float = 2.0
    both_least: float = 1.0
    both_clear: float = 6.0
    oscillation: OscillationParams = field(default_factory=OscillationParams)
    still_s: float = 2.0
    still_periods: float = 0.4
    swing_frac: float = 0.2
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
    levels: Sequence[float], frame_s: float, period_s: float, params: RippleParams
) -> bool | None:
    """Return whether a level in quiet depths goes on with breathing; ``None``: it is too short."""
    seen_s = len(levels) * frame_s
    if seen_s < params.least_s:
        return None
    still_s = find_longest_still(levels, params.band_frac) * frame_s
    n_swings = len(find_peaks(_smooth(levels), params.swing_frac))
    rest_s = max(params.still_s, params.still_periods * period_s)
    return still_s < min((1 + n_swings) * rest_s, params.short_share * seen_s)


def weigh_breathing(
    levels: Sequence[float],
    frame_s: float,
    period_s: float,
    params: RippleParams,
    tilt_odds: float | None = None,
) -> bool | None:
    """Return what ``is_breathing`` does unless the odds clearly say otherwise.

    Small, even swings are breathing, though they stay within what counts as still; what moves
    without them may be none: ``None``. Where the belly's tilt tells odds of its own, both decide
    together. For braces whose begin and end the muscles tell: where the level tells them, its
    coming and going is in it.
    """
    told = is_breathing(levels, frame_s, period_s, params)
    odds = find_odds(levels, frame_s, period_s, params.oscillation)
    if told is None or odds is None:
        return told
    if tilt_odds is not None:
        return odds + tilt_odds > (params.both_least if told else params.both_clear)
    if told:
        return None if odds < params.band_least else True
    return odds > params.band_clear


def tell_by_tilt(
    levels: Sequence[float], frame_s: float, period_s: float, params: RippleParams
) -> BraceBreathing:
    """Tell whether the tilt of a belly, in quiet depths, goes on with breathing.

    Parameters
    ----------
    levels : sequence of float
        In the core of a brace, without holes.
    frame_s : float
        Time from one to the next.
    period_s : float
        How long this wearer's breaths usually last.
    params : RippleParams
        When it is told.

    """
    odds = find_odds(levels, frame_s, period_s, params.oscillation)
    if odds is None:
        return "unknown"
    if odds < params.tilt_least:
        return "not_seen"
    return "breathing" if odds >= params.tilt_clear else "unknown"


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
