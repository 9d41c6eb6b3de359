"""A virtual Movella DOT (formerly Xsens DOT).

Where sources are silent this is a guess: a rate that it does not have is not taken, in silence; an
unknown mode, or settings of a wrong length, are refused by the Bluetooth layer; a disconnect ends
the measurement; free acceleration, orientation and the magnetic field are drawings.
"""

import math
import struct
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import NS_PER_S, Twin, characteristic
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, AttError, Service

BASE = "1517{:04x}-4947-11e9-8646-d663bd873d93"
INFORMATION, SETTINGS, REPORT = (BASE.format(short) for short in (0x1001, 0x1002, 0x1004))
CONTROL, LONG, MEDIUM, SHORT = (BASE.format(short) for short in (0x2001, 0x2002, 0x2003, 0x2004))
BATTERY = BASE.format(0x3001)
SIZES = {LONG: 63, MEDIUM: 40, SHORT: 20}

INVALID_LENGTH, NOT_ALLOWED = 0x0D, 0x13
SETTINGS_LENGTH, ORDER_LENGTH = 32, 3
RATE_AT, TAG_AT = 24, 8
VISIT_RATE = 0x10
TAG = b"Movella DOT"
RATES = (1, 4, 10, 12, 15, 20, 30, 60)
USUAL_RATE_HZ = 60
MEASUREMENT, STOP, START = 1, 0, 1
M_S2_PER_G = 9.80665
STAMP_MASK = 0xFFFFFFFF

EULER, QUATERNION, FREE_ACC, RATE_MAG, RATE, CUSTOM_5 = 4, 5, 6, 20, 21, 26
PAYLOADS = {
    EULER: SHORT, QUATERNION: SHORT, FREE_ACC: SHORT, RATE_MAG: MEDIUM, RATE: MEDIUM,
    CUSTOM_5: LONG,
}  # fmt: skip


class XsensDot(Twin):
    """A virtual DOT; one mode at a time."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation")
    battery_life_h: ClassVar[float] = 6.0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        # All DOTs are called the same; a piece of the tag keeps virtual ones apart.
        self.advertisement = Advertisement(f"Movella DOT {self.serial[:4]}", (), {}, -45)
        self.services = (
            Service(
                BASE.format(0x1000),
                (
                    characteristic(INFORMATION, "read"),
                    characteristic(SETTINGS, "read", "write"),
                    characteristic(REPORT, "notify"),
                ),
            ),
            Service(
                BASE.format(0x2000),
                (
                    characteristic(CONTROL, "read", "write"),
                    *(characteristic(payload, "notify") for payload in SIZES),
                ),
            ),
            Service(BASE.format(0x3000), (characteristic(BATTERY, "read", "notify"),)),
        )
        self._rate_hz = USUAL_RATE_HZ
        self._order = bytes((MEASUREMENT, STOP, RATE))
        self._train: SampleTrain | None = None

    def read(self, characteristic: str, now_ns: int) -> bytes:
        """Return a value as it is now."""
        self._now_ns = now_ns
        self._values = {
            INFORMATION: self._pack_information(),
            SETTINGS: self._pack_settings(),
            CONTROL: self._order,
            BATTERY: bytes((self.battery_pct, 0)),
        }
        return super().read(characteristic, now_ns)

    def _pack_information(self) -> bytes:
        address = bytes.fromhex(self.address.replace(":", ""))[::-1]
        built = struct.pack("<HBBBBB", 2023, 5, 17, 12, 0, 0)
        serial = struct.pack("<IQ", 0x00070300, int(self.serial, 16))
        return (address + bytes((2, 3, 0)) + built + serial + b"XS-T01").ljust(34, b"\0")

    def _pack_settings(self) -> bytes:
        settings = bytearray(SETTINGS_LENGTH)
        settings[TAG_AT - 1 : TAG_AT + len(TAG)] = bytes((len(TAG),)) + TAG
        settings[3:7] = bytes((10, 0, 10, 0))
        struct.pack_into("<H", settings, RATE_AT, self._rate_hz)
        return bytes(settings)

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Take settings or an order."""
        if uuid == SETTINGS:
            self._take_settings(payload)
        else:
            self._take_order(payload)

    def _take_settings(self, payload: bytes) -> None:
        if len(payload) != SETTINGS_LENGTH:
            raise AttError(INVALID_LENGTH)
        (rate_hz,) = struct.unpack_from("<H", payload, RATE_AT)
        if payload[0] & VISIT_RATE and rate_hz in RATES and self._train is None:
            self._rate_hz = rate_hz

    def _take_order(self, payload: bytes) -> None:
        if len(payload) != ORDER_LENGTH:
            raise AttError(INVALID_LENGTH)
        kind, action, mode = payload
        is_refused = mode == self.faults.refused_command
        if kind != MEASUREMENT or mode not in PAYLOADS or action not in (STOP, START) or is_refused:
            raise AttError(NOT_ALLOWED)
        self.produce(self._now_ns)
        self._order = payload
        period_ns = round(NS_PER_S / self._rate_hz)
        self._train = self.start_train(period_ns) if action == START else None

    def on_disconnect(self) -> None:
        """End the measurement."""
        self._train = None
        self._order = bytes((MEASUREMENT, STOP, self._order[2]))

    def produce(self, now_ns: int) -> None:
        """Send a payload for each sample; a missing one does not come."""
        if self._train is None:
            return
        mode = self._order[2]
        uuid = PAYLOADS[mode]
        for number in self._train.due(now_ns):
            motion = self.motion_at(self.moment_ns(self._train, number))
            if motion is not None:
                stamp = struct.pack("<I", self._train.stamp_ns(number) // 1000 & STAMP_MASK)
                content = stamp + pack_content(mode, *motion)
                self.send_samples(uuid, content.ljust(SIZES[uuid], b"\0"))


def pack_content(mode: int, acceleration_g: Vector, rotation_dps: Vector) -> bytes:
    """Pack what a mode measures, behind the stamp."""
    acceleration = [M_S2_PER_G * axis for axis in acceleration_g]
    rates = struct.pack("<6f", *acceleration, *rotation_dps)
    x, y, z = acceleration_g
    roll, pitch = math.atan2(y, z), math.atan2(-x, math.hypot(y, z))
    match mode:
        case 4:
            return struct.pack("<3f", math.degrees(roll), math.degrees(pitch), 0.0)
        case 5:
            return pack_quaternion(roll, pitch)
        case 6:
            return struct.pack("<3f", 0.0, 0.0, M_S2_PER_G * (math.hypot(x, y, z) - 1.0))
        case 20:
            return rates + struct.pack("<3h", 2048, 512, -3500)
        case 21:
            return rates
        case _:
            return pack_quaternion(roll, pitch) + rates


def pack_quaternion(roll: float, pitch: float) -> bytes:
    """Pack w, x, y, z of a sensor that is rolled and pitched (in rad) and looks north."""
    a, b = roll / 2, pitch / 2
    return struct.pack(
        "<4f",
        math.cos(a) * math.cos(b),
        math.sin(a) * math.cos(b),
        math.cos(a) * math.sin(b),
        -math.sin(a) * math.sin(b),
    )
