"""Breathing as the belly's accelerometer sees it: movement of up along its own main axis."""

import math
from dataclasses import dataclass

from breathsense.core.frames.frame import Vector

TURNS = 12
"""Steps of the search for the main axis (power iteration)."""
SINES = 2.8
"""From the standard deviation of a sine to its depth."""


@dataclass(frozen=True, slots=True)
class SwayParams:
    """How the axis is learnt, in frames.

    Parameters
    ----------
    mean_tau, spread_tau : float
        Movement about the mean over the first of these is learnt over the second.
    fewest : int
        Frames before anything is told.

    """

    mean_tau: float = 40.0
    spread_tau: float = 300.0
    fewest: int = 100


@dataclass(slots=True)
class SwayState:
    """Mean of up, and the mean products of what differs from it: xx, yy, zz, xy, xz, yz."""

    n: int = 0
    mean: Vector = (0.0, 0.0, 0.0)
    products: tuple[float, float, float, float, float, float] = (0.0,) * 6


class Sway:
    """Learns how up moves at rest."""

    def __init__(self, params: SwayParams) -> None:
        self._params = params

    def learn(self, state: SwayState, up: Vector) -> None:
        """Take up of a frame at rest."""
        p = self._params
        if state.n == 0:
            state.mean = up
        state.n += 1
        share = 1.0 / min(state.n, p.mean_tau)
        a, b, c = state.mean
        x, y, z = up
        a, b, c = a + share * (x - a), b + share * (y - b), c + share * (z - c)
        state.mean = (a, b, c)
        x, y, z = x - a, y - b, z - c
        share = 1.0 / min(state.n, p.spread_tau)
        xx, yy, zz, xy, xz, yz = state.products
        state.products = (
            xx + share * (x * x - xx),
            yy + share * (y * y - yy),
            zz + share * (z * z - zz),
            xy + share * (x * y - xy),
            xz + share * (x * z - xz),
            yz + share * (y * z - yz),
        )

    def scale(self, state: SwayState) -> Vector | None:
        """Return the main axis, over the depth of a usual breath; ``None`` if it is not known."""
        if state.n < self._params.fewest:
            return None
        xx, yy, zz, xy, xz, yz = state.products
        if xx + yy + zz <= 0.0:
            return None
        axis = max(((xx, xy, xz), (xy, yy, yz), (xz, yz, zz)), key=lambda row: math.hypot(*row))
        spread = 0.0
        for _ in range(TURNS):
            x, y, z = axis
            turned = (
                xx * x + xy * y + xz * z,
                xy * x + yy * y + yz * z,
                xz * x + yz * y + zz * z,
            )
            length = math.hypot(*turned)
            spread = length / math.hypot(*axis)
            axis = (turned[0] / length, turned[1] / length, turned[2] / length)
        depth = SINES * math.sqrt(spread)
        return (axis[0] / depth, axis[1] / depth, axis[2] / depth)
