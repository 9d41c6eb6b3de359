"""Breaths inside a brace, by the sensor that shows them best behind a firm wall.

What a sensor shows from shortly before the brace is taken for a sum (a Gaussian process,
doi 10.7551/mitpress/3206.001.0001): the swing of breathing, as quick as this wearer breathes, a
step where the wall is firmed, slow wandering, and noise. The likeliest swing has the breaths.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from breathsense.core.frames.frame import FRAME_NS

Source = Literal["chest", "belly", "tilt"]
NS_PER_S = 1e9
ANY_PLACE = 10.0
"""Standard deviation of where the level is, in quiet depths: it says nothing."""
FEWEST = 5
"""With fewer values there is no swing to be seen."""


class Unrest(NamedTuple):
    """What else a sensor shows: how far it wanders, for how long; and the least rise and fall."""

    wander: float
    wander_s: float
    least: float


CHEST, BELLY = Unrest(0.12, 3.0, 0.22), Unrest(0.12, 3.0, 0.17)
TILT = Unrest(0.3, 2.0, 0.15)


@dataclass(frozen=True, slots=True)
class InnerParams:
    """What a breath inside a brace is; lengths are in depths of a quiet breath.

    Parameters
    ----------
    chest, belly, tilt : Unrest
        By a band round the chest, one round the belly, and the tilt of the belly.
    n_joined, most : int, int
        The mean of so many frames is one value; the newest of these are looked at.
    every : int
        They are looked at once in so many frames.
    before_ns : int
        What was seen so long before the brace helps.
    late_ns : int
        The wall is firmed so much before it is heard, or seen.
    early_ns : int
        A breath that ended so shortly before the brace was told still is one in it.
    settle_ns : int
        A newer end of inspiration may still be seen elsewhere.
    apart : float
        Two are at least this share of a breath apart.
    swing, pace, second, alike : float
        Standard deviation of the swing, its period as a share of the quiet one, the share of a
        swing of half the period, and for how many periods breaths resemble each other.
    firm_ns, lifted : int, float
        Later than this in the brace, the values themselves rise by this share of the least rise:
        where the wall is let go, they only fall.
    step, ramps_s, slope : float, tuple of float, float
        Standard deviation of the step, how long it may take, and that of a trend, in a second.
    noise : float
        Standard deviation of the noise of a value.
    quality : float
        Of generated breaths that were told in braces, about this share was right.

    """

    chest: Unrest = CHEST
    belly: Unrest = BELLY
    tilt: Unrest = TILT
    n_joined: int = 2
    most: int = 36
    every: int = 5
    before_ns: int = 4_000_000_000
    late_ns: int = 100_000_000
    early_ns: int = 0
    settle_ns: int = 600_000_000
    apart: float = 0.5
    swing: float = 0.35
    pace: float = 0.95
    second: float = 0.2
    alike: float = 2.0
    firm_ns: int = 1_000_000_000
    lifted: float = 0.6
    n_lifted: int = 3
    step: float = 1.0
    ramps_s: tuple[float, ...] = (0.3, 0.6, 1.0)
    slope: float = 0.055
    noise: float = 0.1
    quality: float = 0.8


class InnerBreath(NamedTuple):
    """Start and end of an inspiration, and its depth in depths of a quiet breath."""

    inhale_start_ns: int
    peak_ns: int
    rise: float


@dataclass(slots=True)
class InnerState:
    """The newest values by their numbers, each with its frames; ``peaks_ns`` are those told.

    ``onset_ns`` is when the brace begins; ``period_s`` how long a breath in it is expected to last.
    """

    source: Source
    onset_ns: int
    period_s: float
    numbers: list[int] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    n_frames: int = 0
    peaks_ns: list[int] = field(default_factory=list)


class Inner:
    """Finds the breaths of an open brace, each once."""

    def __init__(self, params: InnerParams) -> None:
        self._params = params
        self.quality = params.quality

    def begin(
        self,
        source: Source,
        onset_ns: int,
        period_s: float,
        t_ns: Sequence[int],
        levels: Sequence[float | None],
    ) -> InnerState:
        """Begin with what was seen before the brace was told, frame by frame, in quiet depths."""
        state = InnerState(source, onset_ns, self._params.pace * period_s)
        for at_ns, level in zip(t_ns, levels, strict=True):
            if at_ns > onset_ns - self._params.before_ns:
                self._add(state, at_ns, level)
        return state

    def follow(self, state: InnerState, t_ns: int, level: float | None) -> list[InnerBreath]:
        """Take the level of a frame, ``None`` in a hole; give the breaths that it makes sure."""
        self._add(state, t_ns, level)
        state.n_frames += 1
        return [] if state.n_frames % self._params.every else self.look(state, t_ns)

    def look(self, state: InnerState, now_ns: int) -> list[InnerBreath]:
        """Give the breaths that are sure by now and were not told."""
        p = self._params
        if len(state.numbers) < FEWEST:
            return []
        span_ns = p.n_joined * FRAME_NS
        first_ns = state.onset_ns - p.early_ns
        apart_ns = round(p.apart * state.period_s * NS_PER_S)
        given = []
        for trough, peak, rise in find_swings(self._fit(state), self._unrest(state).least):
            peak_ns = self._place(state, peak, span_ns)
            told_ns = state.peaks_ns[-1] + apart_ns if state.peaks_ns else first_ns
            is_new = max(first_ns, told_ns) <= peak_ns <= now_ns - p.settle_ns
            if is_new and self._is_lifted(state, trough, round(peak)):
                state.peaks_ns.append(peak_ns)
                given.append(InnerBreath(self._place(state, trough, span_ns), peak_ns, rise))
        return given

    def _add(self, state: InnerState, t_ns: int, level: float | None) -> None:
        if level is None:
            return
        number = t_ns // FRAME_NS // self._params.n_joined
        if state.numbers and state.numbers[-1] == number:
            state.sums[-1] += level
            state.counts[-1] += 1
            return
        state.numbers.append(number)
        state.sums.append(level)
        state.counts.append(1)
        if len(state.numbers) > self._params.most:
            del state.numbers[0], state.sums[0], state.counts[0]

    def _is_lifted(self, state: InnerState, trough: int, peak: int) -> bool:
        """Whether the values rise too, where the wall is firm already."""
        p = self._params
        firm = -((state.onset_ns + p.firm_ns) // -(p.n_joined * FRAME_NS))
        first = max(trough, bisect_left(state.numbers, firm))
        if peak - first < p.n_lifted:
            return True
        about = [state.sums[at] / state.counts[at] for at in range(first, peak + 1)]
        return about[-1] - min(about) >= p.lifted * self._unrest(state).least

    @staticmethod
    def _place(state: InnerState, at: float, span_ns: int) -> int:
        """Return the time of a value, or between two: its frames are those about it."""
        low = int(at)
        high = min(low + 1, len(state.numbers) - 1)
        number = state.numbers[low] + (at - low) * (state.numbers[high] - state.numbers[low])
        return round(number * span_ns)

    def _unrest(self, state: InnerState) -> Unrest:
        p = self._params
        return {"chest": p.chest, "belly": p.belly, "tilt": p.tilt}[state.source]

    def _fit(self, state: InnerState) -> list[float]:
        """Return the likeliest swing at each value."""
        p, unrest = self._params, self._unrest(state)
        numbers = np.array(state.numbers, dtype=np.int64)
        apart = np.abs(numbers[:, None] - numbers)
        value_s = p.n_joined * FRAME_NS / NS_PER_S
        lags_s = np.arange(int(apart[0, -1]) + 1, dtype=np.float64) * value_s
        turn = 2.0 * math.pi / state.period_s
        wave = np.cos(turn * lags_s) + p.second * np.cos(2.0 * turn * lags_s)
        breathing = p.swing**2 * wave * np.exp(-lags_s / (p.alike * state.period_s))
        unlike = unrest.wander**2 * np.exp(-lags_s / unrest.wander_s) + ANY_PLACE**2
        unlike[0] += p.noise**2
        swings = breathing[apart]
        t_s = (numbers - numbers[0]) * value_s
        onset_s = (state.onset_ns - p.late_ns) / NS_PER_S - float(numbers[0]) * value_s
        ways = np.stack(
            [
                *(
                    p.step / math.sqrt(len(p.ramps_s)) * np.clip((t_s - onset_s) / ramp_s, 0.0, 1.0)
                    for ramp_s in p.ramps_s
                ),
                p.slope * (t_s - 0.5 * t_s[-1]),
            ]
        )
        covariances = swings + unlike[apart] + ways.T @ ways
        values = np.array(state.sums) / np.array(state.counts)
        weights = np.linalg.solve(covariances, values - values[0])
        swing: list[float] = (swings @ weights).tolist()
        return swing


def find_swings(swing: Sequence[float], least: float) -> list[tuple[int, float, float]]:
    """Return trough, peak and rise of each swing up by so much that went down by as much again.

    The trough is a position, the peak one between positions: the top of a parabola.
    """
    found: list[tuple[int, float, float]] = []
    is_up, low_at, high_at = False, 0, 0
    for at, value in enumerate(swing):
        if is_up:
            if value > swing[high_at]:
                high_at = at
            elif swing[high_at] - value >= least:
                rise = swing[high_at] - swing[low_at]
                found.append((low_at, _find_top(swing, high_at), rise))
                is_up, low_at = False, at
        elif value < swing[low_at]:
            low_at = at
        elif value - swing[low_at] >= least:
            is_up, high_at = True, at
    return found


def _find_top(swing: Sequence[float], at: int) -> float:
    """Return where the parabola through a peak and its neighbours is highest."""
    before, top, after = swing[at - 1], swing[at], swing[at + 1]
    bend = before - 2.0 * top + after
    return at + 0.5 * (before - after) / bend if bend < 0.0 else float(at)
