"""Stretch sensors that stream as soon as somebody subscribes: StretchSense and Bend Labs.

Where sources are silent this is a guess: rates, and how newtons become picofarads or millimetres.
"""

import struct
from abc import abstractmethod
from typing import ClassVar

from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, Twin, characteristic, sig_uuid
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, Service

STRETCHSENSE_SERVICE = "00001701-7374-7265-7563-6873656e7365"
STRETCHSENSE_VALUES = "00001702-7374-7265-7563-6873656e7365"
BENDLABS_SERVICE, BENDLABS_VALUES = sig_uuid(0x1820), sig_uuid(0x2A70)
REST_PF, PF_PER_N = 400.0, 10.0
MM_PER_N, BEND_DEG = 0.5, 12.5


class StretchTwin(Twin):
    """One row a packet."""

    needs: ClassVar[tuple[Quantity, ...]] = ("belt_force",)
    name: ClassVar[str]
    service: ClassVar[str]
    values: ClassVar[str]
    rate_hz: ClassVar[int]

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = Advertisement(
            f"{self.name} {self.serial[:4]}", (self.service,), {}, -45
        )
        self.services = (Service(self.service, (characteristic(self.values, "notify"),)),)
        self._train: SampleTrain | None = None

    @abstractmethod
    def pack(self, belly_n: float, ribs_n: float) -> bytes:
        """Return a packet."""

    def on_subscribe(self, uuid: str) -> None:
        """Begin to stream."""
        del uuid
        self._train = self.start_train(NS_PER_S // self.rate_hz)

    def on_disconnect(self) -> None:
        """End the stream."""
        self._train = None

    def produce(self, now_ns: int) -> None:
        """Send what is due; a row without a value does not go out."""
        if self._train is None or not self.is_subscribed(self.values):
            return
        for number in self._train.due(now_ns):
            moment_ns = self.moment_ns(self._train, number)
            belly = self.body.belt_force_n(moment_ns)
            if belly is not None:
                ribs = self.body.belt_force_n(moment_ns, "chest")
                self.send_samples(self.values, self.pack(belly, ribs or 0.0))


class StretchSense(StretchTwin):
    """Ten channels, two of them worn."""

    name = "StretchSense"
    service = STRETCHSENSE_SERVICE
    values = STRETCHSENSE_VALUES
    rate_hz = 25

    def pack(self, belly_n: float, ribs_n: float) -> bytes:
        """Return ten capacities in tenths of a picofarad, highest byte first."""
        loads = (belly_n, ribs_n, *(0.0 for _ in range(8)))
        return struct.pack(">10H", *(round(10 * (REST_PF + PF_PER_N * load)) for load in loads))


class BendLabs(StretchTwin):
    """Angle and stretch as floats."""

    name = "ads_demo"
    service = BENDLABS_SERVICE
    values = BENDLABS_VALUES
    rate_hz = 100

    def pack(self, belly_n: float, ribs_n: float) -> bytes:
        """Return angle in degrees and stretch in mm."""
        del ribs_n
        return struct.pack("<2f", BEND_DEG, MM_PER_N * belly_n)
