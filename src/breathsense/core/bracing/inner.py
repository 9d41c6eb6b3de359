"""Breaths inside a brace, by the sensor that shows them best behind a firm wall.

What a sensor shows from shortly before the brace is taken for a sum (a Gaussian process,
doi 10.7551/mitpress/3206.001.0001): the swing of breathing, as quick as this wearer breathes, a
step where the wall is firmed, slow wandering, and noise. The likeliest swing has the breaths; which
of its ups and downs are breaths, and not the wall, was learnt.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from breathsense.core.bracing.breathing import NOTHING
from breathsense.core.bracing.onset import Found
from breathsense.core.bracing.swings import Behind, Swing, Times, find_swings, gather_swing
from breathsense.core.bracing.trees import Weigher
from breathsense.core.frames.frame import FRAME_NS

Source = Literal["chest", "belly", "tilt"]
NS_PER_S = 1e9
ANY_PLACE = 10.0
"""Standard deviation of where the level is, in quiet depths: it says nothing."""
FEWEST = 5
"""With fewer values there is no swing to be seen."""


class Unrest(NamedTuple):
    """What else a sensor shows: how far it wanders, for how long; and the least rise and fall.

    What moves less is not looked at.
    """

    wander: float
    wander_s: float
    least: float


CHEST, BELLY = Unrest(0.12, 3.0, 0.12), Unrest(0.12, 3.0, 0.09)
TILT = Unrest(0.3, 2.0, 0.08)


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
    settle_ns : int
        A newer end of inspiration may still be seen elsewhere.
    apart : float
        Two are at least this share of a breath apart.
    swing, pace, second, alike : float
        Standard deviation of the swing, its period as a share of the quiet one, the share of a
        swing of half the period, and for how many periods breaths resemble each other.
    firm_ns : int
        Later than this in the brace, the wall is firm.
    step, ramps_s, slope : float, tuple of float, float
        Standard deviation of the step, how long it may take, and that of a trend, in a second.
    noise : float
        Standard deviation of the noise of a value.
    onset_s, most_later : float, int
        Where the level told the brace, the step may be so much later, or so many times so much.
    need : float
        Natural log odds from which on a breath is told.

    """

    chest: Unrest = CHEST
    belly: Unrest = BELLY
    tilt: Unrest = TILT
    n_joined: int = 2
    most: int = 36
    every: int = 5
    before_ns: int = 4_000_000_000
    late_ns: int = 100_000_000
    settle_ns: int = 600_000_000
    apart: float = 0.5
    swing: float = 0.35
    pace: float = 0.95
    second: float = 0.2
    alike: float = 2.0
    firm_ns: int = 1_000_000_000
    step: float = 1.0
    ramps_s: tuple[float, ...] = (0.3, 0.6, 1.0)
    slope: float = 0.055
    noise: float = 0.1
    onset_s: float = 0.4
    most_later: int = 12
    need: float = 0.0


class InnerBreath(NamedTuple):
    """Start and end of an inspiration, its depth in depths of a quiet breath, and its quality.

    Quality is how likely it is one.
    """

    inhale_start_ns: int
    peak_ns: int
    rise: float
    quality: float


@dataclass(slots=True)
class InnerState:
    """The newest values by their numbers, each with its frames; ``peaks_ns`` are those told.

    ``onset_ns`` is when the brace begins, ``is_heard`` whether the sound told it; ``period_s`` how
    long a breath in it is expected to last. The level tells onsets too early: ``n_onsets`` are
    tried, ``onset_s`` apart, of which that of number ``n_later`` was likeliest. ``surest`` are
    the log odds of the surest swing.
    """

    source: Source
    onset_ns: int
    is_heard: bool
    period_s: float
    numbers: list[int] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    n_frames: int = 0
    n_onsets: int = 1
    n_later: int = 0
    peaks_ns: list[int] = field(default_factory=list)
    surest: float = NOTHING


