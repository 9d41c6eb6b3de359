"""The rate of samples that carry no stamps, from their first arrivals.

The slope between arrivals is the median over all pairs that lie far apart (P. K. Sen 1968, doi
10.1080/01621459.1968.10480934): a late packet or a short stall does not move it.
"""

import math
from dataclasses import dataclass
from statistics import median

from breathsense.core.wire.timeline import MS, Point, S

MAX_POINTS = 48
"""Of more arrivals some are passed over: all pairs of them are looked at."""


@dataclass(frozen=True, slots=True)
class FirstRateParams:
    """Numbers of the first rate.

    Parameters
    ----------
    longest_ns, shortest_ns : int
        Arrivals waited for: at most, and at least.
    least_n : int
        Fewest arrivals.
    enough_frac : float
        Standard error of the rate at which waiting ends early.
    arrival_sd_ns, event_ns : float
        Spread of arrivals, and how near to each other they tell nothing new: a connection event.
    believed_sd : float
        The nominal rate is believed unless the arrivals contradict it by so many standard errors.
    least_ratio, greatest_ratio : float
        Bounds of true period over nominal period (belts were seen to give 80 ms for 50).

    """

    longest_ns: int = 1500 * MS
    shortest_ns: int = 800 * MS
    least_n: int = 4
    enough_frac: float = 0.015
    arrival_sd_ns: float = 15.0 * MS
    event_ns: float = 45.0 * MS
    believed_sd: float = 4.0
    least_ratio: float = 0.45
    greatest_ratio: float = 2.2


def find_error(points: list[Point], params: FirstRateParams) -> float:
    """Return the standard error of the slope that these arrivals tell; infinite for one."""
    span_ns = points[-1][1] - points[0][1]
    if span_ns <= 0:
        return float("inf")
    n_apart = min(float(len(points)), 1 + span_ns / params.event_ns)
    return params.arrival_sd_ns / span_ns * math.sqrt(12.0 / n_apart)


def is_enough(points: list[Point], params: FirstRateParams) -> bool:
    """Return whether the rate can be told by now."""
    span_ns = points[-1][1] - points[0][1]
    if len(points) < params.least_n or span_ns < params.shortest_ns:
        return False
    return span_ns >= params.longest_ns or find_error(points, params) <= params.enough_frac


def find_slope(points: list[Point], params: FirstRateParams, *, is_nominal_known: bool) -> float:
    """Return session time over position, to begin with.

    Parameters
    ----------
    points : list of Point
        Positions by the nominal period, and arrivals; oldest first.
    params : FirstRateParams
        The numbers.
    is_nominal_known : bool
        Whether the positions rest on a rate that the profile knows.

    """
    slope = _take_median(points)
    if slope is None:
        return 1.0
    if not is_nominal_known:
        return max(slope, 1e-6)
    if abs(slope - 1.0) <= params.believed_sd * find_error(points, params):
        return 1.0
    return min(max(slope, params.least_ratio), params.greatest_ratio)


def _take_median(points: list[Point]) -> float | None:
    chosen = points[:: 1 + len(points) // MAX_POINTS]
    apart = (chosen[-1][0] - chosen[0][0]) / 2
    slopes = [
        (late[1] - early[1]) / (late[0] - early[0])
        for place, early in enumerate(chosen)
        for late in chosen[place + 1 :]
        if late[0] - early[0] >= max(apart, S / 1e6)
    ]
    return median(slopes) if slopes else None
