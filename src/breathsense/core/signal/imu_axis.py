"""Which of the wearer's slow movements is breathing: the direction that repeats itself best.

The largest movement of a standing trunk is sway. Sway wanders, breath comes again; so the axis is
not the one of the largest variance (principal component) but the one whose autocorrelation comes
back highest after having gone down (periodic component analysis, doi 10.1109/TBME.2008.919714).
Looked at are changes over a share of each period, whose autocorrelation follows from that of the
movement itself: ``2 R(l) - R(l - d) - R(l + d)``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from breathsense.core.model.samples import Values

N_DIRECTIONS = 12
ANGLES = np.arange(N_DIRECTIONS) * (math.pi / N_DIRECTIONS)
QUARTER = N_DIRECTIONS // 2
"""So many directions further is at right angles."""
COSINES = np.cos(2.0 * ANGLES[:QUARTER])[:, None, None]
SINES = np.sin(2.0 * ANGLES[:QUARTER])[:, None, None]
DOWN = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Shares of a period after which movement that repeats itself has gone down."""
AT_ONCE = 32
"""Beats that are looked at together at the most: all of a minute."""
LAST = len(DOWN) + 1
"""Movement is compared with itself at once (0), on the way down (1 ...), and after a period."""
N_ROOMS = 4
"""Arrays of scores by direction, lag and beat that are worked on at once."""
DIRECTIONS = [(math.cos(angle), math.sin(angle)) for angle in ANGLES.tolist()]


@dataclass(frozen=True, slots=True)
class AxisParams:
    """How the axis of breathing is learnt from frames of 0.2 s.

    Parameters
    ----------
    memory_s : float
        Time constant over which movement is compared with itself.
    shortest_s, longest_s : float
        Periods looked for: 60 to 3 a minute.
    floor_deg : float
        Movement smaller than this is no breathing: noise of the sensor.
    across_frac : float
        Share of the whole movement that is added to each direction's own, so that a direction in
        which nearly nothing happens cannot win.
    same_frac : float
        The shortest period with at least this share of the best score is taken, in whatever
        direction: twice a period is a period too, and in 30 s sway may seem to come back after
        10 s or more, but hardly after a few.
    quick_s, quick_frac : float
        Below this period less and less is believed, down to this share where there is no period
        any more: a heart beats more evenly than anybody breathes.
    step_frac : float
        Movement is compared with itself by its changes over this share of the period looked for.
        Sway is the stronger the slower it is; its changes over a time that fits the breath are not,
        and heart beats, which are quicker, are not made larger than they are.
    turn_frac : float
        Share of the way that an axis in use turns towards the best direction in a beat.

    """

    memory_s: float = 30.0
    shortest_s: float = 1.0
    longest_s: float = 20.0
    floor_deg: float = 0.03
    across_frac: float = 0.1
    same_frac: float = 0.5
    quick_s: float = 2.0
    quick_frac: float = 0.5
    step_frac: float = 0.15
    turn_frac: float = 0.3


@dataclass(slots=True)
class AxisState:
    """Sums of products of frames with earlier ones, by lag: xx, xy, yy, and how many.

    ``score``, -1 to 1, is how well the movement along ``axis`` repeats after ``period_s``;
    ``highest`` the best score of all periods.
    """

    recent: Values = field(default_factory=lambda: np.zeros((0, 2)))
    sums: Values = field(default_factory=lambda: np.zeros((4, 0)))
    axis: tuple[float, float] = (1.0, 0.0)
    before: tuple[float, float] = (1.0, 0.0)
    score: float = 0.0
    highest: float = 0.0
    period_s: float = 0.0


class Rated(NamedTuple):
    """How well movement repeats itself after a beat, along which direction, after how long.

    ``highest`` is the score of the best period, of which this is the shortest that is good.
    """

    score: float
    highest: float
    direction: int
    period_s: float


