"""Where up is, seen from the sensor, as two angles about a place of rest.

Acceleration shows it at rest, but is shaken by the heart and by every small push; rotation shows
its changes, but drifts. So the slow part is taken from the acceleration and the quick part from the
rotation (complementary filter, doi 10.1109/TAC.2008.923738), if both agree.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.samples import Values
from breathsense.core.model.vectors import Vector, cross, dot
from breathsense.core.signal.imu_join import DEGREES, Cells
from breathsense.core.signal.leak import Leak, LeakState

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


Level = list[float]
"""Two angles in degrees by acceleration, the same with rotation, and the quick part of each angle
by rotation and by acceleration."""


@dataclass(slots=True)
class LevelState:
    """The plane of the two angles, and the running means of the filter.

    ``up``, ``first`` and ``second`` are perpendicular unit vectors in the sensor's axes; the
    angles are the changes of up towards the last two. ``parts`` are those of the two angles from
    acceleration (slow), then those from rotation (quick). ``moments`` are running means of what
    rotation and acceleration show of quick changes: rr, ra, aa. ``mean_turn`` is the mean of the
    first ``n_bias`` rotations at rest, ``bias`` follows them once these span the time constant.
    """

    n_rested: int = 0
    n_bias: int = 0
    up: Vector = (0.0, 0.0, 1.0)
    first: Vector = (1.0, 0.0, 0.0)
    second: Vector = (0.0, 1.0, 0.0)
    parts: LeakState = field(default_factory=LeakState)
    mean_turn: Vector = (0.0, 0.0, 0.0)
    bias: LeakState = field(default_factory=LeakState)
    moments: Vector = (0.0, 0.0, 0.0)
    compared: float = 0.0
    uses_rotation: bool = False


class LevelFilter:
    """Rows at rest to two angles in degrees, relative to the first row of the rest."""

    def __init__(self, step_s: float, params: LevelParams) -> None:
        self._params = params
        self._step_s = step_s
        gain = -math.expm1(-step_s / params.fuse_tau_s)
        keep = 1.0 - gain
        self._parts = Leak([keep] * 4, [gain, gain, keep, keep])
        self._n_bias = max(2, round(params.bias_tau_s / step_s))
        share = 1.0 / self._n_bias
        self._bias = Leak([1.0 - share] * 3, [share] * 3)

    def follow(self, state: LevelState, cells: Cells) -> Values:
        """Take cells of one rest, one at least; give a ``Level`` for each, shape (n, 8).

        Where nothing was rotating, the angles with rotation are those without.
        """
        if state.n_rested == 0:
            x, y, z = cells.up[0].tolist()
            self._settle_down(state, (x, y, z))
        n = len(cells.up)
        state.n_rested += n
        (ax, ay, az), (bx, by, bz) = state.first, state.second
        x, y, z = cells.up.T
        u, v, w = self._turn(state, cells)
        now = np.empty((n, 4))
        now[:, 0] = DEGREES * (x * ax + y * ay + z * az)
        now[:, 1] = DEGREES * (x * bx + y * by + z * bz)
        # Up is fixed in the room, so that it turns against the sensor: -omega x up.
        now[:, 2] = (u * bx + v * by + w * bz) * -self._step_s
        now[:, 3] = (u * ax + v * ay + w * az) * self._step_s
        parts = self._parts.follow(state.parts, now)
        levels = np.empty((n, 8))
        levels[:, :2] = levels[:, 2:4] = now[:, :2]
        slow, quick = parts[:, :2], parts[:, 2:]
        np.add(slow, quick, out=levels[:, 2:4], where=cells.is_turning[:, None])
        levels[:, 4:6] = quick
        levels[:, 6:] = now[:, :2] - slow
        return levels

    def _turn(self, state: LevelState, cells: Cells) -> Values:
        """Return the rotation, shape (3, n), without what it shows at rest."""
        turned = np.zeros((3, len(cells.turn)))
        turns = cells.turn[cells.is_turning]
        if not len(turns):
            return turned
        n_left = max(0, self._n_bias - state.n_bias)
        pieces = [self._average(state, turns[:n_left])]
        if state.n_bias == self._n_bias and len(turns) > n_left:
            pieces.append(turns[n_left:] - self._bias.follow(state.bias, turns[n_left:]))
        turned[:, cells.is_turning] = np.concatenate(pieces).T
        return turned

    def _average(self, state: LevelState, turns: Values) -> Values:
        """Take the mean of all rotation so far for what it shows at rest."""
        u, v, w = state.mean_turn
        rows = []
        for i, j, k in turns.tolist():
            state.n_bias += 1
            share = 1.0 / state.n_bias
            u += share * (i - u)
            v += share * (j - v)
            w += share * (k - w)
            rows.append((i - u, j - v, k - w))
        state.mean_turn = (u, v, w)
        if rows and state.n_bias == self._n_bias:
            state.bias = self._bias.begin(state.mean_turn)
        return np.array(rows).reshape(-1, 3)

    def compare(self, state: LevelState, levels: list[Level], share: float) -> None:
        """Compare rotation and acceleration; ``share`` is what these levels weigh."""
        rr, ra, aa = state.moments
        for level in levels:
            p, q, one, two = level[4:]
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

    def _settle_down(self, state: LevelState, up: Vector) -> None:
        """Take the place of rest anew; the plane is carried along by the shortest turn.

        The shortest turn is about the axis about which the trunk bends, so that the direction in
        which the belly tilts stays the same in the plane.
        """
        if dot(up, up) > PARALLEL:
            first = _carry(state.first, state.up, up)
            state.up, state.first, state.second = up, first, cross(up, first)
        state.parts = self._parts.begin([0.0] * 4)


def _carry(vector: Vector, old: Vector, new: Vector) -> Vector:
    """Turn a vector as the shortest turn from ``old`` to ``new`` does; perpendicular to ``new``."""
    axis, cosine = cross(old, new), dot(old, new)
    turned = vector
    if cosine > PARALLEL - 1.0:
        # Rodrigues' formula, with the sine in the axis' length.
        across, share = cross(axis, vector), dot(axis, vector) / (1.0 + cosine)
        turned = tuple(  # type: ignore[assignment]  # three of them, as went in
            v * cosine + c + a * share for v, c, a in zip(vector, across, axis, strict=True)
        )
    along = dot(turned, new)
    flat = [v - along * n for v, n in zip(turned, new, strict=True)]
    length = math.hypot(*flat)
    if length < PARALLEL:
        return _carry((new[1], new[2], new[0]), new, new)
    return (flat[0] / length, flat[1] / length, flat[2] / length)
