"""Acceleration of the body wall to breathing as tilt, in degrees.

At rest an accelerometer shows which way is down. The belly's surface tilts by a few degrees with
each breath; the direction of gravity, seen from the sensor, then moves along an arc. Its main axis
is learnt by a running covariance and one step of power iteration a value (recursive PCA; tilt of
the abdominal wall by PCA: doi 10.3390/s19010088).
"""

import math
from dataclasses import dataclass

from breathsense.core.model.events import Unscored
from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.signal.grid import Grid, GridBlock, GridParams, GridState, is_gap_of

Vector = tuple[float, ...]
SPEED_GAIN = 0.12
"""A low-pass of about 0.3 s, so that noise does not drown the speed of breathing."""
SPAN_NS = 5_000_000_000
"""What is not scored is told at least this often."""


@dataclass(frozen=True, slots=True)
class TiltParams:
    """How the breathing axis is learnt, and when movement drowns it.

    Parameters
    ----------
    mean_tau_s : float
        Time constant of the mean direction. 20 s: a breath of 20 s (3 a minute) keeps its shape.
    axis_tau_s : float
        Time constant over which the axis is learnt: some eight breaths at rest.
    settle_s : float
        The axis and its sign are used this long after the start or a gap, not before.
    motion_tau_s, motion_frac : float
        The wearer moves while the length of the acceleration, over about ``motion_tau_s``,
        departs from its mean by more than this share (root mean square). At rest noise and heart
        stay below 1 %; walking makes 10 % and more on the trunk.
    still_frac : float
        Movement is over once it is below this share: lower, so that the state does not chatter.

    """

    mean_tau_s: float = 20.0
    axis_tau_s: float = 30.0
    settle_s: float = 15.0
    motion_tau_s: float = 1.0
    motion_frac: float = 0.04
    still_frac: float = 0.02


@dataclass(slots=True)
class TiltState:
    """Running means, the covariance of the direction (upper triangle) and the axis.

    ``skew`` adds up the cubed speed along the axis: breathing in is quicker than breathing out,
    so that its sign tells which way is in. ``sign`` is 0 until it is chosen, then kept.
    ``reason`` is why nothing is scored since ``since_ns``, empty while all is well.
    """

    n_values: int = 0
    n_rested: int = 0
    size: float = 0.0
    unrest: float = 0.0
    is_moving: bool = False
    mean: Vector = (0.0, 0.0, 0.0)
    spread: Vector = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    axis: Vector = (0.36, 0.48, 0.8)
    slow: float = 0.0
    skew: float = 0.0
    sign: int = 0
    reason: str = ""
    since_ns: int = 0
    until_ns: int = 0


class TiltFilter:
    """The arithmetic of ``TiltStage`` on the grid, one value after the other."""

    def __init__(self, step_s: float, params: TiltParams) -> None:
        self._params = params
        self._n_mean = params.mean_tau_s / step_s
        self._axis_gain = step_s / params.axis_tau_s
        self._unrest_gain = step_s / params.motion_tau_s
        self._n_settle = round(params.settle_s / step_s)

    def follow(self, s: TiltState, acceleration: Vector) -> float | None:
        """Take one value; give the tilt in degrees, ``None`` while moving or settling."""
        size = math.hypot(*acceleration)
        s.n_values += 1
        s.n_rested += 1
        gain = 1.0 / min(s.n_values, self._n_mean)
        s.size += gain * (size - s.size)
        if not self._is_still(s, size):
            return None
        direction = tuple(one / size for one in acceleration) if size > 0 else s.mean
        gain = 1.0 / min(s.n_rested, self._n_mean)
        s.mean = _blend(s.mean, direction, gain)
        away = tuple(one - mean for one, mean in zip(direction, s.mean, strict=True))
        self._learn_axis(s, away)
        tilt = math.degrees(math.asin(max(-1.0, min(1.0, _dot(away, s.axis)))))
        return self._choose_sign(s, tilt)

    def _is_still(self, s: TiltState, size: float) -> bool:
        """Whether the wearer sits still enough; on coming to rest the mean is learnt afresh."""
        departure = size / s.size - 1.0 if s.size > 0 else 0.0
        s.unrest += self._unrest_gain * (departure * departure - s.unrest)
        limit = self._params.still_frac if s.is_moving else self._params.motion_frac
        was_moving, s.is_moving = s.is_moving, s.unrest > limit * limit
        if was_moving and not s.is_moving:
            s.n_rested = 1
        return not s.is_moving

    def _learn_axis(self, s: TiltState, away: Vector) -> None:
        x, y, z = away
        s.spread = _blend(s.spread, (x * x, x * y, x * z, y * y, y * z, z * z), self._axis_gain)
        xx, xy, xz, yy, yz, zz = s.spread
        x, y, z = s.axis
        turned = (
            xx * x + xy * y + xz * z,
            xy * x + yy * y + yz * z,
            xz * x + yz * y + zz * z,
        )
        length = math.hypot(*turned)
        if length > 0:
            s.axis = tuple(one / length for one in turned)

    def _choose_sign(self, s: TiltState, tilt: float) -> float | None:
        speed = SPEED_GAIN * (tilt - s.slow)
        s.slow += speed
        if s.sign == 0:
            s.skew += speed**3
            if s.n_values < self._n_settle:
                return None
            s.sign = 1 if s.skew >= 0 else -1
        return s.sign * tilt


