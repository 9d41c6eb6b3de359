"""The steps: the labels of their marks, how long they take, and when they can be judged."""

from typing import NamedTuple

from breathsense.core.model.calibration import StepName

S = 1_000_000_000
EXERCISES = frozenset({"exercise.brace", "exercise.breathe"})
"""Marks of what is no quiet breathing either."""
EFFORTS: frozenset[StepName] = frozenset({"brace", "draw_in"})


class Plan(NamedTuple):
    """How a step goes.

    Parameters
    ----------
    label : str
        Of its mark.
    lasts_ns : int
        Planned duration where the mark tells none.
    after_ns : int
        It is judged so long after its end: a full breath must have turned, an effort let go.

    """

    label: str
    lasts_ns: int
    after_ns: int


PLANS: dict[StepName, Plan] = {
    "fit": Plan("calibration.fit", 4 * S, 0),
    "polarity": Plan("calibration.polarity", 2 * S, 0),
    "quiet": Plan("calibration.quiet", 60 * S, 0),
    "full": Plan("calibration.full", 10 * S, 2 * S),
    "pause": Plan("calibration.pause", 8 * S, 500_000_000),
    "brace": Plan("calibration.brace", 5 * S, 500_000_000),
    "draw_in": Plan("calibration.draw_in", 5 * S, 500_000_000),
    "tall": Plan("calibration.tall", 4 * S, 0),
    "slump": Plan("calibration.slump", 4 * S, 0),
    "rezero": Plan("rezero", 20 * S, 1 * S),
}
STEP_OF: dict[str, StepName] = {plan.label: step for step, plan in PLANS.items()}
