"""The level of one band: where breathing has got to, and what is beyond breathing."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CourseParams:
    """How the running breath is followed; levels are in quiet depths from rest.

    Parameters
    ----------
    turn_frac : float
        A way back of this much is a turn.
    least_depth, most_depth : float
        Breaths between these are learnt from.
    gain : float
        Share of a new breath in what is usual.
    rest_gain, rest_reach : float
        Rest follows the ends of expiration that are within this reach by this share.
    n_moved, same_frac : int, float
        So many ends of expiration in a row elsewhere, this near to one another, are a new rest.
    high_trough : float
        A rise from above this share of the usual breath is not taken for the next breath.
    whole_frac : float
        If the belly is not at rest, only breaths of at least this share of the usual one count
        for that: in a brace they are smaller.

    """

    turn_frac: float = 0.165
    least_depth: float = 0.4
    most_depth: float = 1.8
    gain: float = 0.2
    rest_gain: float = 0.25
    rest_reach: float = 0.4
    n_moved: int = 5
    same_frac: float = 0.25
    high_trough: float = 0.45
    whole_frac: float = 0.95


@dataclass(slots=True)
class CourseState:
    """The newest extremes and the usual breath; levels ``x`` are in quiet depths from rest.

    ``direction`` is 1 on the way up. Times are seconds on the session axis.
    """

    rest: float = 0.0
    depth: float = 1.0
    x: float = 0.0
    before: float = 0.0
    t_s: float = -1.0
    direction: int = -1
    extreme: float = 0.0
    extreme_s: float = 0.0
    trough: float = 0.0
    trough_s: float = -1.0
    peak: float = 0.0
    peak_s: float = -1.0
    rise_s: float = 1.7
    fall_s: float = 1.8
    usual: float = 1.0
    n_away: int = 0
    away: float = 0.0
    has_moved: bool = False
    has_turned_up: bool = False
    has_turned_down: bool = False


class Course:
    """Follows one band."""

    def __init__(self, params: CourseParams) -> None:
        self._params = params

    def anchor(self, state: CourseState, rest: float, depth: float, rate_per_min: float) -> None:
        """Begin anew from a calibration."""
        state.rest, state.depth, state.usual = rest, depth, 1.0
        period_s = 60.0 / rate_per_min
        state.rise_s, state.fall_s = 0.4 * period_s, 0.4 * period_s
        state.n_away = 0

    def follow(
        self, state: CourseState, t_s: float, value: float, *, is_rest: bool, may_move: bool
    ) -> None:
        """Take the level of a frame.

        ``is_rest`` says that no brace is open or suspected, ``may_move`` that rest could be
        elsewhere by now: nobody was asked to shift it.
        """
        s, p = state, self._params
        s.before, s.x = s.x, (value - s.rest) / s.depth
        s.t_s = t_s
        s.has_moved = s.has_turned_up = s.has_turned_down = False
        if s.direction > 0:
            if s.x >= s.extreme:
                s.extreme, s.extreme_s = s.x, t_s
            elif s.extreme - s.x >= p.turn_frac:
                self._turn_down(s, is_rest=is_rest)
        elif s.x <= s.extreme:
            s.extreme, s.extreme_s = s.x, t_s
        elif s.x - s.extreme >= p.turn_frac:
            self._turn_up(s, is_rest=is_rest, may_move=may_move)

    def predict(self, state: CourseState) -> float:
        """Return where the running breath would be, had it begun from rest."""
        s = state
        if s.direction > 0 and s.trough < self._params.high_trough * s.usual:
            after_s = s.t_s - s.trough_s
            if after_s < s.rise_s:
                return s.usual * (0.5 - 0.5 * math.cos(math.pi * after_s / s.rise_s))
            after_s -= s.rise_s
            top = s.usual
        else:
            after_s, top = s.t_s - s.peak_s, max(s.peak, 0.0)
        if after_s >= s.fall_s:
            return 0.0
        return top * (0.5 + 0.5 * math.cos(math.pi * after_s / s.fall_s))

    def _turn_down(self, s: CourseState, *, is_rest: bool) -> None:
        p = self._params
        depth, rise_s = s.extreme - s.trough, s.extreme_s - s.trough_s
        s.peak, s.peak_s, s.has_turned_down = s.extreme, s.extreme_s, True
        if is_rest and p.least_depth <= depth <= p.most_depth and abs(s.trough) < p.rest_reach:
            s.usual += p.gain * (s.peak - s.usual)
            s.rise_s += p.gain * (min(rise_s, 2.0 * s.rise_s) - s.rise_s)
        s.direction, s.extreme, s.extreme_s = -1, s.x, s.t_s

    def _turn_up(self, s: CourseState, *, is_rest: bool, may_move: bool) -> None:
        p = self._params
        s.trough, s.trough_s, s.has_turned_up = s.extreme, s.extreme_s, True
        if is_rest or (may_move and s.peak - s.trough > p.whole_frac * s.usual):
            self._learn_rest(s, is_rest=is_rest)
        else:
            s.n_away = 0
        s.direction, s.extreme, s.extreme_s = 1, s.x, s.t_s

    def _learn_rest(self, s: CourseState, *, is_rest: bool) -> None:
        p = self._params
        if abs(s.trough) < p.rest_reach:
            s.n_away = 0
            if is_rest:
                s.rest += p.rest_gain * s.trough * s.depth
            return
        level = s.rest + s.trough * s.depth
        is_same = s.n_away > 0 and abs(level - s.away) < p.same_frac * s.depth
        s.n_away = s.n_away + 1 if is_same else 1
        s.away = level if not is_same else s.away + (level - s.away) / s.n_away
        if s.n_away >= p.n_moved:
            s.rest, s.n_away, s.has_moved = s.away, 0, True
