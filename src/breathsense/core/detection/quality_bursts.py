"""Sudden movement: a jerk that returns, a step that stays, or movement that goes on."""

from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.detection.quality_hops import Hop
from breathsense.core.detection.quality_usual import UsualState, find_shift


@dataclass(frozen=True, slots=True)
class BurstParams:
    """What is too sudden for breathing.

    Parameters
    ----------
    rough_frac, rough_usual : float
        A second is rough if its fast part is larger than this share of the usual depth, and than
        this multiple of what is usual here: heart ripple and cut-off tops are usual.
    quick_frac : float
        By this share more, times the square of breaths a second: quick breaths are steep.
    long_frac, long_usual, n_long : float, float, int
        The same for ``n_long`` seconds in a row, where less is enough.
    n_calm : int
        A burst is over after so many calm seconds.
    n_motion, motion_share : int, float
        Movement, not a cough, is at least so many rough seconds, and such a share of all of them.
    n_longest : int
        Longer than this nobody coughs.
    slip_frac : float
        A step that is still there two breaths later, by this share of the usual depth, is a slip.

    """

    rough_frac: float = 1.2
    rough_usual: float = 2.0
    quick_frac: float = 1.2
    long_frac: float = 0.8
    long_usual: float = 2.0
    n_long: int = 5
    n_calm: int = 3
    n_motion: int = 5
    motion_share: float = 0.75
    n_longest: int = 15
    slip_frac: float = 1.0


class Stretch(NamedTuple):
    """A stretch with its reason."""

    reason: str
    start_ns: int
    end_ns: int


@dataclass(slots=True)
class BurstState:
    """The burst that is going on or not judged yet; ``n`` is 0 while there is none.

    ``n`` and ``n_rough`` count its hops up to ``end_ns``, ``n_since`` those after.
    """

    n: int = 0
    n_rough: int = 0
    n_since: int = 0
    n_lively: int = 0
    start_ns: int = 0
    end_ns: int = 0
    before: tuple[float, float] | None = None

    def hint(self, params: BurstParams) -> str:
        """Return what it looks like now; empty once it is over."""
        if not self.n or self.n_since >= params.n_calm:
            return ""
        return "motion" if self.n_rough >= params.n_motion else "cough"


class BurstJudge:
    """Finds bursts, hop by hop, and names them once it is clear whether the level stays."""

    def __init__(self, params: BurstParams) -> None:
        self._params = params

    def judge(self, state: BurstState, hop: Hop, usual: UsualState) -> list[Stretch]:
        """Take a hop, the newest of ``usual.hops``; give what was found."""
        n_rough = self._count_rough(state, hop, usual)
        if n_rough:
            self._widen(state, n_rough, hop, usual)
        elif state.n:
            state.n_since += 1
        n_wait = max(self._params.n_calm, 2 * usual.n_cycle())
        is_long = state.n_since >= self._params.n_calm and self._is_motion(state)
        return self.close(state, usual) if state.n and (is_long or state.n_since >= n_wait) else []

    def close(self, state: BurstState, usual: UsualState) -> list[Stretch]:
        """Name what is there, if anything, and begin anew."""
        if not state.n:
            return []
        reason = "motion" if self._is_motion(state) else "cough"
        shift = find_shift(state.before, usual.envelope(-min(state.n_since, usual.n_cycle()), 0))
        is_breathing = state.n_since >= usual.n_cycle()
        if is_breathing and abs(shift) >= self._params.slip_frac * usual.depth:
            reason = "slip"
        found = Stretch(reason, state.start_ns, state.end_ns)
        state.n = state.n_rough = state.n_since = 0
        return [found]

    def _count_rough(self, state: BurstState, hop: Hop, usual: UsualState) -> int:
        """Count the newest hops that are rough; most often none or one."""
        params, depth = self._params, usual.depth
        if depth <= 0:
            return 0
        per_s = 1e9 / max(usual.period_ns, 1e9)
        steep = params.quick_frac * per_s * per_s * depth
        least = params.long_frac * depth + steep
        is_lively = hop.rough > max(least, params.long_usual * usual.rough)
        state.n_lively = state.n_lively + 1 if is_lively else 0
        if state.n_lively == params.n_long and not state.n:
            return params.n_long
        least = params.rough_frac * depth + steep
        is_rough = hop.rough > max(least, params.rough_usual * usual.rough)
        return int(is_rough or state.n_lively > params.n_long)

    def _widen(self, state: BurstState, n_rough: int, hop: Hop, usual: UsualState) -> None:
        if not state.n:
            n_back = n_rough + 1  # the edge may have begun in the hop before
            first = usual.hops[-min(n_back, len(usual.hops))]
            state.start_ns = first.start_ns
            state.before = usual.envelope(-n_back - usual.n_cycle(), -n_back)
            state.n = n_rough
        else:
            state.n += state.n_since + 1
        state.n_rough += n_rough
        state.n_since, state.end_ns = 0, hop.end_ns

    def _is_motion(self, state: BurstState) -> bool:
        params = self._params
        is_dense = state.n_rough >= params.motion_share * state.n
        return (is_dense and state.n_rough >= params.n_motion) or state.n > params.n_longest
