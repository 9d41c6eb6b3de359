"""What the screen needs of the trunk: the posture watch and the reaches; bounded."""

from dataclasses import dataclass
from math import hypot

from breathsense.core.model.bracing import (
    MobilityReach,
    PostureHint,
    PostureRange,
    ReachWay,
    Slouched,
)
from breathsense.session.view import TrunkView

S = 1_000_000_000
CHANGE_DEG = 8.0
"""A lean so far from the last one is another position ..."""
SETTLE_NS = 5 * S
"""... once it was kept for so long."""
STEADY_DEG = 4.0
"""A lean that goes on less than this is kept."""
MOST_STEP_NS = 5 * S
"""Hints farther apart than this leave a hole: the trunk was not seen."""

Lean = tuple[float, float]


@dataclass(slots=True)
class Positions:
    """Counts changes of position: where the trunk settled, and where it seems to settle now."""

    settled: Lean | None = None
    candidate: Lean = (0.0, 0.0)
    since_ns: int = 0
    n_changes: int = 0
    changed_ns: int | None = None

    def push(self, hint: PostureHint) -> None:
        """Take how the trunk leans."""
        lean = (hint.forward_deg, hint.sideways_deg)
        if self.settled is None:
            self.settled = self.candidate = lean
            self.since_ns = hint.t_ns
            return
        if _measure(lean, self.candidate) > STEADY_DEG:
            self.candidate, self.since_ns = lean, hint.t_ns
        is_kept = hint.t_ns - self.since_ns >= SETTLE_NS
        if is_kept and _measure(self.candidate, self.settled) >= CHANGE_DEG:
            self.settled = self.candidate
            self.n_changes += 1
            self.changed_ns = hint.t_ns


def _measure(one: Lean, other: Lean) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


class TrunkPicture:
    """Takes what is told of the trunk; gives a ``TrunkView`` of now."""

    def __init__(self) -> None:
        self._posture: PostureHint | None = None
        self._range: PostureRange | None = None
        self._positions = Positions()
        self._slouched_ns: int | None = None
        self._reminded_ns: int | None = None
        self._n_slouches = 0
        self._watched_ns = 0
        self._reaches: dict[ReachWay, MobilityReach] = {}

    def push_posture(self, hint: PostureHint) -> None:
        """Take how the trunk leans, twice a second."""
        before, self._posture = self._posture, hint
        self._positions.push(hint)
        if before is not None and hint.slouch_frac is not None:
            step_ns = hint.t_ns - before.t_ns
            self._watched_ns += step_ns if 0 < step_ns <= MOST_STEP_NS else 0

    def push_range(self, told: PostureRange) -> None:
        """Take that the wearer showed tall or slump."""
        self._range = told

    def push_slouch(self, told: Slouched) -> None:
        """Take a long slouch."""
        self._n_slouches += 1
        self._slouched_ns = told.decided_ns
        if told.is_reminder:
            self._reminded_ns = told.decided_ns

    def push_reach(self, told: MobilityReach) -> None:
        """Take a reach."""
        self._reaches[told.way] = told

    def view(self) -> TrunkView:
        """Return what is to be seen now."""
        known, changed_ns = self._range, self._positions.changed_ns
        slouched_ns = self._slouched_ns
        return TrunkView(
            posture=self._posture,
            is_tall_known=known is not None and known.tall_deg is not None,
            is_slump_known=known is not None and known.slump_deg is not None,
            is_slumped=slouched_ns is not None and (changed_ns is None or changed_ns < slouched_ns),
            reminded_ns=self._reminded_ns,
            n_slouches=self._n_slouches,
            n_changes=self._positions.n_changes,
            changed_ns=changed_ns,
            watched_ns=self._watched_ns,
            reaches=tuple(self._reaches.values()),
        )
