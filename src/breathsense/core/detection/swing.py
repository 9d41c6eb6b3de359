"""Turns of one smoothed waveform: the highest value, once it has gone back far enough.

How far is told as a share of the usual rise, so that no threshold has the unit of a sensor.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from statistics import median_high
from typing import NamedTuple

import numpy as np

from breathsense.core.detection.plateau import (
    PlateauParams,
    PlateauState,
    is_away,
    learn_trough,
)
from breathsense.core.model.samples import Values

FEW = 48
"""Below so many values it is quicker to look at each of them."""
FEWEST_RISES = 3
"""With fewer rises known there is no saying which of them is a jerk."""

NOWHERE, WALKED = -1, -2
"""In the place of the value that decides a turn: there is none; or each value has to be looked at.
"""
NOT_SEEN = 5
"""A peak within so many values (0.2 s) of the start or a gap rose before: its rise is not known."""


@dataclass(frozen=True, slots=True)
class SwingParams:
    """When a swing up or down is over.

    Parameters
    ----------
    n_taps : int
        Length of the smoother in front, in grid values; odd.
    rise_frac, drop_frac : float
        A trough is decided after a rise by this share of the usual rise, a peak after such a drop.
    n_ahead : int
        So many values of the smoother's delay are foretold.

    """

    n_taps: int
    rise_frac: float
    drop_frac: float
    n_ahead: int = 0


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
    span_share : float
        While fewer than ``FEWEST_RISES`` are known, the usual rise is at least this share of the
        way between the least and the largest value so far: the first ripple is no breath.
    small_frac, n_small : float, int
        So many rises of less than this share of the usual one, seen only because it had shrunk
        (see below), with none larger between them: what was usual no longer is. Without this, every
        second breath after deep breathing would be missed for a minute.
    n_cycles, wait_least, wait_first : int
        Without a turn for the median length of the last ``n_cycles`` breaths (at least 4 s; 8 s
        before any is known), the usual rise shrinks by a factor of e in as long a time: breaths
        that became small are found again after one or two, and so are those beside a large one ...
    floor_frac : float
        ... but not below this share, so that a breath that is held does not become its ripple ...
    patience, shrink_frac : int, float
        ... until so many values (15 s) without a turn; then it shrinks on, with each value by this
        share (a factor of e in 10 s) ...
    n_settled, slow_frac : int, float
        ... or by this one (a factor of e in 40 s) once so many rises are known: then a minute or
        two of no breath is a breath that is held, and no jerk that set the scale.
    plateau : PlateauParams
        When less is asked of breaths inside braces.

    """

    n_rises: int = 13
    share: float = 0.6
    largest: float = 4.0
    span_share: float = 0.5
    small_frac: float = 0.65
    n_small: int = 2
    n_cycles: int = 7
    wait_least: int = 100
    wait_first: int = 200
    floor_frac: float = 0.15
    patience: int = 375
    shrink_frac: float = 0.004
    n_settled: int = 6
    slow_frac: float = 0.001
    plateau: PlateauParams = field(default_factory=PlateauParams)


class Line(NamedTuple):
    """Smoothed values and the places of their corners, the ends with them; none for a few values.

    Between two corners the values only rise, or only fall.
    """

    values: list[float]
    corners: list[int]


def find_corners(values: Values) -> Line:
    """Return smoothed values, shape (n,), n > 0, as swings follow them."""
    if len(values) < FEW:
        return Line(values.tolist(), [])
    signs = np.sign(np.diff(values))
    corners = np.flatnonzero(signs[1:] != signs[:-1]) + 1
    return Line(values.tolist(), [0, *corners.tolist(), len(values) - 1])


class SwingTurn(NamedTuple):
    """A turn seen in one smoothed waveform.

    ``decided`` and ``at`` count grid values (the latter without the smoother's delay);
    ``before`` is the index of the turn before; ``rise`` is the rise to a peak (0 for a trough),
    ``usual`` the usual one before it.
    """

    decided: int
    is_peak: bool
    at: int
    before: int
    rise: float
    usual: float


