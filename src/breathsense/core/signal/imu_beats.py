"""What tilt at rest shows of breathing, beat by beat: its axis, which way is in, how clear it is.

A beat is 2 s of the session, made of frames of 0.2 s. What it shows is used from the next one on.
All that does not wait for what was made of the beat before is worked out for many beats at once.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import Times, Values, freeze_values
from breathsense.core.signal.imu_axis import AxisParams, AxisState, BreathAxis, Rated
from breathsense.core.signal.imu_join import Cells
from breathsense.core.signal.imu_level import Level, LevelFilter, LevelParams, LevelState
from breathsense.core.signal.imu_sign import Shape, SignKeeper, SignParams, SignState

FRAME_CELLS = 5
"""Cells of a frame: the axis is learnt from values every 0.2 s."""
BEAT_FRAMES = 10
"""Frames of a beat: what is learnt is used from the next beat on, every 2 s of the session."""
BEAT_CELLS = FRAME_CELLS * BEAT_FRAMES
NO_LEVELS = freeze_values(np.empty((0, 8)))

Pairs = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class BeatParams:
    """How frames are learnt from; ``mean_tau_s`` and the like are those of ``TiltParams``."""

    level: LevelParams
    axis: AxisParams
    sign: SignParams
    mean_tau_s: float
    drift_tau_s: float
    clear_score: float
    unclear_score: float


@dataclass(slots=True)
class BeatState:
    """What is known of the axis, and the frames of the open beat with the times of their ends.

    ``levels`` are those of the open frame; ``mean`` and ``drift`` running means of the
    ``n_frames`` frames of this rest, the first over a long time.
    """

    level: LevelState = field(default_factory=LevelState)
    axis: AxisState = field(default_factory=AxisState)
    sign: SignState = field(default_factory=SignState)
    number: int = -1
    n_frames: int = 0
    mean: tuple[float, float] = (0.0, 0.0)
    drift: tuple[float, float] = (0.0, 0.0)
    levels: Values = field(default_factory=lambda: NO_LEVELS)
    frames: list[Level] = field(default_factory=list)
    frame_times: list[int] = field(default_factory=list)
    is_clear: bool = False


class Shown(NamedTuple):
    """What a beat showed: its frames' times and places about the mean, and what was made of it."""

    times: list[int]
    about: Pairs
    rated: Rated
    shape: Shape


class Span(NamedTuple):
    """Cells of one beat; ``begins`` if it begins with them, then with what the one before showed.

    ``uses_rotation`` is whether the angles in this beat are those with rotation.
    """

    start: int
    end: int
    begins: bool
    shown: Shown | None
    uses_rotation: bool


class _Over(NamedTuple):
    """The frames of a beat that is over."""

    times: list[int]
    about: Pairs
    quick: Pairs


