"""Whether the trunk has been slumped for long, against the wearer's own tall and slump.

Angle is not posture, and people shift as they need to: so it takes two minutes, and reminders are
few. Nothing says that one posture prevents pain.
"""

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from breathsense.core.model.coaching import WatchBegan
from breathsense.core.posture.lean import Leaning, Point

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class SlouchParams:
    """What counts as slouching, and when its wearer is reminded.

    Parameters
    ----------
    deep_frac, deep_deg : float
        Slumped is farther from tall than this share of the way to slump, and than this angle.
    out_frac : float
        It is over nearer than this share of that limit, for ``out_s``.
    after_s : float
        It is told after this time, on and on.
    out_s : float
        Shorter straightenings, walks and gaps do not end it.
    remind_gap_s, most_an_hour : float, int
        Least time between two reminders, and most of them in an hour.
    lying_deg : float
        So far from tall one lies, or has fallen: no slouching.

    """

    deep_frac: float = 0.6
    deep_deg: float = 10.0
    out_frac: float = 0.75
    after_s: float = 120.0
    out_s: float = 10.0
    remind_gap_s: float = 900.0
    most_an_hour: int = 3
    lying_deg: float = 60.0


class Range(NamedTuple):
    """Where the wearer is tall, and the way from there to slump."""

    tall: Point
    way: Point


class Stretch(NamedTuple):
    """A slouch that is told: since when, how deep now, and whether to remind."""

    start_ns: int
    slouch_frac: float
    is_reminder: bool


@dataclass(slots=True)
class SlouchState:
    """The open stretch, since when it seems to be over, and the last reminders.

    ``watch`` is the one that was begun; its numbers hold from its start on.
    """

    since_ns: int | None = None
    out_ns: int | None = None
    newest_ns: int = 0
    is_told: bool = False
    reminded_ns: list[int] = field(default_factory=list)
    watch: WatchBegan | None = None


def find_slouch_frac(span: Range, at: Point) -> float:
    """Return the place of a lean between tall (0) and slump (1)."""
    x, y = span.way
    return ((at[0] - span.tall[0]) * x + (at[1] - span.tall[1]) * y) / (x * x + y * y)


class SlouchDetector:
    """Tells long slouches hop by hop."""

    def __init__(self, params: SlouchParams) -> None:
        self._params = params
        self._out_ns = round(params.out_s * 1e9)

    def take(self, state: SlouchState, span: Range, leaning: Leaning) -> Stretch | None:
        """Take a leaning; give the stretch once it is long enough."""
        t_ns = leaning.t_ns
        depth_deg = self._measure(span, leaning)
        p = self._find_params(state.watch, t_ns)
        limit_deg = max(p.deep_frac * math.hypot(*span.way), p.deep_deg)
        if t_ns - state.newest_ns > self._out_ns:
            state.since_ns = None
        state.newest_ns = t_ns
        if state.since_ns is None:
            if depth_deg >= limit_deg:
                state.since_ns, state.out_ns, state.is_told = t_ns, None, False
            return None
        if depth_deg >= p.out_frac * limit_deg:
            state.out_ns = None
        elif state.out_ns is None:
            state.out_ns = t_ns
        elif t_ns - state.out_ns >= self._out_ns:
            state.since_ns = None
            return None
        if state.is_told or t_ns - state.since_ns < p.after_s * 1e9:
            return None
        state.is_told = True
        frac = find_slouch_frac(span, leaning.slow)
        return Stretch(state.since_ns, frac, _remind(state, p, t_ns))

    def _find_params(self, watch: WatchBegan | None, t_ns: int) -> SlouchParams:
        """Return the numbers that hold at a time: leans come later than the watch was begun."""
        if watch is None or t_ns < watch.start_ns:
            return self._params
        return replace(
            self._params,
            deep_frac=watch.slouch_frac,
            deep_deg=watch.least_deg,
            after_s=watch.after_s,
            remind_gap_s=watch.remind_gap_s,
            most_an_hour=watch.most_an_hour,
        )

    def _measure(self, span: Range, leaning: Leaning) -> float:
        """Return how deep the trunk is slumped, in degrees; 0 when moving or lying."""
        x, y = leaning.slow[0] - span.tall[0], leaning.slow[1] - span.tall[1]
        if leaning.is_moving or math.hypot(x, y) > self._params.lying_deg:
            return 0.0
        return find_slouch_frac(span, leaning.slow) * math.hypot(*span.way)


def _remind(state: SlouchState, params: SlouchParams, t_ns: int) -> bool:
    """Return whether to remind now, and remember it."""
    recent = [one for one in state.reminded_ns if t_ns - one < HOUR_S * 1e9]
    is_due = not recent or t_ns - recent[-1] >= params.remind_gap_s * 1e9
    is_due = is_due and len(recent) < params.most_an_hour
    state.reminded_ns = [*recent, t_ns] if is_due else recent
    return is_due
