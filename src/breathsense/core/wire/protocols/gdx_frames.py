"""The frames of Vernier Go Direct units: how requests are built and how both sides add up.

A request is ``58 LEN COUNT SUM COMMAND payload``; COUNT goes down by one with each request. An
answer echoes COMMAND and COUNT in bytes 4 and 5. SUM is the sum of all other bytes, modulo 256.
Facts from VernierST/godirect-js (BSD-3-Clause), ``src/Device.js`` and ``src/constants.js``.
"""

import struct
from enum import IntEnum

REQUEST = 0x58
MEASUREMENT = 0x20
HEADER = 6
"""Bytes before the payload of an answer."""
SUM_AT = 3
CHUNK = 20
"""Longest piece that the units are written in; a longer request is cut."""
FIRST_COUNT = 0xFF
MAX_CHANNEL = 31


class Command(IntEnum):
    """What can be asked of a unit."""

    STATUS = 0x10
    START = 0x18
    STOP = 0x19
    INIT = 0x1A
    SET_PERIOD = 0x1B
    SENSOR_INFO = 0x50
    AVAILABLE_CHANNELS = 0x51
    DISCONNECT = 0x54


INIT_PAYLOAD = bytes.fromhex("a54a06490748084709460a450b440c430d420e41")
STOP_PAYLOAD = bytes.fromhex("ff00ffffffff")


def build_request(command: int, count: int, payload: bytes = b"") -> bytes:
    """Return the request; ``count`` is that of this request (the first is FE)."""
    frame = bytearray((REQUEST, 5 + len(payload), count & 0xFF, 0, command)) + payload
    frame[SUM_AT] = sum_frame(frame)
    return bytes(frame)


def sum_frame(frame: bytes | bytearray) -> int:
    """Return the checksum that belongs into byte 3."""
    return (sum(frame) - frame[SUM_AT]) & 0xFF


def encode_period(period_us: int) -> bytes:
    """Return the payload of a request for a sampling period."""
    return struct.pack("<BBQ", 0xFF, 0x00, period_us)


def encode_start(channels: tuple[int, ...]) -> bytes:
    """Return the payload of a request to measure these channels."""
    mask = sum(1 << channel for channel in channels)
    return struct.pack("<BBIQ", 0xFF, 0x01, mask, 0)


def list_channels(mask: int) -> list[int]:
    """Return the channels of a mask, lowest first: the order of values in a row."""
    return [channel for channel in range(MAX_CHANNEL + 1) if mask >> channel & 1]
