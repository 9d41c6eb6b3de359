"""Whether a level goes up and down as breathing does, or only wanders.

Two Gaussian processes are compared (doi 10.7551/mitpress/3206.001.0001): the level wanders and is
noisy; or it does, and swings about as quickly as this wearer breathes. How strongly is not known
of either, so each is the mean over some strengths.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrices = npt.NDArray[np.float64]
ANY_PLACE = 10.0
"""Standard deviation of where the level is, in quiet depths: it says nothing."""


@dataclass(frozen=True, slots=True)
class OscillationParams:
    """What is compared; lengths are in depths of a quiet breath.

    Parameters
    ----------
    n_joined : int
        The mean of so many levels is one value, of one fewer where there are too few.
    fewest, most : int
        With fewer values nothing is told; of more than the second the newest are looked at.
    swings : tuple of float
        Standard deviations of the swing of breathing, from its middle.
    paces : tuple of float
        Periods, as shares of the wearer's own.
    second : float
        Share of a swing of half the period: breaths are not sines.
    alike : float
        Breaths resemble each other for so many periods.
    wanders, wander_s : tuple of float, float
        Standard deviations of the wandering, and for how long it goes on the same way.
    noises : tuple of float
        Standard deviations from value to value.
    slope : float
        Standard deviation of a steady drift, a second.

    """

    n_joined: int = 3
    fewest: int = 5
    most: int = 40
    swings: tuple[float, ...] = (0.08, 0.16, 0.3)
    paces: tuple[float, ...] = (0.75, 0.9, 1.05)
    second: float = 0.15
    alike: float = 8.0
    wanders: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15, 0.2)
    wander_s: float = 8.0
    noises: tuple[float, ...] = (0.01, 0.03, 0.08)
    slope: float = 0.05


def find_odds(
    levels: Sequence[float], frame_s: float, period_s: float, params: OscillationParams
) -> float | None:
    """Return how much likelier breathing is than wandering, as a natural logarithm.

    Parameters
    ----------
    levels : sequence of float
        One for each frame, without holes, in depths of a quiet breath.
    frame_s : float
        Time from one to the next.
    period_s : float
        How long this wearer's breaths usually last.
    params : OscillationParams
        What is compared.

    Returns
    -------
    float or None
        ``None`` if there are too few levels.

    """
    joined = params.n_joined
    if len(levels) < params.fewest * joined:
        joined -= 1
    n = min(len(levels) // joined, params.most)
    if n < params.fewest:
        return None
    newest = np.asarray(levels[len(levels) - n * joined :], dtype=np.float64)
    values = newest.reshape(n, joined).mean(axis=1)
    t_s: Matrices = np.arange(n, dtype=np.float64) * (joined * frame_s)
    values = values - values[0]
    apart_s = np.abs(t_s[:, None] - t_s[None, :])
    wandering = _build_wandering(t_s, apart_s, params)
    breathing = _build_breathing(apart_s, period_s, params)
    without = _weigh(wandering, values)
    together = (wandering[:, None] + breathing[None, :]).reshape(-1, n, n)
    return float(_mean(_weigh(together, values)) - _mean(without))


def _build_wandering(t_s: Matrices, apart_s: Matrices, params: OscillationParams) -> Matrices:
    """Return the covariances of all strengths of wandering and noise."""
    middle_s = t_s - 0.5 * t_s[-1]
    base = ANY_PLACE**2 + params.slope**2 * np.outer(middle_s, middle_s)
    shape = np.exp(-apart_s / params.wander_s)
    unit = np.eye(len(t_s))
    return np.stack(
        [base + a * a * shape + b * b * unit for a in params.wanders for b in params.noises]
    )


def _build_breathing(apart_s: Matrices, period_s: float, params: OscillationParams) -> Matrices:
    """Return the covariances of all swings and paces."""
    shapes = []
    for pace in params.paces:
        turn = 2.0 * math.pi / (pace * period_s)
        wave = np.cos(turn * apart_s) + params.second * np.cos(2.0 * turn * apart_s)
        shapes.append(wave * np.exp(-apart_s / (params.alike * pace * period_s)))
    return np.stack([swing * swing * shape for swing in params.swings for shape in shapes])


def _weigh(covariances: Matrices, values: Matrices) -> Matrices:
    """Return the logarithm of how likely each covariance makes the values, less a constant."""
    roots = np.linalg.cholesky(covariances)
    white = np.linalg.solve(roots, np.broadcast_to(values[:, None], (len(roots), len(values), 1)))
    squares: Matrices = np.square(white[:, :, 0]).sum(axis=1)
    spreads: Matrices = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    return -0.5 * squares - spreads


def _mean(logs: Matrices) -> float:
    """Return the logarithm of the mean of what these are the logarithms of."""
    most = float(logs.max())
    return most + math.log(float(np.exp(logs - most).mean()))
