"""A virtual WitMotion sensor with Bluetooth 5.0 (WT901BLE67).

Where sources are silent this is a guess: a register that is locked, or a value that it does not
have, is passed over in silence; up to four frames share a notification; yaw stays 0.
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

SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
COMMAND = "0000ffe9-0000-1000-8000-00805f9a34fb"
"""Their last group is the vendor's own: with 9a where the Bluetooth SIG has 9b."""

LENGTH = 5
INVALID_LENGTH = 0x0D
RATE, ALGORITHM, READ, TEMPERATURE, BATTERY, UNLOCK = 0x03, 0x24, 0x27, 0x40, 0x64, 0x69
UNLOCK_KEY = 0xB588
UNLOCKED_NS = 10 * NS_PER_S
RATES_HZ = {
    0x01: 0.2, 0x02: 0.5, 0x03: 1.0, 0x04: 2.0, 0x05: 5.0, 0x06: 10.0, 0x07: 20.0, 0x08: 50.0,
    0x09: 100.0, 0x0B: 200.0,
}  # fmt: skip
FACTORY_RATE = 0x06
FRAME, REGISTERS = b"\x55\x61", b"\x55\x71"
N_REGISTERS = 8
FULL_SCALE_G, FULL_SCALE_DPS, FULL_SCALE_DEG = 16.0, 2000.0, 180.0
MOST_FRAMES = 4


class WitMotion(Twin):
    """A virtual sensor; it streams while somebody listens, at the rate that was set last."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation")
    battery_life_h: ClassVar[float] = 10.0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        # Two of the same kind have the same name; a digit keeps virtual ones apart.
        name = f"WT901BLE{int(self.serial[:4], 16) % 100:02d}"
        self.advertisement = Advertisement(name, (SERVICE,), {}, -45)
        self.services = (
            Service(
                SERVICE,
                (
                    characteristic(NOTIFY, "notify"),
                    characteristic(COMMAND, "write", "write-without-response"),
                ),
            ),
        )
        self._registers = {RATE: FACTORY_RATE, ALGORITHM: 0, TEMPERATURE: 2875}
        self._unlocked_ns: int | None = None
        self._train: SampleTrain | None = None

    def on_subscribe(self, uuid: str) -> None:
        """Begin to stream."""
        if uuid == NOTIFY:
            self._begin()

    def on_disconnect(self) -> None:
        """Nobody listens any more."""
        self._train = None

    def _begin(self) -> None:
        period_ns = round(NS_PER_S / RATES_HZ[self._registers[RATE]])
        self._train = self.start_train(period_ns)

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Set or read a register."""
        if uuid != COMMAND or len(payload) != LENGTH:
            raise AttError(INVALID_LENGTH)
        mark, register, value = struct.unpack("<HBH", payload)
        if mark != 0xAAFF or register == self.faults.refused_command:  # noqa: PLR2004 - FF AA
            return
        if register == READ:
            self._read_back(value)
        elif register == UNLOCK and value == UNLOCK_KEY:
            self._unlocked_ns = self._now_ns
        elif self._is_unlocked and register in (RATE, ALGORITHM):
            self._set(register, value)

    @property
    def _is_unlocked(self) -> bool:
        return self._unlocked_ns is not None and self._now_ns - self._unlocked_ns <= UNLOCKED_NS

    def _set(self, register: int, value: int) -> None:
        if value not in (RATES_HZ if register == RATE else (0, 1)):
            return
        self.produce(self._now_ns)
        self._registers[register] = value
        if self.is_subscribed(NOTIFY):
            self._begin()

    def _read_back(self, first: int) -> None:
        now = {**self._registers, BATTERY: 340 + round(0.6 * self.battery_pct)}
        values = (now.get(register, 0) for register in range(first, first + N_REGISTERS))
        head = REGISTERS + struct.pack("<H", first)
        self.answer(NOTIFY, head + struct.pack(f"<{N_REGISTERS}H", *values))

    def produce(self, now_ns: int) -> None:
        """Send the frames that are due, several in a notification; a missing one does not come."""
        if self._train is None or not self.is_subscribed(NOTIFY):
            return
        frames: list[bytes] = []
        for number in self._train.due(now_ns):
            motion = self.motion_at(self.moment_ns(self._train, number))
            if motion is not None:
                frames.append(pack_frame(*motion))
        for start in range(0, len(frames), MOST_FRAMES):
            self.send_samples(NOTIFY, b"".join(frames[start : start + MOST_FRAMES]))


def pack_frame(acceleration_g: Vector, rotation_dps: Vector) -> bytes:
    """Pack a frame; roll and pitch follow from where gravity points."""
    x, y, z = acceleration_g
    roll = math.degrees(math.atan2(y, z))
    pitch = math.degrees(math.atan2(-x, math.hypot(y, z)))
    parts = [
        *(axis / FULL_SCALE_G for axis in acceleration_g),
        *(axis / FULL_SCALE_DPS for axis in rotation_dps),
        *(angle / FULL_SCALE_DEG for angle in (roll, pitch, 0.0)),
    ]
    raw = (min(max(round(32768 * part), -32768), 32767) for part in parts)
    return FRAME + struct.pack("<9h", *raw)
