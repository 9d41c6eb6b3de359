"""A level that runs away, breath after breath, or that settles somewhere else."""

from dataclasses import dataclass

from breathsense.core.detection.quality_hops import Hop
from breathsense.core.detection.quality_usual import UsualState, find_shift


@dataclass(frozen=True, slots=True)
class DriftParams:
    """When the level runs away.

    Parameters
    ----------
    shift_frac : float
        From one breath's length to the next, and again to the one after, bottom and top both move
        by this share of the usual depth, the same way.
    slip_frac, n_stays : float, int
        The level slipped, slowly: within a breath's length bottom and top moved by more than a
        belly that is braced, and stay there for this many seconds longer.
    breathing_frac : float
        Breaths of this share of the usual depth went on before and after: it is no held breath.


    """

    shift_frac: float = 0.8
    slip_frac: float = 2.5
    n_stays: int = 12
    breathing_frac: float = 0.4


@dataclass(slots=True)
class DriftState:
    """The drift that goes on; ``start_ns`` is -1 while there is none."""

    start_ns: int = -1
    end_ns: int = 0
    n_since: int = 0
    n_apart: int = 0


class DriftJudge:
    """Compares three lengths of a breath in a row, hop by hop."""

    def __init__(self, params: DriftParams) -> None:
        self._params = params

    def judge(self, state: DriftState, hop: Hop, usual: UsualState) -> tuple[int, int] | None:
        """Take a hop, the newest of ``usual.hops``; give a drift that is over."""
        n = usual.n_cycle()
        if self._is_drifting(usual, n):
            if state.start_ns < 0:
                state.start_ns = usual.hops[-3 * n].start_ns
            state.end_ns, state.n_since = hop.end_ns, 0
            return None
        state.n_since += 1
        return self.close(state) if state.start_ns >= 0 and state.n_since > n else None

    def judge_slip(self, state: DriftState, usual: UsualState) -> tuple[int, int] | None:
        """Take the same hop; give a slip, once it is clear that it stays."""
        n, params = usual.n_cycle(), self._params
        wait = n + params.n_stays
        state.n_apart += 1
        if usual.depth <= 0:
            return None
        before, after = usual.envelope(-n - wait - n, -n - wait), usual.envelope(-wait, 0)
        if before is None or after is None:
            return None
        least = params.breathing_frac * usual.depth
        is_breathing = before[1] - before[0] > least and after[1] - after[0] > least
        if not is_breathing or abs(find_shift(before, after)) < params.slip_frac * usual.depth:
            return None
        is_new, state.n_apart = state.n_apart > n, 0
        if not is_new or state.start_ns >= 0:
            return None
        return usual.hops[-wait - 2].start_ns, usual.hops[-wait].end_ns

    def close(self, state: DriftState) -> tuple[int, int] | None:
        """Give the drift that is open, if any."""
        start_ns, state.start_ns = state.start_ns, -1
        return (start_ns, state.end_ns) if start_ns >= 0 else None

    def _is_drifting(self, usual: UsualState, n: int) -> bool:
        if usual.depth <= 0 or len(usual.hops) < 3 * n:
            return False
        now, then = usual.envelope(-n, 0), usual.envelope(-2 * n, -n)
        newer = find_shift(then, now)
        if abs(newer) < self._params.shift_frac * usual.depth:
            return False
        older = find_shift(usual.envelope(-3 * n, -2 * n), then)
        return abs(older) >= self._params.shift_frac * usual.depth and newer * older > 0
