"""Which way is forward: told by what the wearer does in marked spans, else by the first deep bend.

People bend forward, deeply and often, to lift and to reach; hardly ever backward or to the side by
as much. So without marks a deep bend counts as forward, and nothing is claimed before it.
"""

import math
from dataclasses import dataclass

from breathsense.core.posture.lean import Point


@dataclass(frozen=True, slots=True)
class FacingParams:
    """When a movement shows which way is forward.

    Parameters
    ----------
    least_mark_deg : float
        A marked movement of less shows nothing.
    least_bend_deg : float
        A bend without a mark must go so far. Backward and sideways people reach 25 to 35 degrees
        when they are asked to, and seldom go there on their own.
    same_cosine : float
        Later ones count if they go in that direction, by this cosine.

    """

    least_mark_deg: float = 4.0
    least_bend_deg: float = 30.0
    same_cosine: float = 0.7


@dataclass(slots=True)
class FacingState:
    """Sums of unit directions into which up moves when the wearer bends forward.

    ``shown`` is the direction of what is being shown right now, ``forward`` what follows from all.
    """

    told: Point = (0.0, 0.0)
    seen: Point = (0.0, 0.0)
    shown: Point = (0.0, 0.0)
    forward: Point = (0.0, 0.0)


class Facing:
    """Learns which way is forward, and turns leans towards it."""

    def __init__(self, params: FacingParams) -> None:
        self._params = params

    def tell(self, state: FacingState, moved: Point) -> None:
        """Take a movement that a mark says to be forward."""
        state.told = _add_direction(state.told, moved, self._params.least_mark_deg)
        self._conclude(state)

    def show(self, state: FacingState, moved: Point) -> None:
        """Take what a marked movement shows while it is going on; it is replaced by the next."""
        state.shown = _add_direction((0.0, 0.0), moved, self._params.least_mark_deg)
        self._conclude(state)

    def see(self, state: FacingState, moved: Point) -> None:
        """Take a bend that no mark explains; one in another direction than those before is none."""
        length = math.hypot(*moved) * math.hypot(*state.seen)
        along = moved[0] * state.seen[0] + moved[1] * state.seen[1]
        if along >= self._params.same_cosine * length:
            state.seen = _add_direction(state.seen, moved, self._params.least_bend_deg)
            self._conclude(state)

    def is_known(self, state: FacingState) -> bool:
        """Whether forward is known."""
        return self.find(state) != (0.0, 0.0)

    def find(self, state: FacingState) -> Point:
        """Return the direction of a forward bend, of length 1; (0, 0) if it is not known."""
        return state.forward

    @staticmethod
    def _conclude(state: FacingState) -> None:
        for x, y in (state.told, state.seen, state.shown):
            if x or y:
                break
        length = math.hypot(x, y)
        state.forward = (x / length, y / length) if length > 0 else (0.0, 0.0)

    def turn(self, state: FacingState, moved: Point) -> Point:
        """Return a lean as (forward, to the right); as it was if forward is not known."""
        (a, b), (x, y) = state.forward, moved
        if a == b == 0.0:
            a = 1.0
        return (x * a + y * b, x * b - y * a)


def turn_from_side(moved: Point) -> Point:
    """Return the forward bend that goes with a movement to the right."""
    x, y = moved
    return (-y, x)


def _add_direction(total: Point, moved: Point, least_deg: float) -> Point:
    length = math.hypot(*moved)
    if length < least_deg:
        return total
    return (total[0] + moved[0] / length, total[1] + moved[1] / length)
