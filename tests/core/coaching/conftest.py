"""Frames, breaths and braces of somebody who practises, told one by one."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from breathsense.core.coaching.corrector import Corrector, CorrectorParams
from breathsense.core.coaching.judge import Judge, JudgeParams
from breathsense.core.coaching.prompter import Prompter
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceHint, BraceStart, HoldScored
from breathsense.core.model.calibration import (
    Calibrated,
    Calibration,
    LevelReference,
)
from breathsense.core.model.events import Breath, BreathEnd, Pause, QualityHint, Turn
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.stage import Chain

sys.path.insert(0, str(Path(__file__).parent))  # scenes that several files of tests share

S = 1_000_000_000
FRAME_NS = 160_000_000
IN_FRAMES = (Turn, Breath, BreathEnd, Pause, QualityHint)
BELLY = Sensor("abdomen", "band", "abdomen", "N")
KNOWN = Calibration(
    levels=(LevelReference("abdomen", 7.0, 1.0, 0.02, 3.0, 0.02, 1.2, -1.0),), rate_per_min=15.0
)


def ns(t_s: float) -> int:
    return round(t_s * S)


def write_programme(block: str, *rest: str) -> str:
    head = (
        'schema = "breathsense.programme/1"\nid = "core.test"\nname = "Test"\nkind = "core"\n'
        'about = "A test."\npositions = ["sitting"]\n'
    )
    return "\n".join([head, "[[block]]", block, *rest])


def _turn(t_ns: int, value: float, decided_ns: int, *, is_peak: bool) -> Turn:
    return Turn("abdomen", is_peak, t_ns, value, decided_ns)


@dataclass
class Scene:
    """What happens when; ``told`` are items with the second at which they are known."""

    text: str
    told: list[tuple[float, Any]] = field(default_factory=list)
    known: Calibration | None = KNOWN
    sensors: tuple[Sensor, ...] = (BELLY,)
    course: dict[str, Any] = field(default_factory=dict)
    n_breaths: int = 0
    n_braces: int = 0
    levels: Callable[[float], dict[str, Any]] = lambda _t_s: {"belly": 7.0}

    def breathe(
        self,
        start_s: float,
        peak_s: float,
        end_s: float,
        depth: float = 1.0,
        trough: float = 7.0,
    ) -> None:
        """Take a breath; its end is decided a second after it."""
        number = self.n_breaths
        self.n_breaths += 1
        known_ns = ns(peak_s + 0.7)
        self.told += [
            (peak_s + 0.7, _turn(ns(peak_s), trough + depth, known_ns, is_peak=True)),
            (
                peak_s + 0.7,
                Breath("abdomen", number, ns(start_s), ns(peak_s), depth, known_ns, "unknown", 1.0),
            ),
            (end_s + 1.0, _turn(ns(end_s), trough, ns(end_s + 1.0), is_peak=False)),
            (end_s + 1.0, BreathEnd("abdomen", number, ns(end_s), ns(end_s + 1.0))),
        ]

    def brace(self, start_s: float, end_s: float, direction: str = "expand", **end: Any) -> None:
        """Firm the wall; ``end`` changes what its end tells."""
        number = self.n_braces
        self.n_braces += 1
        told = BraceEnd(
            *(number, ns(end_s), "breathing", 0.9, 0.1, 0.95),
            *(ns(3.0), 2, 0.9, ns(end_s + 0.5)),
        )
        way: Any = direction
        self.told += [
            (start_s + 1.0, BraceStart(number, ns(start_s), way, 0.9, ns(start_s + 1.0))),
            (end_s + 0.5, replace(told, **end)),
        ]

    def score(self, t_s: float, *, is_doubtful: bool) -> None:
        """Score the newest brace."""
        number = self.n_braces - 1
        self.told.append(
            (t_s, HoldScored(number, 90.0, 1.0, 1.0, 1.0, 1.0, None, is_doubtful, ns(t_s)))
        )

    def hint(self, from_s: float, until_s: float, state: str, **other: Any) -> None:
        """Let the wall seem to be so, every half second."""
        for t_s in np.arange(from_s, until_s, 0.5).tolist():
            named: Any = state
            hint = BraceHint(named, "unknown", None, "unknown", 0, "", ns(t_s))
            self.told.append((t_s, replace(hint, **other)))

    def run(self, until_s: float, start_s: float = 0.0) -> list[Any]:
        """Begin the programme after ``start_s``; return all events but samples and frames."""
        leader = self.sensors[0]
        judge = Judge(self.sensors, leader, JudgeParams())
        chain = Chain([Prompter(), judge, Corrector(leader.id, CorrectorParams())])
        items: list[tuple[float, Any]] = sorted(
            [*self.told, (start_s, Course(ns(start_s), self.text, **self.course))],
            key=lambda one: one[0],
        )
        given: list[Any] = []
        if self.known is not None:
            given += chain.push(Calibrated(self.known, 0))
        for k in range(round(until_s * S / FRAME_NS)):
            given += self._step(chain, k * FRAME_NS, items)
        given += chain.flush()
        return [one for one in given if not isinstance(one, SampleBlock | Frame)]

    def _step(self, chain: Chain, t_ns: int, items: list[tuple[float, Any]]) -> list[Any]:
        block = SampleBlock(
            "abdomen", "band", freeze_times([t_ns]), freeze_values(np.zeros((1, 1)))
        )
        given = chain.push(block)
        events, marks = [], []
        while items and ns(items[0][0]) <= t_ns:
            item = items.pop(0)[1]
            if isinstance(item, IN_FRAMES):
                events.append(item)
                continue
            given += chain.push(item)
            if isinstance(item, Mark):
                marks.append(item)
        frame = Frame(t_ns, t_ns + 1, marks=tuple(marks), events=tuple(events))
        return given + chain.push(frame._replace(**self.levels(t_ns / S)))


@dataclass(frozen=True)
class Gym:
    """What tests need; a fixture, because test files cannot import one another."""

    Scene: type[Scene] = Scene
    write_programme: Callable[..., str] = write_programme
    belly: Sensor = BELLY
    known: Calibration = KNOWN


@pytest.fixture(scope="session")
def gym() -> Gym:
    return Gym()
