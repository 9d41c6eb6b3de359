"""Several detectors of one waveform, from quick to sure, and the rule of whom to believe.

A smoother that keeps the heart's ripple and steps out is late; a light one is prompt, and on a
clean signal just as right; what a heavy one will say can be foretold, the better the less far. So
the same waveform is followed by a *ladder* of smoothers. The slowest rung is taken as right,
afterwards: each breath that it sees is compared with what the quicker rungs had seen. A rung that
has agreed of late is believed at once; one that has not is not asked. A turn that does not look
like the wearer's others waits for the slowest rung.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from breathsense.core.detection.foretell import Foreteller, ForetellParams, ForetellState
from breathsense.core.detection.smooth import Smoothers, SmootherState
from breathsense.core.detection.swing import (
    Line,
    ScaleParams,
    Swing,
    SwingParams,
    SwingState,
    SwingTurn,
    find_corners,
)
from breathsense.core.model.samples import Values


@dataclass(frozen=True, slots=True)
class TrustParams:
    """When a quick rung is believed.

    Parameters
    ----------
    n_verdicts, n_needed : int
        Of its last ``n_verdicts`` breaths (at least ``n_needed``) none may have been missed,
        doubled or misplaced.
    near_frac, near_min, near_max : float, int, int
        A peak agrees if it is this near: a share of the usual period, within so many values.
    period_frac : float
        A breath that comes sooner than this share of the usual period waits for the slowest rung.
    rise_frac : float
        One whose rise is less than this share of the usual one is small, and waits for the two
        slowest ...
    n_small, small_frac : int, float
        ... unless it has this share at least, and the rung saw so many small breaths rightly, and
        none wrongly, among its last ``n_verdicts`` small ones: some people breathe unevenly.
    n_periods : int
        The usual period is the median of the last so many.

    """

    n_verdicts: int = 12
    n_needed: int = 2
    near_frac: float = 0.12
    near_min: int = 8
    near_max: int = 14
    period_frac: float = 0.7
    rise_frac: float = 0.8
    n_small: int = 5
    small_frac: float = 0.4
    n_periods: int = 9


RAIL = -1
"""In the place of a rung's number: a peak that is told by its rail."""
SLACK = 3
"""Grid values by which the trough of one rung may seem to lie before the peak of another."""


class Believed(NamedTuple):
    """A turn that is believed; ``decided`` and ``at`` count grid values since the start.

    ``trust`` is the median of the rungs' shares of verdicts of late that were in agreement;
    ``is_rail`` says that the peak lies just there, the middle of a rail; ``period`` is the usual
    distance of peaks in grid values, this one included, 0 before any is known.
    """

    decided: int
    is_peak: bool
    at: int
    trust: float
    is_rail: bool
    period: float


@dataclass(slots=True)
class RungState:
    """Swing of a rung, its peaks not judged yet, the verdicts on older ones.

    ``small`` are those of the peaks that end a small breath, with verdicts of their own.
    """

    swing: SwingState = field(default_factory=SwingState)
    peaks: list[int] = field(default_factory=list)
    verdicts: list[bool] = field(default_factory=list)
    small: list[int] = field(default_factory=list)
    small_verdicts: list[bool] = field(default_factory=list)


@dataclass(slots=True)
class LadderState:
    """Indices count from the start of the waveform or the last gap; -1 where there is none yet.

    ``sure_rise`` is the usual rise as the slowest rung knew it at its last turn.
    """

    rungs: list[RungState]
    smoothers: SmootherState = field(default_factory=SmootherState)
    foretold: ForetellState = field(default_factory=ForetellState)
    last_peak: int = -1
    last_sure: int = -1
    sure_rise: float = 0.0
    is_trough_told: bool = False
    periods: list[int] = field(default_factory=list)

    def begin_anew(self) -> "LadderState":
        """Return the state for the other side of a gap: trust, period and rise are remembered."""
        rungs = [
            RungState(
                swing=rung.swing.begin_anew(),
                verdicts=rung.verdicts,
                small_verdicts=rung.small_verdicts,
            )
            for rung in self.rungs
        ]
        return LadderState(
            rungs,
            foretold=self.foretold.begin_anew(),
            sure_rise=self.sure_rise,
            periods=self.periods,
        )


