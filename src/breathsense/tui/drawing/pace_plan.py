"""A rhythm over the time of a session, with its changes. All of it follows from session time."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from breathsense.tui.drawing.pace import Pace, S

PaceStep = Literal["inhale", "exhale"]


class Target(Protocol):
    """A rhythm that is drawn ahead of the trace; compared to tell whether it has changed."""

    def levels(self, t_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the level at many moments, 0 to 1; NaN where nothing is asked for."""
        ...


@dataclass(frozen=True, slots=True)
class PaceMoment:
    """What to do at one moment; ``done`` and ``level`` go from 0 to 1 (level 1: breathed in)."""

    step: PaceStep
    done: float
    left_s: float
    level: float


@dataclass(frozen=True, slots=True)
class PacePart:
    """A stretch of session time with one pace; a breath in begins at ``zero_ns``."""

    since_ns: int
    zero_ns: int
    pace: Pace


@dataclass(frozen=True, slots=True)
class PacePlan:
    """The target rhythm of a session, with its changes: what was shown once stays as it was."""

    parts: tuple[PacePart, ...]
    max_parts: int = 64

    @property
    def pace(self) -> Pace:
        """The newest pace."""
        return self.parts[-1].pace

    def at(self, t_ns: int) -> PaceMoment:
        """Return what to do at a moment."""
        part = next((part for part in reversed(self.parts) if part.since_ns <= t_ns), self.parts[0])
        pace, since_ns = part.pace, (t_ns - part.zero_ns) % part.pace.period_ns
        if since_ns < pace.in_ns:
            step: PaceStep = "inhale"
            done, left_ns = since_ns / pace.in_ns, pace.in_ns - since_ns
        else:
            step, out_ns = "exhale", pace.period_ns - pace.in_ns
            done, left_ns = (since_ns - pace.in_ns) / out_ns, pace.period_ns - since_ns
        rising = (1 - float(np.cos(np.pi * done))) / 2
        return PaceMoment(step, done, left_ns / S, rising if step == "inhale" else 1 - rising)

    def levels(self, t_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the level at many moments; NaN before the plan began."""
        levels = np.full(len(t_ns), np.nan)
        for part in self.parts:
            is_in_it = t_ns >= part.since_ns
            if is_in_it.any():
                levels[is_in_it] = _levels(t_ns[is_in_it] - part.zero_ns, part.pace)
        return levels

    def changed_to(self, pace: Pace, now_ns: int) -> "PacePlan":
        """Return the plan with another pace from now on; the level does not jump."""
        moment, old = self.at(now_ns), self.pace
        if pace == old:
            return self
        done_ns = pace.in_ns * moment.done
        if moment.step == "exhale":
            done_ns = pace.in_ns + (pace.period_ns - pace.in_ns) * moment.done
        part = PacePart(now_ns, now_ns - int(done_ns), pace)
        return replace(self, parts=(*self.parts, part)[-self.max_parts :])


def begin_pace(pace: Pace, now_ns: int) -> PacePlan:
    """Begin with a breath in, at ``now_ns``."""
    return PacePlan((PacePart(now_ns, now_ns, pace),))


def _levels(since_ns: NDArray[np.int64], pace: Pace) -> NDArray[np.float64]:
    within = since_ns % pace.period_ns
    out_ns = pace.period_ns - pace.in_ns
    angle = np.where(within < pace.in_ns, within / pace.in_ns, 1 + (within - pace.in_ns) / out_ns)
    return (1 - np.cos(np.pi * angle)) / 2
