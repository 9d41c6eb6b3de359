"""Registers of the motion chips on MetaWear boards, by the module's own number of its kind.

Facts from mbientlab/MetaWear-SDK-Cpp: ``*_register.h`` and the unit tests.
"""

from dataclasses import dataclass

ACCELEROMETER, GYROSCOPE, SETTINGS = 0x03, 0x13, 0x11
POWER, ENABLE, CONFIG = 0x01, 0x02, 0x03
READ = 0x80
INFORMATION = 0x00
BATTERY = 0x0C
"""Of the settings module."""
SILENT = 0x40
"""Set in a read that the board shall not log; the answer comes without it."""

ODR_CODES = {25: 0x06, 50: 0x07, 100: 0x08, 200: 0x09}
ACC_RANGES = (2, 4, 8, 16)
GYRO_RANGES = (2000, 1000, 500, 250, 125)
FAST_HZ = 50
"""Above, three samples come in a packet: a link carries about 100 packets a second."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of module.

    ``single`` and ``packed`` are its data registers; ``odr_bits`` are set beside the code of the
    rate, ``range_codes`` go with the ranges in the order of ``ranges``.
    """

    name: str
    single: int
    packed: int
    odr_bits: int
    ranges: tuple[int, ...]
    range_codes: tuple[int, ...]

    def encode_config(self, rate_hz: float, range_: float) -> bytes | None:
        """Return the two bytes of the configuration; ``None`` if it has no such rate or range."""
        if rate_hz not in ODR_CODES or range_ not in self.ranges:
            return None
        code = self.range_codes[self.ranges.index(int(range_))]
        return bytes((self.odr_bits | ODR_CODES[int(rate_hz)], code))

    def register(self, rate_hz: float) -> int:
        """Return the data register to subscribe to at a rate."""
        return self.packed if rate_hz > FAST_HZ else self.single


ACC_CHIPS = {
    1: Chip("BMI160", 0x04, 0x1C, 0x20, ACC_RANGES, (0x3, 0x5, 0x8, 0xC)),
    4: Chip("BMI270", 0x04, 0x05, 0xA0, ACC_RANGES, (0, 1, 2, 3)),
}
GYRO_CHIPS = {
    0: Chip("BMI160", 0x05, 0x07, 0x20, GYRO_RANGES, (0, 1, 2, 3, 4)),
    1: Chip("BMI270", 0x04, 0x05, 0x20, GYRO_RANGES, (0, 1, 2, 3, 4)),
}
CHIPS = {ACCELEROMETER: ACC_CHIPS, GYROSCOPE: GYRO_CHIPS}
