"""Breathing as the belly's accelerometer sees it: movement of up along its own main axis."""

import math
from dataclasses import dataclass

from breathsense.core.model.vectors import Vector

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
    most : float
        What is farther than so many standard deviations from the mean is no breath: another
        posture. The mean is sought afresh.
    settled : int
        Frames that a fresh mean takes before anything is learnt about it.

    """

    mean_tau: float = 40.0
    spread_tau: float = 300.0
    fewest: int = 100
    most: float = 3.5
    settled: int = 20


@dataclass(slots=True)
class SwayState:
    """Mean of up, and the mean products of what differs from it: xx, yy, zz, xy, xz, yz.

    ``n`` frames were learnt from, ``n_mean`` since the mean was sought afresh. ``inward`` are the
    mean products of the former with the breathing waveform of the tilt: which way is in.
    """

    n: int = 0
    n_mean: int = 0
    mean: Vector = (0.0, 0.0, 0.0)
    products: tuple[float, float, float, float, float, float] = (0.0,) * 6
    inward: Vector = (0.0, 0.0, 0.0)


class Sway:
    """Learns how up moves at rest."""

    def __init__(self, params: SwayParams) -> None:
        self._params = params

    def learn(self, state: SwayState, up: Vector, tilt: float | None) -> None:
        """Take up of a frame at rest, and the breathing waveform where there is one."""
        p = self._params
        x, y, z = (a - b for a, b in zip(up, state.mean, strict=True))
        if state.n >= p.fewest and state.n_mean and self._is_far(state, x * x + y * y + z * z):
            state.n_mean = 0
        if state.n_mean == 0:
            state.mean = up
            x = y = z = 0.0
        state.n_mean += 1
        share = 1.0 / min(state.n_mean, p.mean_tau)
        a, b, c = state.mean
        state.mean = (a + share * x, b + share * y, c + share * z)
        if state.n_mean <= p.settled:
            return
        state.n += 1
        x, y, z = x - share * x, y - share * y, z - share * z
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
        if tilt is not None:
            a, b, c = state.inward
            state.inward = (
                a + share * (x * tilt - a),
                b + share * (y * tilt - b),
                c + share * (z * tilt - c),
            )

    @staticmethod
    def pause(state: SwayState) -> None:
        """Take it that the wearer may be elsewhere from here on: the mean is sought afresh."""
        state.n_mean = 0

    @staticmethod
    def find_sign(state: SwayState, axis: Vector) -> float:
        """Return 1 or -1: which way along an axis is in; 0 where that was not seen."""
        along = sum(a * b for a, b in zip(state.inward, axis, strict=True))
        return math.copysign(1.0, along) if along else 0.0

    def _is_far(self, state: SwayState, square: float) -> bool:
        most = self._params.most
        return square > most * most * sum(state.products[:3])

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
