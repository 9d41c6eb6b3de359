"""Which of the wearer's slow movements is breathing: the direction that repeats itself best.

The largest movement of a standing trunk is sway. Sway wanders, breath comes again; so the axis is
not the one of the largest variance (principal component) but the one whose autocorrelation comes
back highest after having gone down (periodic component analysis, doi 10.1109/TBME.2008.919714).
Looked at are changes over a share of each period, whose autocorrelation follows from that of the
movement itself: ``2 R(l) - R(l - d) - R(l + d)``.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.samples import Values

N_DIRECTIONS = 12
ANGLES = np.arange(N_DIRECTIONS) * (math.pi / N_DIRECTIONS)
QUARTER = N_DIRECTIONS // 2
"""So many directions further is at right angles."""
COSINES = np.cos(2.0 * ANGLES[:QUARTER])[:, None, None]
SINES = np.sin(2.0 * ANGLES[:QUARTER])[:, None, None]
DOWN = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Shares of a period after which movement that repeats itself has gone down."""
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
        A shorter period with at least this share of the best score is taken: twice a period is a
        period too.
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
    same_frac: float = 0.85
    step_frac: float = 0.15
    turn_frac: float = 0.3


@dataclass(slots=True)
class AxisState:
    """Sums of products of frames with earlier ones, by lag: xx, xy, yy, and how many.

    ``score``, -1 to 1, is how well the movement along ``axis`` repeats after ``period_s``.
    """

    recent: Values = field(default_factory=lambda: np.zeros((0, 2)))
    sums: Values = field(default_factory=lambda: np.zeros((4, 0)))
    axis: tuple[float, float] = (1.0, 0.0)
    before: tuple[float, float] = (1.0, 0.0)
    score: float = 0.0
    period_s: float = 0.0


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
        now = self._n_lags + np.arange(round(beat_s / frame_s))
        self._back = now[:, None] - np.arange(self._n_lags)

    def learn(self, state: AxisState, frames: Values, *, is_in_use: bool) -> None:
        """Take the frames of a beat at the most, shape (n, 2), that follow on those before."""
        if state.sums.shape[1] == 0:
            state.sums = np.zeros((4, self._n_lags))
        state.sums = state.sums * self._keep + self._multiply(state, frames)
        joined = np.concatenate((state.recent, frames))
        state.recent = joined[-self._n_lags :].copy()
        self._choose(state, self._params.turn_frac if is_in_use else 1.0)

    def break_off(self, state: AxisState) -> None:
        """Forget the last frames: what comes does not follow on them."""
        state.recent = np.zeros((0, 2))

    def _multiply(self, state: AxisState, frames: Values) -> Values:
        """Products of the frames with those up to ``n_lags`` before."""
        n, n_pad = len(frames), self._n_lags - len(state.recent)
        joined = np.zeros((self._n_lags + n, 2))
        joined[n_pad:-n], joined[-n:] = state.recent, frames
        # Row k: the frames from now back to the oldest that is compared.
        at = self._back[:n]
        earlier = joined.take(at, axis=0)
        x, y = earlier[:, :, 0], earlier[:, :, 1]
        now_x, now_y = frames[:, :1], frames[:, 1:]
        sums = np.empty((4, self._n_lags))
        np.add.reduce(now_x * x, axis=0, out=sums[0])
        np.add.reduce(0.5 * (now_x * y + now_y * x), axis=0, out=sums[1])
        np.add.reduce(now_y * y, axis=0, out=sums[2])
        sums[3] = (at >= n_pad).sum(axis=0) if n_pad else n
        return sums

    def _choose(self, state: AxisState, share: float) -> None:
        score = self._score(state)
        place = int(np.argmax(score))
        direction, best = divmod(place, score.shape[1])
        state.score = min(1.0, float(score[direction, best]))
        if state.score <= 0:
            return
        along = score[direction]
        lag = int(np.argmax(along >= self._params.same_frac * state.score))
        while lag + 1 < len(along) and along[lag + 1] > along[lag]:
            lag += 1
        state.period_s = (lag + self._shortest) * self._frame_s
        self._turn(state, DIRECTIONS[direction], share)

    def _score(self, state: AxisState) -> Values:
        """Return the score of each direction and lag, shape (directions, lags from shortest)."""
        n = state.sums[3]
        mean = state.sums[:3] / np.maximum(n, 1e-9)
        part = 2.0 * mean.take(self._at, axis=1)
        part -= mean.take(self._before, axis=1)
        part -= mean.take(self._after, axis=1)
        xx, xy, yy = part
        both = 0.5 * (xx + yy)
        # In each direction, and with the other sign at right angles to it.
        apart = COSINES * (0.5 * (xx - yy)) + SINES * xy
        change = np.concatenate((both + apart, both - apart))
        whole = np.maximum(change[0, 0] + change[QUARTER, 0], 0.0)
        floor = self._params.across_frac * whole + 2.0 * self._params.floor_deg**2
        size = np.maximum(change[:, 0], 0.0) + floor
        likeness = change[:, -1] / size
        score = 0.5 * (likeness - np.minimum.reduce(change[:, 1:-1], axis=1) / size)
        # A lag is believed once it was seen for as long as it is long.
        seen = n[self._lags] >= np.minimum(self._lags, 0.4 * n[0])
        return np.where(seen & (likeness > 0), score, 0.0)

    @staticmethod
    def _turn(state: AxisState, best: tuple[float, float], share: float) -> None:
        x, y = state.axis
        towards = 1.0 if x * best[0] + y * best[1] >= 0 else -1.0
        x += share * (towards * best[0] - x)
        y += share * (towards * best[1] - y)
        length = math.hypot(x, y)
        if length > 0:
            state.axis = (x / length, y / length)
