"""Whether the wearer moves so much that breathing cannot be told."""

import math
from dataclasses import dataclass

from breathsense.core.signal.imu_join import DEGREES, TINY, Row

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

    has_begun: bool = False
    slow: tuple[float, ...] = (0.0,) * 7
    power: Power = (0.0, 0.0, 0.0)
    rest: Power = (0.0, 0.0, 0.0)
    is_moving: bool = False


class MotionGate:
    """Tells for each cell whether the wearer moves."""

    def __init__(self, step_s: float, params: MotionParams) -> None:
        self._params = params
        self._slow_gain = -math.expm1(-step_s / params.slow_tau_s)
        self._power_gain = -math.expm1(-step_s / params.power_tau_s)
        self._rest_gain = -math.expm1(-step_s / params.rest_tau_s)

    def judge(self, state: MotionState, rows: list[Row]) -> list[bool]:
        """Return for each row whether the wearer moves."""
        if rows and not state.has_begun:
            state.has_begun, state.slow = True, rows[0][:7]
        return self._decide(state, self._measure(state, rows))

    def _measure(self, state: MotionState, rows: list[Row]) -> list[Power]:
        """Return the powers after each row, in units of the squared limits."""
        p, gain, power_gain = self._params, self._slow_gain, self._power_gain
        size_unit = 1.0 / p.size_frac**2
        direction_unit = (DEGREES / p.direction_deg) ** 2
        rotation_unit = 1.0 / p.rotation_deg_s**2
        m, x, y, z, u, v, w = state.slow
        a, b, c = state.power
        powers: list[Power] = []
        for size, dx, dy, dz, gx, gy, gz, _ in rows:
            m += gain * (size - m)
            x += gain * (dx - x)
            y += gain * (dy - y)
            z += gain * (dz - z)
            u += gain * (gx - u)
            v += gain * (gy - v)
            w += gain * (gz - w)
            part = (size - m) / m if m > TINY else 0.0
            change = (dx - x) * (dx - x) + (dy - y) * (dy - y) + (dz - z) * (dz - z)
            turn = (gx - u) * (gx - u) + (gy - v) * (gy - v) + (gz - w) * (gz - w)
            part *= part * size_unit
            change *= direction_unit
            turn *= rotation_unit
            a += power_gain * (min(part, MOST) - a)
            b += power_gain * (min(change, MOST) - b)
            c += power_gain * (min(turn, MOST) - c)
            powers.append((a, b, c))
        state.slow, state.power = (m, x, y, z, u, v, w), (a, b, c)
        return powers

    def _decide(self, state: MotionState, powers: list[Power]) -> list[bool]:
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
