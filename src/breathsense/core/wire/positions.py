"""Where the samples of a packet lie on the wearable's own axis, and what was lost before them.

The axis is in ns. With stamps it is the wearable's clock; without, it is the count of samples
times the nominal period, so that only its slope against the session axis is unknown.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from breathsense.core.profiles.spec import TimeSpec

S = 1_000_000_000
N_SPACINGS = 15
SETTLED = 3
"""From so many spacings on, a larger one means a loss and not another rate."""
UNKNOWN_PERIOD_NS = S / 10
"""Unit of the axis where no rate is known; arrivals tell the slope."""
LOSS = 0.6
"""A packet that comes this part of a period too late (by stamps) has lost a sample before it."""
LEAST_RATIO, GREATEST_RATIO = 0.4, 2.5
"""A spacing outside of these, over the nominal one, is a jump and no rate."""
LONGEST_STEP_NS = 3600 * S
"""A stamp that goes on by more than an hour from one packet to the next (or back) was set anew."""
COARSE_TICK = 0.05
"""A stamp whose unit is longer than this part of a period is averaged over packets."""
COARSE_WEIGHT = 0.1


class Placed(msgspec.Struct, frozen=True):
    """Positions of the first and last of n samples, evenly spaced; ``n_lost`` before them.

    ``is_jump`` if the wearable's clock was set: the positions follow on the ones before, and
    nothing is known of what lies between.
    """

    x_first: float
    x_last: float
    n_lost: int
    is_jump: bool = False


@dataclass(slots=True)
class PositionState:
    """The newest sample's position, the newest stamp, and the spacings seen lately.

    ``raw_x`` is the position by the stamps alone, ``stamp_x`` what was made of it.
    """

    x_last: float = 0.0
    n_before: int = 0
    is_fresh: bool = True
    stamp_ns: int = 0
    raw_x: float = 0.0
    stamp_x: float = 0.0
    spacings: deque[float] = field(default_factory=lambda: deque(maxlen=N_SPACINGS))


class CountedPositions:
    """Positions by counting samples; the wearable has no clock that it tells of."""

    def __init__(self, rate_hz: float | None) -> None:
        self.period_ns = S / rate_hz if rate_hz else UNKNOWN_PERIOD_NS
        self.state = PositionState()

    def place(self, n: int, n_lost: int, stamp_ns: int | None) -> Placed:
        """Place n samples after the ones before."""
        del stamp_ns
        first = self.state.x_last + (n_lost + 1) * self.period_ns
        self.state.x_last = first + (n - 1) * self.period_ns
        return Placed(first, self.state.x_last, n_lost)

    def skip(self, n_lost: int) -> float:
        """Leave room for samples found missing; return its length."""
        self.state.x_last += n_lost * self.period_ns
        return n_lost * self.period_ns

    def restart(self) -> None:
        """Nothing: a count goes on after any pause, the line starts anew."""


class StampedPositions:
    """Positions by the wearable's stamps.

    Parameters
    ----------
    time : TimeSpec
        Unit and width of the stamp, and of which sample it is.
    rate_hz : float or None
        Nominal rate, used until spacings are known.

    """

    def __init__(self, time: TimeSpec, rate_hz: float | None) -> None:
        self._time = time
        self._nominal_ns = S / rate_hz if rate_hz else UNKNOWN_PERIOD_NS
        self._wrap_ns = (1 << time.bits) * time.tick_ns
        self._is_coarse = time.tick_ns > COARSE_TICK * self._nominal_ns
        self.state = PositionState()

    @property
    def period_ns(self) -> float:
        """The typical spacing seen lately; the nominal one at first."""
        spacings = self.state.spacings
        if not spacings:
            return self._nominal_ns
        return sum(spacings) / len(spacings) if self._is_coarse else _find_median(spacings)

    def place(self, n: int, n_lost: int, stamp_ns: int | None) -> Placed:
        """Place n samples by their stamp; without one they follow on."""
        state = self.state
        period_ns = self.period_ns
        if stamp_ns is None:
            return self._advance(n, state.x_last + (n_lost + 1) * period_ns, period_ns, n_lost)
        step_ns = float((stamp_ns - state.stamp_ns) % self._wrap_ns)
        if state.is_fresh or step_ns > LONGEST_STEP_NS:
            is_jump, state.is_fresh, state.stamp_ns = not state.is_fresh, False, stamp_ns
            placed = self._advance(n, state.x_last + period_ns, period_ns, 0)
            state.stamp_x = placed.x_last if self._time.stamp == "last" else placed.x_first
            state.raw_x = state.stamp_x
            return replace(placed, is_jump=is_jump)
        n_between = n if self._time.stamp == "last" else state.n_before
        n_missing = self._count_missing(step_ns, n_between, period_ns, n_lost)
        state.stamp_ns, state.raw_x = stamp_ns, state.raw_x + step_ns
        stamp_x = self._smooth((n_between + n_missing) * period_ns)
        state.stamp_x = stamp_x
        if self._time.stamp == "first":
            return self._advance(n, stamp_x, period_ns, n_missing)
        spacing = (stamp_x - state.x_last) / n if not n_missing else period_ns
        return self._advance(n, stamp_x - (n - 1) * spacing, spacing, n_missing)

    def restart(self) -> None:
        """Take the next stamp as it is: the wearable's clock may have been set or started anew."""
        self.state.is_fresh = True

    def _count_missing(self, step_ns: float, n: int, period_ns: float, n_lost: int) -> int:
        excess = step_ns - n * period_ns
        is_settled = len(self.state.spacings) >= SETTLED
        if is_settled and excess > LOSS * period_ns + 2 * self._time.tick_ns:
            return max(n_lost, round(excess / period_ns))
        spacing = step_ns / n
        if not n_lost and LEAST_RATIO <= spacing / self._nominal_ns <= GREATEST_RATIO:
            self.state.spacings.append(spacing)
        return n_lost

    def _smooth(self, expected_ns: float) -> float:
        """Return the stamp's position; ticks coarse against the samples are averaged out."""
        expected_x = self.state.stamp_x + expected_ns
        miss_ns = self.state.raw_x - expected_x
        if not self._is_coarse or abs(miss_ns) > 4 * self._time.tick_ns:
            return self.state.raw_x
        return expected_x + COARSE_WEIGHT * miss_ns

    def _advance(self, n: int, x_first: float, spacing: float, n_lost: int) -> Placed:
        """Take the positions, kept in order even if stamps contradict the count."""
        state = self.state
        x_first = max(x_first, state.x_last + 0.1 * self._nominal_ns)
        x_last = x_first + (n - 1) * max(spacing, 1.0)
        state.x_last, state.n_before = x_last, n
        return Placed(x_first, x_last, n_lost)


def _find_median(values: Iterable[float]) -> float:
    """Return the middle value, without the checks of ``statistics``: it is asked for often."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
