"""Settings of Polar's PMD protocol: what a wearable offers, and what it is told."""

import struct
from collections.abc import Mapping
from typing import ClassVar

ECG, PPG, ACC, PPI, GYRO, MAG, SDK_MODE = 0, 1, 2, 3, 5, 6, 9
RATE, RESOLUTION, RANGE, CHANNELS, FACTOR = 0, 1, 2, 4, 5
_WIDTHS = {RATE: 2, RESOLUTION: 2, RANGE: 2, CHANNELS: 1}

Offer = Mapping[int, tuple[int, ...]]
"""Setting to the values that are taken."""


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


def pack_offered(offer: Offer) -> bytes:
    """Return all that can be chosen for a type, as settings with several values each."""
    packed = b""
    for setting, values in offer.items():
        packed += bytes((setting, len(values)))
        packed += b"".join(value.to_bytes(_WIDTHS[setting], "little") for value in values)
    return packed


def pack_factor(factor: float) -> bytes:
    """Return the scale factor as it stands in the answer to a start."""
    return struct.pack("<BBf", FACTOR, 1, factor)


def parse_settings(offer: Offer, content: bytes) -> dict[int, int]:
    """Read the settings of a start command; raises ``PmdError`` for what is not offered.

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
        if value not in offer.get(setting, ()):
            raise PmdError(_ERROR_OF[setting])
    if set(chosen) != set(offer):
        raise PmdError(PmdError.PARAMETER)
    return chosen
