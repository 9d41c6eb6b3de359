"""What wearables can measure of somebody, virtual or recorded."""

from dataclasses import dataclass
from typing import Literal, Protocol

from breathsense.core.model.vectors import Vector

BeltPlace = Literal["abdomen", "chest"]
Quantity = Literal["belt_force", "acceleration", "rotation", "beats"]


@dataclass(frozen=True, slots=True)
class Beat:
    """A heart beat and the interval that it ended."""

    t_ns: int
    rr_ms: float


class Body(Protocol):
    """A body that wearables are worn on.

    Its times are ns on its own axis; ``moment_ns`` says where on it a sample lies. They may be
    asked in any order within the last half minute, never before that.
    """

    @property
    def measurable(self) -> frozenset[Quantity]:
        """What there is to measure at all."""
        ...

    def moment_ns(self, started_ns: int, true_ns: int, nominal_ns: int) -> int:
        """Return the body's time of a sample.

        Parameters
        ----------
        started_ns : int
            Server time at which the stream began.
        true_ns : int
            How long after that the sample was really taken.
        nominal_ns : int
            How long after that the wearable's own clock believes it was taken.

        """
        ...

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float | None:
        """Return the tension of a belt round belly or ribs; ``None`` where there is no value."""
        ...

    def acceleration_g(self, t_ns: int) -> Vector | None:
        """Return what an accelerometer on the abdominal wall reads, in its own axes."""
        ...

    def rotation_dps(self, t_ns: int) -> Vector | None:
        """Return what a gyroscope in the same housing reads, in degrees a second."""
        ...

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        """Return the beats in ``(after_ns, until_ns]``, oldest first."""
        ...
