"""The numbers of the coach."""

from dataclasses import dataclass, field

from breathsense.core.coaching.corrector import CorrectorParams
from breathsense.core.coaching.judge import JudgeParams


@dataclass(frozen=True, slots=True)
class CoachingParams:
    """How practice is judged and corrected.

    Parameters
    ----------
    judge : JudgeParams
        When repetitions, sets and courses are judged.
    corrector : CorrectorParams
        When something is said.

    """

    judge: JudgeParams = field(default_factory=JudgeParams)
    corrector: CorrectorParams = field(default_factory=CorrectorParams)
