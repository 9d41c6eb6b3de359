"""How far the trunk leans from where its wearer began, as a point in a plane, in degrees.

The distance of the point from the middle is the angle between up then and up now; its direction is
that into which up moved, in axes that depend on how the sensor sits. Which of them is forward is
another question (``facing``).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.model.vectors import Vector, cross, dot
from breathsense.core.posture.hops import Hop

Point = tuple[float, float]
TINY = 1e-9
LEVEL_COSINE = 0.9
"""A sensor whose third axis is closer to up than this lies flat, and shows no way out."""


@dataclass(frozen=True, slots=True)
class LeanParams:
    """How breathing is kept out of the lean.

    Parameters
    ----------
    n_start : int
        Hops over which the wearer's beginning is taken: 1 s.
    slow_tau_s, quick_tau_s : float
        The lean follows with the first time constant as long as the trunk is near, with the second
        once it is far: breathing moves the wall around one place, a posture is another place.
    near_deg, far_deg : float
        See above. A breath tilts the wall by 0.5 to 4 degrees, half of it to each side.

    """

    n_start: int = 6
    slow_tau_s: float = 3.0
    quick_tau_s: float = 0.3
    near_deg: float = 2.5
    far_deg: float = 6.0


class Leaning(NamedTuple):
    """The trunk in one hop: where it is, where it is without breathing, and whether it moves."""

    number: int
    t_ns: int
    known_ns: int
    at: Point
    slow: Point
    is_moving: bool


@dataclass(slots=True)
class LeanState:
    """Up at the start with the two axes of the plane, and the slow lean.

    Until ``n_begun`` hops have come, ``up`` is their sum.
    """

    n_begun: int = 0
    up: Vector = (0.0, 0.0, 0.0)
    first: Vector = (1.0, 0.0, 0.0)
    second: Vector = (0.0, 1.0, 0.0)
    slow: Point = (0.0, 0.0)
    newest: int = -1


class LeanMeter:
    """Hops to leanings."""

    def __init__(self, hop_s: float, params: LeanParams) -> None:
        self._params = params
        self._hop_s = hop_s
        self._span = math.log(params.quick_tau_s / params.slow_tau_s)
        self._near_gain = self._find_gain(params.slow_tau_s)

    def take(self, state: LeanState, hop: Hop) -> Leaning | None:
        """Take a hop; give nothing while the start is being learnt."""
        if state.n_begun < self._params.n_start:
            self._begin(state, hop)
            return None
        at = self._project(state, hop.up)
        slow = at
        if hop.number == state.newest + 1:
            slow = self._follow(state.slow, at)
        state.newest, state.slow = hop.number, slow
        return Leaning(hop.number, hop.t_ns, hop.known_ns, at, slow, hop.is_moving)

    def _begin(self, state: LeanState, hop: Hop) -> None:
        state.up = _add(state.up, hop.up)
        state.n_begun += 1
        if state.n_begun == self._params.n_start:
            state.up = _scale(state.up, 1.0 / max(_length(state.up), TINY))
            out = (0.0, 0.0, -1.0) if abs(state.up[2]) < LEVEL_COSINE else (-1.0, 0.0, 0.0)
            flat = _add(out, _scale(state.up, -dot(out, state.up)))
            state.first = _scale(flat, 1.0 / max(_length(flat), TINY))
            state.second = cross(state.up, state.first)

    @staticmethod
    def _project(state: LeanState, up: Vector) -> Point:
        u, v, w = up
        (a, b, c), (d, e, f), (g, h, i) = state.first, state.second, state.up
        x, y = u * a + v * b + w * c, u * d + v * e + w * f
        across = math.hypot(x, y)
        if across < TINY:
            return (0.0, 0.0)
        share = math.degrees(math.atan2(across, u * g + v * h + w * i)) / across
        return (x * share, y * share)

    def _follow(self, slow: Point, at: Point) -> Point:
        p, gain = self._params, self._near_gain
        (a, b), (x, y) = slow, at
        x, y = x - a, y - b
        way = math.hypot(x, y)
        if way > p.near_deg:
            far = (way - p.near_deg) / (p.far_deg - p.near_deg)
            gain = self._find_gain(p.slow_tau_s * math.exp(self._span * min(1.0, far)))
        return (a + gain * x, b + gain * y)

    def _find_gain(self, tau_s: float) -> float:
        return -math.expm1(-self._hop_s / tau_s)


def measure_between(one: Point, other: Point) -> float:
    """Return how far apart two points are, in degrees."""
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _length(one: Vector) -> float:
    return math.sqrt(dot(one, one))


def _add(one: Vector, other: Vector) -> Vector:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def _scale(one: Vector, by: float) -> Vector:
    return (one[0] * by, one[1] * by, one[2] * by)
