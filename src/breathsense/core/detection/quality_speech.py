"""Talking: quick breaths in, long uneven breaths out, several in a row."""

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from breathsense.core.detection.quality_usual import FEWEST, UsualState, speed_of
from breathsense.core.model.events import Breath, BreathEnd


@dataclass(frozen=True, slots=True)
class SpeechParams:
    """What a breath taken in order to speak looks like beside this wearer's quiet ones.

    Parameters
    ----------
    speed_ratio : float
        The breath in is at least so many times as fast as usual.
    longest_in_ns : int
        It takes no longer than this.
    out_ratio : float
        The breath out takes at least so many times as long.
    uneven : float
        Of the breaths out in a row, the longest is so many times the shortest.
    n_needed, n_of : int
        So many of so many breaths must be like that.

    """

    speed_ratio: float = 2.0
    longest_in_ns: int = 1_200_000_000
    out_ratio: float = 2.5
    uneven: float = 1.25
    n_needed: int = 3
    n_of: int = 4


class Told(NamedTuple):
    """A breath as far as talking is concerned."""

    start_ns: int
    end_ns: int
    out_ns: int
    is_like: bool


@dataclass(slots=True)
class SpeechState:
    """The last breaths, and the stretch of talking that is open."""

    told: list[Told] = field(default_factory=list)
    is_open: bool = False
    start_ns: int = 0
    end_ns: int = 0


class SpeechJudge:
    """Follows the breaths and says since when the wearer seems to talk."""

    def __init__(self, params: SpeechParams) -> None:
        self._params = params

    def judge(
        self, state: SpeechState, breath: Breath, end: BreathEnd, usual: UsualState
    ) -> tuple[int, int] | None:
        """Take a breath with its end; give a stretch of talking that is over."""
        told = self._look_at(breath, end, usual)
        state.told = [*state.told, told][-self._params.n_of :]
        like = [one for one in state.told if one.is_like]
        if not state.is_open:
            outs = [one.out_ns for one in like]
            is_uneven = bool(outs) and max(outs) >= self._params.uneven * min(outs)
            state.is_open = told.is_like and len(like) >= self._params.n_needed and is_uneven
            state.start_ns = like[0].start_ns if like else 0
        if told.is_like:
            state.end_ns = told.end_ns
        is_over = state.is_open and not any(one.is_like for one in state.told[-2:])
        return self.close(state) if is_over else None

    def close(self, state: SpeechState) -> tuple[int, int] | None:
        """Give the stretch that is open, if any."""
        is_open, state.is_open, state.told = state.is_open, False, []
        return (state.start_ns, state.end_ns) if is_open else None

    def _look_at(self, breath: Breath, end: BreathEnd, usual: UsualState) -> Told:
        params = self._params
        in_ns = breath.peak_ns - breath.inhale_start_ns
        out_ns = end.end_ns - breath.peak_ns
        is_like = (
            len(usual.speeds) >= FEWEST
            and in_ns <= params.longest_in_ns
            and out_ns >= params.out_ratio * in_ns
            and speed_of(breath) >= params.speed_ratio * median(usual.speeds)
        )
        return Told(breath.inhale_start_ns, end.end_ns, out_ns, is_like)
