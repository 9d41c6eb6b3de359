"""The holds between two baselines as one set: means, and whether their level can be gone by."""

from dataclasses import dataclass, field
from statistics import fmean

from breathsense.core.bracing.holds import find_belly, has_moved
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import (
    BraceEnd,
    BraceStart,
    HoldScored,
    LevelDoubt,
    SetScored,
)
from breathsense.core.model.calibration import Calibrated, LevelReference, StepJudged
from breathsense.core.model.coaching import CourseBegan, CourseEnded

MOST_HOLDS = 200
"""Holds of a set that count; nobody does more without a baseline."""
SETTLE_NS = 5_000_000_000
"""So long after a course its last hold is scored, and no baseline is to come."""


@dataclass(slots=True)
class SetState:
    """The set that goes on.

    ``begun_ns`` and ``ended_ns`` are of the newest brace, ``start_ns`` and ``end_ns`` of the scored
    holds. ``before`` is the belly's reference as the set began, ``now`` the newest. ``is_closed``
    says that a baseline was found after it, ``is_missed`` that one was asked for and not found,
    ``over_ns`` when a course ended that asks for no more. ``known_ns`` is the newest frame's.
    """

    number: int = 0
    holds: list[HoldScored] = field(default_factory=list)
    begun_ns: int = -1
    ended_ns: int = -1
    start_ns: int = -1
    end_ns: int = -1
    before: LevelReference | None = None
    now: LevelReference | None = None
    is_closed: bool = False
    is_missed: bool = False
    over_ns: int = -1
    known_ns: int = -1


class SetScorer:
    """Scored holds to ``SetScored``, once the baseline after them is known; all is passed on.

    It is told before the frame that follows the judgement of a ``rezero``. Where that was refused,
    the set goes on until one is accepted, and ends without a baseline at the next hold. A set that
    no ``rezero`` follows ends without a baseline some seconds after its course, as another
    begins, or with the input.
    """

    def __init__(self) -> None:
        self.state = SetState()

    def push(self, item: object) -> list[object]:
        """Take an item."""
        s = self.state
        if isinstance(item, Calibrated):
            s.now = find_belly(item)
            if not s.holds and not s.is_closed:
                s.before = s.now
        elif isinstance(item, StepJudged) and item.step == "rezero":
            s.is_closed, s.is_missed = item.is_accepted, not item.is_accepted
        elif isinstance(item, BraceStart):
            s.begun_ns = item.start_ns
        elif isinstance(item, HoldScored):
            told = self._close(item.decided_ns) if s.is_missed else []
            self._add(item)
            return [*told, item]
        elif isinstance(item, BraceEnd):
            s.ended_ns = item.end_ns
        elif isinstance(item, CourseBegan):
            return [*self._give_up(s.known_ns), item]
        elif isinstance(item, CourseEnded):
            s.over_ns = item.end_ns
        elif isinstance(item, Frame):
            return [*self._follow(item), item]
        return [item]

    def flush(self) -> list[object]:
        """Tell the set that no baseline follows any more."""
        return self._give_up(self.state.known_ns)

    def _follow(self, frame: Frame) -> list[object]:
        s = self.state
        s.known_ns = frame.known_ns
        if s.is_closed:
            return self._close(frame.known_ns)
        if s.over_ns >= 0 and frame.t_ns >= s.over_ns + SETTLE_NS:
            return self._give_up(frame.known_ns)
        return []

    def _give_up(self, decided_ns: int) -> list[object]:
        """End the set without a baseline."""
        self.state.is_missed = not self.state.is_closed
        return self._close(decided_ns)

    def _add(self, hold: HoldScored) -> None:
        s = self.state
        s.start_ns = s.start_ns if s.holds else s.begun_ns
        s.end_ns = s.ended_ns
        s.holds = [*s.holds, hold][-MOST_HOLDS:]

    def _close(self, decided_ns: int) -> list[object]:
        s = self.state
        told: list[object] = []
        if s.holds:
            told.append(
                SetScored(
                    s.number,
                    s.start_ns,
                    s.end_ns,
                    len(s.holds),
                    fmean(one.score for one in s.holds),
                    _mean([one.level for one in s.holds]),
                    _mean([one.steadiness for one in s.holds]),
                    _mean([one.retention for one in s.holds]),
                    _mean([one.breathing for one in s.holds]),
                    self._find_doubt(),
                    decided_ns,
                )
            )
        self.state = SetState(
            s.number + len(told),
            begun_ns=s.begun_ns,
            ended_ns=s.ended_ns,
            before=s.now,
            now=s.now,
            known_ns=s.known_ns,
        )
        return told

    def _find_doubt(self) -> LevelDoubt:
        s = self.state
        if all(one.level is None for one in s.holds):
            return ""
        of_holds: LevelDoubt = next((one.doubt for one in s.holds if one.doubt), "")
        if s.is_missed or s.before is None or s.now is None:
            return of_holds or "no_baseline"
        return "drift" if has_moved(s.before, s.now) else of_holds


def _mean(parts: list[float | None]) -> float | None:
    """Return the mean of what was told."""
    known = [one for one in parts if one is not None]
    return fmean(known) if known else None