@dataclass(slots=True)
class SwingState:
    """Where the swing stands; ``direction`` is 0 until the first turn.

    ``usual`` is the usual rise as it was learnt, ``scale`` what is left of it after a time without
    turns, which begins to shrink after ``wait`` values (0: not known yet). ``n_small`` rises since
    the last large one were small, and seen only because it had shrunk. ``least`` and ``most`` are
    the extremes since the search for the first rises began.
    """

    direction: int = 0
    index: int = -1
    high: float = 0.0
    low: float = 0.0
    high_at: int = 0
    low_at: int = 0
    turn_at: int = 0
    turn_value: float = 0.0
    peak_at: int = -1
    least: float = 0.0
    most: float = 0.0
    scale: float = 0.0
    usual: float = 0.0
    n_small: int = 0
    wait: int = 0
    rises: list[float] = field(default_factory=list)
    cycles: list[int] = field(default_factory=list)
    plateau: PlateauState = field(default_factory=PlateauState)

    def begin_anew(self) -> "SwingState":
        """Return the state for the other side of a gap: the wearer's usual breath is remembered."""
        return SwingState(
            scale=self.scale,
            usual=self.usual,
            wait=self.wait,
            rises=self.rises,
            cycles=self.cycles,
        )


class Swing:
    """Follows one smoothed waveform, value by value; knows nothing of time or units."""

    def __init__(self, params: SwingParams, scale: ScaleParams, delay: int) -> None:
        self._params = params
        self._scale = scale
        self._delay = delay

    def follow(self, s: SwingState, line: Line) -> list[SwingTurn]:
        """Take smoothed values; give the turns that they decide, in order."""
        if not line.corners:
            return self._walk(s, line.values)
        return self._stride(s, line.values, line.corners)

    def _stride(self, s: SwingState, values: list[float], corners: list[int]) -> list[SwingTurn]:
        """Go from corner to corner: what lies between two cannot be an extreme.

        Only pieces in which the scale shrinks, or the first turns are sought, are walked value by
        value.
        """
        turns: list[SwingTurn] = []
        base, begin, first = s.index + 1, 0, self._scale.wait_first
        for corner in corners:
            value, index = values[corner], base + corner
            place = self._find_turn(s, values, begin, corner)
            until = index if place < 0 else base + place
            if place == WALKED or until - s.turn_at > (s.wait or first):
                turns += self._walk(s, values[begin : corner + 1])
            elif place >= 0:
                s.index = until
                turns.append(self._turn(s, values[place]))
                self._go_on(s, values, base, corner)
            elif s.direction < 0:
                if value <= s.low:
                    s.low, s.low_at = value, index
            elif value >= s.high:
                s.high, s.high_at = value, index
            s.index, begin = index, corner + 1
        return turns

    def _find_turn(self, s: SwingState, values: list[float], begin: int, corner: int) -> int:
        """Find the value that decides a turn in a piece without corners, if the scale stays.

        Returns ``NOWHERE`` if none does, ``WALKED`` where that cannot be told.
        """
        if s.direction == 0 or len(s.rises) < FEWEST_RISES:
            return WALKED
        value = values[corner]
        if s.direction > 0:
            high = s.high
            if value >= high or high - value <= (least := self._least_drop(s)):
                return NOWHERE
            return bisect_left(values, 1, begin, corner, key=lambda one: int(high - one > least))
        low = s.low
        if value <= low or value - low <= (least := self._least_rise(s)):
            return NOWHERE
        return bisect_left(values, 1, begin, corner, key=lambda one: int(one - low > least))

    def _turn(self, s: SwingState, value: float) -> SwingTurn:
        """Turn at the newest value, which decides it."""
        turn = self._turn_down(s, value) if s.direction > 0 else self._turn_up(s, value)
        if s.index - s.turn_at > self._wait(s):
            self._shrink(s)
        return turn

    def _go_on(self, s: SwingState, values: list[float], base: int, corner: int) -> None:
        """Follow the piece in which a turn was decided to its end: its new extreme."""
        if len(s.rises) < FEWEST_RISES or base + corner - s.turn_at > self._wait(s):
            self._walk(s, values[s.index - base + 1 : corner + 1])
        elif s.direction < 0:
            s.low, s.low_at = values[corner], base + corner
        else:
            s.high, s.high_at = values[corner], base + corner

    def _walk(self, s: SwingState, values: list[float]) -> list[SwingTurn]:
        turns = []
        for value in values:
            s.index += 1
            if len(s.rises) < FEWEST_RISES:
                self._widen(s, value)
            if s.direction > 0:
                if value >= s.high:
                    s.high, s.high_at = value, s.index
                elif s.high - value > self._least_drop(s):
                    turns += self._come_down(s, value)
            elif s.direction < 0:
                if value <= s.low:
                    s.low, s.low_at = value, s.index
                elif value - s.low > self._least_rise(s):
                    turns.append(self._turn_up(s, value))
            else:
                self._begin(s, value)
            if s.index - s.turn_at > self._wait(s):
                self._shrink(s)
        return turns

    def _least_rise(self, s: SwingState) -> float:
        """How far it has to rise for a trough to be told."""
        frac = self._params.rise_frac
        if not self._is_away(s):
            return frac * s.scale
        return frac * min(s.scale, self._scale.plateau.share * s.usual)

    def _least_drop(self, s: SwingState) -> float:
        """How far it has to fall for a peak to be told."""
        frac = self._params.drop_frac
        if s.plateau.n_away == 0:
            return frac * s.scale
        return frac * min(s.scale, self._scale.plateau.share * s.usual)

    def _is_away(self, s: SwingState) -> bool:
        n_fall = s.low_at - s.turn_at
        return is_away(s.plateau, s.low, s.low_at, n_fall, s.usual, self._scale.plateau)

    def _wait(self, s: SwingState) -> int:
        return s.wait or self._scale.wait_first

    def _widen(self, s: SwingState, value: float) -> None:
        """Follow the extremes while few rises are known; what is long past counts no more."""
        if s.index == 0 or s.index - s.turn_at > self._wait(s):
            s.least = s.most = value
        elif not s.least <= value <= s.most:
            s.least, s.most = min(s.least, value), max(s.most, value)
            s.scale = max(s.scale, self._scale.span_share * (s.most - s.least))

    def _shrink(self, s: SwingState) -> None:
        """No turn for longer than a breath: breaths may be smaller by now than the usual one."""
        params = self._scale
        if s.usual <= 0 or s.scale > params.floor_frac * s.usual:
            s.scale -= s.scale / self._wait(s)
        n_late = s.index - s.turn_at - params.patience
        if s.usual > 0 and n_late > 0:
            is_settled = len(s.rises) >= params.n_settled
            share = params.slow_frac if is_settled else params.shrink_frac
            s.scale = min(s.scale, s.usual * (1 - share) ** n_late)

    def _come_down(self, s: SwingState, value: float) -> list[SwingTurn]:
        """Tell a peak, unless it is one of the first and small beside the fall, or not seen."""
        is_small = s.high - s.turn_value < self._params.rise_frac * s.scale
        is_unseen = s.high_at - self._delay < NOT_SEEN
        if len(s.rises) >= FEWEST_RISES or not (is_small or is_unseen):
            return [self._turn_down(s, value)]
        s.direction, s.turn_at, s.low, s.low_at = -1, s.high_at, value, s.index
        return []

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
        turn = self._tell(s, is_peak=True, at=s.high_at, rise=rise)
        if rise >= self._scale.small_frac * s.usual:
            s.n_small = 0
        elif s.scale < s.usual:
            s.n_small += 1
        if s.scale < s.usual / 2 or s.n_small == self._scale.n_small:
            s.rises, s.n_small = [], 0  # what was usual before no longer is
            s.least, s.most = s.turn_value, s.high
        if len(s.rises) >= FEWEST_RISES:
            rise = min(rise, self._scale.largest * s.scale)
        s.rises = [*s.rises, rise][-self._scale.n_rises :]
        s.scale = s.usual = self._usual(s.rises)
        self._learn_cycle(s)
        s.direction, s.low, s.low_at = -1, value, s.index
        return turn

    def _learn_cycle(self, s: SwingState) -> None:
        since, s.peak_at = s.peak_at, s.high_at
        if since < 0:
            return
        params = self._scale
        s.cycles = [*s.cycles, s.high_at - since][-params.n_cycles :]
        s.wait = min(params.patience, max(params.wait_least, median_high(s.cycles)))

    def _turn_up(self, s: SwingState, value: float) -> SwingTurn:
        learn_trough(s.plateau, s.low, self._scale.plateau, away=self._is_away(s))
        turn = self._tell(s, is_peak=False, at=s.low_at, rise=0.0)
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

    def _tell(self, s: SwingState, *, is_peak: bool, at: int, rise: float) -> SwingTurn:
        before = max(0, s.turn_at - self._delay)
        turn = SwingTurn(s.index, is_peak, at - self._delay, before, rise, s.usual)
        s.turn_at = at
        return turn
