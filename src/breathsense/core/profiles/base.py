"""What all tables of a profile are made of: names, numbers, UUIDs, bytes; all bounded."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from breathsense.core.profiles.uuids import parse_uuid

SCHEMA = "breathsense.profile/1"
MAX_ROWS = 4096
"""Most samples that one packet may hold; an attribute value has at most 512 bytes."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Meta(max_length=2000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Finite = Annotated[float, Meta(ge=-1e18, le=1e18)]
Rate = Annotated[float, Meta(ge=1e-3, le=1e6)]
ByteOrder = Literal["little", "big"]
FieldType = Literal[
    "u8", "u16", "u24", "u32", "u40", "u48", "u56", "u64",
    "i8", "i16", "i24", "i32", "i40", "i48", "i56", "i64",
    "f32", "f64", "pad",
]  # fmt: skip


class Uuid(str):
    """A full 128-bit UUID, lower case; a profile may write 16-bit ones short."""

    __slots__ = ()


class Hex(bytes):
    """Bytes, written as pairs of hex digits; spaces between them are allowed."""


def decode_custom(kind: type, raw: object) -> object:
    """Turn TOML strings into UUIDs and bytes, for msgspec; raises ValueError."""
    if not isinstance(raw, str):
        raise ValueError(f"expected text, got {type(raw).__name__}")  # noqa: TRY004 - msgspec words it
    return Uuid(parse_uuid(raw)) if kind is Uuid else Hex.fromhex(raw)


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all tables of a profile share."""


class Check(Spec, frozen=True):
    """A checksum that stands at the end of a packet: its lowest ``width`` bits, over all before.

    ``crc`` divides by ``poly`` (highest power left out), most significant bit first, or least if
    ``is_reflected``; ``sum`` and ``xor`` go over bytes. ``first`` is the first byte that counts.
    """

    kind: Literal["crc", "sum", "xor"]
    width: Literal[4, 8, 16, 24, 32] = 8
    poly: Annotated[int, Meta(ge=1, le=2**32 - 1)] | None = None
    init: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    xor_out: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    is_reflected: bool = False
    first: Annotated[int, Meta(ge=0, le=511)] = 0


class ByteMatch(Spec, frozen=True):
    """A byte that tells kinds of packets apart; ``at`` below 0 counts from the end."""

    at: Annotated[int, Meta(ge=-512, le=511)]
    equals: Annotated[int, Meta(ge=0, le=255)]
    mask: Annotated[int, Meta(ge=1, le=255)] = 0xFF