class Inner:
    """Finds the breaths of an open brace, each once."""

    def __init__(self, params: InnerParams, weigher: Weigher) -> None:
        self._params = params
        self._weigher = weigher

    def begin(
        self,
        source: Source,
        found: Found,
        period_s: float,
        t_ns: Sequence[int],
        levels: Sequence[float | None],
    ) -> InnerState:
        """Begin with what was seen before the brace was told, frame by frame, in quiet depths."""
        is_heard, period_s = found.witness == "sound", self._params.pace * period_s
        state = InnerState(source, found.start_ns, is_heard, period_s)
        if not is_heard:
            late_s = (t_ns[-1] - found.start_ns) / NS_PER_S
            n_later = min(math.floor(late_s / self._params.onset_s), self._params.most_later)
            state.n_onsets = 1 + max(0, n_later)
        for at_ns, level in zip(t_ns, levels, strict=True):
            if at_ns > found.start_ns - self._params.before_ns:
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
        fit = self._fit(state)
        swings = find_swings(fit, self._unrest(state).least)
        apart_ns = round(p.apart * state.period_s * NS_PER_S)
        given = []
        for at, one in enumerate(swings):
            peak_ns = self._place(state, one.peak)
            first_ns = state.peaks_ns[-1] + apart_ns if state.peaks_ns else state.onset_ns
            if not max(state.onset_ns, first_ns) <= peak_ns <= now_ns - p.settle_ns:
                continue
            before = swings[at - 1] if at else None
            odds = self._weigh(state, one, before, fit, now_ns)
            state.surest = max(state.surest, odds)
            if odds >= p.need:
                state.peaks_ns.append(peak_ns)
                quality = 1.0 / (1.0 + math.exp(-odds))
                given.append(
                    InnerBreath(self._place(state, one.trough), peak_ns, one.rise, quality)
                )
        return given

    def _weigh(
        self,
        state: InnerState,
        one: Swing,
        before: Swing | None,
        fit: Sequence[float],
        now_ns: int,
    ) -> float:
        p = self._params

        def find_s(at: float) -> float:
            return (self._place(state, at) - state.onset_ns) / NS_PER_S

        value_ns = p.n_joined * FRAME_NS
        starts_ns = [number * value_ns for number in state.numbers]
        behind = Behind(
            onset=min(range(len(starts_ns)), key=lambda at: abs(starts_ns[at] - state.onset_ns)),
            firm=bisect_left(starts_ns, state.onset_ns + p.firm_ns),
            later_s=state.n_later * p.onset_s,
            is_heard=state.is_heard,
            source=state.source,
            period_s=state.period_s,
        )
        times = Times(
            find_s(one.trough),
            find_s(one.peak),
            None if before is None else find_s(before.peak),
            (now_ns - state.onset_ns) / NS_PER_S,
        )
        values = [a / b for a, b in zip(state.sums, state.counts, strict=True)]
        return self._weigher.weigh(gather_swing(one, times, fit[round(one.peak)], values, behind))

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

    def _place(self, state: InnerState, at: float) -> int:
        """Return the time of a value, or between two: its frames are those about it."""
        low = int(at)
        high = min(low + 1, len(state.numbers) - 1)
        number = state.numbers[low] + (at - low) * (state.numbers[high] - state.numbers[low])
        return round(number * self._params.n_joined * FRAME_NS)

    def _unrest(self, state: InnerState) -> Unrest:
        p = self._params
        return {"chest": p.chest, "belly": p.belly, "tilt": p.tilt}[state.source]

    def _fit(self, state: InnerState) -> list[float]:
        """Return the likeliest swing at each value, by the likeliest onset of the step."""
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
        trend = p.slope * (t_s - 0.5 * t_s[-1])
        first_s = (state.onset_ns - p.late_ns) / NS_PER_S - float(numbers[0]) * value_s
        onsets_s = first_s + np.arange(state.n_onsets) * p.onset_s
        ramps_s = np.array(p.ramps_s)
        ramps = np.clip((t_s - onsets_s[:, None, None]) / ramps_s[:, None], 0.0, 1.0)
        ramps *= p.step / math.sqrt(len(ramps_s))
        covariances = swings + unlike[apart] + np.outer(trend, trend)
        covariances = covariances + np.einsum("kri,krj->kij", ramps, ramps)
        values = np.array(state.sums) / np.array(state.counts)
        shifted = values - values[0]
        columns = np.broadcast_to(shifted[:, None], (*covariances.shape[:2], 1))
        weights = np.linalg.solve(covariances, columns)[:, :, 0]
        odds = -0.5 * (weights @ shifted + np.linalg.slogdet(covariances)[1])
        state.n_later = int(np.argmax(odds))
        swing: list[float] = (swings @ weights[state.n_later]).tolist()
        return swing