class BreathAxis:
    """Learns the axis beat by beat."""

    def __init__(self, frame_s: float, beat_s: float, params: AxisParams) -> None:
        self._params = params
        self._frame_s = frame_s
        self._shortest = round(params.shortest_s / frame_s)
        longest = round(params.longest_s / frame_s)
        self._lags = np.arange(self._shortest, longest + 1)
        steps = np.maximum(1, np.rint(params.step_frac * self._lags).astype(np.int64))
        self._n_lags = int(longest + steps[-1]) + 1
        # What is compared, by lag: nothing, the ways back down at about half of it, itself.
        parts = np.array([0.0, *DOWN, 1.0])
        self._at = np.rint(parts[:, None] * self._lags).astype(np.int64)
        self._before, self._after = np.abs(self._at - steps), self._at + steps
        self._keep = math.exp(-beat_s / params.memory_s)
        quickness = np.maximum(0.0, 1.0 - self._lags * frame_s / params.quick_s)
        # Asked for once: the system takes its time with each page of it.
        self._room = np.empty(N_ROOMS * N_DIRECTIONS * len(self._lags) * AT_ONCE)
        self._belief = 1.0 - (1.0 - params.quick_frac) * quickness[:, None]

    def rate(self, state: AxisState, beats: Sequence[Values]) -> list[Rated]:
        """Take the frames of beats that follow on those before; return what each beat shows.

        ``beats`` are at least one, of shape (n, 2) each, the frames of a beat at the most. The
        axis stays as it is until ``choose``.
        """
        if state.sums.shape[1] == 0:
            state.sums = np.zeros((4, self._n_lags))
        rated: list[Rated] = []
        for _, run in groupby(beats, key=len):
            alike = list(run)
            for start in range(0, len(alike), AT_ONCE):
                some = alike[start : start + AT_ONCE]
                sums = np.empty((len(some), 4, self._n_lags))
                for after, fresh in zip(sums, self._multiply(state, np.array(some)), strict=True):
                    np.multiply(state.sums, self._keep, out=after)
                    np.add(after, fresh, out=after)
                    state.sums = after
                state.sums = state.sums.copy()
                rated += self._rate(np.ascontiguousarray(sums.transpose(1, 2, 0)))
        return rated

    def choose(self, state: AxisState, rated: Rated, *, is_in_use: bool) -> None:
        """Turn the axis towards what a beat showed; one in use turns only part of the way."""
        state.score, state.highest = min(1.0, rated.score), min(1.0, rated.highest)
        if state.score <= 0:
            return
        state.period_s = rated.period_s
        share = self._params.turn_frac if is_in_use else 1.0
        self._turn(state, DIRECTIONS[rated.direction], share)

    def break_off(self, state: AxisState) -> None:
        """Forget the last frames: what comes does not follow on them."""
        state.recent = np.zeros((0, 2))

    def _multiply(self, state: AxisState, beats: Values) -> Values:
        """Sums of products of each beat's frames with those up to ``n_lags`` before."""
        n_beats, n_frames, _ = beats.shape
        n_recent, frames = len(state.recent), beats.reshape(-1, 2)
        joined = np.concatenate((np.zeros((self._n_lags, 2)), state.recent, frames))
        state.recent = joined[max(self._n_lags, len(joined) - self._n_lags) :].copy()
        now_x, now_y = frames[:, :1], frames[:, 1:]
        x, y = (self._look_back(column, len(frames)) for column in joined.T)
        sums = np.empty((4, n_beats, self._n_lags))
        each = np.empty((n_beats, n_frames, self._n_lags))
        product = each.reshape(len(frames), -1)
        # Each sum adds one after the other, whatever is done at once.
        np.multiply(now_x, x, out=product)
        np.add.reduce(each, axis=1, out=sums[0])
        np.multiply(now_y, y, out=product)
        np.add.reduce(each, axis=1, out=sums[2])
        np.multiply(now_x, y, out=product)
        product += now_y * x
        product *= 0.5
        np.add.reduce(each, axis=1, out=sums[1])
        n_before = n_recent + n_frames * np.arange(1, n_beats + 1)
        sums[3] = np.clip(n_before[:, None] - np.arange(self._n_lags), 0, n_frames)
        return sums.transpose(1, 0, 2)

    def _look_back(self, column: Values, n: int) -> Values:
        """Return for each of the last ``n`` values a row: from itself back to the oldest."""
        backward = column[::-1].copy()
        windows = sliding_window_view(backward[: n + self._n_lags - 1], self._n_lags)
        return windows[::-1]

    def _rate(self, sums: Values) -> list[Rated]:
        """Return for each beat the top that the shortest good period leads to."""
        scores = self._score(sums)
        tops = scores.max(axis=0)
        highest = tops.max(axis=0)
        shortest = (tops >= self._params.same_frac * highest).argmax(axis=0)
        rated: list[Rated] = []
        for number, most in enumerate(highest.tolist()):
            top, lag = tops[:, number].tolist(), int(shortest[number])
            while lag + 1 < len(top) and top[lag + 1] > top[lag]:
                lag += 1
            direction = int(scores[:, lag, number].argmax())
            period_s = (lag + self._shortest) * self._frame_s
            rated.append(Rated(top[lag], most, direction, period_s))
        return rated

    def _score(self, sums: Values) -> Values:
        """Return scores by direction, lag from the shortest, beat; sums are (4, lags, beats)."""
        n = sums[3]
        mean = sums[:3] / np.maximum(n, 1e-9)
        # One after the other, and in place: more would not stay in the processor's own memory.
        shape = (N_ROOMS, N_DIRECTIONS, len(self._lags), n.shape[1])
        size, lowest, likeness, other = self._room[: math.prod(shape)].reshape(shape)
        self._compare(mean, 0, size, other)
        whole = np.maximum(size[0] + size[QUARTER], 0.0)
        np.maximum(size, 0.0, out=size)
        size += self._params.across_frac * whole + 2.0 * self._params.floor_deg**2
        self._compare(mean, 1, lowest, other)
        for number in range(2, LAST):
            self._compare(mean, number, likeness, other)
            np.minimum(lowest, likeness, out=lowest)
        self._compare(mean, LAST, likeness, other)
        likeness /= size
        lowest /= size
        score: Values = np.subtract(likeness, lowest, out=lowest)
        score *= 0.5
        # A lag is believed once it was seen for as long as it is long.
        seen = n[self._lags] >= np.minimum(self._lags[:, None], 0.4 * n[0])
        score *= self._belief
        np.copyto(score, 0.0, where=~(seen & (likeness > 0)))
        return score

    def _compare(self, mean: Values, number: int, change: Values, other: Values) -> None:
        """Put into ``change`` what movement is beside itself, by direction, lag, beat.

        ``mean`` has xx, xy, yy by lag and beat; what is in ``other`` is lost.
        """
        part = 2.0 * mean.take(self._at[number], axis=1)
        part -= mean.take(self._before[number], axis=1)
        part -= mean.take(self._after[number], axis=1)
        xx, xy, yy = part
        both = 0.5 * (xx + yy)
        apart, crossed = other[:QUARTER], other[QUARTER:]
        np.multiply(COSINES, 0.5 * (xx - yy), out=apart)
        np.multiply(SINES, xy, out=crossed)
        apart += crossed
        # In each direction, and with the other sign at right angles to it.
        np.add(both, apart, out=change[:QUARTER])
        np.subtract(both, apart, out=change[QUARTER:])

    @staticmethod
    def _turn(state: AxisState, best: tuple[float, float], share: float) -> None:
        x, y = state.axis
        towards = 1.0 if x * best[0] + y * best[1] >= 0 else -1.0
        x += share * (towards * best[0] - x)
        y += share * (towards * best[1] - y)
        length = math.hypot(x, y)
        if length > 0:
            state.axis = (x / length, y / length)
