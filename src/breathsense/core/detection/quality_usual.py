"""What is usual for this wearer and this sensor: the measure for all that is unusual."""

from dataclasses import dataclass, field
from statistics import median

from breathsense.core.detection.quality_hops import Hop
from breathsense.core.model.events import Breath, BreathEnd

N_BREATHS = 9
N_HOPS = 60
FEWEST = 3
KEEP_HOPS = 90
"""Hops kept to look back into."""
STALE_HOPS = 60
"""What was learnt longer ago than this, in hops, gives way to what is there."""
UPPER = 0.8
"""The rough end of what is usual: four of five seconds are calmer."""


@dataclass(slots=True)
class UsualState:
    """The last calm breaths and hops; ``n_unlearnt`` counts hops since a breath was learnt."""

    depths: list[float] = field(default_factory=list)
    periods_ns: list[int] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)
    roughs: list[float] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)
    open_breath: Breath | None = None
    last_peak_ns: int = -1
    n_unlearnt: int = 0
    depth: float = 0.0
    period_ns: float = 0.0
    rough: float = 0.0

    def see(self, hop: Hop) -> None:
        """Take a hop to look back at."""
        self.hops.append(hop)
        if len(self.hops) > KEEP_HOPS:
            del self.hops[0]
        self.n_unlearnt += 1

    def learn_roughness(self, hop: Hop) -> None:
        """Take a calm hop as usual."""
        self.roughs.append(hop.rough)
        if len(self.roughs) > N_HOPS:
            del self.roughs[0]
        self.rough = sorted(self.roughs)[int(UPPER * (len(self.roughs) - 1))]

    def open(self, breath: Breath) -> int:
        """Take a breath that has begun; return its distance from the one before, or 0."""
        period_ns = breath.peak_ns - self.last_peak_ns if self.last_peak_ns >= 0 else 0
        self.last_peak_ns, self.open_breath = breath.peak_ns, breath
        return period_ns

    def learn(self, breath: Breath, period_ns: int) -> None:
        """Take a breath as usual; after a long time without, forget the ones before."""
        if self.n_unlearnt > STALE_HOPS:
            self.depths, self.periods_ns, self.speeds = [], [], []
            self.roughs = [one.rough for one in self.hops[-N_HOPS:]]
        self.n_unlearnt = 0
        self.depths = [*self.depths, breath.depth][-N_BREATHS:]
        if period_ns > 0:
            self.periods_ns = [*self.periods_ns, period_ns][-N_BREATHS:]
            self.period_ns = float(median(self.periods_ns))
        self.speeds = [*self.speeds, speed_of(breath)][-N_BREATHS:]
        if len(self.depths) >= FEWEST:
            self.depth = median(self.depths)

    def close_breath(self, end: BreathEnd) -> Breath | None:
        """Return the breath that ends here."""
        breath, self.open_breath = self.open_breath, None
        return breath if breath is not None and breath.number == end.number else None

    def begin_anew(self) -> None:
        """Forget what cannot be joined across a gap; the wearer stays the same."""
        self.hops, self.open_breath, self.last_peak_ns = [], None, -1

    def envelope(self, first: int, end: int) -> tuple[float, float] | None:
        """Return the least and largest value of the hops with these (negative) indices."""
        if len(self.hops) < -first or first >= end:
            return None
        hops = self.hops[first : end or None]
        return min([one.low for one in hops]), max([one.high for one in hops])

    def n_cycle(self) -> int:
        """Count the hops that hold at least one whole breath."""
        return min(25, max(4, 1 + int(1.3 * self.period_ns / 1e9)))


def speed_of(breath: Breath) -> float:
    """Return the mean speed of inspiration, in the waveform's unit per second."""
    return breath.depth * 1e9 / max(1, breath.peak_ns - breath.inhale_start_ns)


def find_shift(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float:
    """Return how far a level moved: bottom and top both, by the lesser of the two; else 0."""
    if before is None or after is None:
        return 0.0
    low, high = after[0] - before[0], after[1] - before[1]
    return min(low, high, key=abs) if low * high > 0 else 0.0
