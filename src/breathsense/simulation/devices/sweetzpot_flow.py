"""SweetZpot FLOW: seven counts of a stretch band, every 0.7 s, as soon as somebody subscribes."""

import struct
from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import Twin, advertise, characteristic, sig_uuid
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Service

SERVICE = 0xFFB0
VALUES = sig_uuid(0xFFB3)
PERIOD_NS = 100_000_000
N_VALUES = 7
REST_COUNTS = 1500.0
COUNTS_PER_N = 80.0
"""A guess that brings a belt of some newtons to where recordings lie (1700 to 2800 counts)."""
LARGEST_COUNT = 4095


class SweetzpotFlow(Twin):
    """A virtual FLOW; the band has no name to be known by, only its service."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = advertise(f"FLOW {self.serial[:4]}", SERVICE)
        self.services = (Service(sig_uuid(SERVICE), (characteristic(VALUES, "notify"),)),)
        self._train: SampleTrain | None = None
        self._counts: list[int | None] = []

    def on_subscribe(self, uuid: str) -> None:
        """Begin to stream."""
        del uuid
        self._train = self.start_train(PERIOD_NS)
        self._counts.clear()

    def on_disconnect(self) -> None:
        """End the stream: the band starts anew with the next subscription."""
        self._train = None

    def produce(self, now_ns: int) -> None:
        """Send a packet for each seven values; one with a missing value does not go out."""
        if self._train is None or not self.is_subscribed(VALUES):
            return
        for number in self._train.due(now_ns):
            force = self.body.belt_force_n(self.moment_ns(self._train, number))
            self._counts.append(None if force is None else _to_counts(force))
            if len(self._counts) == N_VALUES:
                known = [count for count in self._counts if count is not None]
                if len(known) == N_VALUES:
                    self.send_samples(VALUES, struct.pack("<7h", *known))
                self._counts.clear()


def _to_counts(force: float) -> int:
    return min(max(round(REST_COUNTS + COUNTS_PER_N * force), 0), LARGEST_COUNT)
