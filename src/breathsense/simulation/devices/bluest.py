"""An ST board with BlueST firmware that has accelerometer, gyroscope and magnetometer in one.

Where sources are silent this is a guess: 25 rows a second; the battery is told every 5 s; the
magnetic field stands still.
"""

import struct
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, Twin, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, Service

SERVICE = "00000000-0001-11e1-9ab4-0002a5d5c51b"
MOTION = "00e00000-0001-11e1-ac36-0002a5d5c51b"
BATTERY = "00020000-0001-11e1-ac36-0002a5d5c51b"
FEATURES = 0x00E20000
PROTOCOL_AND_DEVICE = 0x0601
"""Protocol version 1 and device 6 (SensorTile.box), where others have the number of a company."""
PERIOD_NS = 40_000_000
BATTERY_PERIOD_NS = 5 * NS_PER_S
TICK_NS = 8_000_000
FIELD_MG: Vector = (100.0, -200.0, 300.0)
DISCHARGING = 1


class BlueStBoard(Twin):
    """A virtual SensorTile.box."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation")

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        address = bytes.fromhex(self.address.replace(":", ""))
        said = FEATURES.to_bytes(4, "big") + address
        self.advertisement = Advertisement(
            f"BTile{self.serial[:3]}", (SERVICE,), {PROTOCOL_AND_DEVICE: said}, -45
        )
        self.services = (
            Service(SERVICE, (characteristic(MOTION, "notify"), characteristic(BATTERY, "notify"))),
        )
        self._trains: dict[str, SampleTrain] = {}

    def on_subscribe(self, uuid: str) -> None:
        """Start that characteristic."""
        self._trains[uuid] = self.start_train(PERIOD_NS if uuid == MOTION else BATTERY_PERIOD_NS)

    def on_disconnect(self) -> None:
        """Stop both."""
        self._trains.clear()

    def produce(self, now_ns: int) -> None:
        """Send what is due."""
        for uuid, train in self._trains.items():
            if not self.is_subscribed(uuid):
                continue
            for number in train.due(now_ns):
                ticks = struct.pack("<H", train.stamp_ns(number) // TICK_NS & 0xFFFF)
                if uuid == BATTERY:
                    self.answer(BATTERY, ticks + self._pack_battery())
                    continue
                motion = self.motion_at(self.moment_ns(train, number))
                if motion is not None:
                    self.send_samples(MOTION, ticks + _pack_motion(*motion))

    def _pack_battery(self) -> bytes:
        return struct.pack("<hhhB", 10 * self.battery_pct, 3900, -15, DISCHARGING)


def _pack_motion(acceleration: Vector, rotation: Vector) -> bytes:
    pairs = ((acceleration, 1000.0), (rotation, 10.0), (FIELD_MG, 1.0))
    counts = [round(one * scale) for vector, scale in pairs for one in vector]
    return struct.pack("<9h", *(min(max(count, -0x8000), 0x7FFF) for count in counts))
