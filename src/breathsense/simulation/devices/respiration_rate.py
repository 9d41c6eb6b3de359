"""The breathing rate that the belt itself reports: rough, late, and at first not a number."""

import math

FIRST_AFTER_NS = 30_000_000_000
UPDATED_EVERY_NS = 10_000_000_000
WINDOW_NS = 30_000_000_000
HYSTERESIS = 0.25
FEWEST_RISES = 2


class RateMeter:
    """Counts how often the force rises through its mean of the last half minute."""

    def __init__(self) -> None:
        self.per_min = math.nan
        self._samples: list[tuple[int, float]] = []
        self._next_ns = FIRST_AFTER_NS

    def add(self, t_ns: int, force: float) -> None:
        """Take a sample; the rate changes only every ten seconds."""
        self._samples.append((t_ns, force))
        if t_ns < self._next_ns:
            return
        self._next_ns += UPDATED_EVERY_NS
        self._samples = [sample for sample in self._samples if sample[0] > t_ns - WINDOW_NS]
        self.per_min = _count_rises(self._samples)


def _count_rises(samples: list[tuple[int, float]]) -> float:
    forces = [force for _, force in samples]
    mean = math.fsum(forces) / len(forces)
    spread = math.sqrt(math.fsum((force - mean) ** 2 for force in forces) / len(forces))
    rises: list[int] = []
    is_low = False
    for t_ns, force in samples:
        if force < mean - HYSTERESIS * spread:
            is_low = True
        elif is_low and force > mean + HYSTERESIS * spread:
            is_low = False
            rises.append(t_ns)
    if len(rises) < FEWEST_RISES:
        return math.nan
    return (len(rises) - 1) * 60e9 / (rises[-1] - rises[0])
