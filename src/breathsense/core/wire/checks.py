"""Checksums at the end of packets, as a profile declares them."""

from functools import reduce
from operator import xor

from breathsense.core.profiles.base import ByteOrder, Check
from breathsense.core.wire.faults import BadPacket, check_length

BYTE = 8


def check_end(check: Check, payload: bytes, byte_order: ByteOrder) -> None:
    """Compare the checksum of a packet with the one that belongs to its content.

    Raises
    ------
    BadPacket
        If it is another one, or the packet is too short to have one.

    """
    size = (check.width + BYTE - 1) // BYTE
    check_length(payload, check.first + size, "the checksum")
    mask = (1 << check.width) - 1
    told = int.from_bytes(payload[-size:], byte_order) & mask
    found = _COMPUTE[check.kind](check, payload) & mask
    if told != found:
        raise BadPacket(f"checksum is {told:0{2 * size}x}, not {found:0{2 * size}x}")


def _sum(check: Check, payload: bytes) -> int:
    return (check.init + sum(_covered(check, payload))) ^ check.xor_out


def _xor(check: Check, payload: bytes) -> int:
    return reduce(xor, _covered(check, payload), check.init) ^ check.xor_out


def _covered(check: Check, payload: bytes) -> bytes:
    return payload[check.first : len(payload) - (check.width + BYTE - 1) // BYTE]


def _crc(check: Check, payload: bytes) -> int:
    """Divide bit by bit: packets with such a checksum are short."""
    poly, mask = check.poly or 0, (1 << check.width) - 1
    remainder = check.init & mask
    n_bits = BYTE * (len(payload) - check.first) - check.width
    for number in range(n_bits):
        byte = payload[check.first + number // BYTE]
        place = number % BYTE if check.is_reflected else BYTE - 1 - number % BYTE
        carry = (remainder >> (check.width - 1)) ^ (byte >> place & 1)
        remainder = (remainder << 1 & mask) ^ (poly if carry & 1 else 0)
    if check.is_reflected:
        remainder = int(f"{remainder:0{check.width}b}"[::-1], 2)
    return remainder ^ check.xor_out


_COMPUTE = {"sum": _sum, "xor": _xor, "crc": _crc}
