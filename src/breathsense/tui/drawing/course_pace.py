"""The rhythm that a programme asks for: what was asked lately, and what comes next."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from breathsense.session.course import CourseView, StepSpan

RAMPS: dict[str, tuple[float, float]] = {
    "inhale": (0.0, 1.0),
    "exhale": (1.0, 0.0),
    "hold_full": (1.0, 1.0),
    "hold_empty": (0.0, 0.0),
}
"""Where the breath begins and ends in the phases that lead it; 1 is breathed in."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A stretch in which the breath is led from one level to another."""

    start_ns: int
    end_ns: int
    first: float
    last: float

    def level_at(self, t_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the levels at moments within it."""
        share = (t_ns - self.start_ns) / max(self.end_ns - self.start_ns, 1)
        return self.first + (self.last - self.first) * (1 - np.cos(np.pi * share)) / 2


@dataclass(frozen=True, slots=True)
class CoursePace:
    """The target rhythm of a course; in other phases the wearer breathes as it comes."""

    ramps: tuple[Ramp, ...]

    def levels(self, t_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the level at many moments; NaN where the breath is not led."""
        levels = np.full(len(t_ns), np.nan)
        for ramp in self.ramps:
            is_in_it = (t_ns >= ramp.start_ns) & (t_ns < ramp.end_ns)
            if is_in_it.any():
                levels[is_in_it] = ramp.level_at(t_ns[is_in_it])
        return levels


def read_course_pace(course: CourseView) -> CoursePace:
    """Return what a course asks of the breath, as far as it is known now."""
    spans = (*course.behind, *course.ahead)
    return CoursePace(
        tuple(
            ramp
            for phase, run in groupby(spans, key=lambda span: span.phase)
            if phase in RAMPS
            for ramp in _share_out(phase, list(run))
        )
    )


def _share_out(phase: str, run: list[StepSpan]) -> list[Ramp]:
    """Let phases that follow each other share one way: a breath in two steps is one breath."""
    first, last = RAMPS[phase]
    ends = np.cumsum([span.end_ns - span.start_ns for span in run])
    shares = np.concatenate([[0.0], ends / max(int(ends[-1]), 1)])
    levels = first + (last - first) * shares
    return [
        Ramp(span.start_ns, span.end_ns, float(levels[at]), float(levels[at + 1]))
        for at, span in enumerate(run)
    ]
