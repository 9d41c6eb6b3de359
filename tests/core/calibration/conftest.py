"""Frames of a person made by hand: levels are in quiet breaths, so the truth is known."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from breathsense.core.calibration.calibrator import Calibrator
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.frames.frame import Frame
from breathsense.core.model.calibration import Calibrated, Calibration, StepJudged
from breathsense.core.model.events import QualityHint
from breathsense.core.model.inputs import Mark

S = 1_000_000_000
STEP_NS = 160_000_000


def ripple(number: int) -> float:
    """Something small that never repeats itself soon, between -1 and 1."""
    return math.sin(1.7 * number) * math.cos(0.31 * number + 1)


@dataclass
class Wearer:
    """Breathes 15 times a minute, 1 deep, at level 10, and does what is added, between times."""

    duration_s: float = 100.0
    shifts: list[tuple[float, float, float]] = field(default_factory=list)
    depths: list[tuple[float, float, float]] = field(default_factory=list)
    louder: list[tuple[float, float, float]] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    lost: list[tuple[float, float]] = field(default_factory=list)
    hints: list[tuple[float, str]] = field(default_factory=list)
    leans: list[tuple[float, float, float]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    scale: float = 1.0
    sensors: tuple[str, ...] = ("belly",)
    tilt_sign: float = 1.0

    def mark(self, start_s: float, label: str, lasts_s: float = 0.0) -> None:
        self.marks.append(Mark(round(start_s * S), label, round(lasts_s * S)))

    def level(self, t_s: float) -> float:
        depth = self._sum(self.depths, t_s, 1.0)
        shift = self._sum(self.shifts, t_s, 0.0)
        return 10.0 + shift + depth * (0.5 - 0.5 * math.cos(math.tau * t_s / 4.0))

    def frames(self) -> list[Frame]:
        marks, hints = list(self.marks), list(self.hints)
        frames = []
        for number in range(1, round(self.duration_s * S / STEP_NS)):
            t_ns = number * STEP_NS
            t_s = t_ns / S
            due = tuple(one for one in marks if one.start_ns <= t_ns)
            marks = [one for one in marks if one not in due]
            told = [one for one in hints if one[0] <= t_s]
            hints = [one for one in hints if one not in told]
            frames.append(self._frame(number, due, told))
        return frames

    def _frame(self, number: int, marks: tuple[Mark, ...], hints: list[tuple[float, str]]) -> Frame:
        t_ns = number * STEP_NS
        t_s = t_ns / S
        level = self.scale * (self.level(t_s) + 0.01 * ripple(number))
        is_there = not any(start <= t_s < end for start, end in self.lost)
        values: dict[str, Any] = {
            "belly": level,
            "chest": 0.5 * level + 3.0,
            "tilt": self.tilt_sign * 2.0 * level,
            "chest_tilt": 0.2 * level,
            "mmg_log": -3.0 + 0.05 * ripple(3 * number) + self._sum(self.louder, t_s, 0.0),
            "flutter": 0.1 + self._sum(self.louder, t_s, 0.0),
            "forward_deg": self._sum(self.leans, t_s, 1.0),
            "is_moving": any(start <= t_s < end for start, end in self.moving),
        }
        worn = {name: values[name] for name in self.sensors if is_there}
        events = tuple(QualityHint("abdomen", reason, t_ns) for _, reason in hints)
        return Frame(t_ns, t_ns + 50_000_000, **worn, marks=marks, events=events)

    @staticmethod
    def _sum(spans: list[tuple[float, float, float]], t_s: float, usual: float) -> float:
        found = [value for start, end, value in spans if start <= t_s < end]
        return found[-1] if found else usual


@dataclass
class Taught:
    """What a calibrator gave."""

    judged: list[StepJudged]
    calibrated: list[Calibrated]

    @property
    def known(self) -> Calibration:
        return self.calibrated[-1].calibration

    def verdicts(self, step: str) -> list[str]:
        """``"yes"`` for an accepted try, else the advice."""
        return ["yes" if one.is_accepted else one.advice for one in self.judged if one.step == step]


def teach(wearer: Wearer, stored: Calibration | None = None, **changes: Any) -> Taught:
    stage = Calibrator(replace(CalibrationParams(), **changes), stored)
    given = [out for frame in wearer.frames() for out in stage.push(frame)]
    assert stage.flush() == []
    return Taught(
        [one for one in given if isinstance(one, StepJudged)],
        [one for one in given if isinstance(one, Calibrated)],
    )


@pytest.fixture(scope="session")
def make_wearer() -> Callable[..., Wearer]:
    return Wearer


@pytest.fixture(scope="session")
def taught() -> Callable[..., Taught]:
    return teach


@pytest.fixture
def at_rest() -> Wearer:
    """A wearer of a belt whose quiet minute ends at 62 s."""
    wearer = Wearer()
    wearer.mark(2.0, "calibration.quiet", 60.0)
    return wearer
