"""Samples at any rate to a waveform on one fixed grid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridParams:
    """The analysis grid, the same for every wearable.

    Parameters
    ----------
    step_ns : int
        Distance of grid times; grid time ``k`` is ``k * step_ns`` on the session axis. 40 ms: a
        breath of 1 s still has 25 values, and a stamp can be no worse than half a step.
    bridge_ns : int
        Longest hole between two samples that is crossed by a straight line. 0.5 s is a quarter of
        the fastest breath asked for (60 a minute turns every 0.5 s); a longer one is a gap.

    """

    step_ns: int = 40_000_000
    bridge_ns: int = 500_000_000