class BeatLearner:
    """Learns from cells at rest, in order of time.

    Parameters
    ----------
    step_ns : int
        Of the grid.
    params : BeatParams
        The numbers.

    """

    def __init__(self, step_ns: int, params: BeatParams) -> None:
        frame_s = FRAME_CELLS * (step_ns / 1e9)
        beat_s = BEAT_FRAMES * frame_s
        self._params = params
        self._step_ns = step_ns
        self._beat_ns = BEAT_CELLS * step_ns
        self._level = LevelFilter(step_ns / 1e9, params.level)
        self._axis = BreathAxis(frame_s, beat_s, params.axis)
        self.sign = SignKeeper(beat_s, params.sign)
        self._n_mean = params.mean_tau_s / frame_s
        self._drift_gain = frame_s / params.drift_tau_s
        self._compare_share = frame_s / params.level.trust_tau_s

    def rest(self, state: BeatState, cells: Cells) -> tuple[list[Span], Values]:
        """Take cells at rest, one at least; give them by beats, and their angles, shape (n, 2).

        The beats that are over still have to be closed, each before its span is looked at.
        """
        levels = self._level.follow(state.level, cells)
        self._gather(state, cells.t_ns, levels)
        spans = self.cut(state, cells.t_ns)
        angles = levels[:, :2]
        for span in spans:
            if span.uses_rotation:
                angles[span.start : span.end] = levels[span.start : span.end, 2:4]
        return spans, angles

    def is_in(self, state: BeatState, t_ns: int) -> bool:
        """Return whether a time lies in the open beat."""
        return t_ns // self._beat_ns == state.number

    def break_off(self, state: BeatState) -> None:
        """The rest is over: what comes does not follow on it."""
        state.level.n_rested = state.n_frames = 0
        state.levels, state.frames, state.frame_times = NO_LEVELS, [], []
        state.sign.newest = None
        self._axis.break_off(state.axis)

    def cut(self, state: BeatState, t_ns: Times) -> list[Span]:
        """Cut times of cells at the beats; see ``rest``."""
        beats = t_ns // self._beat_ns
        edges = np.flatnonzero(beats[1:] != beats[:-1]) + 1
        bounds = list(pairwise([0, *edges.tolist(), len(t_ns)]))
        over: list[_Over] = []
        plan: list[tuple[bool, int, bool]] = []
        for start, _ in bounds:
            number = int(beats[start])
            begins = number != state.number
            place = -1
            if begins:
                state.number = number
                times, frames = self._take_frames(state, int(t_ns[start]))
                if frames:
                    place = len(over)
                    over.append(self._finish(state, times, frames))
            plan.append((begins, place, state.level.uses_rotation))
        shown = self._look(state, over) if over else []
        return [
            Span(start, end, begins, shown[place] if place >= 0 else None, uses_rotation)
            for (start, end), (begins, place, uses_rotation) in zip(bounds, plan, strict=True)
        ]

    def close(self, state: BeatState, shown: Shown | None, now_ns: int) -> bool:
        """Learn from the beat that is over; return whether the sign has changed."""
        state.axis.before = state.axis.axis
        if shown is None:
            return False
        self._axis.choose(state.axis, shown.rated, is_in_use=state.sign.sign != 0)
        self.sign.watch(state.sign, shown.times, shown.about)
        self.sign.learn(state.sign, shown.shape)
        limit = self._params.unclear_score if state.is_clear else self._params.clear_score
        state.is_clear = state.axis.score >= limit
        return self.sign.close_beat(state.sign, now_ns, state.axis.axis)

    def _gather(self, state: BeatState, t_ns: Times, levels: Values) -> None:
        """Put the levels into frames; those that are not whole are left out."""
        first = int(t_ns[0]) // self._step_ns - len(state.levels)
        levels = np.concatenate((state.levels, levels))
        begin = -first % FRAME_CELLS
        n_frames = max(0, len(levels) - begin) // FRAME_CELLS
        end = begin + n_frames * FRAME_CELLS
        state.levels = levels[end if n_frames else 0 :].copy()
        if not n_frames:
            return
        cells = levels[begin:end].reshape(n_frames, FRAME_CELLS, -1)
        frames = cells[:, -1].copy()
        total = np.zeros((n_frames, 4))
        for number in range(FRAME_CELLS):
            total += cells[:, number, :4]
        frames[:, :4] = total / FRAME_CELLS
        state.frames += frames.tolist()
        ends = range(first + begin + FRAME_CELLS - 1, first + end, FRAME_CELLS)
        state.frame_times += [number * self._step_ns for number in ends]

    @staticmethod
    def _take_frames(state: BeatState, until_ns: int) -> tuple[list[int], list[Level]]:
        n = bisect_left(state.frame_times, until_ns)
        times, state.frame_times = state.frame_times[:n], state.frame_times[n:]
        frames, state.frames = state.frames[:n], state.frames[n:]
        return times, frames

    def _finish(self, state: BeatState, times: list[int], frames: list[Level]) -> _Over:
        """Take the frames of a beat without slow drift; decide on rotation for the next one."""
        uses_rotation = state.level.uses_rotation
        self._level.compare(state.level, frames, self._compare_share)
        begin = 2 if uses_rotation else 0
        about, quick = self._remove_drift(state, [frame[begin : begin + 2] for frame in frames])
        return _Over(times, about, quick)

    def _remove_drift(self, state: BeatState, places: list[list[float]]) -> tuple[Pairs, Pairs]:
        """Return the places about their running mean over a long and over a short time."""
        about: Pairs = []
        quick: Pairs = []
        (a, b), (c, d) = state.mean, state.drift
        n, n_mean, gain = state.n_frames, self._n_mean, self._drift_gain
        least = 1.0 / n_mean
        if n == 0:
            a, b = c, d = places[0]
        for x, y in places:
            n += 1
            share = 1.0 / n if n < n_mean else least
            a += share * (x - a)
            b += share * (y - b)
            share = max(share, gain)
            c += share * (x - c)
            d += share * (y - d)
            about.append((x - a, y - b))
            quick.append((x - c, y - d))
        state.n_frames, state.mean, state.drift = n, (a, b), (c, d)
        return about, quick

    def _look(self, state: BeatState, over: Sequence[_Over]) -> list[Shown]:
        rows = np.array([row for one in over for row in one.quick])
        ends = np.cumsum([len(one.quick) for one in over])[:-1]
        beats = np.split(rows, ends)
        rated = self._axis.rate(state.axis, beats)
        shapes = self.sign.add_up(state.sign, beats)
        return [
            Shown(one.times, one.about, likeness, shape)
            for one, likeness, shape in zip(over, rated, shapes, strict=True)
        ]
