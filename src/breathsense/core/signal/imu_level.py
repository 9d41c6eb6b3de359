"""Where up is, seen from the sensor, as two angles about a place of rest.

Acceleration shows it at rest, but is shaken by the heart and by every small push; rotation shows
its changes, but drifts. So the slow part is taken from the acceleration and the quick part from the
rotation (complementary filter, doi 10.1109/TAC.2008.923738), if both agree.
"""

import math
from dataclasses import dataclass

from breathsense.core.signal.imu_join import DEGREES, Row

Vector = tuple[float, float, float]
PARALLEL = 1e-6


@dataclass(frozen=True, slots=True)
class LevelParams:
    """How up is followed.

    Parameters
    ----------
    fuse_tau_s : float
        What is slower comes from the acceleration, what is quicker from the rotation.
    bias_tau_s : float
        Time constant of what the rotation shows at rest.
    trust_tau_s, trust_after : float
        Over this time the two are compared; rotation is not used before this share of it.
    least_gain, most_gain, least_match : float
        Rotation is used while what it shows is between these two shares of what the acceleration
        shows, and their correlation is at least the third: another unit, other axes, or another
        sense of rotation are noticed.

    """

    fuse_tau_s: float = 2.0
    bias_tau_s: float = 60.0
    trust_tau_s: float = 30.0
    trust_after: float = 0.25
    least_gain: float = 0.7
    most_gain: float = 1.4
    least_match: float = 0.2


Level = tuple[float, float, float, float, float, float]
"""Two angles in degrees, and the quick part of each by rotation and by acceleration."""


@dataclass(slots=True)
class LevelState:
    """The plane of the two angles, and the running means of the filter.

    ``up``, ``first`` and ``second`` are perpendicular unit vectors in the sensor's axes; the
    angles are the changes of up towards the last two. ``slow`` and ``turned`` are the parts of
    the two angles from acceleration and rotation. ``moments`` are running means of what rotation
    and acceleration show of quick changes: rr, ra, aa.
    """

    n_rested: int = 0
    n_bias: int = 0
    up: Vector = (0.0, 0.0, 1.0)
    first: Vector = (1.0, 0.0, 0.0)
    second: Vector = (0.0, 1.0, 0.0)
    slow: tuple[float, float] = (0.0, 0.0)
    turned: tuple[float, float] = (0.0, 0.0)
    bias: Vector = (0.0, 0.0, 0.0)
    moments: Vector = (0.0, 0.0, 0.0)
    compared: float = 0.0
    uses_rotation: bool = False


class LevelFilter:
    """Rows at rest to two angles in degrees, relative to the first row of the rest."""

    def __init__(self, step_s: float, params: LevelParams) -> None:
        self._params = params
        self._step_s = step_s
        self._gain = -math.expm1(-step_s / params.fuse_tau_s)
        self._n_bias = params.bias_tau_s / step_s

    def follow(self, state: LevelState, rows: list[Row]) -> list[Level]:
        """Take rows of one rest; give their levels."""
        if state.n_rested == 0:
            self._settle_down(state, rows[0][1:4])
        state.n_rested += len(rows)
        gain, rest, step_s = self._gain, 1.0 - self._gain, self._step_s
        (ax, ay, az), (bx, by, bz) = state.first, state.second
        (a, b), (p, q), (u, v, w) = state.slow, state.turned, state.bias
        levels: list[Level] = []
        n_bias, is_used = state.n_bias, state.uses_rotation
        for _, x, y, z, i, j, k, is_turning in rows:
            if is_turning:
                n_bias += 1
                share = 1.0 / min(n_bias, self._n_bias)
                u += share * (i - u)
                v += share * (j - v)
                w += share * (k - w)
                gx, gy, gz = i - u, j - v, k - w
            else:
                gx = gy = gz = 0.0
            one = DEGREES * (x * ax + y * ay + z * az)
            two = DEGREES * (x * bx + y * by + z * bz)
            a += gain * (one - a)
            b += gain * (two - b)
            # Up is fixed in the room, so that it turns against the sensor: -omega x up.
            p = (p - (gx * bx + gy * by + gz * bz) * step_s) * rest
            q = (q + (gx * ax + gy * ay + gz * az) * step_s) * rest
            if is_turning and is_used:
                levels.append((a + p, b + q, p, q, one - a, two - b))
            else:
                levels.append((one, two, p, q, one - a, two - b))
        state.n_bias = n_bias
        state.slow, state.turned, state.bias = (a, b), (p, q), (u, v, w)
        return levels

    def compare(self, state: LevelState, levels: list[Level], share: float) -> None:
        """Compare rotation and acceleration; ``share`` is what these levels weigh."""
        rr, ra, aa = state.moments
        for _, _, p, q, one, two in levels:
            rr += share * (p * p + q * q - rr)
            ra += share * (p * one + q * two - ra)
            aa += share * (one * one + two * two - aa)
        state.moments = (rr, ra, aa)
        state.compared = min(1.0, state.compared + share * len(levels))
        limits = self._params
        state.uses_rotation = state.compared >= limits.trust_after and (
            limits.least_gain * rr < ra < limits.most_gain * rr
            and ra * ra > limits.least_match**2 * rr * aa
        )

    @staticmethod
    def _settle_down(state: LevelState, up: Vector) -> None:
        """Take the place of rest anew; the plane is carried along by the shortest turn.

        The shortest turn is about the axis about which the trunk bends, so that the direction in
        which the belly tilts stays the same in the plane.
        """
        if _dot(up, up) > PARALLEL:
            first = _carry(state.first, state.up, up)
            state.up, state.first, state.second = up, first, _cross(up, first)
        state.slow = state.turned = (0.0, 0.0)


def _cross(one: Vector, other: Vector) -> Vector:
    a, b, c = one
    x, y, z = other
    return (b * z - c * y, c * x - a * z, a * y - b * x)


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _carry(vector: Vector, old: Vector, new: Vector) -> Vector:
    """Turn a vector as the shortest turn from ``old`` to ``new`` does; perpendicular to ``new``."""
    axis, cosine = _cross(old, new), _dot(old, new)
    turned = vector
    if cosine > PARALLEL - 1.0:
        # Rodrigues' formula, with the sine in the axis' length.
        across, share = _cross(axis, vector), _dot(axis, vector) / (1.0 + cosine)
        turned = tuple(  # type: ignore[assignment]  # three of them, as went in
            v * cosine + c + a * share for v, c, a in zip(vector, across, axis, strict=True)
        )
    along = _dot(turned, new)
    flat = [v - along * n for v, n in zip(turned, new, strict=True)]
    length = math.hypot(*flat)
    if length < PARALLEL:
        return _carry((new[1], new[2], new[0]), new, new)
    return (flat[0] / length, flat[1] / length, flat[2] / length)
