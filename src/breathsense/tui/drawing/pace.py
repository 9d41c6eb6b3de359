"""A rhythm to breathe along with: how long in, how long out."""

from dataclasses import dataclass

S = 1_000_000_000
SHORTEST_S, LONGEST_IN_S, LONGEST_OUT_S = 1.5, 8.0, 12.0
STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to breathe in and to breathe out.

    4 s in and 6 s out is about six breaths a minute with the longer part out: a rhythm that
    most people find easy. Slow does not mean big.
    """

    in_s: float = 4.0
    out_s: float = 6.0

    @property
    def period_ns(self) -> int:
        """Length of one breath."""
        return round((self.in_s + self.out_s) * S)

    @property
    def in_ns(self) -> int:
        """Length of the part in."""
        return round(self.in_s * S)

    @property
    def per_min(self) -> float:
        """Breaths in a minute."""
        return 60 / (self.in_s + self.out_s)


def change_pace(pace: Pace, *, in_steps: int = 0, out_steps: int = 0) -> Pace:
    """Return the pace made slower or faster by steps of half a second, within what is sensible."""
    return Pace(
        min(max(pace.in_s + in_steps * STEP_S, SHORTEST_S), LONGEST_IN_S),
        min(max(pace.out_s + out_steps * STEP_S, SHORTEST_S), LONGEST_OUT_S),
    )
