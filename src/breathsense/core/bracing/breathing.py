"""Whether breathing goes on in a brace: what one sensor's level does while it is held."""

from collections.abc import Sequence
from typing import NamedTuple

from breathsense.core.model.bracing import BraceBreathing

FRAME_S = 0.16


class Ripple(NamedTuple):
    """Cycles of the level, and how deep they are (median, quiet depths); when the last one was.

    ``longest`` is the longest run of frames without one.
    """

    n_cycles: int
    depth: float
    longest: int


def measure_ripple(levels: Sequence[float], least: float) -> Ripple:
    """Count the cycles of a level, slow change taken away, that are at least so deep."""
    turns = find_turns(flatten(levels), least)
    if len(turns) < 2:  # noqa: PLR2004 - there and back
        return Ripple(0, 0.0, len(levels))
    swings = sorted(abs(b.value - a.value) for a, b in zip(turns, turns[1:], strict=False))
    places = [0, *(one.at for one in turns), len(levels)]
    longest = max(b - a for a, b in zip(places, places[1:], strict=False))
    return Ripple(len(turns) // 2, swings[len(swings) // 2], longest)


class Extreme(NamedTuple):
    """A turn of the level."""

    at: int
    value: float


def flatten(levels: Sequence[float]) -> list[float]:
    """Take the straight line through the levels away: a band creeps, a brace fades."""
    n = len(levels)
    mean = sum(levels) / max(1, n)
    middle = 0.5 * (n - 1)
    spread = sum((k - middle) ** 2 for k in range(n))
    slope = sum((k - middle) * one for k, one in enumerate(levels)) / spread if spread else 0.0
    return [one - mean - slope * (k - middle) for k, one in enumerate(levels)]


def find_turns(levels: Sequence[float], least: float) -> list[Extreme]:
    """Return the turns of a level; a way back of ``least`` makes one."""
    turns: list[Extreme] = []
    high = low = Extreme(0, levels[0]) if levels else Extreme(0, 0.0)
    direction = 0
    for at, value in enumerate(levels):
        high = Extreme(at, value) if value > high.value else high
        low = Extreme(at, value) if value < low.value else low
        if direction >= 0 and high.value - value >= least:
            if direction or high.at > 0:
                turns.append(high)
            direction, low = -1, Extreme(at, value)
        elif direction <= 0 and value - low.value >= least:
            if direction or low.at > 0:
                turns.append(low)
            direction, high = 1, Extreme(at, value)
    return turns
