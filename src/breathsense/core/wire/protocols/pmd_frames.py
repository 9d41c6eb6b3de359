"""Polar Measurement Data: numbers of kinds, settings, errors, and the packed delta frames.

Facts from polarofficial/polar-ble-sdk, ``technical_documentation/online_measurement.pdf``.
"""

import struct
from collections.abc import Iterator

import numpy as np

from breathsense.core.model.samples import Times, Values
from breathsense.core.profiles.base import MAX_ROWS
from breathsense.core.wire.faults import BadPacket, check_length, check_rest

KINDS = {"ecg": 0, "ppg": 1, "acc": 2, "ppi": 3, "gyro": 5, "mag": 6}
SDK_MODE = 9
"""A number like that of a measurement, for a mode with more rates and ranges."""
GET_SETTINGS, START, STOP = 1, 2, 3
ANSWER, FEATURES = 0xF0, 0x0F
RATE, RESOLUTION, RANGE, RANGE_MILLI, CHANNELS, FACTOR, SECURITY = 0, 1, 2, 3, 4, 5, 6
SIZES = {RATE: 2, RESOLUTION: 2, RANGE: 2, RANGE_MILLI: 4, CHANNELS: 1, FACTOR: 4, SECURITY: 16}
ALREADY_RUNNING, WRONG_STATE = 6, 12
ERRORS = {
    1: "it does not know the command",
    2: "it does not know this measurement",
    3: "it does not support this",
    4: "the command has a wrong length",
    5: "a setting is not allowed",
    6: "it is already in that state",
    7: "it does not have this resolution",
    8: "it does not have this sample rate",
    9: "it does not have this range",
    10: "the link's packets are too small (MTU)",
    11: "it does not have this number of channels",
    12: "it cannot do this in its present state",
    13: "it is on its charger",
    14: "its memory is full",
}
PULSE = np.dtype([("rate", "u1"), ("interval", "<u2"), ("error", "<u2"), ("flags", "u1")])
BLOCKED, IN_CONTACT, TELLS_CONTACT = 1, 2, 4
MAX_WIDTH = 32
NATIVE = {1: "<i1", 2: "<i2", 4: "<i4"}
"""Signed integers that numpy reads itself; the strap also sends some of 3 bytes."""


def encode_setting(kind: int, value: int) -> bytes:
    """Return one setting of a start command: kind, one value, the value."""
    return bytes((kind, 1)) + value.to_bytes(SIZES[kind], "little")


def read_settings(parameters: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield ``(kind, value)`` of the settings in an answer; raises BadPacket."""
    offset = 0
    while offset < len(parameters):
        check_length(parameters, offset + 2, "a setting")
        kind, count = parameters[offset : offset + 2]
        if kind not in SIZES:
            raise BadPacket(f"setting {kind} is not known")
        end = offset + 2 + count * SIZES[kind]
        check_length(parameters, end, "a setting")
        for start in range(offset + 2, end, SIZES[kind]):
            yield kind, parameters[start : start + SIZES[kind]]
        offset = end


def find_factor(parameters: bytes) -> float | None:
    """Return the scale factor in the parameters of a start answer; raises BadPacket."""
    for kind, value in read_settings(parameters):
        if kind == FACTOR:
            factor: float = struct.unpack("<f", value)[0]
            return factor
    return None


def read_rows(content: bytes, n_bytes: int, n_channels: int) -> Times:
    """Read plain rows of signed integers, shape (n, n_channels); raises BadPacket."""
    row = n_bytes * n_channels
    if len(content) % row:
        raise BadPacket(f"{len(content) % row} bytes left over after whole rows")
    if n_bytes in NATIVE:
        return np.frombuffer(content, NATIVE[n_bytes]).astype(np.int64).reshape(-1, n_channels)
    count = len(content) // n_bytes
    numbers = [
        int.from_bytes(content[n_bytes * i : n_bytes * (i + 1)], "little", signed=True)
        for i in range(count)
    ]
    return np.array(numbers, dtype=np.int64).reshape(-1, n_channels)


def read_pulses(content: bytes) -> Values:
    """Read pulse intervals in ms, shape (n, 1); NaN where the wearer moved or it lay off the skin.

    Raises
    ------
    BadPacket
        If they are no whole pulses.

    """
    check_rest(len(content) % PULSE.itemsize)
    pulses = np.frombuffer(content, PULSE)
    contact = pulses["flags"] & (TELLS_CONTACT | IN_CONTACT)
    is_sound = (pulses["flags"] & BLOCKED == 0) & (contact != TELLS_CONTACT)
    intervals = pulses["interval"].astype(np.float64)
    values: Values = np.where(is_sound & (intervals > 0), intervals, np.nan)[:, np.newaxis]
    return values


def unpack_deltas(content: bytes, n_bytes: int, n_channels: int) -> Times:
    """Unpack a delta frame: a reference row, then blocks of differences to the row before.

    A block is a bit width, a number of rows and the differences, two's complement, least
    significant bit first, channel by channel within a row. Blocks follow until the end.

    Returns
    -------
    int64 array, shape (n, n_channels)
        Row 0 is the reference.

    Raises
    ------
    BadPacket
        If a block claims more than there is.

    """
    reference_size = n_bytes * n_channels
    check_length(content, reference_size, "the reference row")
    rows = [read_rows(content[:reference_size], n_bytes, n_channels)]
    offset, n_rows = reference_size, 1
    while offset < len(content):
        check_length(content, offset + 2, "a block of differences")
        width, count = content[offset : offset + 2]
        n_rows += count
        if width > MAX_WIDTH or n_rows > MAX_ROWS:
            raise BadPacket(f"a block of {count} rows with {width} bits cannot be")
        end = offset + 2 + (width * count * n_channels + 7) // 8
        check_length(content, end, "a block of differences")
        rows.append(_unpack_block(content[offset + 2 : end], width, count * n_channels, n_channels))
        offset = end
    return np.cumsum(np.concatenate(rows), axis=0)


def _unpack_block(packed: bytes, width: int, count: int, n_channels: int) -> Times:
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
    table = bits[: width * count].reshape(count, width).astype(np.int64)
    weights = np.left_shift(1, np.arange(width, dtype=np.int64))
    if width:
        weights[-1] = -weights[-1]
    numbers: Times = np.einsum("nw,w->n", table, weights)
    return numbers.reshape(-1, n_channels)
