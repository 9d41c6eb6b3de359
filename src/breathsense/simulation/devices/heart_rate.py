"""A heart strap that speaks the standard Heart Rate Service and nothing else."""

from typing import ClassVar

from breathsense.simulation.body import Beat, Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.heart import pack_heart_rate
from breathsense.simulation.devices.twin import (
    NS_PER_S,
    Twin,
    advertise,
    battery_service,
    characteristic,
    device_information,
    sig_uuid,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Service

HEART_RATE = 0x180D
MEASUREMENT = sig_uuid(0x2A37)
LOCATION = sig_uuid(0x2A38)
CHEST = b"\x01"
CONTACT_SUPPORTED_AND_DETECTED = 0x06


class HeartRateTwin(Twin):
    """Notifies 2A37 once a second, with the intervals of the beats since the last time.

    Parameters as for ``Twin``; subclasses with further services add them to ``services``.
    """

    needs: ClassVar[tuple[Quantity, ...]] = ("beats",)
    flags: ClassVar[int] = CONTACT_SUPPORTED_AND_DETECTED
    battery_life_h: ClassVar[float] = 300.0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        self.advertisement = advertise(f"HRM {self.serial}", HEART_RATE)
        information, values = device_information(
            {0x2A29: "Virtual", 0x2A24: "HRM", 0x2A25: self.serial, 0x2A26: "1.0.0"}
        )
        self._values = {**values, LOCATION: CHEST}
        self.services = (heart_rate_service(), battery_service(), information)
        self._second: SampleTrain | None = None
        self._told_ns = 0

    def on_subscribe(self, uuid: str) -> None:
        """Begin to count the beats."""
        if uuid == MEASUREMENT:
            self._second = self.start_train(NS_PER_S)
            self._second.due(self._now_ns)
            self._told_ns = self.moment_ns(self._second, 0) - 1

    def on_disconnect(self) -> None:
        """Nobody listens any more."""
        self._second = None

    def produce(self, now_ns: int) -> None:
        """Send a packet for each full second in which there was a beat."""
        if self._second is None or not self.is_subscribed(MEASUREMENT):
            return
        for number in self._second.due(now_ns):
            moment_ns = self.moment_ns(self._second, number)
            beats = self.body.beats(self._told_ns, moment_ns)
            self._told_ns = moment_ns
            if beats:
                self.send_samples(MEASUREMENT, self.pack_beats(beats))

    def pack_beats(self, beats: list[Beat]) -> bytes:
        """Return a measurement."""
        return pack_heart_rate(beats, self.flags)


def heart_rate_service() -> Service:
    """Return the SIG's heart rate service."""
    return Service(
        sig_uuid(HEART_RATE),
        (characteristic(MEASUREMENT, "notify"), characteristic(LOCATION, "read")),
    )
