"""What a calibrator remembers, and what a judged step amounts to."""

from dataclasses import dataclass, field
from typing import NamedTuple

from breathsense.core.calibration.effort import Span
from breathsense.core.calibration.learnt import Tries
from breathsense.core.calibration.memory import Memory, Seen
from breathsense.core.model.calibration import Advice, Calibration, StepName

AFTER_EFFORT_NS = 1_500_000_000
"""Letting go takes a while, and stirs the breath."""


class OpenStep(NamedTuple):
    """A try that is under way, or over and not yet judged."""

    step: StepName
    start_ns: int
    end_ns: int
    due_ns: int


class Judgement(NamedTuple):
    """Whether a try is used, what to do next, and what is known with it."""

    is_accepted: bool
    advice: Advice
    known: Calibration


@dataclass(slots=True)
class CalibratorState:
    """The last frames, the open steps, the tries so far and what is known.

    ``busy`` are the newest stretches that were no quiet breathing; ``stale_from_ns`` is set while a
    stored calibration still waits for the level at rest of today, ``is_partial`` once its sounds
    were told without it.
    """

    known: Calibration
    memory: Memory = field(default_factory=Memory)
    steps: list[OpenStep] = field(default_factory=list)
    tries: Tries = field(default_factory=Tries)
    busy: list[Span] = field(default_factory=list)
    n_strong: int = 0
    stale_from_ns: int | None = None
    is_stale: bool = False
    is_partial: bool = False
    next_look_ns: int = 0

    def quiet_before(self, end_ns: int, length_ns: int) -> list[Seen]:
        """Return the frames of a stretch in which no effort was asked for."""
        return [
            one
            for one in self.memory.between(end_ns - length_ns, end_ns)
            if not any(
                span.start_ns < one.t_ns <= span.end_ns + AFTER_EFFORT_NS for span in self.busy
            )
        ]