class Ladder:
    """Rungs of smoother and swing, from quick to sure, and the trust in each.

    Rungs that are foretold come after the others, of which there is one at least. ``delays`` are
    those of all, in grid values.
    """

    def __init__(
        self,
        rungs: tuple[SwingParams, ...],
        scale: ScaleParams,
        trust: TrustParams,
        foretell: ForetellParams,
    ) -> None:
        here = [rung for rung in rungs if not rung.n_ahead]
        ahead = [rung for rung in rungs if rung.n_ahead]
        self._smoothers = Smoothers(tuple(rung.n_taps for rung in here))
        self._foreteller = Foreteller(
            tuple(rung.n_taps for rung in ahead), tuple(rung.n_ahead for rung in ahead), foretell
        )
        self._n_ahead = [rung.n_ahead for rung in rungs]
        self.delays = [(rung.n_taps - 1) // 2 - rung.n_ahead for rung in rungs]
        self._swings = [
            Swing(rung, scale, delay) for rung, delay in zip(rungs, self.delays, strict=True)
        ]
        self._sure = len(rungs) - 1
        self._trust = trust

    def begin(self) -> LadderState:
        """Return the state before the first value."""
        return LadderState([RungState() for _ in self._swings])

    @staticmethod
    def expect_braces(state: LadderState, begin: int) -> None:
        """From this index on less is asked of breaths away from the usual place."""
        for rung in state.rungs:
            rung.swing.plateau.begin = begin

    def smooth(self, state: LadderState, values: Values) -> list[Line]:
        """Take values, shape (n,), n > 0; give as many smoothed ones for each rung."""
        smoothed = self._smoothers.smooth(state.smoothers, values)
        smoothed += self._foreteller.foretell(state.foretold, values)
        return [find_corners(one) for one in smoothed]

    def climb(
        self, state: LadderState, smoothed: list[Line], rails: list[SwingTurn]
    ) -> list[Believed]:
        """Take smoothed values by rung, and peaks at rails; give what is believed, in order."""
        seen = [(one.decided, -RAIL, one) for one in rails]
        for number, line in enumerate(smoothed):
            turns = self._swings[number].follow(state.rungs[number].swing, line)
            seen += [(one.decided, -number, self._place(state, number, one)) for one in turns]
        seen.sort(key=lambda entry: entry[:2])
        return [
            Believed(
                turn.decided,
                turn.is_peak,
                turn.at,
                self._share_agreed(state),
                minus_number == -RAIL,
                median(state.periods or [0]),
            )
            for _, minus_number, turn in seen
            if self._believe(state, -minus_number, turn)
        ]

    def _place(self, state: LadderState, number: int, turn: SwingTurn) -> SwingTurn:
        """Put a turn where it was if the smoother was not foretold yet."""
        if turn.decided >= state.foretold.n_late:
            return turn
        return turn._replace(at=turn.at - self._n_ahead[number])

    def _believe(self, state: LadderState, number: int, turn: SwingTurn) -> bool:
        if number == RAIL:
            return self._believe_peak(state, number, turn)
        is_sure = number == self._sure
        if is_sure:
            state.sure_rise = turn.usual
        if turn.is_peak:
            state.rungs[number].peaks.append(turn.at)
            if self._is_small(state, number, turn):
                state.rungs[number].small.append(turn.at)
            if is_sure:
                self._compare(state, turn.at)
        if not (is_sure or self._is_trusted(state.rungs[number])):
            return False
        if turn.is_peak:
            return self._believe_peak(state, number, turn)
        is_new = not state.is_trough_told and turn.at > state.last_peak
        state.is_trough_told |= is_new
        return is_new

    def _believe_peak(self, state: LadderState, number: int, turn: SwingTurn) -> bool:
        if turn.before < state.last_peak - SLACK:
            return False
        n_since = turn.at - state.last_peak
        if state.last_peak >= 0:
            if number < self._sure and not self._is_usual(state, number, turn, n_since):
                return False
            state.periods = [*state.periods, n_since][-self._trust.n_periods :]
        state.last_peak = turn.at
        state.is_trough_told = False
        return True

    def _is_usual(self, state: LadderState, number: int, turn: SwingTurn, n_since: int) -> bool:
        if self._is_small(state, number, turn):
            verdicts = [] if number == RAIL else state.rungs[number].small_verdicts
            least = self._trust.small_frac * self._usual(state, turn)
            if turn.rise < least or len(verdicts) < self._trust.n_small or not all(verdicts):
                return False
        return n_since >= self._trust.period_frac * median(state.periods or [0])

    def _is_small(self, state: LadderState, number: int, turn: SwingTurn) -> bool:
        least = self._trust.rise_frac * self._usual(state, turn)
        return number < self._sure - 1 and turn.rise < least

    @staticmethod
    def _usual(state: LadderState, turn: SwingTurn) -> float:
        # The slowest one's too: a quick rung that lost its measure would take ripple for breaths.
        return max(turn.usual, state.sure_rise)

    def _is_trusted(self, rung: RungState) -> bool:
        return len(rung.verdicts) >= self._trust.n_needed and all(rung.verdicts)

    def _compare(self, state: LadderState, index: int) -> None:
        """Judge the quicker rungs by a peak of the slowest: right is once, and in its place."""
        since, state.last_sure = state.last_sure, index
        if since < 0 or not state.periods:
            return
        trust = self._trust
        near = trust.near_frac * median(state.periods)
        near = min(max(near, trust.near_min), trust.near_max)
        for rung in state.rungs[:-1]:
            between = [one for one in rung.peaks if since + near < one < index + near]
            is_right = len(between) == 1 and between[0] >= index - near
            rung.verdicts = [*rung.verdicts, is_right][-trust.n_verdicts :]
            rung.peaks = [one for one in rung.peaks if one > index - near]
            judged = [one for one in rung.small if one <= index + near]
            rung.small = rung.small[len(judged) :]
            rights = [len(between) == 1 and one >= index - near for one in judged]
            rung.small_verdicts = [*rung.small_verdicts, *rights][-trust.n_verdicts :]
        state.rungs[-1].peaks = []

    @staticmethod
    def _share_agreed(state: LadderState) -> float:
        shares = [sum(rung.verdicts) / len(rung.verdicts) for rung in state.rungs if rung.verdicts]
        return median(shares) if shares else 0.5