class TiltStage:
    """The acceleration of one sensor to its waveform of tilt.

    Blocks and all other items pass on unchanged. While the axis settles and while the wearer
    moves there is no waveform but ``Unscored`` (``"settling"``, ``"motion"``), told every few
    seconds. At a gap longer than ``bridge_ns`` the mean direction is learnt afresh; axis and sign
    are kept, for the sensor sits where it sat.
    """

    def __init__(self, sensor: str, grid: GridParams, params: TiltParams) -> None:
        self._sensor = sensor
        self._grid = Grid(grid)
        self._bridge_ns = grid.bridge_ns
        self._filter = TiltFilter(grid.step_ns / 1e9, params)
        self._tilt = TiltState()

    @property
    def state(self) -> tuple[GridState, TiltState]:
        """The grid's state and the axis'."""
        return (self._grid.state, self._tilt)

    @state.setter
    def state(self, state: tuple[GridState, TiltState]) -> None:
        self._grid.state, self._tilt = state

    def push(self, item: object) -> list[object]:
        """Take an item; a block of this sensor's acceleration gives waveform too."""
        if isinstance(item, Gap) and is_gap_of(item, self._sensor, "acc"):
            is_long = item.end_ns - item.start_ns > self._bridge_ns
            return [*(self._restart() if is_long else []), item]
        if isinstance(item, SampleBlock) and (item.sensor, item.signal) == (self._sensor, "acc"):
            return [item, *self._resample(item)]
        return [item]

    def flush(self) -> list[object]:
        """Tell the span that was not scored up to the end."""
        return self._close_span()

    def _restart(self) -> list[object]:
        self._grid.restart()
        self._tilt.n_rested = 0
        return self._close_span()

    def _resample(self, block: SampleBlock) -> list[object]:
        given: list[object] = []
        for hole_ns, t_ns, values in self._grid.split(block):
            if hole_ns >= 0:
                gap = Gap(self._sensor, "acc", hole_ns, int(t_ns[0]), "no_data")
                given += [*self._restart(), gap]
            cells = self._grid.advance(t_ns, values)
            if cells is not None:
                given += self._follow(cells)
        return given

    def _follow(self, cells: GridBlock) -> list[object]:
        given: list[object] = []
        tilts: list[float] = []
        for number, (x, y, z) in enumerate(cells.values.tolist()):
            tilt = self._filter.follow(self._tilt, (x, y, z))
            if tilt is not None:
                given += self._close_span()
                tilts.append(tilt)
                continue
            given += self._give(cells, number, tilts)
            tilts = []
            given += self._mark_unscored(int(cells.t_ns[number]))
        return given + self._give(cells, len(cells.t_ns), tilts)

    def _give(self, cells: GridBlock, end: int, tilts: list[float]) -> list[object]:
        if not tilts:
            return []
        part = slice(end - len(tilts), end)
        times = freeze_times(cells.t_ns[part]), freeze_times(cells.known_ns[part])
        return [Waveform(self._sensor, *times, freeze_values(tilts))]

    def _mark_unscored(self, t_ns: int) -> list[object]:
        s = self._tilt
        reason = "motion" if s.is_moving else "settling"
        given = self._close_span() if reason != s.reason or t_ns - s.since_ns >= SPAN_NS else []
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


def _blend(old: tuple[float, ...], new: tuple[float, ...], gain: float) -> tuple[float, ...]:
    return tuple(one + gain * (other - one) for one, other in zip(old, new, strict=True))


def _dot(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
