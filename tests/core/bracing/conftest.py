"""Frames of somebody who breathes, firms the wall and draws it in."""

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.bracing.detector import BraceDetector
from breathsense.core.bracing.params import BraceParams
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceHint, BraceStart
from breathsense.core.model.calibration import (
    Calibrated,
    Calibration,
    LevelReference,
    MmgReference,
)
from breathsense.core.model.inputs import Mark

sys.path.insert(0, str(Path(__file__).parent))  # scenes that several files of tests share

FRAME_NS = 160_000_000
PERIOD_S = 4.0


def noise(k: int, salt: float = 0.0) -> float:
    """A number between -1 and 1 that looks like chance."""
    return math.sin(12.9898 * k + 78.233 * salt) * 43758.5453 % 2.0 - 1.0


def breathe(t_s: float, period_s: float = PERIOD_S) -> float:
    """A breath of depth 1: in for 0.4 of the period, out for 0.4, rest."""
    phase = t_s / period_s % 1.0
    if phase < 0.4:
        return 0.5 - 0.5 * math.cos(math.pi * phase / 0.4)
    if phase < 0.8:
        return 0.5 + 0.5 * math.cos(math.pi * (phase - 0.4) / 0.4)
    return 0.0


@dataclass
class Act:
    """From when to when; how far the belly goes, how loud, how much breathing is left."""

    start_s: float
    end_s: float
    shift: float = 0.0
    rise_log: float = 0.0
    ripple: float = 1.0
    ramp_s: float = 0.5
    chest: float = 1.0
    high_log: float | None = None

    def share(self, t_s: float) -> float:
        up = (t_s - self.start_s) / self.ramp_s
        down = (self.end_s + self.ramp_s - t_s) / self.ramp_s
        return max(0.0, min(1.0, up, down))


@dataclass
class Person:
    """What the sensors tell; ``scale`` and ``rest`` of the band are anything."""

    acts: list[Act] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    has_belly: bool = True
    has_chest: bool = False
    has_imu: bool = False
    scale: float = 3.0
    rest: float = 20.0
    moving: tuple[float, float] = (0.0, 0.0)
    flutter: float = 0.1
    """How unevenly braces sound; rest sounds as noise does."""

    def frame(self, k: int) -> Frame:
        t_s = k * 0.16
        level, ripple, chest, rise, high = 0.0, 1.0, 1.0, 0.0, 0.0
        for act in self.acts:
            share = act.share(t_s)
            level += share * act.shift
            ripple *= 1.0 - share * (1.0 - act.ripple)
            chest *= 1.0 - share * (1.0 - act.chest)
            rise += share * act.rise_log
            high += share * (act.rise_log if act.high_log is None else act.high_log)
        breath = breathe(t_s)
        belly = self.rest + self.scale * (level + ripple * breath + 0.01 * noise(k))
        tilt = math.radians(2.0 * (ripple * breath + level))
        marks = tuple(
            one for one in self.marks if (k - 1) * FRAME_NS < one.start_ns <= k * FRAME_NS
        )
        frame = Frame(k * FRAME_NS, k * FRAME_NS + 10_000_000, marks=marks)
        if self.has_belly:
            frame = frame._replace(belly=belly)
        if self.has_chest:
            frame = frame._replace(chest=50.0 + 2.0 * (chest * breath + 0.01 * noise(k, 1.0)))
        if self.has_imu:
            frame = frame._replace(
                mmg_log=-2.8 + rise + 0.03 * noise(k, 2.0),
                mmg_high_log=-2.9 + high + 0.03 * noise(k, 3.0),
                flutter=self.flutter if rise > 0.2 else 0.1,
                up=(math.sin(tilt), 0.0, math.cos(tilt)),
                is_moving=self.moving[0] <= t_s < self.moving[1],
            )
        return frame

    def calibrated(self, out: float | None = 1.0, inward: float | None = -1.0) -> Calibrated:
        def level(sensor: str, rest: float, depth: float, shift: float | None) -> LevelReference:
            drawn = None if inward is None or sensor == "chest" else inward * depth
            return LevelReference(sensor, rest, depth, 0.05 * depth, 3 * depth, 0.03, shift, drawn)

        levels = []
        if self.has_belly:
            shift = None if out is None else out * self.scale
            levels.append(level("abdomen", self.rest, self.scale, shift))
        if self.has_chest:
            levels.append(level("chest", 50.0, 2.0, 0.0))
        mmgs = (MmgReference("imu", -2.8, 0.04, -2.3, -2.45),) if self.has_imu else ()
        return Calibrated(Calibration(levels=tuple(levels), mmgs=mmgs, rate_per_min=15.0), 0)


@dataclass
class Told:
    """What the detector told."""

    starts: list[BraceStart]
    ends: list[BraceEnd]
    hints: list[BraceHint]


def watch(
    person: Person,
    until_s: float,
    first: Iterable[Any] | None = None,
    params: BraceParams | None = None,
) -> Told:
    """Run the detector over the frames of a person, after 30 s of quiet breathing."""
    detector = BraceDetector(params or BraceParams())
    given: list[Any] = []
    for item in [person.calibrated()] if first is None else first:
        given += detector.push(item)
    for k in range(round(until_s / 0.16)):
        given += detector.push(person.frame(k))
    given += detector.flush()
    return Told(
        [one for one in given if isinstance(one, BraceStart)],
        [one for one in given if isinstance(one, BraceEnd)],
        [one for one in given if isinstance(one, BraceHint)],
    )


@dataclass(frozen=True)
class Stage:
    """The cast; a fixture, because test files cannot import one another."""

    Act: type[Act] = Act
    Person: type[Person] = Person
    watch: Callable[..., Told] = watch
    breathe: Callable[..., float] = breathe


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage()
