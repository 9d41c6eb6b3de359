"""The last frames, as the calibration needs them, and stretches of one sensor cut out of them."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from breathsense.core.frames.frame import Frame
from breathsense.core.model.events import QualityHint

SENSORS = ("abdomen", "imu", "chest", "chest_imu")
"""Ids of the sensors with a waveform, the best for the belly first, as ``Seen.values`` has them."""
BANDS = frozenset({"abdomen", "chest"})
MMG_SENSOR = "imu"
BAND_OFF = frozenset({"off_body", "slack", "saturated"})
TROUBLE = BAND_OFF | {"motion", "cough", "slip", "speech"}
"""Hints during which nothing is learnt of quiet breathing, nor does the level tell of the wall."""
BEFORE_HINT_NS = 1_500_000_000
"""Trouble is hinted at about a second after it began."""
AFTER_HINT_NS = 500_000_000
TOUCHING_NS = 250_000_000
"""Frames that are further apart than this do not follow on one another."""


class Seen(NamedTuple):
    """What a calibration keeps of a frame; ``reason`` is the trouble that was hinted at then."""

    t_ns: int
    values: tuple[float | None, float | None, float | None, float | None]
    mmg_log: float | None
    forward_deg: float | None
    is_moving: bool
    reason: str
    flutter: float | None = None


class Point(NamedTuple):
    """One value of one signal."""

    t_ns: int
    value: float


Run = list[Point]
"""Points that follow on one another without a hole."""


@dataclass(slots=True)
class Memory:
    """The frames that open steps need, and those just before; bounded."""

    seen: deque[Seen] = field(default_factory=deque)
    reason: str = ""

    def take(self, frame: Frame) -> None:
        """Remember a frame."""
        for event in frame.events:
            if isinstance(event, QualityHint):
                self.reason = event.reason
        values = (frame.belly, frame.tilt, frame.chest, frame.chest_tilt)
        is_moving = bool(frame.is_moving)
        self.seen.append(
            Seen(
                frame.t_ns,
                values,
                frame.mmg_log,
                frame.forward_deg,
                is_moving,
                self.reason,
                frame.flutter,
            )
        )

    def forget(self, before_ns: int) -> None:
        """Drop the frames up to a time."""
        while self.seen and self.seen[0].t_ns <= before_ns:
            self.seen.popleft()

    def between(self, start_ns: int, end_ns: int) -> list[Seen]:
        """Return the frames after ``start_ns``, up to ``end_ns``."""
        return [one for one in self.seen if start_ns < one.t_ns <= end_ns]


def cut_runs(
    seen: Iterable[Seen], get: Callable[[Seen], float | None], clean: frozenset[int] | None = None
) -> list[Run]:
    """Return the values of one signal, split where it is missing or the time is not clean."""
    runs: list[Run] = []
    last_ns: int | None = None
    for one in seen:
        value = get(one)
        if value is None or (clean is not None and one.t_ns not in clean):
            continue
        if last_ns is None or one.t_ns - last_ns > TOUCHING_NS:
            runs.append([])
        runs[-1].append(Point(one.t_ns, value))
        last_ns = one.t_ns
    return runs


def get_level(sensor: str) -> Callable[[Seen], float | None]:
    """Return how the waveform of a sensor is read off a frame."""
    place = SENSORS.index(sensor)
    return lambda one: one.values[place]


def find_clean(seen: list[Seen], troubles: frozenset[str]) -> frozenset[int]:
    """Return the times at which the wearer did not move and no such trouble was near."""
    bad = [one.t_ns for one in seen if one.reason in troubles]
    clean: set[int] = set()
    place = 0
    for one in seen:
        while place < len(bad) and bad[place] < one.t_ns - AFTER_HINT_NS:
            place += 1
        is_near = place < len(bad) and bad[place] <= one.t_ns + BEFORE_HINT_NS
        if not is_near and not one.is_moving:
            clean.add(one.t_ns)
    return frozenset(clean)


def count_reason(seen: list[Seen], reason: str) -> int:
    """Return how many frames have this trouble; ``"motion"`` counts an IMU's word as well."""
    return sum(one.reason == reason or (reason == "motion" and one.is_moving) for one in seen)
