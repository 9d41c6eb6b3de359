"""Which way along the axis is in: told by calibration marks, else by the shape of breathing.

People rest after breathing out, not after breathing in: the waveform stays long near its low end
and has peaks above (positive skewness). On real belts this holds for 95 % of people, on thoracic
impedance for 90 %; that breathing in is the quicker half does not hold there and counts little.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np

from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Values

FULL, PAUSE = "calibration.full", "calibration.pause"


@dataclass(frozen=True, slots=True)
class SignParams:
    """How the sign is chosen and when it is changed.

    Parameters
    ----------
    memory_s : float
        Time constant over which the shape is looked at.
    speed_share : float
        Weight of the skewness of the speed beside that of the waveform.
    flip_skew, flip_after_s : float
        Without marks, the sign is changed if the skewness speaks against it by this much after at
        least this time; with each change the skewness needed grows by as much again.
    least_skew, patience_s : float
        The sign is chosen once the skewness is this large, or after this time at the latest.
    mark_s : float
        A mark without a duration lasts so long.
    full_factor, pause_factor : float
        A full breath must go this many times beyond the root mean square of breathing to count, a
        pause must lie this share of it away from the middle.
    most_marks : int
        Spans remembered at once.

    """

    memory_s: float = 60.0
    speed_share: float = 0.2
    flip_skew: float = 0.3
    flip_after_s: float = 40.0
    least_skew: float = 0.15
    patience_s: float = 12.0
    mark_s: float = 6.0
    full_factor: float = 1.7
    pause_factor: float = 0.5
    most_marks: int = 16


@dataclass(slots=True)
class Span:
    """A calibration that is under way or to come, and what it has shown."""

    start_ns: int
    end_ns: int
    label: str
    farthest: tuple[float, float] = (0.0, 0.0)
    total: tuple[float, float] = (0.0, 0.0)
    n_frames: int = 0


@dataclass(slots=True)
class SignState:
    """Moments of the levels and of their changes (``sums``), and what was made of them.

    ``inward`` is the direction that marks told, (0, 0) before any. ``sign`` is 0 until chosen.
    """

    spans: list[Span] = field(default_factory=list)
    inward: tuple[float, float] = (0.0, 0.0)
    weight: float = 0.0
    sums: Values = field(default_factory=lambda: np.zeros((2, 7)))
    newest: tuple[float, float] | None = None
    sign: int = 0
    n_flips: int = 0
    since_s: float = 0.0
    waited_s: float = 0.0


class Shape(NamedTuple):
    """What a beat shows: its frames, and the moments of their levels and changes, (2, 7)."""

    n_frames: int
    sums: Values


class SignKeeper:
    """Chooses the sign and keeps it."""

    def __init__(self, beat_s: float, params: SignParams) -> None:
        self._params = params
        self._beat_s = beat_s
        self._keep = math.exp(-beat_s / params.memory_s)

    def expect(self, state: SignState, mark: Mark) -> None:
        """Take a mark; from its time on it is looked at what the wearer does."""
        if mark.label not in {FULL, PAUSE}:
            return
        duration_ns = mark.duration_ns or round(self._params.mark_s * 1e9)
        span = Span(mark.start_ns, mark.start_ns + duration_ns, mark.label)
        state.spans = [*state.spans, span][-self._params.most_marks :]

    def watch(self, state: SignState, t_ns: list[int], levels: list[tuple[float, float]]) -> None:
        """Look at the levels of frames at these times."""
        for span in state.spans:
            for now_ns, (x, y) in zip(t_ns, levels, strict=True):
                if span.start_ns <= now_ns < span.end_ns:
                    span.n_frames += 1
                    span.total = (span.total[0] + x, span.total[1] + y)
                    if math.hypot(x, y) > math.hypot(*span.farthest):
                        span.farthest = (x, y)

    def add_up(self, state: SignState, beats: Sequence[Values]) -> list[Shape]:
        """Take the frames of beats in order, one at least, shape (n, 2) each, drift removed.

        Returns what each beat adds; nothing is made of it until ``learn``.
        """
        shapes: list[Shape] = []
        for _, run in groupby(beats, key=len):
            levels = np.array(list(run))
            rows = levels.reshape(-1, 2)
            newest = rows[0] if state.newest is None else np.array(state.newest)
            changes = rows - np.concatenate((newest[None, :], rows[:-1]))
            state.newest = (float(rows[-1, 0]), float(rows[-1, 1]))
            sums = np.array([add_moments(levels), add_moments(changes.reshape(levels.shape))])
            shapes += [Shape(levels.shape[1], one) for one in sums.transpose(1, 0, 2)]
        return shapes

    def learn(self, state: SignState, shape: Shape) -> None:
        """Take what a beat adds."""
        state.weight = self._keep * state.weight + shape.n_frames
        state.sums = self._keep * state.sums + shape.sums

    def close_beat(self, state: SignState, now_ns: int, axis: tuple[float, float]) -> bool:
        """Say whether the sign has to change, and change it; the axis must be known."""
        told = self._end_spans(state, now_ns)
        if state.sign == 0:
            return False
        state.since_s += self._beat_s
        if told:
            return self._follow_marks(state, axis)
        is_told = any(span.start_ns <= now_ns for span in state.spans)
        if is_told or state.inward != (0.0, 0.0):
            return False
        limit = self._params.flip_skew * (1 + state.n_flips)
        is_wrong = state.sign * self.skewness(state, axis) < -limit
        return is_wrong and state.since_s >= self._params.flip_after_s and self._flip(state)

    def choose(self, state: SignState, axis: tuple[float, float]) -> None:
        """Choose the sign for the first time, unless it is better to wait."""
        inward = _dot(state.inward, axis)
        evidence = inward if inward != 0.0 else self.skewness(state, axis)
        state.waited_s += self._beat_s
        is_plain = inward != 0.0 or abs(evidence) >= self._params.least_skew
        if not is_plain and state.waited_s < self._params.patience_s:
            return
        state.sign, state.since_s = (1 if evidence >= 0 else -1), 0.0

    def skewness(self, state: SignState, axis: tuple[float, float]) -> float:
        """Return how much the shape speaks for the axis' own direction being in."""
        levels, changes = (find_skewness(one, state.weight, axis) for one in state.sums.tolist())
        return levels + self._params.speed_share * changes

    def _end_spans(self, state: SignState, now_ns: int) -> bool:
        """Draw the conclusion from the spans that are over."""
        ended = [span for span in state.spans if span.end_ns <= now_ns]
        if not ended:
            return False
        state.spans = [span for span in state.spans if span.end_ns > now_ns]
        power = float(state.sums[0, 0] + state.sums[0, 2])
        usual = math.sqrt(power / state.weight) if state.weight else 0.0
        told = False
        for span in ended:
            x, y = self._read(span, usual)
            length = math.hypot(x, y)
            if length > 0:
                told = True
                state.inward = (state.inward[0] + x / length, state.inward[1] + y / length)
        return told

    def _read(self, span: Span, usual: float) -> tuple[float, float]:
        """Return the direction that a span shows to be in; (0, 0) if it shows nothing."""
        if span.n_frames == 0:
            return (0.0, 0.0)
        if span.label == FULL:
            is_clear = math.hypot(*span.farthest) >= self._params.full_factor * usual
            return span.farthest if is_clear else (0.0, 0.0)
        x, y = span.total[0] / span.n_frames, span.total[1] / span.n_frames
        return (-x, -y) if math.hypot(x, y) >= self._params.pause_factor * usual else (0.0, 0.0)

    def _follow_marks(self, state: SignState, axis: tuple[float, float]) -> bool:
        return state.sign * _dot(state.inward, axis) < 0 and self._flip(state)

    @staticmethod
    def _flip(state: SignState) -> bool:
        state.sign, state.since_s = -state.sign, 0.0
        state.n_flips += 1
        return True


