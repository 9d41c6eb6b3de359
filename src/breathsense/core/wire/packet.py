"""A decoded notification, before its samples are given session times."""

from dataclasses import dataclass
from typing import Protocol

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, Values


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """Samples of one stream out of one notification, oldest first.

    Parameters
    ----------
    stream : str
        Name of the stream in the profile, such as ``"force"`` or ``"acc"``.
    unit : str
        Unit of the values.
    values : float64 array, shape (n, n_channels)
        Scaled to the unit.
    t_device_ns : int or None
        The wearable's own stamp in ns, as it came; the profile says of which sample.
    n_lost : int
        Samples that the wearable's own counter says were lost just before these.

    """

    stream: str
    unit: str
    values: Values
    t_device_ns: int | None = None
    n_lost: int = 0


class Decoder(Protocol):
    """Turns notifications into packets; keeps what carries over (reassembly, factors) as state."""

    def decode(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        """Decode one notification. Any bytes may come: what is wrong is a ``Rejected``."""
        ...
