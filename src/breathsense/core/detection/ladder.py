"""Several detectors of one waveform, from quick to sure, and the rule of whom to believe.

A smoother that keeps the heart's ripple and steps out is late; a light one is prompt, and on a
clean signal just as right. So the same waveform is followed by a *ladder* of smoothers. The slowest
rung is taken as right, afterwards: each breath that it sees is compared with what the quicker
rungs had seen. A rung that has agreed of late is believed at once; one that has not is not asked.
A turn that does not look like the wearer's others waits for the slowest rung.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from breathsense.core.detection.smooth import Smoothers, SmootherState
from breathsense.core.detection.swing import ScaleParams, Swing, SwingParams, SwingState, SwingTurn
from breathsense.core.model.samples import Values


@dataclass(frozen=True, slots=True)
class TrustParams:
    """When a quick rung is believed.

    Parameters
    ----------
    n_verdicts, n_needed, n_wrong : int
        Of its last ``n_verdicts`` breaths (at least ``n_needed``), at most ``n_wrong`` may have
        been missed, doubled or misplaced.
    n_spotless : int
        So many are enough if none of them was.
    near_frac, near_min, near_max : float, int, int
        A peak agrees if it is this near: a share of the usual period, within so many values.
    period_frac : float
        A breath that comes sooner than this share of the usual period waits for the slowest rung.
    rise_frac : float
        One whose rise is less than this share of the usual one waits for the two slowest.
    n_periods : int
        The usual period is the median of the last so many.

    """

    n_verdicts: int = 16
    n_needed: int = 4
    n_wrong: int = 1
    n_spotless: int = 2
    near_frac: float = 0.12
    near_min: int = 8
    near_max: int = 14
    period_frac: float = 0.7
    rise_frac: float = 0.8
    n_periods: int = 9


SLACK = 3
"""Grid values by which the trough of one rung may seem to lie before the peak of another."""


class Believed(NamedTuple):
    """A turn that is believed; ``decided`` and ``at`` count grid values since the start.

    ``trust`` is the share of the rungs' verdicts of late that were in agreement.
    """

    decided: int
    is_peak: bool
    at: int
    trust: float


@dataclass(slots=True)
class RungState:
    """Swing of a rung, its peaks not judged yet, the verdicts on older ones."""

    swing: SwingState = field(default_factory=SwingState)
    peaks: list[int] = field(default_factory=list)
    verdicts: list[bool] = field(default_factory=list)


@dataclass(slots=True)
class LadderState:
    """Indices count from the start of the waveform or the last gap; -1 where there is none yet.

    ``sure_rise`` is the usual rise as the slowest rung knew it at its last turn.
    """

    rungs: list[RungState]
    smoothers: SmootherState = field(default_factory=SmootherState)
    last_peak: int = -1
    last_sure: int = -1
    sure_rise: float = 0.0
    is_trough_told: bool = False
    periods: list[int] = field(default_factory=list)

    def begin_anew(self) -> "LadderState":
        """Return the state for the other side of a gap: trust, period and rise are remembered."""
        rungs = [RungState(swing=r.swing.begin_anew(), verdicts=r.verdicts) for r in self.rungs]
        return LadderState(rungs, sure_rise=self.sure_rise, periods=self.periods)


class Ladder:
    """Rungs of smoother and swing, from quick to sure, and the trust in each."""

    def __init__(
        self, rungs: tuple[SwingParams, ...], scale: ScaleParams, trust: TrustParams
    ) -> None:
        self._smoothers = Smoothers(tuple(rung.n_taps for rung in rungs))
        self._swings = [
            Swing(rung, scale, delay)
            for rung, delay in zip(rungs, self._smoothers.delays, strict=True)
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

    @property
    def delays(self) -> list[int]:
        """Delay of each rung's smoother, in grid values."""
        return self._smoothers.delays

    def smooth(self, state: LadderState, values: Values) -> list[Values]:
        """Take values, shape (n,), n > 0; give as many smoothed ones for each rung."""
        return self._smoothers.smooth(state.smoothers, values)

    def climb(self, state: LadderState, smoothed: list[Values]) -> list[Believed]:
        """Take smoothed values by rung; give the turns that they let us believe, in order."""
        seen: list[tuple[int, int, SwingTurn]] = []
        for number, values in enumerate(smoothed):
            turns = self._swings[number].follow(state.rungs[number].swing, values)
            seen += [(turn.decided, -number, turn) for turn in turns]
        seen.sort(key=lambda entry: entry[:2])
        return [
            Believed(turn.decided, turn.is_peak, turn.at, self._share_agreed(state))
            for _, minus_number, turn in seen
            if self._believe(state, -minus_number, turn)
        ]

    @staticmethod
    def period(state: LadderState) -> float:
        """Return the usual distance of peaks in grid values, 0 before any is known."""
        return median(state.periods or [0])

    def _believe(self, state: LadderState, number: int, turn: SwingTurn) -> bool:
        is_sure = number == self._sure
        if is_sure:
            state.sure_rise = turn.usual
        if turn.is_peak:
            state.rungs[number].peaks.append(turn.at)
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
        # The slowest one's too: a quick rung that lost its measure would take ripple for breaths.
        usual = max(turn.usual, state.sure_rise)
        if number < self._sure - 1 and turn.rise < self._trust.rise_frac * usual:
            return False
        return n_since >= self._trust.period_frac * median(state.periods or [0])

    def _is_trusted(self, rung: RungState) -> bool:
        trust, n_wrong = self._trust, rung.verdicts.count(False)
        n_needed = trust.n_needed if n_wrong else trust.n_spotless
        return len(rung.verdicts) >= n_needed and n_wrong <= trust.n_wrong

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
            rung.verdicts = [*rung.verdicts, is_right][-self._trust.n_verdicts :]
            rung.peaks = [one for one in rung.peaks if one > index - near]
        state.rungs[-1].peaks = []

    @staticmethod
    def _share_agreed(state: LadderState) -> float:
        verdicts = [verdict for rung in state.rungs for verdict in rung.verdicts]
        return sum(verdicts) / len(verdicts) if verdicts else 0.5
