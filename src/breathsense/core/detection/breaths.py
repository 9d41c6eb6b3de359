"""Turns to breaths and rates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreathParams:
    """How breaths become a rate.

    Parameters
    ----------
    rate_every_ns : int
        A rate is told at least this often while it is known (the contract asks for 10 s).

    """

    rate_every_ns: int = 5_000_000_000
