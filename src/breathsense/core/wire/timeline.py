"""The straight line from a wearable's own time axis to the session axis, followed as it drifts.

A packet arrives late by a delay that is never negative: the wait for the next connection event,
repeats on the air, a busy host. The true line therefore runs along the lower edge of the
arrivals (S. B. Moon, P. Skelly, D. Towsley 1999, doi 10.1109/INFCOM.1999.749286). Here the
earliest arrival of every span is kept for a while and a line is fitted to them; the line in use
bends towards it slowly, so that times stay smooth and never run backwards.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.samples import Values

MS = 1_000_000
S = 1_000_000_000

Point = tuple[float, float]
"""Position on the wearable's axis and time of arrival, both in ns."""


@dataclass(frozen=True, slots=True)
class TimelineParams:
    """Numbers of the fit.

    Parameters
    ----------
    span_ns, longest_span_ns : int
        Of each span the earliest arrival is kept. When there are too many, two spans become
        one, up to the longest.
    n_spans : int
        How many are remembered.
    arrival_sd_ns : float
        Spread of the earliest arrivals about the line.
    slope_sd : float
        How far the true slope may lie from the first one.
    contradicted_sd : float
        Arrivals that contradict that by so many standard errors are believed alone.
    early_ns : float
        A line that lies so much after the earliest arrival of the newest span is corrected within
        the next: losses were counted that were none, or the rate was misjudged.
    approach_ns : float
        Time constant with which the line in use goes to the fitted one; shorter at first.
    slew, fast_slew : float
        Greatest bend: 2 % in normal use, 20 % when it is off by more than ``far_ns``, and while
        there are fewer than ``settled_n`` spans.

    """

    span_ns: int = S
    longest_span_ns: int = S
    n_spans: int = 32
    arrival_sd_ns: float = 15.0 * MS
    slope_sd: float = 0.03
    contradicted_sd: float = 5.0
    early_ns: float = 15.0 * MS
    approach_ns: float = 4.0 * S
    slew: float = 0.02
    fast_slew: float = 0.2
    far_ns: float = 150.0 * MS
    settled_n: int = 10


LEAST_SLOPE_FRAC = 0.01
"""No line goes slower than this part of the first slope, which is right to half or twice."""
COUNTED = TimelineParams()
"""Where samples are counted: a slope from a second or two of arrivals (3 %), half a minute's
memory, since losses that nobody noticed move the line."""
STAMPED = TimelineParams(longest_span_ns=8 * S, n_spans=48, slope_sd=1e-4, early_ns=math.inf)
"""By the wearable's own clock: quartz (1e-4), and 3 to 6 minutes' memory: at 100 ppm packets drift
through a connection interval of 45 ms in 7 minutes, and only then is the least delay met."""


@dataclass(slots=True)
class TimelineState:
    """The line in use: through ``(x_ref, t_ref)`` with ``slope``; and what it is fitted to.

    ``fitted_slope`` is without the bend that brings the line to where it should be,
    ``newest_late`` the least lateness in the newest span, ``best_late`` that in the open one.
    """

    x_ref: float = 0.0
    t_ref: float = 0.0
    slope: float = 1.0
    first_slope: float = 1.0
    fitted_slope: float = 1.0
    earliest: list[Point] = field(default_factory=list)
    span_start: float = 0.0
    span_best: Point | None = None
    span_ns: int = 0
    newest_late: float = 0.0
    best_late: float = math.inf


