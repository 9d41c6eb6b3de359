"""What the person seems to be doing right now: quick, provisional, for the eye only.

A turn is known for good only once it has been followed through, which takes longer than an eye
waits. So the smoothed waveform is followed by several swings that turn after a small way back.
Whichever small way has told in from out of late, without a flicker, is the one that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from breathsense.core.detection.swing import Line, ScaleParams, Swing, SwingParams, SwingState

THERE_AND_BACK = 2


class Eagerness(NamedTuple):
    """Which rung's smoother is followed, and after which share of the usual rise it turned."""

    rung: int
    turn_frac: float


@dataclass(frozen=True, slots=True)
class HintParams:
    """When a turn is shown.

    Parameters
    ----------
    tries : tuple of Eagerness
        From eager to calm.
    n_breaths, n_wrong : int
        Of the last so many breaths, at most so many may have flickered.

    """

    tries: tuple[Eagerness, ...] = (
        Eagerness(0, 0.025),
        Eagerness(0, 0.05),
        Eagerness(0, 0.1),
        Eagerness(2, 0.1),
        Eagerness(3, 0.15),
    )
    n_breaths: int = 6
    n_wrong: int = 1


class Hinted(NamedTuple):
    """A turn to be shown; both indices count grid values since the start."""

    decided: int
    is_peak: bool
    at: int


@dataclass(slots=True)
class TryState:
    """A swing, its turns since the last breath, and which of the last breaths it told cleanly."""

    swing: SwingState = field(default_factory=SwingState)
    n_turns: int = 0
    verdicts: list[bool] = field(default_factory=list)

    def begin_anew(self) -> "TryState":
        """Return the state for the other side of a gap."""
        return TryState(self.swing.begin_anew(), verdicts=self.verdicts)


@dataclass(slots=True)
class HintState:
    """``is_in`` is what is shown, ``None`` before the first hint."""

    tries: list[TryState]
    is_in: bool | None = None

    def begin_anew(self) -> "HintState":
        """Return the state for the other side of a gap: what was learnt is kept."""
        return HintState([one.begin_anew() for one in self.tries])


class Hints:
    """Several eager swings, judged by the breaths that were told for good."""

    def __init__(self, params: HintParams, scale: ScaleParams, delays: Sequence[int]) -> None:
        self._params = params
        self._swings = [
            Swing(SwingParams(0, one.turn_frac, one.turn_frac), scale, delays[one.rung])
            for one in params.tries
        ]

    def begin(self) -> HintState:
        """Return the state before the first value."""
        return HintState([TryState() for _ in self._swings])

    def follow(
        self, state: HintState, smoothed: Sequence[Line], peaks: Sequence[int]
    ) -> list[Hinted]:
        """Take smoothed values by rung, and at which indices peaks were told; give the hints."""
        seen: list[tuple[int, int, Hinted]] = []
        for number, one in enumerate(self._params.tries):
            turns = self._swings[number].follow(state.tries[number].swing, smoothed[one.rung])
            seen += [(t.decided, number, Hinted(t.decided, t.is_peak, t.at)) for t in turns]
        told = len(self._swings)
        seen += [(peak, told, Hinted(peak, is_peak=True, at=peak)) for peak in peaks]
        seen.sort()
        given = []
        for _, number, hinted in seen:
            if number == told:
                self._judge(state)
                continue
            state.tries[number].n_turns += 1
            if number == self._choose(state) and state.is_in is not (not hinted.is_peak):
                state.is_in = not hinted.is_peak
                given.append(hinted)
        return given

    def _judge(self, state: HintState) -> None:
        """A breath was told: a try that turned there and back since the last one was right."""
        for one in state.tries:
            verdicts = [*one.verdicts, one.n_turns == THERE_AND_BACK]
            one.verdicts = verdicts[-self._params.n_breaths :]
            one.n_turns = 0

    def _choose(self, state: HintState) -> int:
        for number, one in enumerate(state.tries):
            n_wrong = one.verdicts.count(False)
            if len(one.verdicts) > 1 and n_wrong <= self._params.n_wrong:
                return number
        return len(state.tries) - 1
