"""What is remembered of a session until it is told."""

from dataclasses import dataclass
from typing import NamedTuple

from breathsense.core.measures.shape import Shape
from breathsense.core.model.events import Breath


class Hole(NamedTuple):
    """A stretch without waveform, or one that is not scored, and why."""

    start_ns: int
    end_ns: int
    reason: str = "a gap"


@dataclass(slots=True)
class Taken:
    """A breath as the engine told it; ``shape`` comes once its waveforms are there."""

    breath: Breath
    end_ns: int | None = None
    shape: Shape | None = None
