"""What a GDX-RB tells about itself: status, device information, sensor information."""

import struct
from dataclasses import dataclass
from typing import NamedTuple

OK = 0
ORDER_CODE = "GDX-RB"
DESCRIPTION = "Go Direct Respiration Belt"
MAIN_FIRMWARE = (2, 5, 1205)
BLE_FIRMWARE = (2, 5, 102)
CHARGER_IDLE = 0


class _Channel(NamedTuple):
    sensor_id: int
    description: str
    unit: str
    uncertainty: float
    lowest: float
    highest: float
    typical_period_us: int


CHANNELS = {
    1: _Channel(17, "Force", "N", 0.01, 0.0, 50.0, 100_000),
    2: _Channel(18, "Respiration Rate", "bpm", 1.0, 0.0, 100.0, 10_000_000),
    4: _Channel(19, "Steps", "steps", 1.0, 0.0, 65535.0, 10_000_000),
    5: _Channel(20, "Step Rate", "spm", 1.0, 0.0, 300.0, 10_000_000),
}
"""Channel number to what the belt says about it; ids of the sensors are invented."""


@dataclass(frozen=True, slots=True)
class GdxIdentity:
    """The belt's serial number and address, and the answers that contain them."""

    serial: str
    address: str

    @property
    def name(self) -> str:
        """Order code, a space, the serial number: so clients take the name apart."""
        return f"{ORDER_CODE} {self.serial}"

    def pack_status(self, battery_pct: int) -> bytes:
        """Return the content of the status answer (a frame of 18 bytes)."""
        return struct.pack(
            "<BxBBHBBHBB", OK, *MAIN_FIRMWARE, *BLE_FIRMWARE, battery_pct, CHARGER_IDLE
        )

    def pack_device_info(self) -> bytes:
        """Return the content of the device information answer (a frame of 158 bytes)."""
        address = bytes(int(octet, 16) for octet in reversed(self.address.split(":")))
        return struct.pack(
            "<16s16s32sHHBBBBHBBH6sI64s",
            ORDER_CODE.encode(),
            self.serial.encode(),
            self.name.encode(),
            1,  # manufacturer
            2021,
            3,
            15,
            *MAIN_FIRMWARE,
            *BLE_FIRMWARE,
            address,
            0x10000,  # size of the memory for settings
            DESCRIPTION.encode(),
        )

    def pack_sensor_info(self, number: int) -> bytes:
        """Return the content of the sensor information answer (a frame of 154 bytes)."""
        channel = CHANNELS[number]
        real32, periodic = 0, 0
        return struct.pack(
            "<bxIBB60s32sdddIQIII",
            number,
            channel.sensor_id,
            real32,
            periodic,
            channel.description.encode(),
            channel.unit.encode(),
            channel.uncertainty,
            channel.lowest,
            channel.highest,
            50_000,
            65_535_000,
            channel.typical_period_us,
            1_000,
            0,
        )
