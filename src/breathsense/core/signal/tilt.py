"""Movement of the body wall to breathing as tilt, in degrees.

The belly's surface tilts by a few degrees with each breath (doi 10.3390/s19010088), about an axis
that depends on the wearer and on how the sensor is worn. The stage follows where up is, learns
along which direction breathing moves it, and gives the tilt along that direction; it is silent, and
says why, while the wearer moves and where no movement repeats itself as breathing does.
"""

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
from breathsense.core.signal.imu_axis import AxisParams
from breathsense.core.signal.imu_beats import BeatLearner, BeatParams, BeatState, Span
from breathsense.core.signal.imu_join import AxesJoin, Cells, JoinState
from breathsense.core.signal.imu_level import LevelParams
from breathsense.core.signal.imu_motion import MotionGate, MotionParams, MotionState
from breathsense.core.signal.imu_pen import Pen, PenState, Stroke
from breathsense.core.signal.imu_sign import SignParams

SPAN_NS = 5_000_000_000
"""What is not scored is told at least this often."""


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
    calm_factor: float = 1.2
    clear_score: float = 0.32
    unclear_score: float = 0.22


@dataclass(slots=True)
class TiltState:
    """What the steps remember, and what is not scored since when.

    ``n_pause`` cells pass before the axis is used again; ``n_moved`` are those of the newest
    movement. ``reason`` is empty while all is well.
    """

    motion: MotionState = field(default_factory=MotionState)
    beats: BeatState = field(default_factory=BeatState)
    pen: PenState = field(default_factory=PenState)
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
        self._sensor = sensor
        self._params = params
        self._step_s = step_s
        self._bridge_ns = grid.bridge_ns
        self._step_ns = grid.step_ns
        self._acc, self._gyr = Grid(grid), Grid(grid)
        self._join = AxesJoin(params.wait_ns)
        self._gate = MotionGate(step_s, params.motion)
        self._pen = Pen(grid.step_ns, params.calm_score, params.calm_factor)
        self._beats = BeatLearner(
            grid.step_ns,
            BeatParams(
                params.level,
                params.axis,
                params.sign,
                params.mean_tau_s,
                params.drift_tau_s,
                params.clear_score,
                params.unclear_score,
            ),
        )
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
            self._beats.sign.expect(self._tilt.beats.sign, item)
        return [item]

    def flush(self) -> list[object]:
        """Tell the span that was not scored up to the end."""
        return self._close_span()

    def _restart(self) -> list[object]:
        self._acc.restart()
        self._join.forget()
        self._tilt.motion = MotionState(rest=self._tilt.motion.rest)
        self._beats.break_off(self._tilt.beats)
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
            edges = np.flatnonzero(moving[1:] != moving[:-1]) + 1
            for start, end in pairwise([0, *edges.tolist(), len(moving)]):
                part = cells.pick(start, end)
                given += self._move(part.t_ns) if moving[start] else self._rest(part)
            given.append(
                Stance(
                    self._sensor,
                    freeze_times(cells.t_ns),
                    freeze_times(cells.known_ns),
                    freeze_values(cells.up),
                    moving,
                )
            )
        return given

    def _move(self, t_ns: Times) -> list[object]:
        s = self._tilt
        if self._beats.is_in(s.beats, int(t_ns[0])):
            # It is cut short by the movement, and nothing is learnt from it.
            self._beats.break_off(s.beats)
        for span in self._beats.cut(s.beats, t_ns):
            self._close_beat(span, t_ns)
        self._beats.break_off(s.beats)
        s.n_moved += len(t_ns)
        return self._skip(t_ns, "motion")

    def _rest(self, part: Cells) -> list[object]:
        s = self._tilt
        if s.beats.level.n_rested == 0:
            s.n_pause = self._settle_down()
        spans, angles = self._beats.rest(s.beats, part)
        given: list[object] = []
        strokes: list[Stroke] = []
        for span in spans:
            self._close_beat(span, part.t_ns)
            told, start = self._hold_back(part.t_ns[span.start : span.end])
            start += span.start
            if strokes and start > span.start:
                given.append(self._draw(part, angles, strokes))
                strokes = []
            given += told
            if start < span.end:
                strokes.append(self._pen.plan(start, span.end, s.beats.axis, s.beats.sign.sign))
        if strokes:
            given.append(self._draw(part, angles, strokes))
        return given

    def _settle_down(self) -> int:
        """Return how many cells have to pass before the axis is used again."""
        s = self._tilt
        n_moved, s.n_moved = s.n_moved, 0
        if s.beats.sign.sign == 0:
            return self._n_settle
        return self._n_shrug if 0 < n_moved < self._n_resettle else self._n_resettle

    def _close_beat(self, span: Span, t_ns: Times) -> None:
        if not span.begins:
            return
        s = self._tilt
        beats = s.beats
        if self._beats.close(beats, span.shown, int(t_ns[span.start])):
            s.n_pause = self._n_resettle
        elif span.shown and beats.sign.sign == 0 and s.n_pause <= 0 and beats.is_clear:
            self._beats.sign.choose(beats.sign, beats.axis.axis)

    def _hold_back(self, t_ns: Times) -> tuple[list[object], int]:
        """Tell what is not scored; return how many of the cells this are."""
        s = self._tilt
        n_pause = min(s.n_pause, len(t_ns))
        s.n_pause -= n_pause
        given = self._skip(t_ns[:n_pause], "settling")
        if n_pause == len(t_ns):
            return given, n_pause
        if s.beats.sign.sign == 0 or not s.beats.is_clear:
            return given + self._skip(t_ns[n_pause:], "unclear"), len(t_ns)
        return given + self._close_span(), n_pause

    def _draw(self, part: Cells, angles: Values, strokes: list[Stroke]) -> Waveform:
        """Return the waveform of cells that follow on one another."""
        cells = slice(strokes[0].start, strokes[-1].end)
        drawn = self._pen.draw(self._tilt.pen, part.t_ns, angles, strokes)
        return Waveform(
            self._sensor,
            freeze_times(part.t_ns[cells].copy()),
            freeze_times(part.known_ns[cells].copy()),
            freeze_values(drawn),
        )

    def _skip(self, t_ns: Times, reason: str) -> list[object]:
        """Tell that the cells are not scored, piece by piece as the session's time goes on."""
        given: list[object] = []
        s = self._tilt
        for now_ns in t_ns.tolist():
            if s.reason and (reason != s.reason or now_ns - s.since_ns >= SPAN_NS):
                given += self._close_span()
            if not s.reason:
                s.since_ns = now_ns
            s.reason, s.until_ns = reason, now_ns
        return given

    def _close_span(self) -> list[object]:
        s = self._tilt
        if not s.reason:
            return []
        span = Unscored(self._sensor, s.since_ns, s.until_ns, s.reason)
        s.reason = ""
        return [span]
