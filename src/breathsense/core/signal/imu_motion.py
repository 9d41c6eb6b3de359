"""Whether the wearer moves so much that breathing cannot be told."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import Values
from breathsense.core.signal.imu_join import DEGREES, TINY, Cells
from breathsense.core.signal.leak import Leak, LeakState

Power = tuple[float, float, float]
MOST = 1000.0
"""A single blow counts no more than this, so that it is over soon."""


@dataclass(frozen=True, slots=True)
class MotionParams:
    """What counts as moving; rest is learnt, the limits never fall below these.

    Three things are looked at, each without what changes slower than ``slow_tau_s`` (0.3 Hz), as
    a root mean square over ``power_tau_s``: the length of the acceleration, its direction, and
    the rotation. Up to 5 Hz: the grid keeps out what is faster.

    Parameters
    ----------
    slow_tau_s, power_tau_s : float
        See above.
    size_frac : float
        Share of gravity. At rest noise and heart stay below 1 %; walking makes 5 % and more.
    direction_deg : float
        A deep breath, 4 degrees at 30 a minute, makes 1.2; walking 3 to 15.
    rotation_deg_s : float
        The same breath makes 4.4; walking 15 and more.
    rest_factor : float
        Moving is more than this times the wearer's own rest (learnt over ``rest_tau_s``).
    rest_tau_s : float
        See above.
    most_factor : float
        However restless the rest, no limit grows beyond this times itself.
    still_frac : float
        Movement is over below this share of the limit, so that the state does not chatter.

    """

    slow_tau_s: float = 0.5
    power_tau_s: float = 0.5
    size_frac: float = 0.03
    direction_deg: float = 2.5
    rotation_deg_s: float = 8.0
    rest_factor: float = 4.0
    rest_tau_s: float = 30.0
    still_frac: float = 0.7
    most_factor: float = 2.0


@dataclass(slots=True)
class MotionState:
    """Slow means (length, direction, rotation), powers of the three, and their powers at rest.

    The powers are in units of the squared limits.
    """

    slow: LeakState | None = None
    power: LeakState | None = None
    rest: Power = (0.0, 0.0, 0.0)
    is_moving: bool = False


class MotionGate:
    """Tells for each cell whether the wearer moves."""

    def __init__(self, step_s: float, params: MotionParams) -> None:
        self._params = params
        slow_gain = -math.expm1(-step_s / params.slow_tau_s)
        power_gain = -math.expm1(-step_s / params.power_tau_s)
        self._slow = Leak([1.0 - slow_gain] * 7, [slow_gain] * 7)
        self._power = Leak([1.0 - power_gain] * 3, [power_gain] * 3)
        self._rest_gain = -math.expm1(-step_s / params.rest_tau_s)
        self._units = (
            1.0 / params.size_frac**2,
            (DEGREES / params.direction_deg) ** 2,
            1.0 / params.rotation_deg_s**2,
        )

    def judge(self, state: MotionState, cells: Cells) -> NDArray[np.bool_]:
        """Return for each cell, one at least, whether the wearer moves."""
        powers = self._measure(state, cells)
        if not state.is_moving and powers.max() <= 1.0:
            # Below the limits that hold whatever the rest is, there is nothing to decide.
            state.rest = self._follow_rest(state.rest, powers)
            return np.zeros(len(powers), dtype=np.bool_)
        return np.array(self._decide(state, powers.tolist()))

    def _measure(self, state: MotionState, cells: Cells) -> Values:
        """Return the powers after each cell, shape (n, 3), in units of the squared limits."""
        values = np.concatenate((cells.size[:, None], cells.up, cells.turn), axis=1)
        if state.slow is None or state.power is None:
            state.slow, state.power = self._slow.begin(values[0]), self._power.begin([0.0] * 3)
        slow = self._slow.follow(state.slow, values)
        away, mean = values - slow, slow[:, 0]
        part = np.zeros(len(mean))
        np.divide(away[:, 0], mean, out=part, where=mean > TINY)
        squares = away * away
        powers = np.empty((len(mean), 3))
        powers[:, 0] = part * part
        powers[:, 1] = squares[:, 1] + squares[:, 2] + squares[:, 3]
        powers[:, 2] = squares[:, 4] + squares[:, 5] + squares[:, 6]
        powers *= self._units
        return self._power.follow(state.power, np.minimum(powers, MOST))

    def _follow_rest(self, rest: Power, powers: Values) -> Power:
        gain = self._rest_gain
        a, b, c = rest
        for size, direction, rotation in zip(*powers.T.tolist(), strict=True):
            a += gain * (size - a)
            b += gain * (direction - b)
            c += gain * (rotation - c)
        return (a, b, c)

    def _decide(self, state: MotionState, powers: list[list[float]]) -> list[bool]:
        gain, share = self._rest_gain, self._params.still_frac**2
        factor, most = self._params.rest_factor**2, self._params.most_factor**2
        is_moving = state.is_moving
        a, b, c = state.rest
        decided = []
        for size, direction, rotation in powers:
            limit = share if is_moving else 1.0
            # Below the limit that holds whatever the rest is, there is nothing to look up.
            is_moving = (size > limit or direction > limit or rotation > limit) and (
                size > limit * min(max(1.0, factor * a), most)
                or direction > limit * min(max(1.0, factor * b), most)
                or rotation > limit * min(max(1.0, factor * c), most)
            )
            if not is_moving:
                a += gain * (size - a)
                b += gain * (direction - b)
                c += gain * (rotation - c)
            decided.append(is_moving)
        state.rest, state.is_moving = (a, b, c), is_moving
        return decided
