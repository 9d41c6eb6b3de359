"""Tops cut off at a rail, told before the smoothers see that they are over.

The end of inspiration of such a top is its middle, so that what waits for the fall is late by half
the length of the rail. Yet a sensor that has come to the end of its range does so with every
breath, at the same value and for about as long: once a few such tops were seen, the middle of the
next is known when it is past. Held breaths do not come to the same value each time.
"""

import math
from dataclasses import dataclass, field
from statistics import median_low
from typing import NamedTuple

import numpy as np

from breathsense.core.detection.stamps import STILL, StampParams, find_rail
from breathsense.core.detection.swing import SwingTurn


@dataclass(frozen=True, slots=True)
class RailParams:
    """When a rail is told before its fall is smoothed; lengths in grid values.

    Parameters
    ----------
    n_needed, n_known : int
        The last ``n_needed`` rails must have been alike; the usual length is the median of the
        last ``n_known``.
    like, level_frac : int, float
        Alike are those that are no more than this longer or shorter than the usual one, at the
        same value but for this share of the rise.
    shortest : int
        Shorter ones than this (0.32 s) cost no time worth the risk.
    n_sure, n_wait : int
        A rail that lasts for half the usual length and ``n_sure`` more is told when it ends, at its
        middle; one that lasts for half of it and ``n_wait`` is told then, at the foretold one.
    drop_frac : float
        It has ended with a fall by this share of the rise; less is a notch.
    n_rise : int
        The way up to it is looked back into for so many values.

    """

    n_needed: int = 3
    n_known: int = 7
    like: int = 10
    level_frac: float = 1e-3
    shortest: int = 8
    n_sure: int = 5
    n_wait: int = 12
    drop_frac: float = 0.1
    n_rise: int = 250


class Rail(NamedTuple):
    """A rail that is over: its value, and how many values after the first were equal to it."""

    level: float
    length: int


@dataclass(slots=True)
class RailState:
    """The run of equal values that is followed, from ``first`` to ``last``, and the last rails.

    ``foot`` is the least value since a run before was over, ``foot_at`` its index.
    """

    index: int = -1
    foot: float = math.inf
    foot_at: int = 0
    level: float = 0.0
    first: int = 0
    last: int = 0
    rails: list[Rail] = field(default_factory=list)

    def begin_anew(self) -> "RailState":
        """Return the state for the other side of a gap: the sensor's range is the same."""
        return RailState(rails=self.rails)


class Rails:
    """Follows the waveform itself, value by value, and gives the peaks that are rails."""

    def __init__(self, params: RailParams, stamps: StampParams) -> None:
        self._params = params
        self._stamps = stamps

    def follow(self, s: RailState, recent: list[float], n_new: int) -> list[SwingTurn]:
        """Take the last values, of which ``n_new`` are new; give the peaks that these decide.

        Their ``usual`` rise is 0: that is the rungs' to know.
        """
        seen: list[SwingTurn] = []
        begin = len(recent) - n_new
        index, level, foot = s.index, s.level, s.foot
        for place, value in enumerate(recent[begin:], begin):
            index += 1
            height = level - foot
            still = STILL * height
            if value - level > still:  # most values rise or fall: they are to be passed quickly
                s.level = level = value
                s.first = s.last = index
            elif abs(value - level) <= still:
                s.first = s.first if s.last == index - 1 else index
                s.index = s.last = index
                seen += self._tell_lasting(s)
            elif not level - self._params.drop_frac * height < value < level:
                if value < level and s.last - s.first >= self._stamps.rail_min:
                    s.index = index
                    seen += self._tell_over(s)
                    self._learn(s, recent, place)
                    s.foot, s.foot_at = value, index
                s.level = level = value
                s.first = s.last = index
            if value <= s.foot:
                s.foot, s.foot_at = value, index
            foot = s.foot
        s.index = index
        return seen

    def _tell_lasting(self, s: RailState) -> list[SwingTurn]:
        half = self._find_half(s)
        if half < 0 or s.last - s.first != half + self._params.n_wait:
            return []
        return [self._turn(s, s.first + half)]

    def _tell_over(self, s: RailState) -> list[SwingTurn]:
        half, params = self._find_half(s), self._params
        if half < 0 or not half + params.n_sure <= s.last - s.first < half + params.n_wait:
            return []
        return [self._turn(s, (s.first + s.last) // 2)]

    def _turn(self, s: RailState, at: int) -> SwingTurn:
        rise = s.level - s.foot
        return SwingTurn(s.index, is_peak=True, at=at, before=s.foot_at, rise=rise, usual=0.0)

    def _find_half(self, s: RailState) -> int:
        """Return half the length this rail should have, -1 if that cannot be known."""
        params = self._params
        if len(s.rails) < params.n_needed:
            return -1
        usual = median_low(one.length for one in s.rails)
        near = params.level_frac * (s.level - s.foot)
        are_alike = all(
            abs(one.level - s.level) <= near and abs(one.length - usual) <= params.like
            for one in s.rails[-params.n_needed :]
        )
        return usual // 2 if are_alike and usual >= params.shortest else -1

    def _learn(self, s: RailState, recent: list[float], place: int) -> None:
        """Learn from a run that is over; one that is as long as a held breath may be held."""
        length = s.last - s.first
        if length >= self._stamps.held_min:
            return
        n_back = min(s.index - s.foot_at, self._params.n_rise)
        rise = np.array(recent[place - n_back : place + 1])
        first = n_back - (s.index - s.first)
        if first > 0 and find_rail(rise, first, s.foot, self._stamps) is not None:
            s.rails = [*s.rails, Rail(s.level, length)][-self._params.n_known :]
