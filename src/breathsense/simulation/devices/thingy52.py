"""Nordic Thingy:52: its motion service, with a configuration that stays in its flash.

Where sources are silent this is a guess: a configuration of another length or with a frequency out
of range is refused with an ATT error; the magnetic field and the orientation stand still.
"""

import struct
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import (
    INVALID_LENGTH,
    NS_PER_S,
    VALUE_NOT_ALLOWED,
    Twin,
    battery_service,
    characteristic,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, AttError, Service


def _uuid(short: int) -> str:
    return f"ef68{short:04x}-9b35-4933-9b10-52ffa9740042"


CONFIGURATION_SERVICE, MOTION_SERVICE = _uuid(0x0100), _uuid(0x0400)
NAME, FIRMWARE = _uuid(0x0101), _uuid(0x0107)
CONFIGURATION, QUATERNION = _uuid(0x0401), _uuid(0x0404)
RAW, EULER, GRAVITY = _uuid(0x0406), _uuid(0x0407), _uuid(0x040A)
SHAPE = "<HHHHB"
USUAL = struct.pack(SHAPE, 1000, 500, 500, 10, 1)
LEAST_HZ, GREATEST_HZ = 5, 200
M_S2_PER_G = 9.80665
FIELD_UT: Vector = (20.0, -5.0, 43.0)
"""The earth's field, somewhere."""


class Thingy52(Twin):
    """A virtual Thingy: whatever is subscribed to streams at the one motion frequency."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation")

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        name = f"Thingy{self.serial[:4]}"
        self.advertisement = Advertisement(name, (CONFIGURATION_SERVICE,), {}, -45)
        self._values = {NAME: name.encode(), FIRMWARE: bytes((2, 2, 0)), CONFIGURATION: USUAL}
        self.services = (
            Service(
                CONFIGURATION_SERVICE,
                (characteristic(NAME, "read", "write"), characteristic(FIRMWARE, "read")),
            ),
            Service(
                MOTION_SERVICE,
                (
                    characteristic(CONFIGURATION, "read", "write"),
                    *(characteristic(uuid, "notify") for uuid in (QUATERNION, RAW, EULER, GRAVITY)),
                ),
            ),
            battery_service(),
        )
        self._trains: dict[str, SampleTrain] = {}

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Take a configuration; it stays over a disconnect."""
        if uuid != CONFIGURATION:
            super().on_write(uuid, payload)
        if len(payload) != len(USUAL):
            raise AttError(INVALID_LENGTH)
        if not LEAST_HZ <= struct.unpack(SHAPE, payload)[3] <= GREATEST_HZ:
            raise AttError(VALUE_NOT_ALLOWED)
        self._values[CONFIGURATION] = payload
        for source in self._trains:
            self._trains[source] = self._start()

    def on_subscribe(self, uuid: str) -> None:
        """Start that source."""
        self._trains[uuid] = self._start()

    def on_disconnect(self) -> None:
        """Stop all sources."""
        self._trains.clear()

    def produce(self, now_ns: int) -> None:
        """Send the sources that are on."""
        for uuid, train in self._trains.items():
            if not self.is_subscribed(uuid):
                continue
            for number in train.due(now_ns):
                motion = self.motion_at(self.moment_ns(train, number))
                if motion is not None and uuid in PACK:
                    self.send_samples(uuid, PACK[uuid](*motion))

    def _start(self) -> SampleTrain:
        frequency_hz = struct.unpack(SHAPE, self._values[CONFIGURATION])[3]
        return self.start_train(round(NS_PER_S / frequency_hz))


def _pack_raw(acceleration: Vector, rotation: Vector) -> bytes:
    pairs = ((acceleration, 1024.0), (rotation, 32.0), (FIELD_UT, 16.0))
    counts = [round(one * scale) for vector, scale in pairs for one in vector]
    return struct.pack("<9h", *(min(max(count, -0x8000), 0x7FFF) for count in counts))


def _pack_quaternion(acceleration: Vector, rotation: Vector) -> bytes:
    del acceleration, rotation
    return struct.pack("<4i", 1 << 30, 0, 0, 0)


def _pack_euler(acceleration: Vector, rotation: Vector) -> bytes:
    del acceleration, rotation
    return struct.pack("<3i", 0, 0, 90 << 16)


def _pack_gravity(acceleration: Vector, rotation: Vector) -> bytes:
    del rotation
    return struct.pack("<3f", *(one * M_S2_PER_G for one in acceleration))


PACK = {
    RAW: _pack_raw,
    QUATERNION: _pack_quaternion,
    EULER: _pack_euler,
    GRAVITY: _pack_gravity,
}
