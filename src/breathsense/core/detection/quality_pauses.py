"""Time before the first breath, and after the last: nothing is wrong, but nothing is there."""

from dataclasses import dataclass

from breathsense.core.detection.quality_bursts import Stretch
from breathsense.core.detection.quality_usual import UsualState
from breathsense.core.model.events import Breath


@dataclass(frozen=True, slots=True)
class PauseParams:
    """When it is told that there is no breath.

    Parameters
    ----------
    stale_periods : float
        The screen says so once the newest breath is older: that is when the rate goes.
    longest_ns : int
        It becomes a fact, and a reason, after 20 s: the slowest breathing looked for is 3 a minute.
    settle_ns : int
        A time before the first breath shorter than this is not worth telling ...
    no_breath_ns : int
        ... one longer than this is no settling any more.

    """

    stale_periods: float = 2.5
    longest_ns: int = 20_000_000_000
    settle_ns: int = 8_000_000_000
    no_breath_ns: int = 30_000_000_000


@dataclass(slots=True)
class PauseState:
    """Since when a breath is awaited; ``is_settling`` until the first one has come."""

    since_ns: int = 0
    is_settling: bool = True


class PauseJudge:
    """Follows the breaths and says where there are none."""

    def __init__(self, params: PauseParams) -> None:
        self._params = params

    def hint(self, state: PauseState, t_ns: int, usual: UsualState) -> str:
        """Return why there is no rate now."""
        waited_ns = t_ns - state.since_ns
        if state.is_settling:
            return "settling" if waited_ns < self._params.no_breath_ns else "no_breath"
        period_ns = usual.period_ns or self._params.longest_ns
        return "no_breath" if waited_ns > self._params.stale_periods * period_ns else ""

    def breathe(self, state: PauseState, breath: Breath, usual: UsualState) -> list[Stretch]:
        """Take a breath; tell what it ended."""
        found = self.close(state, breath.inhale_start_ns, usual)
        state.since_ns, state.is_settling = breath.peak_ns, False
        return found

    def close(self, state: PauseState, end_ns: int, usual: UsualState) -> list[Stretch]:
        """Tell a time without breaths that ends here, if it was long."""
        params, waited_ns = self._params, end_ns - state.since_ns
        if state.is_settling:
            reason = "settling" if waited_ns < params.no_breath_ns else "no_breath"
            return (
                [Stretch(reason, state.since_ns, end_ns)] if waited_ns >= params.settle_ns else []
            )
        # What may still have been the last breath's own expiration is not claimed.
        own_ns = int(usual.period_ns) or params.settle_ns
        least_ns = max(params.longest_ns, params.stale_periods * own_ns)
        is_long = waited_ns > least_ns
        return [Stretch("no_breath", state.since_ns + own_ns, end_ns)] if is_long else []
