"""What a held brace was like: level, steadiness, retention."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

LOW = 0.15
"""Share of the values below the level that breathing rides on."""
FEWEST = 2


class Figures(NamedTuple):
    """In shares of the wearer's own reference; ``None`` where the brace was too short."""

    level: float
    steadiness: float | None
    retention: float | None


def measure_level(levels: Sequence[float], window: int, shift: float) -> Figures | None:
    """Measure the level of a brace, breathing removed.

    Parameters
    ----------
    levels : sequence of float
        Of the core of the brace, above rest.
    window : int
        About as many values as a breath lasts: the lowest part of each such stretch is the level.
    shift : float
        The calibrated shift, below 0 for a draw-in, in the same unit.

    """
    if not levels:
        return None
    n_parts = max(1, len(levels) // window)
    edges = [len(levels) * k // n_parts for k in range(n_parts + 1)]
    lows = []
    for begin, end in pairwise(edges):
        part = sorted(levels[begin:end])
        lows.append(part[int(LOW * len(part))] / shift)
    level = median(lows)
    if n_parts < FEWEST or level <= 0:
        return Figures(level, None, None)
    mean = sum(lows) / n_parts
    spread = (sum((one - mean) ** 2 for one in lows) / n_parts) ** 0.5
    steadiness = spread / mean if mean > 0 else None
    retention = lows[-1] / lows[0] if lows[0] > 0 else None
    return Figures(level, steadiness, retention)
