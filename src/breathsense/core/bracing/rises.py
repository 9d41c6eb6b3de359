"""How the belly comes up, and stands there: as in this wearer's breaths, or otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from breathsense.core.bracing.course import CourseState
from breathsense.core.frames.frame import FRAME_S

STEEP = 2
"""Frames over which it is seen how quick a rise is."""
LEAST_RISE = 0.2
"""Quiet depths; a rise of less is not looked at."""


@dataclass(frozen=True, slots=True)
class RiseParams:
    """When a rise is none of this wearer's breaths; levels are in quiet depths from rest.

    Parameters
    ----------
    quick : float
        A rise is quicker than a breath's if its steepest part alone would take it all the way in
        the time of the usual inspiration so many times over (the half wave of a breath: 1.6 times).
    quick_gain, quick_spreads : float
        What this wearer's breaths do is learnt with this gain a breath, more of the first; a quick
        rise is beyond that by so many times its mean deviation: some lungs are filled at once, and
        then stand still.
    own_factor : float
        What rose from rest and is back there within so many times the usual rise and fall was such
        a breath, whatever was suspected of it; not while a brace was asked for.
    still_per_s : float
        A level that moves no faster than this stands still.
    usual_height, lasting_s, lasting_factor : float
        A level no higher than the first that has stood still for so long, and for so many times as
        long as in the wearer's own breaths, is neither a breath nor lungs filled on purpose.

    """

    quick: float = 2.4
    quick_gain: float = 0.12
    quick_spreads: float = 2.5
    own_factor: float = 1.5
    still_per_s: float = 0.25
    usual_height: float = 1.5
    lasting_s: float = 2.0
    lasting_factor: float = 1.6


@dataclass(slots=True)
class RiseState:
    """The newest rise, and what this wearer's breaths are like.

    ``steepest`` is the greatest change in ``STEEP`` frames since the level last turned up;
    ``own_quick`` is how quick this wearer's breaths are, as ``RiseParams.quick`` has it, and
    ``own_spread`` their mean deviation from it; ``quickness`` is that of the newest rise, which
    ``began`` at that level, and ``began_s`` then; ``n_own`` breaths were learnt from. The level has
    stood still for ``n_still`` frames, for ``n_top`` at the most since it turned up, and for
    ``own_still`` in this wearer's breaths.
    """

    steepest: float = 0.0
    own_quick: float = 1.6
    own_spread: float = 0.2
    quickness: float = 1.6
    began: float = 0.0
    began_s: float = -1.0
    n_own: int = 0
    n_still: int = 0
    n_top: int = 0
    own_still: float = 0.0

    @property
    def steepest_per_s(self) -> float:
        """How fast it moved where it was steepest, in quiet depths per s."""
        return self.steepest / (STEEP * FRAME_S)


class Rises:
    """Follows how the level comes up; ``reach`` is how far from rest a breath begins and ends."""

    def __init__(self, params: RiseParams, reach: float) -> None:
        self._params = params
        self._reach = reach

    def follow(
        self,
        state: RiseState,
        belly: CourseState,
        recent: Sequence[float],
        slope: float,
        *,
        may_move: bool,
    ) -> None:
        """Take the newest of the levels, and how fast they move."""
        state.n_still = state.n_still + 1 if abs(slope) < self._params.still_per_s else 0
        if belly.has_turned_down:
            state.quickness = self.find_quickness(state, belly)
        elif belly.has_turned_up:
            if may_move and self._was_breath(state, belly):
                self._learn(state)
            state.steepest, state.n_top = 0.0, 0
            state.began, state.began_s = belly.trough, belly.trough_s
        if belly.direction > 0:
            state.n_top = max(state.n_top, state.n_still)
        if len(recent) > STEEP:
            state.steepest = max(state.steepest, recent[-1] - recent[-1 - STEEP])

    def is_quick(self, state: RiseState, belly: CourseState) -> bool:
        """Return whether the belly came up quicker than this wearer's breaths lift it."""
        p = self._params
        usual = state.own_quick + p.quick_spreads * state.own_spread
        return self.find_quickness(state, belly) > max(p.quick, usual)

    def is_lasting(self, state: RiseState, belly: CourseState) -> bool:
        """Return whether the belly stands still, no higher than usual, for longer than it would.

        Who fills the lungs on purpose to hold them fills them well.
        """
        p = self._params
        longest = max(p.lasting_s / FRAME_S, p.lasting_factor * state.own_still)
        return belly.x < p.usual_height and state.n_still >= longest

    @staticmethod
    def find_quickness(state: RiseState, belly: CourseState) -> float:
        """Return how quick the newest rise is, as ``RiseParams.quick`` has it."""
        top = belly.extreme if belly.direction > 0 else belly.peak
        return state.steepest_per_s * belly.rise_s / max(top - belly.trough, LEAST_RISE)

    def _was_breath(self, state: RiseState, belly: CourseState) -> bool:
        """Return whether the level went up and back to rest as soon as a breath does."""
        longest_s = self._params.own_factor * (belly.rise_s + belly.fall_s)
        is_at_rest = abs(state.began) < self._reach and abs(belly.trough) < self._reach
        return is_at_rest and belly.trough_s - state.began_s < longest_s

    def _learn(self, state: RiseState) -> None:
        state.n_own += 1
        gain = max(self._params.quick_gain, 1.0 / (1.0 + state.n_own))
        off = state.quickness - state.own_quick
        state.own_quick += gain * off
        state.own_spread += gain * (abs(off) - state.own_spread)
        state.own_still = max(state.n_top, 0.9 * state.own_still)
