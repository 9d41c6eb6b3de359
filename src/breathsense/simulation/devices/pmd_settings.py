"""Settings of Polar's PMD protocol: what a strap offers, and what it is told."""

import struct
from dataclasses import dataclass
from typing import ClassVar

ECG, ACC = 0, 2
RATE, RESOLUTION, RANGE, CHANNELS = 0, 1, 2, 4

OFFERED: dict[int, dict[int, tuple[int, ...]]] = {
    ECG: {RATE: (130,), RESOLUTION: (14,)},
    ACC: {RATE: (25, 50, 100, 200), RESOLUTION: (16,), RANGE: (2, 4, 8)},
}
"""Type of measurement to setting to the values that an H10 takes."""

_WIDTHS = {RATE: 2, RESOLUTION: 2, RANGE: 2, CHANNELS: 1}


class PmdError(Exception):
    """A command is refused with an error code of the protocol."""

    OPERATION: ClassVar[int] = 1
    TYPE: ClassVar[int] = 2
    NOT_SUPPORTED: ClassVar[int] = 3
    LENGTH: ClassVar[int] = 4
    PARAMETER: ClassVar[int] = 5
    ALREADY_IN_STATE: ClassVar[int] = 6
    RESOLUTION: ClassVar[int] = 7
    RATE: ClassVar[int] = 8
    RANGE: ClassVar[int] = 9
    MTU: ClassVar[int] = 10
    CHANNELS: ClassVar[int] = 11
    INVALID_STATE: ClassVar[int] = 12

    def __init__(self, code: int) -> None:
        super().__init__(f"PMD error {code}")
        self.code = code


_ERROR_OF = {
    RATE: PmdError.RATE,
    RESOLUTION: PmdError.RESOLUTION,
    RANGE: PmdError.RANGE,
    CHANNELS: PmdError.CHANNELS,
}


@dataclass(frozen=True, slots=True)
class PmdSettings:
    """What a stream was started with; the range means something for the accelerometer only."""

    rate_hz: int
    range_g: int


def pack_offered(kind: int) -> bytes:
    """Return all that can be chosen for a type, as settings with several values each."""
    packed = b""
    for setting, values in OFFERED[kind].items():
        packed += struct.pack(f"<BB{len(values)}H", setting, len(values), *values)
    return packed


def parse_settings(kind: int, content: bytes) -> PmdSettings:
    """Read the settings of a start command; raises ``PmdError`` for what an H10 does not take.

    They may come in any order, with one value each; all that the type has must be there.
    """
    chosen: dict[int, int] = {}
    while content:
        setting = content[0]
        if setting not in _WIDTHS:
            raise PmdError(PmdError.PARAMETER)
        length = 2 + _WIDTHS[setting]
        if len(content) < length:
            raise PmdError(PmdError.LENGTH)
        if content[1] != 1:
            raise PmdError(PmdError.PARAMETER)
        chosen[setting] = int.from_bytes(content[2:length], "little")
        content = content[length:]
    for setting, value in chosen.items():
        if value not in OFFERED[kind].get(setting, ()):
            raise PmdError(_ERROR_OF[setting])
    if set(chosen) != set(OFFERED[kind]):
        raise PmdError(PmdError.PARAMETER)
    return PmdSettings(chosen[RATE], chosen.get(RANGE, 0))