class Timeline:
    """Follows one wearable axis; a pure function of the arrivals it is shown."""

    def __init__(self, params: TimelineParams) -> None:
        self._params = params
        self.state = TimelineState()

    def at(self, x: float) -> float:
        """Return the session time in ns of a position."""
        state = self.state
        return state.t_ref + state.slope * (x - state.x_ref)

    @property
    def n_spans(self) -> int:
        """How many spans the fit rests on."""
        return len(self.state.earliest)

    @property
    def lag_ns(self) -> float:
        """How much even the earliest arrivals of the newest span came late."""
        return max(self.state.newest_late, 0.0)

    def forget_since(self, host: float) -> None:
        """Forget the arrivals since then: their positions were wrong."""
        self.state.earliest = [point for point in self.state.earliest if point[1] < host]
        self.state.span_best, self.state.best_late = None, math.inf

    def catch_up(self, lag_ns: float) -> None:
        """Move the line to later times at once."""
        state = self.state
        state.t_ref += lag_ns
        state.newest_late -= lag_ns
        if state.span_best is not None:
            state.best_late = state.span_best[1] - self.at(state.span_best[0])

    def find_errors(self, x: float, unseen_ns: float) -> tuple[float, float]:
        """Return the standard errors of the slope, and in ns of the line at ``x``.

        ``unseen_ns`` is what the delays of all arrivals may have in common without its being seen.
        """
        points, params = self.state.earliest, self._params
        known = params.slope_sd * self.state.first_slope
        if not points:
            return known, params.arrival_sd_ns + unseen_ns
        mean_x = sum_in_order([x for x, _ in points]) / len(points)
        spread = sum_in_order([(x - mean_x) ** 2 for x, _ in points])
        hold = (params.arrival_sd_ns / known) ** 2
        of_fit = params.arrival_sd_ns / math.sqrt(spread + hold)
        of_unseen = unseen_ns / max(points[-1][0] - points[0][0], 1.0)
        slope_error = min(known, math.hypot(of_fit, of_unseen))
        away = (x - mean_x) * of_fit
        return slope_error, math.hypot(
            params.arrival_sd_ns / math.sqrt(len(points)), away, unseen_ns
        )

    def anchor(self, points: list[Point], slope: float) -> None:
        """Begin anew: the line with this slope that no arrival lies before."""
        x_ref = points[0][0]
        t_ref = min(host - slope * (x - x_ref) for x, host in points)
        self.state = TimelineState(
            x_ref,
            t_ref,
            slope,
            first_slope=slope,
            fitted_slope=slope,
            span_start=points[0][1],
            span_ns=self._params.span_ns,
        )
        for x, host in points:
            self.observe(x, host, host - self.at(x))

    def observe(self, x: float, host: float, late: float) -> None:
        """Take an arrival, ``late`` after the line; from here on the line may bend a little."""
        state = self.state
        if late < state.best_late:
            state.span_best, state.best_late = (x, host), late
        if host - state.span_start < state.span_ns or state.span_best is None:
            return
        state.earliest.append(state.span_best)
        state.newest_late = state.best_late
        self._forget()
        took_ns = host - state.span_start
        state.span_best, state.best_late, state.span_start = None, math.inf, host
        self._bend(x, took_ns)

    def _forget(self) -> None:
        """Make room: two spans become one that keeps the earlier arrival, or the oldest goes."""
        state, params = self.state, self._params
        if len(state.earliest) <= params.n_spans:
            return
        if state.span_ns >= params.longest_span_ns:
            del state.earliest[0]
            return
        state.span_ns *= 2
        pairs = zip(state.earliest[::2], state.earliest[1::2], strict=False)
        kept = [min(pair, key=lambda point: point[1] - self.at(point[0])) for pair in pairs]
        state.earliest = kept + state.earliest[2 * len(kept) :]

    def _bend(self, x: float, took_ns: float) -> None:
        """Turn the line at ``x`` so that it approaches the fitted one, not beyond it.

        The next turn comes in about ``took_ns``, as long as the newest span took.
        """
        state, params = self.state, self._params
        mean_x, mean_t, slope = self._fit()
        # Arrivals all at one moment, on and on, would tell of a clock that stands still.
        slope = max(slope, LEAST_SLOPE_FRAC * state.first_slope)
        state.fitted_slope = slope
        now = self.at(x)
        error = mean_t + slope * (x - mean_x) - now
        is_early = state.newest_late < -params.early_ns
        if is_early:
            # Nothing arrives before it was taken: what the line rests on is out of date.
            error = min(error, state.newest_late)
        n_spans = len(state.earliest)
        is_quick = is_early or abs(error) > params.far_ns or n_spans < params.settled_n
        limit = params.fast_slew if is_quick else params.slew
        approach_ns = min(params.approach_ns, params.span_ns * (n_spans + 1) / 2)
        if is_early or approach_ns < took_ns:
            approach_ns = took_ns
        bend = max(-limit, min(limit, error / approach_ns))
        state.x_ref, state.t_ref, state.slope = x, now, slope * (1.0 + bend)

    def _fit(self) -> tuple[float, float, float]:
        """Return a point and the slope of the line through the earliest arrivals.

        Spans in which every arrival was late (a stalled link) weigh less (Huber); the slope is
        held near the first one while there is little to find it from.
        """
        x, t = np.array(self.state.earliest).T
        weights = None
        for _ in range(3):
            mean_x, mean_t, slope, misses = self._weighted(x, t, weights)
            ordered = sorted(misses.tolist())
            bound = 2.0 * max(_find_middle(ordered), 1.0 * MS)
            if weights is None and ordered[-1] <= bound:
                # None weighs less than the others, so that the line would come out the same.
                return mean_x, mean_t, slope
            weights = np.minimum(1.0, bound / np.maximum(misses, 1.0))
        return self._weighted(x, t, weights)[:3]

    def _weighted(
        self, x: Values, t: Values, weights: Values | None
    ) -> tuple[float, float, float, Values]:
        """Return the line, and how far each arrival is from it; without weights all are one."""
        first_slope = self.state.first_slope
        total = len(x) if weights is None else _add_up(weights)
        mean_x = _add_up(x if weights is None else weights * x) / total
        mean_t = _add_up(t if weights is None else weights * t) / total
        away, late = x - mean_x, t - mean_t
        square, excess = away * away, late - first_slope * away
        if weights is not None:
            square *= weights
        excess *= away if weights is None else weights * away
        spread, tilt = _add_up(square), _add_up(excess)
        slope_sd = self._params.slope_sd * first_slope
        hold = (self._params.arrival_sd_ns / slope_sd) ** 2
        if spread > 0:
            error = max(slope_sd, self._params.arrival_sd_ns / spread**0.5)
            if abs(tilt / spread) > self._params.contradicted_sd * error:
                hold = 0.0
        slope = first_slope + tilt / (spread + hold)
        return mean_x, mean_t, slope, np.abs(late - slope * away)


def _add_up(values: Values) -> float:
    """Return the sum, added up in order."""
    return float(np.add.accumulate(values)[-1])


def _find_middle(ordered: list[float]) -> float:
    """Return the median of what is in order; the checks of numpy's own take long."""
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def sum_in_order(values: list[float]) -> float:
    """Return the sum, added up in order: ``sum`` rounds otherwise from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total
