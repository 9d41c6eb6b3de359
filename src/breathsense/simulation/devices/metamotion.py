"""A virtual MbientLab MetaMotion: MetaMotionS (BMI270) by even seeds, MetaMotionRL (BMI160) by odd.

Where sources are silent this is a guess: a configuration that the chip does not have is passed
over in silence; a module that is not there answers with its number and 80 alone; revisions.
"""

import struct
from dataclasses import dataclass, field
from typing import ClassVar

from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Body, Quantity
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import (
    NS_PER_S,
    Twin,
    battery_service,
    characteristic,
    device_information,
)
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, Service

SERVICE = "326a9000-85cb-9195-d9dd-464cfbbae75a"
COMMAND = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY = "326a9006-85cb-9195-d9dd-464cfbbae75a"

ACC, GYRO, SETTINGS = 0x03, 0x13, 0x11
INFORMATION, POWER, ENABLE, CONFIG, BATTERY = 0x00, 0x01, 0x02, 0x03, 0x0C
READ, REGISTER_MASK = 0x80, 0x3F
SHORTEST = 2
CONFIG_LENGTH = 4
ODR_HZ = {0x06: 25.0, 0x07: 50.0, 0x08: 100.0, 0x09: 200.0, 0x0A: 400.0, 0x0B: 800.0}
BMI160_G = {0x3: 2.0, 0x5: 4.0, 0x8: 8.0, 0xC: 16.0}
BMI270_G = {0: 2.0, 1: 4.0, 2: 8.0, 3: 16.0}
DPS = {0: 16.4, 1: 32.8, 2: 65.6, 3: 131.2, 4: 262.4}
"""Counts per degree a second, by range code: 2000, 1000, 500, 250, 125."""
ROWS_PACKED = 3


@dataclass(slots=True)
class _Module:
    """One sensor of the board: its registers, its settings, and the rows of a packed packet.

    ``counts`` are those of one g, or of one degree a second, by the code of the range.
    """

    kind: int
    single: int
    packed: int
    counts: dict[int, float]
    config: bytes
    is_enabled: bool = False
    subscribed: set[int] = field(default_factory=set)
    train: SampleTrain | None = None
    rows: list[bytes] = field(default_factory=list)

    @property
    def rate_hz(self) -> float:
        return ODR_HZ[self.config[0] & 0x0F]

    def takes(self, config: bytes) -> bool:
        """Return whether there are such a rate and such a range."""
        return config[0] & 0x0F in ODR_HZ and config[1] in self.counts

    def pack(self, vector: Vector) -> bytes:
        """Return a row; what is beyond the range stays at its end."""
        counts = self.counts[self.config[1]]
        return struct.pack("<3h", *(min(max(round(counts * v), -32768), 32767) for v in vector))


class MetaMotion(Twin):
    """A virtual board; it streams on over a disconnect until it is told to stop."""

    needs: ClassVar[tuple[Quantity, ...]] = ("acceleration", "rotation")
    battery_life_h: ClassVar[float] = 8.0

    def __init__(self, body: Body, seed: int, faults: Faults) -> None:
        super().__init__(body, seed, faults)
        name = f"MetaWear {self.serial[:4]}"
        self.advertisement = Advertisement(name, (SERVICE,), {}, -45)
        is_s = seed % 2 == 0
        information, self._values = device_information(
            {
                0x2A29: "MbientLab Inc",
                0x2A24: "8" if is_s else "5",
                0x2A25: self.serial,
                0x2A26: "1.7.3",
                0x2A27: "0.1",
            }
        )
        self.services = (
            Service(
                SERVICE,
                (
                    characteristic(COMMAND, "write", "write-without-response"),
                    characteristic(NOTIFY, "notify"),
                ),
            ),
            battery_service(),
            information,
        )
        g = {code: 32768 / range_ for code, range_ in (BMI270_G if is_s else BMI160_G).items()}
        self._modules = {
            ACC: _Module(4, 0x04, 0x05, g, b"\xa8\x00")
            if is_s
            else _Module(1, 0x04, 0x1C, g, b"\x28\x03"),
            GYRO: _Module(1, 0x04, 0x05, DPS, b"\x28\x00")
            if is_s
            else _Module(0, 0x05, 0x07, DPS, b"\x28\x00"),
        }

    def on_write(self, uuid: str, payload: bytes) -> None:
        """Carry out a command; only reads are answered."""
        del uuid
        if len(payload) < SHORTEST:
            return
        number, register = payload[0], payload[1]
        module = self._modules.get(number)
        if number == self.faults.refused_command:
            module = None
        if register & READ:
            self._read_register(number, register & REGISTER_MASK, module)
        elif module is not None and len(payload) > SHORTEST:
            self._write_register(module, payload)

    def _read_register(self, number: int, register: int, module: _Module | None) -> None:
        content: bytes | None = None
        if number == SETTINGS and register == BATTERY:
            millivolts = 3200 + 10 * self.battery_pct
            content = struct.pack("<BH", self.battery_pct, millivolts)
        elif module is not None and register == INFORMATION:
            content = bytes((module.kind, 1))
        elif module is not None and register == CONFIG:
            content = module.config
        elif register == INFORMATION:
            content = b""
        if content is not None:
            self.answer(NOTIFY, bytes((number, register | READ)) + content)

    def _write_register(self, module: _Module, payload: bytes) -> None:
        register, value = payload[1], payload[2]
        self.produce(self._now_ns)
        if register == POWER:
            # Sampling starts with the power, at the rate that is configured by then.
            module.rows.clear()
            module.train = self.start_train(round(NS_PER_S / module.rate_hz)) if value else None
        elif register == ENABLE and len(payload) == CONFIG_LENGTH:
            module.is_enabled = bool(value) and not payload[3]
        elif register == CONFIG and len(payload) == CONFIG_LENGTH:
            if module.takes(payload[2:]):
                module.config = payload[2:]
        elif value:
            module.subscribed.add(register)
        else:
            module.subscribed.discard(register)

    def produce(self, now_ns: int) -> None:
        """Send what is due of both modules; a missing value takes its packet along."""
        for number, module in self._modules.items():
            if module.train is None:
                continue
            for sample in module.train.due(now_ns):
                self._measure(number, module, self.moment_ns(module.train, sample))

    def _measure(self, number: int, module: _Module, moment_ns: int) -> None:
        if not module.is_enabled:
            return
        motion = self.motion_at(moment_ns)
        row = b"" if motion is None else module.pack(motion[0 if number == ACC else 1])
        if module.single in module.subscribed and row:
            self.send_samples(NOTIFY, bytes((number, module.single)) + row)
        if module.packed not in module.subscribed:
            return
        module.rows.append(row)
        if len(module.rows) == ROWS_PACKED:
            if all(module.rows):
                self.send_samples(NOTIFY, bytes((number, module.packed)) + b"".join(module.rows))
            module.rows.clear()
