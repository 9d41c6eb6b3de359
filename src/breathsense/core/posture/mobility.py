"""How far the trunk can bend: the tries in a marked span, and how well they repeat."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.posture.lean import Leaning, Point, measure_between

N_SMOOTH = 3
"""Hops over which a reach must be held to count: 0.5 s, so that no jolt counts."""


@dataclass(frozen=True, slots=True)
class MobilityParams:
    """What counts as a try.

    Parameters
    ----------
    least_deg : float
        A movement of less, from the lowest place since the last try, is none.
    back_frac : float
        A try is over when the trunk is back to this share of its reach.

    """

    least_deg: float = 8.0
    back_frac: float = 0.5


class Repeatability(NamedTuple):
    """How well tries repeat.

    Parameters
    ----------
    sd_deg : float
        Standard deviation of the tries (n - 1).
    detectable_deg : float
        Smallest detectable change of one try: 1.96 sqrt(2) times its standard error of
        measurement, which is ``sd_deg`` (doi 10.1519/15184.1). Two reaches that differ by less
        may be the same.

    """

    sd_deg: float
    detectable_deg: float


def find_repeatability(tries_deg: Sequence[float]) -> Repeatability | None:
    """Return how well the tries of one movement repeat; ``None`` for fewer than two."""
    n = len(tries_deg)
    if n < 2:  # noqa: PLR2004 - one try does not repeat
        return None
    mean = math.fsum(tries_deg) / n
    sd = math.sqrt(math.fsum((one - mean) ** 2 for one in tries_deg) / (n - 1))
    return Repeatability(sd, 1.96 * math.sqrt(2.0) * sd)


@dataclass(slots=True)
class TriesState:
    """Where the wearer began, the last hops, the direction of the first try, and the tries.

    ``peak_deg`` is the reach of the try that is open, 0 if none is; ``low_deg`` the lowest place
    since the one before.
    """

    base: Point | None = None
    recent: list[Point] | None = None
    way: Point = (0.0, 0.0)
    peak_deg: float = 0.0
    low_deg: float = 0.0
    tries_deg: tuple[float, ...] = ()


class TryCounter:
    """Counts the tries of one marked span hop by hop."""

    def __init__(self, params: MobilityParams) -> None:
        self._params = params

    def take(self, state: TriesState, leaning: Leaning) -> None:
        """Take a leaning inside the span."""
        if state.base is None or state.recent is None:
            state.base, state.recent = leaning.slow, []
        state.recent = [*state.recent, leaning.at][-N_SMOOTH:]
        x = sum(one[0] for one in state.recent) / len(state.recent)
        y = sum(one[1] for one in state.recent) / len(state.recent)
        reach = measure_between((x, y), state.base)
        if state.tries_deg:
            (a, b), (c, d) = state.way, state.base
            reach = (x - c) * a + (y - d) * b
        state.low_deg = min(state.low_deg, reach)
        if reach > max(state.peak_deg, state.low_deg + self._params.least_deg):
            state.peak_deg = reach
            if not state.tries_deg:
                state.way = ((x - state.base[0]) / reach, (y - state.base[1]) / reach)
        elif reach < self._params.back_frac * state.peak_deg:
            self.close(state)
            state.low_deg = reach

    @staticmethod
    def close(state: TriesState) -> None:
        """End the try that is open."""
        if state.peak_deg > 0:
            state.tries_deg = (*state.tries_deg, state.peak_deg)
            state.peak_deg = 0.0
