"""What is remembered of a session until it is told."""

from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.measures.heart import Beats
from breathsense.core.measures.shape import Partner, Shape
from breathsense.core.measures.waves import CoarseWave
from breathsense.core.model.bracing import MobilityReach
from breathsense.core.model.events import Breath, Pause
from breathsense.core.model.inputs import Mark
from breathsense.core.model.sensors import Sensor


class Hole(NamedTuple):
    """A stretch without waveform, or one that is not scored, and why."""

    start_ns: int
    end_ns: int
    reason: str = "gap"


@dataclass(slots=True)
class Taken:
    """A breath as the engine told it; ``shape`` comes once its waveforms are there."""

    breath: Breath
    end_ns: int | None = None
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the measures are made of."""

    inputs: tuple[str, ...]
    leader: Sensor
    unit: str
    partner: Partner | None
    has_heart: bool
    full_depth: float | None
    full_marks: tuple[Mark, ...]
    breaths: tuple[tuple[Taken, Shape], ...]
    holes: tuple[Hole, ...]
    unscored: tuple[Hole, ...]
    bridge_ns: int
    pauses: tuple[Pause, ...]
    reaches: tuple[MobilityReach, ...]
    beats: Beats
    coarse: CoarseWave
    start_ns: int
    end_ns: int
