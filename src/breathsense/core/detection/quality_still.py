"""Stretches in which nothing moves: at a rail, slack, or off the body."""

from dataclasses import dataclass

from breathsense.core.detection.quality_hops import Hop
from breathsense.core.detection.quality_usual import UsualState


@dataclass(frozen=True, slots=True)
class StillParams:
    """When stillness has a reason other than a breath that is held.

    Parameters
    ----------
    flat_frac : float
        Movement by less than this share of the largest of a second seen so far is none; the
        coarsest converter in the field data (318 steps over the range) moves by three times that.
    n_rail, n_middle : int
        Seconds without any movement until the reason is told: at the largest or least value seen,
        and elsewhere, where a coarse sensor may stand still for as long as a breath is held.
    quiet_frac, fall_frac, n_quiet : float, float, int
        The band came off: it fell by more than ``fall_frac`` usual depths below all values of the
        last ``n_before`` seconds, then moved by less than ``quiet_frac`` of a depth for
        ``n_quiet`` seconds. A forced breath out goes down by two to three depths.
    slack_frac, n_slack : float, int
        It hangs loose: the same with a smaller fall and more patience.
    n_before : int
        See above.

    """

    flat_frac: float = 0.001
    n_rail: int = 5
    n_middle: int = 15
    quiet_frac: float = 0.2
    fall_frac: float = 4.0
    n_quiet: int = 5
    slack_frac: float = 2.0
    n_slack: int = 20
    n_before: int = 20


@dataclass(slots=True)
class Run:
    """Hops in a row that stay within a narrow range."""

    n: int = 0
    start_ns: int = 0
    low: float = 0.0
    high: float = 0.0

    def follow(self, hop: Hop, width: float) -> None:
        """Take a hop; the run begins anew where it leaves the range, and is empty if it moves."""
        low, high = min(self.low, hop.low), max(self.high, hop.high)
        if self.n and high - low <= width:
            self.n, self.low, self.high = self.n + 1, low, high
        elif hop.high - hop.low <= width:
            self.n, self.start_ns, self.low, self.high = 1, hop.start_ns, hop.low, hop.high
        else:
            self.n = 0


@dataclass(slots=True)
class StillState:
    """Extremes of the session; the present runs; what was before the quiet one.

    ``floor`` is the level of the troughs then; ``fallen`` the reason once it is told.
    """

    lowest: float = 0.0
    highest: float = 0.0
    largest_move: float = -1.0
    flat: Run | None = None
    quiet: Run | None = None
    floor: float = 0.0
    fallen: str = ""

    def begin_anew(self) -> None:
        """Nothing is joined across a gap; the rails stay where they were."""
        self.flat = self.quiet = None
        self.fallen = ""


class StillJudge:
    """Tells the reason why the waveform stands still, and since when."""

    def __init__(self, params: StillParams) -> None:
        self._params = params

    def judge(self, state: StillState, hop: Hop, usual: UsualState) -> tuple[str, int]:
        """Take a hop; give the reason, empty if there is none, and the start of the stretch."""
        if state.largest_move < 0:
            state.lowest, state.highest = hop.low, hop.high
        state.lowest, state.highest = min(state.lowest, hop.low), max(state.highest, hop.high)
        state.largest_move = max(state.largest_move, hop.high - hop.low)
        return self._judge_fall(state, hop, usual) or self._judge_flat(state, hop) or ("", 0)

    def _judge_flat(self, state: StillState, hop: Hop) -> tuple[str, int] | None:
        params = self._params
        still = max(params.flat_frac * state.largest_move, hop.rounding)
        run = state.flat = state.flat or Run()
        run.follow(hop, still)
        if run.n < params.n_rail:
            return None
        has_moved = state.highest - state.lowest > still
        if has_moved and run.high >= state.highest - still:
            return "saturated", run.start_ns
        if has_moved and run.low <= state.lowest + still:
            return "slack", run.start_ns
        is_long = run.n >= params.n_middle or not has_moved
        return ("off_body", run.start_ns) if is_long else None

    def _judge_fall(self, state: StillState, hop: Hop, usual: UsualState) -> tuple[str, int] | None:
        params, run = self._params, state.quiet or Run()
        state.quiet = run
        if state.fallen and self._is_still_down(state, hop, usual.depth):
            return state.fallen, run.start_ns
        state.fallen = ""
        run.follow(hop, params.quiet_frac * usual.depth)
        if run.n == 1:
            lows = sorted(one.low for one in usual.hops[-1 - params.n_before : -1])
            # Not the least: the seconds of the fall itself are no level to have fallen from.
            state.floor = lows[len(lows) // 4] if lows else run.low
        if not run.n or usual.depth <= 0:
            return None
        fall = (state.floor - run.high) / usual.depth
        if run.n >= params.n_quiet and fall > params.fall_frac:
            state.fallen = "off_body"
        elif run.n >= params.n_slack and fall > params.slack_frac:
            state.fallen = "slack"
        return (state.fallen, run.start_ns) if state.fallen else None

    def _is_still_down(self, state: StillState, hop: Hop, depth: float) -> bool:
        """Whether it lies there as before; it may creep, and move a little more than at first."""
        is_quiet = hop.high - hop.low <= 1.5 * self._params.quiet_frac * depth
        return is_quiet and state.floor - hop.high > self._params.slack_frac / 2 * depth
