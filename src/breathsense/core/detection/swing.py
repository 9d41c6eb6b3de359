"""Turns of one smoothed waveform: the highest value, once it has gone back far enough.

How far is told as a share of the usual rise, so that no threshold has the unit of a sensor.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import Values

FEW = 48
"""Below so many values it is quicker to look at each of them."""
FEWEST_RISES = 3
"""With fewer rises known there is no saying which of them is a jerk."""


@dataclass(frozen=True, slots=True)
class SwingParams:
    """When a swing up or down is over.

    Parameters
    ----------
    n_taps : int
        Length of the smoother in front, in grid values; odd.
    rise_frac, drop_frac : float
        A trough is decided after a rise by this share of the usual rise, a peak after such a drop.

    """

    n_taps: int
    rise_frac: float
    drop_frac: float


@dataclass(frozen=True, slots=True)
class ScaleParams:
    """How the usual rise is learnt.

    Parameters
    ----------
    n_rises, share : int, float
        The usual rise is the one that, together with all larger ones, makes up this share of the
        whole way risen in the last so many. Unlike the median it does not fall for small ripple on
        slow breaths, however often that turns.
    largest : float
        A rise counts for no more than so many usual ones, so that a jerk does not set the scale.
    patience : int
        Grid values without a turn after which the usual rise begins to shrink. 15 s: longer than
        half a breath at 3 a minute, so that slow breathing alone does not set it off.
    shrink_frac : float
        By how much it then shrinks with each value: by a factor of e in 10 s.

    """

    n_rises: int = 13
    share: float = 0.6
    largest: float = 4.0
    patience: int = 375
    shrink_frac: float = 0.004


class SwingTurn(NamedTuple):
    """A turn seen in one smoothed waveform.

    ``decided`` and ``at`` count grid values (the latter without the smoother's delay);
    ``before`` is the index of the turn before; ``rise_frac`` is the rise to a peak as a share of
    the usual one (0 for a trough).
    """

    decided: int
    is_peak: bool
    at: int
    before: int
    rise_frac: float


@dataclass(slots=True)
class SwingState:
    """Where the swing stands; ``direction`` is 0 until the first turn."""

    direction: int = 0
    index: int = -1
    high: float = 0.0
    low: float = 0.0
    high_at: int = 0
    low_at: int = 0
    turn_at: int = 0
    turn_value: float = 0.0
    scale: float = 0.0
    rises: list[float] = field(default_factory=list)

    def begin_anew(self) -> "SwingState":
        """Return the state for the other side of a gap: the wearer's usual rise is remembered."""
        return SwingState(scale=self.scale, rises=self.rises)


class Swing:
    """Follows one smoothed waveform, value by value; knows nothing of time or units."""

    def __init__(self, params: SwingParams, scale: ScaleParams, delay: int) -> None:
        self._params = params
        self._scale = scale
        self._delay = delay

    def follow(self, s: SwingState, values: Values) -> list[SwingTurn]:
        """Take smoothed values, shape (n,); give the turns that they decide, in order."""
        if len(values) < FEW:
            return self._walk(s, values.tolist())
        signs = np.sign(np.diff(values))
        corners = np.flatnonzero(signs[1:] != signs[:-1]) + 1
        return self._stride(s, values.tolist(), [0, *corners.tolist(), len(values) - 1])

    def _stride(self, s: SwingState, values: list[float], corners: list[int]) -> list[SwingTurn]:
        """Go from corner to corner: what lies between two cannot be an extreme.

        Only pieces in which a turn is decided, or the scale shrinks, are walked value by value.
        """
        turns: list[SwingTurn] = []
        base, begin, patience = s.index + 1, 0, self._scale.patience
        for corner in corners:
            value, index = values[corner], base + corner
            if s.direction == 0 or index - s.turn_at > patience:
                turns += self._walk(s, values[begin : corner + 1])
            elif s.direction > 0:
                if value < s.high and s.high - value > self._params.drop_frac * s.scale:
                    turns.append(self._drop(s, values, begin, corner))
                elif value >= s.high:
                    s.high, s.high_at = value, index
            elif value > s.low and value - s.low > self._params.rise_frac * s.scale:
                turns.append(self._rise(s, values, begin, corner))
            elif value <= s.low:
                s.low, s.low_at = value, index
            s.index, begin = index, corner + 1
        return turns

    def _drop(self, s: SwingState, values: list[float], begin: int, corner: int) -> SwingTurn:
        """Find the value of a falling piece that decides the peak; the piece goes on to fall."""
        high, least, base = s.high, self._params.drop_frac * s.scale, s.index - begin + 1
        place = bisect_left(values, 1, begin, corner, key=lambda value: int(high - value > least))
        s.index = base + place
        turn = self._turn_down(s, values[place])
        s.low, s.low_at = values[corner], base + corner
        return turn

    def _rise(self, s: SwingState, values: list[float], begin: int, corner: int) -> SwingTurn:
        """Find the value of a rising piece that decides the trough; the piece goes on to rise."""
        low, least, base = s.low, self._params.rise_frac * s.scale, s.index - begin + 1
        place = bisect_left(values, 1, begin, corner, key=lambda value: int(value - low > least))
        s.index = base + place
        turn = self._turn_up(s, values[place])
        s.high, s.high_at = values[corner], base + corner
        return turn

    def _walk(self, s: SwingState, values: list[float]) -> list[SwingTurn]:
        turns = []
        params = self._params
        patience, shrink = self._scale.patience, self._scale.shrink_frac
        for value in values:
            s.index += 1
            if s.direction > 0:
                if value >= s.high:
                    s.high, s.high_at = value, s.index
                elif s.high - value > params.drop_frac * s.scale:
                    turns.append(self._turn_down(s, value))
            elif s.direction < 0:
                if value <= s.low:
                    s.low, s.low_at = value, s.index
                elif value - s.low > params.rise_frac * s.scale:
                    turns.append(self._turn_up(s, value))
            else:
                self._begin(s, value)
            if s.index - s.turn_at > patience:
                s.scale -= s.scale * shrink
        return turns

    def _begin(self, s: SwingState, value: float) -> None:
        """Before the first turn: any clear movement gives the direction."""
        if s.index == 0:
            s.high = s.low = value
        if value >= s.high:
            s.high, s.high_at = value, s.index
        if value <= s.low:
            s.low, s.low_at = value, s.index
        if not s.rises:
            s.scale = s.high - s.low
        least = self._params.rise_frac * s.scale
        if s.high - value > least:
            s.direction, s.turn_at, s.low, s.low_at = -1, s.high_at, value, s.index
        elif value - s.low > least:
            s.direction, s.turn_at, s.turn_value = 1, s.low_at, s.low
            s.high, s.high_at = value, s.index

    def _turn_down(self, s: SwingState, value: float) -> SwingTurn:
        rise = s.high - s.turn_value
        share = rise / s.scale if s.scale > 0 else 1.0
        turn = self._tell(s, is_peak=True, at=s.high_at, rise_frac=share)
        if s.rises and s.scale < self._usual(s.rises) / 2:
            s.rises = []  # it shrank for want of turns: what was usual before no longer is
        if len(s.rises) >= FEWEST_RISES:
            rise = min(rise, self._scale.largest * s.scale)
        s.rises = [*s.rises, rise][-self._scale.n_rises :]
        s.scale = self._usual(s.rises)
        s.direction, s.low, s.low_at = -1, value, s.index
        return turn

    def _turn_up(self, s: SwingState, value: float) -> SwingTurn:
        turn = self._tell(s, is_peak=False, at=s.low_at, rise_frac=0.0)
        s.turn_value = s.low
        s.direction, s.high, s.high_at = 1, value, s.index
        return turn

    def _usual(self, rises: list[float]) -> float:
        least_sum, so_far = sum(rises) * self._scale.share, 0.0
        for rise in sorted(rises, reverse=True):
            so_far += rise
            if so_far >= least_sum:
                return rise
        return min(rises)

    def _tell(self, s: SwingState, *, is_peak: bool, at: int, rise_frac: float) -> SwingTurn:
        turn = SwingTurn(
            s.index, is_peak, at - self._delay, max(0, s.turn_at - self._delay), rise_frac
        )
        s.turn_at = at
        return turn
