"""Frames of Polar's PMD protocol: plain rows, or a row and the differences that follow it."""

import struct
from collections.abc import Sequence
from itertools import pairwise

Row = tuple[int, ...]
ROWS_OF_A_BLOCK = 28
"""Real frames have a long block (42 and 70 rows were seen) and a short one: a guess between."""


def pack_head(kind: int, stamp_ns: int, frame_type: int) -> bytes:
    """Return the ten bytes before the content."""
    return struct.pack("<BQB", kind, stamp_ns, frame_type)


def pack_rows(rows: Sequence[Row], n_bytes: int) -> bytes:
    """Return the rows as they are, channel by channel."""
    return b"".join(one.to_bytes(n_bytes, "little", signed=True) for row in rows for one in row)


def pack_differences(rows: Sequence[Row], n_bytes: int) -> bytes:
    """Return the first row, and blocks of the differences to the row before.

    A block has as many bits for a difference as its largest one needs; the bits lie least
    significant first, one number after another.
    """
    packed = pack_rows(rows[:1], n_bytes)
    differences = [
        tuple(b - a for a, b in zip(before, after, strict=True)) for before, after in pairwise(rows)
    ]
    for start in range(0, len(differences), ROWS_OF_A_BLOCK):
        packed += _pack_block(differences[start : start + ROWS_OF_A_BLOCK])
    return packed


def _pack_block(rows: Sequence[Row]) -> bytes:
    numbers = [number for row in rows for number in row]
    width = max((number if number >= 0 else ~number).bit_length() + 1 for number in numbers)
    bits = 0
    for position, number in enumerate(numbers):
        bits |= (number & ((1 << width) - 1)) << (position * width)
    size = (width * len(numbers) + 7) // 8
    return bytes((width, len(rows))) + bits.to_bytes(size, "little")
