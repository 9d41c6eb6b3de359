"""BBC micro:bit with the Bluetooth accelerometer service.

Where sources are silent this is a guess: a period that is not among the known ones is refused with
an ATT error; the service is advertised.
"""

import struct
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import (
    VALUE_NOT_ALLOWED,
    Twin,
    characteristic,
    device_information,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, AttError, Service

SERVICE = "e95d0753-251d-470a-a062-fa1922dfa9a8"
VALUES = "e95dca4b-251d-470a-a062-fa1922dfa9a8"
PERIOD = "e95dfb24-251d-470a-a062-fa1922dfa9a8"
PERIODS_MS = (1, 2, 5, 10, 20, 80, 160, 640)
USUAL_PERIOD_MS = 20
LARGEST_MG = 2048
NS_PER_MS = 1_000_000


class Microbit(Twin):
    """A virtual micro:bit; it has no battery service."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration",)

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        letters = "".join("zvgpt"[int(digit, 16) % 5] for digit in self.serial[:5])
        self.advertisement = Advertisement(f"BBC micro:bit [{letters}]", (SERVICE,), {}, -45)
        information, self._values = device_information(
            {0x2A24: "BBC micro:bit V2.0", 0x2A25: self.serial, 0x2A26: "2.2.0"}
        )
        accelerometer = Service(
            SERVICE,
            (characteristic(VALUES, "read", "notify"), characteristic(PERIOD, "read", "write")),
        )
        self.services = (information, accelerometer)
        self._set_period(USUAL_PERIOD_MS)
        self._train: SampleTrain | None = None

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Take a period in ms."""
        if uuid != PERIOD:
            super().on_write(uuid, payload)
        period_ms = int.from_bytes(payload, "little")
        if len(payload) != struct.calcsize("<H") or period_ms not in PERIODS_MS:
            raise AttError(VALUE_NOT_ALLOWED)
        self._set_period(period_ms)
        if self._train is not None:
            self._train = self.start_train(self._period_ns)

    def on_subscribe(self, uuid: str) -> None:
        """Begin to stream."""
        del uuid
        self._train = self.start_train(self._period_ns)

    def on_disconnect(self) -> None:
        """End the stream."""
        self._train = None

    def produce(self, now_ns: int) -> None:
        """Send each row by itself; one without a value does not go out."""
        if self._train is None or not self.is_subscribed(VALUES):
            return
        for number in self._train.due(now_ns):
            acceleration = self.body.acceleration_g(self.moment_ns(self._train, number))
            if acceleration is not None:
                self._values[VALUES] = _pack(acceleration)
                self.send_samples(VALUES, self._values[VALUES])

    def _set_period(self, period_ms: int) -> None:
        self._period_ns = period_ms * NS_PER_MS
        self._values |= {PERIOD: struct.pack("<H", period_ms), VALUES: bytes(6)}


def _pack(acceleration: Vector) -> bytes:
    rounded = (min(max(round(1000.0 * one), -LARGEST_MG), LARGEST_MG - 1) for one in acceleration)
    return struct.pack("<3h", *rounded)