def add_moments(beats: Values) -> Values:
    """Return for each beat the sums of xx, xy, yy, xxx, xxy, xyy, yyy over its rows (x, y)."""
    x, y = beats[:, :, 0], beats[:, :, 1]
    each = np.empty((*x.shape, 7))
    np.multiply(x, x, out=each[:, :, 0])
    np.multiply(x, y, out=each[:, :, 1])
    np.multiply(y, y, out=each[:, :, 2])
    np.multiply(x[:, :, None], each[:, :, :2], out=each[:, :, 3:5])
    np.multiply(each[:, :, 1:3], y[:, :, None], out=each[:, :, 5:])
    sums = np.zeros((len(beats), 7))
    for number in range(beats.shape[1]):  # one after the other, whatever is done at once
        sums += each[:, number]
    return sums


def find_skewness(sums: list[float], weight: float, axis: tuple[float, float]) -> float:
    """Return the skewness along a direction of what was summed up; 0 where nothing moved."""
    x, y = axis
    xx, xy, yy, xxx, xxy, xyy, yyy = sums
    square = x * x * xx + 2.0 * x * y * xy + y * y * yy
    cube = x**3 * xxx + 3.0 * x * y * (x * xxy + y * xyy) + y**3 * yyy
    if square <= 0.0 or weight <= 0.0:
        return 0.0
    return float(math.sqrt(weight) * cube / (square * math.sqrt(square)))


def _dot(one: tuple[float, float], other: tuple[float, float]) -> float:
    return one[0] * other[0] + one[1] * other[1]
