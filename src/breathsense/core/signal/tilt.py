"""Movement of the body wall to breathing as tilt, in degrees.

The belly's surface tilts by a few degrees with each breath (doi 10.3390/s19010088), about an axis
that depends on the wearer and on how the sensor is worn. The stage follows where up is, learns
along which direction breathing moves it, and gives the tilt along that direction; it is silent, and
says why, while the wearer moves and where no movement repeats itself as breathing does.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from breathsense.core.model.events import Unscored
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Stance,
    Times,
    Values,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.signal.grid import Grid, GridParams, GridState, is_gap_of
from breathsense.core.signal.imu_axis import AxisParams, AxisState, BreathAxis
from breathsense.core.signal.imu_join import AxesJoin, Cells, JoinState
from breathsense.core.signal.imu_level import Level, LevelFilter, LevelParams, LevelState
from breathsense.core.signal.imu_motion import MotionGate, MotionParams, MotionState
from breathsense.core.signal.imu_sign import SignKeeper, SignParams, SignState

FRAME_CELLS = 5
"""Cells of a frame: the axis is learnt from values every 0.2 s."""
BEAT_FRAMES = 10
"""Frames of a beat: what is learnt is used from the next beat on, every 2 s of the session."""
SPAN_NS = 5_000_000_000
"""What is not scored is told at least this often."""
NO_LEVELS = freeze_values(np.empty((0, 6)))


@dataclass(frozen=True, slots=True)
class TiltParams:
    """How acceleration and rotation become breathing.

    Parameters
    ----------
    motion, level, axis, sign : MotionParams, LevelParams, AxisParams, SignParams
        Of the steps.
    wait_ns : int
        Acceleration waits so long for rotation. 2 s: tables come in blocks of a second, and
        wearables send several times a second.
    settle_s, resettle_s, shrug_s : float
        Rest needed before the axis is first used; after each movement or gap; and after a movement
        that was shorter than ``resettle_s``.
    mean_tau_s : float
        What the wearer does in a calibration is seen against the mean over this time.
    drift_tau_s : float
        Slower movement than this is not used for learning the axis.
    calm_score, calm_factor : float
        Below this score the waveform is narrowed to the period of breathing, by this factor times
        what is missing to the score: sway that is quicker or slower is kept out.
    clear_score, unclear_score : float
        Breathing is told from the first of these scores of the axis on, and until it falls below
        the second.

    """

    motion: MotionParams = field(default_factory=MotionParams)
    level: LevelParams = field(default_factory=LevelParams)
    axis: AxisParams = field(default_factory=AxisParams)
    sign: SignParams = field(default_factory=SignParams)
    wait_ns: int = 2_000_000_000
    settle_s: float = 14.0
    resettle_s: float = 4.0
    shrug_s: float = 1.0
    mean_tau_s: float = 20.0
    drift_tau_s: float = 4.0
    calm_score: float = 0.75
    calm_factor: float = 0.7
    clear_score: float = 0.45
    unclear_score: float = 0.35


@dataclass(slots=True)
class TiltState:
    """What the steps remember, the frames of the open beat, and what is not scored since when.

    ``levels`` are those of the open frame; ``mean`` and ``drift`` running means of the frames,
    the first over a long time. ``reason`` is empty while all is well.
    """

    motion: MotionState = field(default_factory=MotionState)
    level: LevelState = field(default_factory=LevelState)
    axis: AxisState = field(default_factory=AxisState)
    sign: SignState = field(default_factory=SignState)
    beat: int = -1
    n_frames: int = 0
    mean: tuple[float, float] = (0.0, 0.0)
    drift: tuple[float, float] = (0.0, 0.0)
    levels: Values = field(default_factory=lambda: NO_LEVELS)
    frame_times: list[int] = field(default_factory=list)
    frames: list[Level] = field(default_factory=list)
    calm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    next_ns: int = -1
    is_clear: bool = False
    n_pause: int = 0
    n_moved: int = 0
    reason: str = ""
    since_ns: int = 0
    until_ns: int = 0


class TiltStage:
    """Acceleration, with or without rotation, of one sensor to its waveform of tilt.

    Acceleration may be in any unit, rotation is in degrees per second. Blocks and all other items
    pass on unchanged. ``Stance`` comes with all of it. Instead of the waveform there is
    ``Unscored``, told every few seconds:
    ``"motion"`` while the wearer moves, ``"settling"`` while the axis is learnt, after each
    movement, gap, or change of the sign, ``"unclear"`` while no movement repeats itself as
    breathing does.

    At a gap longer than ``bridge_ns`` in the acceleration the place of rest is learnt afresh; axis
    and sign are kept, for the sensor sits where it sat. Through a gap in the rotation the
    acceleration alone is used.
    """

    def __init__(self, sensor: str, grid: GridParams, params: TiltParams) -> None:
        step_s = grid.step_ns / 1e9
        frame_s = FRAME_CELLS * step_s
        beat_s = BEAT_FRAMES * frame_s
        self._sensor = sensor
        self._params = params
        self._step_s = step_s
        self._bridge_ns = grid.bridge_ns
        self._step_ns = grid.step_ns
        self._n_beat = FRAME_CELLS * BEAT_FRAMES
        self._acc, self._gyr = Grid(grid), Grid(grid)
        self._join = AxesJoin(params.wait_ns)
        self._gate = MotionGate(step_s, params.motion)
        self._level = LevelFilter(step_s, params.level)
        self._axis = BreathAxis(frame_s, beat_s, params.axis)
        self._sign = SignKeeper(beat_s, params.sign)
        self._n_mean = params.mean_tau_s / frame_s
        self._drift_gain = frame_s / params.drift_tau_s
        self._compare_share = frame_s / params.level.trust_tau_s
        self._n_settle = round(params.settle_s / step_s)
        self._n_resettle = round(params.resettle_s / step_s)
        self._n_shrug = round(params.shrug_s / step_s)
        self._tilt = TiltState()

    @property
    def state(self) -> tuple[GridState, GridState, JoinState, TiltState]:
        """The grids' states, the waiting cells, and the rest."""
        return (self._acc.state, self._gyr.state, self._join.state, self._tilt)

    @state.setter
    def state(self, state: tuple[GridState, GridState, JoinState, TiltState]) -> None:
        self._acc.state, self._gyr.state, self._join.state, self._tilt = state

    def push(self, item: object) -> list[object]:
        """Take an item; a block of this sensor's acceleration or rotation gives waveform too."""
        if isinstance(item, SampleBlock) and item.sensor == self._sensor:
            if item.signal == "acc":
                return [item, *self._accelerate(item)]
            if item.signal == "gyr":
                return [item, *self._rotate(item)]
        if isinstance(item, Gap) and item.end_ns - item.start_ns > self._bridge_ns:
            if is_gap_of(item, self._sensor, "gyr"):
                self._gyr.restart()
            if is_gap_of(item, self._sensor, "acc"):
                return [*self._restart(), item]
        if isinstance(item, Mark):
            self._sign.expect(self._tilt.sign, item)
        return [item]

    def flush(self) -> list[object]:
        """Tell the span that was not scored up to the end."""
        return self._close_span()

    def _restart(self) -> list[object]:
        self._acc.restart()
        self._join.forget()
        self._tilt.motion = MotionState(rest=self._tilt.motion.rest)
        self._break_off()
        return self._close_span()

    def _accelerate(self, block: SampleBlock) -> list[object]:
        given: list[object] = []
        for hole_ns, t_ns, values in self._acc.split(block):
            if hole_ns >= 0:
                gap = Gap(self._sensor, "acc", hole_ns, int(t_ns[0]), "no_data")
                given += [*self._restart(), gap]
            cells = self._acc.advance(t_ns, values)
            if cells is not None:
                given += self._follow(self._join.push_acc(cells))
        return given

    def _rotate(self, block: SampleBlock) -> list[object]:
        given: list[object] = []
        for hole_ns, t_ns, values in self._gyr.split(block):
            if hole_ns >= 0:
                self._gyr.restart()
            cells = self._gyr.advance(t_ns, values)
            if cells is not None:
                given += self._follow(self._join.push_gyr(cells))
        return given

    def _follow(self, joined: list[Cells]) -> list[object]:
        given: list[object] = []
        for cells in joined:
            moving = self._gate.judge(self._tilt.motion, cells)
            beats = cells.t_ns // (self._n_beat * self._step_ns)
            edges = np.flatnonzero((np.diff(beats) != 0) | np.diff(moving)) + 1
            for start, end in pairwise([0, *edges.tolist(), len(moving)]):
                part = cells.pick(start, end)
                if int(beats[start]) != self._tilt.beat:
                    self._close_beat(int(beats[start]), int(part.t_ns[0]))
                given += self._move(part) if moving[start] else self._rest(part)
            given.append(
                Stance(
                    self._sensor,
                    freeze_times(cells.t_ns),
                    freeze_times(cells.known_ns),
                    freeze_values(cells.up),
                    np.array(moving),
                )
            )
        return given

    def _move(self, part: Cells) -> list[object]:
        self._break_off()
        self._tilt.n_moved += len(part.size)
        return self._skip(part, "motion")

    def _break_off(self) -> None:
        s = self._tilt
        s.level.n_rested = s.n_frames = 0
        s.levels, s.frames, s.frame_times = NO_LEVELS, [], []
        s.sign.newest = None
        self._axis.break_off(s.axis)

    def _rest(self, part: Cells) -> list[object]:
        s = self._tilt
        if s.level.n_rested == 0:
            s.n_pause = self._settle_down()
        levels = self._level.follow(s.level, part)
        self._collect(part.t_ns, levels)
        n_pause = min(s.n_pause, len(levels))
        s.n_pause -= n_pause
        given = self._skip(part.pick(0, n_pause), "settling")
        if n_pause == len(levels):
            return given
        part, levels = part.pick(n_pause, len(levels)), levels[n_pause:]
        if s.sign.sign == 0 or not s.is_clear:
            return given + self._skip(part, "unclear")
        return [*given, *self._close_span(), self._draw(part, levels)]

    def _settle_down(self) -> int:
        """Return how many cells have to pass before the axis is used again."""
        s = self._tilt
        n_moved, s.n_moved = s.n_moved, 0
        if s.sign.sign == 0:
            return self._n_settle
        return self._n_shrug if 0 < n_moved < self._n_resettle else self._n_resettle

    def _draw(self, part: Cells, levels: Values) -> Waveform:
        """The tilt along the axis, which turns from the one before to the newest in a beat."""
        s = self._tilt
        share = ((part.t_ns // self._step_ns) % self._n_beat + 1) / self._n_beat
        (x0, y0), (x1, y1) = s.axis.before, s.axis.axis
        first, second = levels[:, 0], levels[:, 1]
        along = first * (x0 + share * (x1 - x0)) + second * (y0 + share * (y1 - y0))
        is_new = int(part.t_ns[0]) != s.next_ns
        s.next_ns = int(part.t_ns[-1]) + self._step_ns
        calm = self._calm(along.tolist(), is_new=is_new)
        return Waveform(
            self._sensor,
            freeze_times(part.t_ns.copy()),
            freeze_times(part.known_ns.copy()),
            freeze_values(calm),
        )

    def _calm(self, along: list[float], *, is_new: bool) -> list[float]:
        """Narrow the waveform to the period of breathing the more, the less clear it is.

        Two low-passes and one high-pass, whose shifts cancel at the period: with time constants
        ``x T / 2 pi`` and ``(1 - x^2) T / (4 pi x)`` the phase there is zero and the gain
        ``(1 - x^2) / (1 + x^2)^2``.
        """
        s, p = self._tilt, self._params
        x = min(0.6, p.calm_factor * max(0.0, p.calm_score - s.axis.score))
        turn_s = s.axis.period_s / (2.0 * math.pi)
        quick = 1.0 / (1.0 + x * turn_s / self._step_s)
        slow = x / (x + 0.5 * (1.0 - x * x) * turn_s / self._step_s)
        scale = s.sign.sign * (1.0 + x * x) ** 2 / (1.0 - x * x)
        a, b, c = (along[0], along[0], along[0]) if is_new else s.calm
        calm = []
        for one in along:
            a += quick * (one - a)
            b += quick * (a - b)
            c += slow * (b - c)
            calm.append(scale * (b - c))
        s.calm = (a, b, c)
        return calm

    def _collect(self, t_ns: Times, levels: Values) -> None:
        """Put the levels into the frames of the beat; frames that are not whole are left out."""
        s = self._tilt
        first = int(t_ns[0]) // self._step_ns - len(s.levels)
        levels = np.concatenate((s.levels, levels))
        begin = -first % FRAME_CELLS
        n_frames = max(0, len(levels) - begin) // FRAME_CELLS
        end = begin + n_frames * FRAME_CELLS
        s.levels = levels[end if n_frames else 0 :].copy()
        if not n_frames:
            return
        cells = levels[begin:end].reshape(n_frames, FRAME_CELLS, -1)
        frames = cells[:, -1].copy()
        total = np.zeros((n_frames, 2))
        for number in range(FRAME_CELLS):
            total += cells[:, number, :2]
        frames[:, :2] = total / FRAME_CELLS
        s.frames += frames.tolist()
        ends = range(first + begin + FRAME_CELLS - 1, first + end, FRAME_CELLS)
        s.frame_times += [number * self._step_ns for number in ends]

    def _close_beat(self, beat: int, now_ns: int) -> None:
        """Learn from the beat that is over."""
        s = self._tilt
        s.beat, s.axis.before = beat, s.axis.axis
        if not s.frames:
            return
        frames, times, s.frames, s.frame_times = s.frames, s.frame_times, [], []
        self._level.compare(s.level, frames, self._compare_share)
        about_mean, quick = self._remove_drift(frames)
        self._axis.learn(s.axis, quick, is_in_use=s.sign.sign != 0)
        self._sign.watch(s.sign, times, about_mean)
        self._sign.learn(s.sign, quick)
        limit = self._params.unclear_score if s.is_clear else self._params.clear_score
        s.is_clear = s.axis.score >= limit
        if self._sign.close_beat(s.sign, now_ns, s.axis.axis):
            s.n_pause = self._n_resettle
        elif s.sign.sign == 0 and s.n_pause <= 0 and s.is_clear:
            self._sign.choose(s.sign, s.axis.axis)

    def _remove_drift(self, frames: list[Level]) -> tuple[Values, Values]:
        """Return the frames about their running mean over a long and over a short time."""
        s = self._tilt
        about, quick = [], []
        (a, b), (c, d) = s.mean, s.drift
        for x, y, *_ in frames:
            s.n_frames += 1
            if s.n_frames == 1:
                a, b, c, d = x, y, x, y
            share = 1.0 / min(s.n_frames, self._n_mean)
            a, b = a + share * (x - a), b + share * (y - b)
            share = max(share, self._drift_gain)
            c, d = c + share * (x - c), d + share * (y - d)
            about.append((x - a, y - b))
            quick.append((x - c, y - d))
        s.mean, s.drift = (a, b), (c, d)
        return np.array(about), np.array(quick)

    def _skip(self, part: Cells, reason: str) -> list[object]:
        """Tell that the cells are not scored, piece by piece as the session's time goes on."""
        given: list[object] = []
        s = self._tilt
        for t_ns in part.t_ns.tolist():
            if s.reason and (reason != s.reason or t_ns - s.since_ns >= SPAN_NS):
                given += self._close_span()
            if not s.reason:
                s.since_ns = t_ns
            s.reason, s.until_ns = reason, t_ns
        return given

    def _close_span(self) -> list[object]:
        s = self._tilt
        if not s.reason:
            return []
        span = Unscored(self._sensor, s.since_ns, s.until_ns, s.reason)
        s.reason = ""
        return [span]
