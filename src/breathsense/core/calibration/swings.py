"""Turns and breaths in a stretch that is all there already, and robust figures of them."""

from itertools import pairwise
from statistics import median
from typing import NamedTuple

from breathsense.core.calibration.memory import Point, Run

MAD_TO_SD = 1.4826
"""Makes the median absolute deviation of normal noise its standard deviation."""
SHALLOW_FRAC = 0.3
"""Breaths of less than this share of the median are ripple."""


class Swing(NamedTuple):
    """A breath as the level shows it: up from a trough to a peak."""

    trough: Point
    peak: Point

    @property
    def depth(self) -> float:
        """Peak minus the trough before it."""
        return self.peak.value - self.trough.value


def find_percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of them lies, in proportion between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def find_deviation(values: list[float]) -> float:
    """Return 1.4826 times the median absolute deviation."""
    middle = median(values)
    return MAD_TO_SD * median(abs(one - middle) for one in values)


def find_turns(run: Run, least: float) -> list[tuple[bool, Point]]:
    """Return the peaks (``True``) and troughs of a run, in turn.

    A turn counts once the level has gone back by ``least``; where the run begins is none.
    """
    turns: list[tuple[bool, Point]] = []
    high = low = run[0]
    direction = 0
    for point in run:
        high = point if point.value > high.value else high
        low = point if point.value < low.value else low
        if direction >= 0 and high.value - point.value >= least and high.t_ns < point.t_ns:
            if direction:
                turns.append((True, high))
            direction, low = -1, point
        elif direction <= 0 and point.value - low.value >= least and low.t_ns < point.t_ns:
            if direction:
                turns.append((False, low))
            direction, high = 1, point
    return turns


def find_swings(runs: list[Run], turn_frac: float) -> list[Swing]:
    """Return the breaths of some runs; a trough that no peak follows is left out."""
    swings = [
        Swing(trough, peak)
        for turns in _find_turns_of_all(runs, turn_frac)
        for (_, trough), (is_peak, peak) in pairwise(turns)
        if is_peak
    ]
    return _drop_ripple(swings)


def find_rests(runs: list[Run], turn_frac: float) -> list[Swing]:
    """Return the ends of expiration, each with the peak after it, or else that before it.

    So one is known a little before its breath is.
    """
    rests: list[Swing] = []
    for turns in _find_turns_of_all(runs, turn_frac):
        for place, (is_peak, point) in enumerate(turns):
            beside = turns[place + 1 : place + 2] or turns[max(place - 1, 0) : place]
            if not is_peak and beside:
                rests.append(Swing(point, beside[0][1]))
    return _drop_ripple(rests)


def find_slope(points: list[Point]) -> float:
    """Return the median slope between any two points, per ns (doi 10.1080/01621459.1968.10480934).

    0 for fewer than two.
    """
    slopes = [
        (later.value - earlier.value) / (later.t_ns - earlier.t_ns)
        for place, earlier in enumerate(points)
        for later in points[place + 1 :]
    ]
    return median(slopes) if slopes else 0.0


def _find_turns_of_all(runs: list[Run], turn_frac: float) -> list[list[tuple[bool, Point]]]:
    values = [point.value for run in runs for point in run]
    if not values:
        return []
    least = turn_frac * (find_percentile(values, 0.95) - find_percentile(values, 0.05))
    return [find_turns(run, least) for run in runs] if least > 0 else []


def _drop_ripple(swings: list[Swing]) -> list[Swing]:
    if not swings:
        return []
    least = SHALLOW_FRAC * median(one.depth for one in swings)
    return [one for one in swings if one.depth >= least]
