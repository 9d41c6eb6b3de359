"""Why a part of a score is missing, or is not to be gone by."""

from typing import Literal, NamedTuple

from breathsense.core.model.bracing import HoldScored, SetScored

UnknownReason = Literal[
    "drift", "slip", "posture", "no_baseline", "no_level", "no_course", "no_breathing"
]
DOUBTED = frozenset({"drift", "slip", "posture"})
"""With one of these the level cannot be gone by, nor a score that is made of it."""


class ToldScore(NamedTuple):
    """A score as a person may go by it: 0 to 100, parts 0 to 1, ``None`` with a reason."""

    score: float | None
    level: float | None
    steadiness: float | None
    retention: float | None
    breathing: float | None
    reasons: tuple[UnknownReason, ...]


def tell_score(scored: HoldScored | SetScored) -> ToldScore:
    """Return what can be gone by of a score, and why the rest cannot.

    Where the band has moved, slipped, or the trunk leans otherwise, the parts by the level are
    ``None``, and so is the score where they are in it. Without quiet breaths after a set nobody
    knows that it did, and all is told with the reason.
    """
    parts = (scored.level, scored.steadiness, scored.retention)
    reasons: list[UnknownReason] = []
    score: float | None = scored.score
    if scored.level is None:
        reasons.append("no_level")
    elif scored.doubt in DOUBTED:
        parts, score = (None, None, None), None
    elif None in parts:
        reasons.append("no_course")
    if scored.doubt and scored.level is not None:
        reasons.insert(0, scored.doubt)
    if scored.breathing is None:
        reasons.append("no_breathing")
    return ToldScore(score, *parts, scored.breathing, tuple(reasons))
