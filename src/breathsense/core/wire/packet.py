"""A decoded notification, before its samples are given session times."""

from collections.abc import Iterable
from typing import Protocol

import msgspec
import numpy as np
from msgspec.structs import replace

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, Values, freeze_values


class Packet(msgspec.Struct, frozen=True):
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


def join_packets(
    given: Iterable[Packet | Reading | Rejected],
) -> list[Packet | Reading | Rejected]:
    """Join packets of a stream that follow on each other: without stamps, nothing lost between."""
    joined: list[Packet | Reading | Rejected] = []
    newest: dict[str, int] = {}
    for one in given:
        if not isinstance(one, Packet):
            joined.append(one)
            if isinstance(one, Rejected):
                newest.clear()
            continue
        last = joined[newest[one.stream]] if one.stream in newest else None
        if isinstance(last, Packet) and one.t_device_ns is None and not one.n_lost:
            values = freeze_values(np.concatenate([last.values, one.values]))
            joined[newest[one.stream]] = replace(last, values=values)
        else:
            newest[one.stream] = len(joined)
            joined.append(one)
    return joined
