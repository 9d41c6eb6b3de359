"""How much a breath, and a rate, can be trusted: 0 to 1."""

from dataclasses import dataclass, field
from statistics import median

from breathsense.core.detection.quality_hops import Hop
from breathsense.core.detection.quality_usual import UsualState
from breathsense.core.model.events import Breath

DOUBT = {
    "off_body": 0.1,
    "slack": 0.1,
    "saturated": 0.1,
    "motion": 0.2,
    "slip": 0.3,
    "cough": 0.4,
    "speech": 0.6,
    "drift": 0.7,
}
"""What is left of the quality of a breath during which this went on."""
KEEP = 64


@dataclass(frozen=True, slots=True)
class ScoreParams:
    """What takes quality from a breath.

    Parameters
    ----------
    rough_from, rough_to : float
        While the fast part of a breath's seconds (median) is below this share of its depth nothing
        is taken; from ``rough_to`` on only ``rough_left`` is left.
    rough_left : float
        See above.
    small_frac, small_left : float
        Below this share of the usual depth a breath loses, down to ``small_left`` of nothing.
    clip_left, n_clip : float, int
        A top or bottom cut off at a rail hides the depth: what is left if a second has so many
        equal values at the largest or least value seen. The rate does not suffer.
    window_ns : int
        The quality of a rate is that of the breaths of the last 32 s.

    """

    rough_from: float = 0.5
    rough_to: float = 1.3
    rough_left: float = 0.3
    small_frac: float = 0.5
    small_left: float = 0.3
    clip_left: float = 0.6
    n_clip: int = 5
    window_ns: int = 32_000_000_000


@dataclass(slots=True)
class ScoreState:
    """Peaks of the last breaths and their worth for a rate; ends of the last doubtful hops."""

    breaths: list[tuple[int, float]] = field(default_factory=list)
    doubtful: list[tuple[int, float]] = field(default_factory=list)


class Scorer:
    """Gives breaths and rates their quality."""

    def __init__(self, params: ScoreParams) -> None:
        self._params = params

    def doubt(self, state: ScoreState, hop: Hop, reason: str) -> None:
        """Note what was the matter in a hop, if anything."""
        if reason in DOUBT:
            state.doubtful = [*state.doubtful, (hop.end_ns, DOUBT[reason])][-KEEP:]

    def score_breath(
        self, state: ScoreState, breath: Breath, usual: UsualState, rails: tuple[float, float]
    ) -> float:
        """Return the quality of a breath; ``rails`` are the least and largest value seen."""
        hops = [one for one in usual.hops if one.end_ns > breath.inhale_start_ns]
        worth = breath.quality * self._smoothness(breath, hops) * self._size(breath, usual.depth)
        in_it = [left for end_ns, left in state.doubtful if end_ns > breath.inhale_start_ns]
        worth *= min(in_it, default=1.0)
        state.breaths = [*state.breaths, (breath.peak_ns, worth)][-KEEP:]
        is_cut = any(self._is_cut(hop, rails) for hop in hops)
        return worth * (self._params.clip_left if is_cut else 1.0)

    def score_rate(self, state: ScoreState, t_ns: int) -> float:
        """Return the quality of a rate: its breaths', less the share of time in doubt."""
        since_ns = t_ns - self._params.window_ns
        recent = [worth for peak_ns, worth in state.breaths if peak_ns > since_ns]
        recent = recent or [worth for _, worth in state.breaths[-1:]]
        lost = sum(1.0 - left for end_ns, left in state.doubtful if end_ns > since_ns)
        share = min(1.0, lost * 1e9 / self._params.window_ns)
        return (1.0 - share) * sum(recent) / len(recent) if recent else 0.0

    def _smoothness(self, breath: Breath, hops: list[Hop]) -> float:
        params = self._params
        if not hops or breath.depth <= 0:
            return 1.0
        rough = median(one.rough for one in hops) / breath.depth
        over = (rough - params.rough_from) / (params.rough_to - params.rough_from)
        return 1.0 - (1.0 - params.rough_left) * min(1.0, max(0.0, over))

    def _size(self, breath: Breath, usual: float) -> float:
        params = self._params
        if usual <= 0:
            return 1.0
        share = min(1.0, breath.depth / usual / params.small_frac)
        return params.small_left + (1.0 - params.small_left) * share

    def _is_cut(self, hop: Hop, rails: tuple[float, float]) -> bool:
        n_clip = self._params.n_clip
        is_at_top = hop.high >= rails[1] - hop.rounding and hop.n_top >= n_clip
        return is_at_top or (hop.low <= rails[0] + hop.rounding and hop.n_bottom >= n_clip)
