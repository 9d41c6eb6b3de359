"""What the bands say of each frame: how far the level is beyond what breathing explains."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from breathsense.core.bracing.course import Course, CourseParams, CourseState
from breathsense.core.bracing.rises import RiseParams, Rises, RiseState
from breathsense.core.frames.frame import FRAME_S, Frame
from breathsense.core.model.calibration import Calibration, LevelReference

NS_PER_S = 1e9
FLAT = 4
"""Frames over which it is seen whether the level still moves."""
DEAD = 3
"""Frames after which a level that has not changed at all is at the end of its range."""


@dataclass(frozen=True, slots=True)
class LevelParams:
    """How the level becomes evidence; levels are in quiet depths from rest.

    Parameters
    ----------
    course : CourseParams
        How breathing is followed.
    seen_depth, seen_noises : float
        A shift less than the greater of these in its calibration is not seen by the band.
    weak : float
        Braces are looked for from this share of the calibrated shift on.
    least, most : float
        But the level looked for is never less, nor more, than this.
    spread, n_alike : float
        Standard deviation of a running breath about what was expected of it, and over how many
        frames it is much the same.
    rough_factor, rough_gain, roughest : float
        The spread is at least this many times what it was at rest, learnt with this gain a frame
        from squares up to the third.
    spread_pair, n_alike_pair : float
        The same where the chest's band tells what the breath does.
    spread_settled, settled : float
        The former once the breath should be out (less than the latter was expected of it) and the
        level stands still.
    stays_up, stays_down : float
        What an expiration that ends above the level looked for adds, and one that ends below it:
        the latter by one band alone.
    lifts : float
        On a lowered level a breath lifts the belly by less than so many usual ones; until then
        nothing speaks against a draw-in.
    most_for, most_against : float
        A single frame counts no more than this.
    falling_per_s : float
        While the level goes back to rest faster than this, nothing speaks for a brace.
    rising_per_s, rising_most : float
        While the level moves faster than the first, a frame counts no more than the second.
    high_factor, high, low_depth, surge_ns : float, float, float, int
        Further out than the first times the calibrated shift plus the second, or further in than
        that plus the third, is no brace but a very deep breath, or the band; then, and for this
        time after it (a band that was stretched so far is longer for a while), nothing speaks for
        a brace.
    dead : float
        A level that changes by less than this in a few frames is at the end of its range.
    low : float
        Below this the belly is near rest.
    out_from, in_from : float
        A level nearer to rest than this speaks against a brace, whatever was expected.
    against : float
        So much.
    apart_frac : float
        Where the chest's level explains all but this share of the level looked for, the lungs are
        full: nothing speaks for a brace.
    shared_frac : float
        And this share of how far the chest is out may set the two apart in a deep or held breath,
        either way: they share the air otherwise than at rest.
    rises : RiseParams
        How rises are followed.
    stands, steep_factor : float
        A quick rise by the level looked for, so many times faster than the usual breath at its
        fastest, that now stands still says at least the first.
    from_trough : float
        The share of the last end of expiration that is taken off it before.
    n_still : int
        After a prompt a level that came up like a breath says so too if it stands still for longer
        than so many frames.
    chest_low : float
        Belly and chest are compared outwards while the chest is no further out than this: in
        speech and deep breaths the two share the air otherwise than at rest.

    """

    course: CourseParams = field(default_factory=CourseParams)
    seen_depth: float = 0.4
    seen_noises: float = 4.0
    weak: float = 0.65
    least: float = 0.35
    most: float = 1.2
    spread: float = 0.4
    n_alike: float = 8.0
    rough_factor: float = 1.65
    rough_gain: float = 0.004
    roughest: float = 1.0
    spread_pair: float = 0.58
    n_alike_pair: float = 6.0
    spread_settled: float = 0.26
    settled: float = 0.15
    stays_up: float = 1.0
    stays_down: float = 0.5
    lifts: float = 1.0
    most_for: float = 0.6
    most_against: float = 0.6
    falling_per_s: float = 0.25
    rising_per_s: float = 1.0
    rising_most: float = 0.35
    high_factor: float = 1.7
    high: float = 1.6
    low_depth: float = 0.5
    dead: float = 1e-4
    surge_ns: int = 8_000_000_000
    low: float = 0.25
    out_from: float = 0.2
    in_from: float = 0.15
    against: float = 0.4
    apart_frac: float = 0.25
    shared_frac: float = 0.2
    rises: RiseParams = field(default_factory=RiseParams)
    stands: float = 0.35
    steep_factor: float = 1.8
    n_still: int = 3
    from_trough: float = 0.3
    chest_low: float = 0.6


@dataclass(slots=True)
class LevelState:
    """Both bands' courses; ``up`` and ``down`` are the calibrated shifts, 0 where not seen.

    ``recent`` are the last levels; ``beyond`` is what of the newest one breathing does not explain,
    ``apart`` what the chest's level does not. ``low_ns`` is when the belly was last near rest,
    ``rough`` the mean square of ``beyond`` at rest; ``surge_ns`` is when it last was further out
    than any brace.
    """

    belly: CourseState = field(default_factory=CourseState)
    chest: CourseState = field(default_factory=CourseState)
    is_known: bool = False
    has_chest: bool = False
    rests: tuple[float, float] = (0.0, 0.0)
    up: float = 0.0
    down: float = 0.0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=16))
    low_ns: int = 0
    surge_ns: int = -(1 << 62)
    rough: float = 0.0
    rise: RiseState = field(default_factory=RiseState)
    beyond: float = 0.0
    apart: float = 0.0


class LevelEvidence(NamedTuple):
    """For an outward and for an inward shift."""

    up: float
    down: float


class Level:
    """Gives the evidence of each frame that the belly went out, or in."""

    def __init__(self, params: LevelParams) -> None:
        self._params = params
        self._course = Course(params.course)
        self._rises = Rises(params.rises, params.course.rest_reach)

    def learn(self, state: LevelState, calibration: Calibration) -> None:
        """Take over a calibration."""
        p = self._params
        rate = calibration.rate_per_min or 14.0
        for one in calibration.levels:
            if one.sensor == "abdomen":
                self._anchor(state.belly, one, rate, is_new=state.rests[0] != one.rest)
                state.rests = (one.rest, state.rests[1])
                state.is_known = True
                least = max(p.seen_depth * one.quiet_depth, p.seen_noises * one.noise)
                up, down = one.brace_shift or 0.0, -(one.draw_in_shift or 0.0)
                state.up = up / one.quiet_depth if up >= least else 0.0
                state.down = down / one.quiet_depth if down >= least else 0.0
            elif one.sensor == "chest":
                self._anchor(state.chest, one, rate, is_new=state.rests[1] != one.rest)
                state.rests = (state.rests[0], one.rest)
                state.has_chest = True

    def _anchor(
        self, course: CourseState, one: LevelReference, rate: float, *, is_new: bool
    ) -> None:
        if is_new and one.quiet_depth > 0:
            self._course.anchor(course, one.rest, one.quiet_depth, rate)

    def follow(self, state: LevelState, frame: Frame, *, is_rest: bool, may_move: bool) -> bool:
        """Take a frame; return whether the belly's level is known."""
        if frame.belly is None or not state.is_known:
            return False
        t_s = frame.t_ns / NS_PER_S
        belly = state.belly
        self._course.follow(belly, t_s, frame.belly, is_rest=is_rest, may_move=may_move)
        state.recent.append(belly.x)
        slope = self.find_slope(state)
        self._rises.follow(state.rise, belly, state.recent, slope, may_move=may_move)
        if belly.x < self._params.low:
            state.low_ns = frame.t_ns
        p = self._params
        if belly.x > p.high_factor * state.up + p.high or belly.x < -(
            p.high_factor * state.down + p.low_depth
        ):
            state.surge_ns = frame.t_ns
        if state.has_chest and frame.chest is not None:
            chest = state.chest
            self._course.follow(chest, t_s, frame.chest, is_rest=is_rest, may_move=may_move)
            state.apart = belly.x - max(chest.x, 0.0)
        state.beyond = belly.x - self._course.predict(belly)
        if is_rest:
            off = min(state.beyond * state.beyond, self._params.roughest)
            state.rough += self._params.rough_gain * (off - state.rough)
        return True

    def is_quick(self, state: LevelState) -> bool:
        """Return whether the belly came up quicker than this wearer's breaths lift it."""
        return self._rises.is_quick(state.rise, state.belly)

    def is_lasting(self, state: LevelState) -> bool:
        """Return whether the belly stands still, no higher than usual, for longer than it would."""
        return self._rises.is_lasting(state.rise, state.belly)

    def find_quickness(self, state: LevelState) -> float:
        """Return how quick the newest rise is, as ``RiseParams.quick`` has it."""
        return self._rises.find_quickness(state.rise, state.belly)

    def judge(
        self, state: LevelState, frame: Frame, *, is_awaited: bool, is_paced: bool
    ) -> LevelEvidence:
        """Return the evidence of this frame, with what a brace does to the level left out."""
        slope = self.find_slope(state)
        evidence = self._bound(self._weigh_alone(state, slope), state.belly.x, slope)
        if state.has_chest and frame.chest is not None:
            evidence = self._compare(evidence, state, slope)
        elif not is_paced and self._stands(state, is_awaited=is_awaited):
            evidence = evidence._replace(up=max(evidence.up, self._params.stands))
        is_dead = len(state.recent) > DEAD and (
            abs(state.recent[-1] - state.recent[-1 - DEAD]) < self._params.dead
        )
        if is_dead or frame.t_ns - state.surge_ns < self._params.surge_ns:
            return LevelEvidence(min(evidence.up, 0.0), min(evidence.down, 0.0))
        return self._judge_troughs(evidence, state)

    def _judge_troughs(self, evidence: LevelEvidence, state: LevelState) -> LevelEvidence:
        """Add what an end of expiration away from rest tells; breaths on a lowered level are small.

        They lift it to rest and above, which is nothing against a draw-in.
        """
        p, belly = self._params, state.belly
        if state.up and belly.has_turned_up and belly.trough > self._seek(state.up):
            return evidence._replace(up=evidence.up + p.stays_up)
        if not state.down or state.has_chest or belly.trough > -self._seek(state.down):
            return evidence
        if belly.has_turned_up:
            return evidence._replace(down=evidence.down + p.stays_down)
        if belly.x - belly.trough < p.lifts * belly.usual:
            return evidence._replace(down=max(evidence.down, 0.0))
        return evidence

    def _weigh_alone(self, state: LevelState, slope: float) -> LevelEvidence:
        """Weigh what the running breath does not explain."""
        p = self._params
        expected = state.belly.x - state.beyond
        is_settled = abs(slope) < p.falling_per_s and abs(expected) < p.settled
        rough = max(1.0, p.rough_factor * math.sqrt(state.rough) / p.spread)
        spread = rough * (p.spread_settled if is_settled else p.spread)
        return LevelEvidence(
            self._weigh(state.beyond, state.up, spread, p.n_alike),
            self._weigh(-state.beyond, state.down, spread, p.n_alike),
        )

    def _bound(self, evidence: LevelEvidence, x: float, slope: float) -> LevelEvidence:
        """Bound the evidence where the level is near rest, goes back to it, or moves fast."""
        p = self._params
        most_up = p.rising_most if slope > p.rising_per_s else p.most_for
        most_down = p.rising_most if slope < -p.rising_per_s else p.most_for
        most_up = 0.0 if slope < -p.falling_per_s else most_up
        most_down = 0.0 if slope > p.falling_per_s else most_down
        most_up = -p.against if x < p.out_from else most_up
        most_down = -p.against if x > -p.in_from else most_down
        return LevelEvidence(min(evidence.up, most_up), min(evidence.down, most_down))

    def _stands(self, state: LevelState, *, is_awaited: bool) -> bool:
        """Whether the belly came up and stands still there, as no breath does."""
        p, belly = self._params, state.belly
        is_high = belly.x - max(belly.trough, 0.0) * p.from_trough > self._seek(state.up)
        if not state.up or not is_high or belly.direction < 0 or not state.rise.n_still:
            return False
        if is_awaited and state.rise.n_still > p.n_still:
            return True
        usual_per_s = 0.5 * math.pi * belly.usual / belly.rise_s
        return state.rise.steepest_per_s > p.steep_factor * usual_per_s and self.is_quick(state)

    def _compare(self, evidence: LevelEvidence, state: LevelState, slope: float) -> LevelEvidence:
        """Add what sets belly and chest apart; full lungs are no brace."""
        p = self._params
        up, down = evidence
        shared = p.shared_frac * max(state.chest.x, 0.0)
        if state.apart < p.apart_frac * self._seek(state.up) + shared:
            up = min(up, 0.0)
        elif state.belly.x > p.out_from and state.chest.x < p.chest_low:
            up = max(up, self._weigh(state.apart, state.up, p.spread_pair, p.n_alike_pair))
        if slope <= p.falling_per_s:
            apart = -state.apart - shared
            down = max(down, self._weigh(apart, state.down, p.spread_pair, p.n_alike_pair))
        return LevelEvidence(up, down)

    def find_slope(self, state: LevelState) -> float:
        """Return how fast the level moves, in quiet depths per s."""
        recent = state.recent
        if len(recent) <= FLAT:
            return 0.0
        return (recent[-1] - recent[-1 - FLAT]) / (FLAT * FRAME_S)

    def _seek(self, shift: float) -> float:
        """Return the level that is looked for."""
        p = self._params
        return min(max(p.weak * shift, p.least), p.most)

    def _weigh(self, beyond: float, shift: float, spread: float, n_alike: float) -> float:
        """Log-likelihood ratio of a shift of the level against none, in one frame."""
        p = self._params
        if not shift:
            return -p.most_against
        sought = self._seek(shift)
        ratio = sought * (min(beyond, 1.5 * shift) - 0.5 * sought) / (spread * spread * n_alike)
        return min(max(ratio, -p.most_against), p.most_for)
