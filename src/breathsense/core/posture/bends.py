"""When the trunk bends: told at once as it starts, and again, with how far, when it is over."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from breathsense.core.posture.lean import Leaning, Point, measure_between

N_HOPS = 3
"""Hops in which a bend is seen to start."""


@dataclass(frozen=True, slots=True)
class BendParams:
    """What counts as a bend.

    Parameters
    ----------
    quick_deg, quick_deg_s : float
        A bend has started when the trunk is this far from where it was and goes away at this
        speed, over three hops: a cough or a knock is over by then.
    sure_deg, sure_deg_s : float
        Or when it is farther, at a lower speed. Breath tilts the wall by up to 8 degrees (a full
        one), at up to 8 degrees a second.
    restless_factor : float
        The distance must also be this many times the root mean square of the trunk's usual
        movement (over ``restless_tau_s``): steps swing it by 5 to 10 degrees.
    restless_tau_s, base_tau_s : float
        See above; where the trunk was is a mean over the second.
    even_frac : float
        Least part of the way of two hops that is in the first.
    onset_frac : float
        The bend began when it was last nearer than this share of the distance at which it is seen.
    over_frac, over_deg : float
        It is over when the trunk is back by all but this share of the way, or but so much.
    still_deg, still_s : float
        Or when it has not gone farther than this for so long: then it was a change of posture, and
        going back is no bend.
    longest_s : float
        Or after this time at the latest.
    back_cosine : float
        Going back is what goes in the direction of where the trunk was before, by this cosine.

    """

    quick_deg: float = 12.0
    quick_deg_s: float = 20.0
    sure_deg: float = 16.0
    sure_deg_s: float = 8.0
    restless_factor: float = 2.5
    restless_tau_s: float = 5.0
    base_tau_s: float = 2.0
    even_frac: float = 0.25
    onset_frac: float = 0.35
    over_frac: float = 0.15
    over_deg: float = 4.0
    still_deg: float = 4.0
    still_s: float = 6.0
    longest_s: float = 30.0
    back_cosine: float = 0.7


class Started(NamedTuple):
    """A bend began."""

    start_ns: int
    decided_ns: int


class Ended(NamedTuple):
    """A bend is over; ``moved`` is how far it went from where the trunk was before."""

    start_ns: int
    end_ns: int
    moved: Point
    decided_ns: int


class _Seen(NamedTuple):
    """Where the trunk was."""

    t_ns: int
    at: Point


NOWHERE = _Seen(0, (0.0, 0.0))


@dataclass(slots=True)
class BendState:
    """Where the trunk was before, how restless it is, and the bend that is going on.

    ``recent`` are the last hops; ``anchor`` is where the trunk came to a rest last; ``home`` is
    where it was before it changed its posture.
    """

    newest: int = -1
    base: Point = (0.0, 0.0)
    restless: float = 0.0
    recent: deque[_Seen] = field(default_factory=lambda: deque(maxlen=16))
    is_bending: bool = False
    start_ns: int = 0
    farthest: Point = (0.0, 0.0)
    anchor: _Seen = NOWHERE
    home: Point | None = None


class BendDetector:
    """Tells bends hop by hop."""

    def __init__(self, hop_ns: int, params: BendParams) -> None:
        self._params = params
        self._hop_s = hop_ns / 1e9
        # A hop's mean belongs to its middle.
        self._middle_ns = 3 * hop_ns // 8
        # However it goes, what is nearer than both of these is no bend.
        self._least_deg = min(params.quick_deg, params.sure_deg)
        self._base_gain = -math.expm1(-self._hop_s / params.base_tau_s)
        self._restless_gain = -math.expm1(-self._hop_s / params.restless_tau_s)

    def take(self, state: BendState, leaning: Leaning) -> list[Started | Ended]:
        """Take a leaning; a hole before it ends an open bend."""
        ended: list[Started | Ended] = []
        at = leaning.at
        if leaning.number != state.newest + 1:
            if state.is_bending:
                ended.append(self._end(state, state.recent[-1].t_ns, leaning))
            state.recent.clear()
            state.base = at
        state.newest = leaning.number
        state.recent.append(_Seen(leaning.t_ns - self._middle_ns, at))
        if state.is_bending:
            return ended + self._go_on(state, leaning)
        (x, y), (a, b) = at, state.base
        x, y = x - a, y - b
        away = math.hypot(x, y)
        if away >= self._least_deg:
            begun = self._begin(state, leaning, away)
            if begun is not None:
                return [*ended, begun]
        gain = self._base_gain
        state.base = (a + gain * x, b + gain * y)
        off = min(away, self._params.sure_deg) ** 2 - state.restless
        state.restless += self._restless_gain * off
        return ended

    def _begin(self, state: BendState, leaning: Leaning, away: float) -> Started | None:
        """Look whether a bend has begun."""
        if away < self._params.restless_factor * math.sqrt(state.restless):
            return None
        distances = [measure_between(one.at, state.base) for one in state.recent]
        if not self._is_leaving(distances) or self._is_going_back(state):
            return None
        state.is_bending = True
        state.start_ns = self._find_onset(state, distances)
        state.farthest, state.anchor, state.home = leaning.at, state.recent[-1], None
        return Started(state.start_ns, leaning.known_ns)

    def _is_leaving(self, distances: list[float]) -> bool:
        """Whether the last hops go away from where the trunk was, or came and stay far away."""
        if len(distances) < N_HOPS:
            return False
        p = self._params
        first, second, third = distances[-N_HOPS:]
        # An even movement has a good part of its way in each hop; a knock comes all at once.
        is_even = second - first > p.even_frac * (third - first) and third > second
        speed = (third - first) / (2.0 * self._hop_s) if is_even else 0.0
        is_quick = third >= p.quick_deg and speed >= p.quick_deg_s
        is_sure = third >= p.sure_deg and speed >= p.sure_deg_s
        has_come = (
            min(first, second, third) >= p.sure_deg and min(distances[-2 * N_HOPS :]) < third / 3
        )
        return is_quick or is_sure or has_come

    def _find_onset(self, state: BendState, distances: list[float]) -> int:
        """Return when the movement began: a hop before it was a good part of where it is now."""
        place = len(distances) - 1
        while place > 0 and distances[place] > self._params.onset_frac * distances[-1]:
            place -= 1
        # What starts smoothly started a hop before it shows.
        return state.recent[max(place - 1, 0)].t_ns

    def _is_going_back(self, state: BendState) -> bool:
        """Whether the trunk goes back to where it was before its posture changed."""
        if state.home is None:
            return False
        (x, y), (a, b), (u, v) = state.recent[-1].at, state.base, state.home
        length = math.hypot(x - a, y - b) * math.hypot(u - a, v - b)
        return (x - a) * (u - a) + (y - b) * (v - b) > self._params.back_cosine * length

    def _go_on(self, state: BendState, leaning: Leaning) -> list[Started | Ended]:
        p = self._params
        newest = state.recent[-1]
        away = measure_between(newest.at, state.base)
        if away > measure_between(state.farthest, state.base):
            state.farthest = newest.at
        if measure_between(newest.at, state.anchor.at) > p.still_deg:
            state.anchor = newest
        went = measure_between(state.farthest, state.base)
        if away <= max(p.over_deg, p.over_frac * went):
            return [self._end(state, newest.t_ns, leaning)]
        is_still = newest.t_ns - state.anchor.t_ns >= p.still_s * 1e9
        if is_still or newest.t_ns - state.start_ns >= p.longest_s * 1e9:
            ended = self._end(state, state.anchor.t_ns, leaning)
            state.home, state.base = state.base, newest.at
            return [ended]
        return []

    @staticmethod
    def _end(state: BendState, end_ns: int, leaning: Leaning) -> Ended:
        """Close the bend."""
        moved = (state.farthest[0] - state.base[0], state.farthest[1] - state.base[1])
        state.is_bending, state.restless = False, 0.0
        return Ended(state.start_ns, max(end_ns, state.start_ns), moved, leaning.known_ns)
