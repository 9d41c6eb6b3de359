"""Bits within bytes, checksums, rows of packets, numbers sent twice."""

import binascii
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.base import Check
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.wire.checks import check_end
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.faults import BadPacket
from breathsense.core.wire.packet import Packet

HEAD = """
schema = "breathsense.profile/1"
id = "bits"
name = "Bits"
confidence = "D"
sources = ["made up"]

[[streams]]
name = "pull"
signal = "band"
unit = "au"
channels = ["belly"]
rate_hz = 10

[[streams]]
name = "more"
signal = "other"
unit = "au"
channels = ["a", "b"]
on_by_default = false
"""
GOLDEN = """
[[golden]]
name = "nothing"
origin = "synthetic"
characteristic = "ffb3"
payloads = [""]
rejected = ""
"""
PACKET = """
[[packets]]
characteristic = "ffb3"
"""
PULL = '{ to = "pull.belly", type = "u8" }'
MORE = """
[[packets]]
characteristic = "ffb3"
only_with = "more"
[[packets.parts]]
fields = [{ to = "more.a", type = "u8" }, { to = "more.b", type = "u8" }]
"""


def build(packet: str, fields: str, **chosen: float) -> Any:
    text = HEAD + MORE + PACKET + packet + f"[[packets.parts]]\nfields = [{fields}]\n" + GOLDEN
    return build_decoder(parse_profile(text, "bits.toml"), chosen)


def decode(decoder: Any, hex_: str) -> list[Any]:
    uuid = "0000ffb3-0000-1000-8000-00805f9b34fb"
    return list(decoder.decode(Notification("w", uuid, bytes.fromhex(hex_), 0)))


def values(given_: list[Any]) -> list[Any]:
    return [one.values.tolist() for one in given_ if isinstance(one, Packet)]


def reasons(given_: list[Any]) -> list[str]:
    return [one.reason for one in given_ if isinstance(one, Rejected)]


def test_fields_that_peek_read_their_bits_from_the_same_bytes() -> None:
    fields = (
        '{ reading = "high", type = "u16", shift = 12, peek = true },'
        '{ reading = "low", type = "u16", mask = 15, peek = true },'
        '{ to = "pull.belly", type = "u16", mask = 0x0ff0, shift = 4 }'
    )
    given_ = decode(build("", fields), "c3 ab")
    assert values(given_) == [[[0xBC]]]
    assert {one.name: one.value for one in given_ if isinstance(one, Reading)} == {
        "high": 10.0,
        "low": 3.0,
    }


@pytest.mark.parametrize(
    ("hex_", "expected"), [("ff07", 2047), ("0008", -2048), ("ff0f", -1), ("01f0", 1), ("0100", 1)]
)
def test_in_a_signed_type_the_highest_bit_of_the_mask_is_the_sign(hex_: str, expected: int) -> None:
    field = '{ to = "pull.belly", type = "i16", mask = 0x0fff }'
    assert values(decode(build("", field), hex_)) == [[[expected]]]


def test_a_signed_piece_may_lie_anywhere() -> None:
    field = '{ to = "pull.belly", type = "i16", mask = 0x0ff0, shift = 4 }'
    assert values(decode(build("", field), "f00f")) == [[[-1]]]
    assert values(decode(build("", field), "f007")) == [[[127]]]


def test_a_stream_that_is_on_brings_its_own_layout() -> None:
    assert values(decode(build("", PULL), "05")) == [[[5]]]
    assert values(decode(build("", PULL, more=1), "0506")) == [[[5, 6]]]


def test_a_row_of_packets_becomes_rows_and_a_bad_one_is_left_out_alone() -> None:
    packet = 'size = 2\ncheck = { kind = "sum" }\n'
    decoder = build(packet, PULL + ', { type = "pad" }')
    assert values(decode(decoder, "0101 0202 0303")) == [[[1], [2], [3]]]
    given_ = decode(decoder, "0101 0203 0303 0404")
    assert values(given_) == [[[1]], [[3], [4]]]
    assert reasons(given_) == ["checksum is 03, not 02"]
    assert reasons(decode(decoder, "0101 02")) == ["3 bytes are no row of packets of 2"]
    assert reasons(decode(decoder, "")) == ["0 bytes are no row of packets of 2"]


def test_a_loss_within_a_row_parts_it() -> None:
    packet = 'size = 2\ncounter = { field = "n", modulus = 256 }\n'
    decoder = build(packet, '{ name = "n", type = "u8" },' + PULL)
    given_ = decode(decoder, "0701 0802 0b03")
    assert values(given_) == [[[1], [2]], [[3]]]
    assert [one.n_lost for one in given_] == [0, 2]


def test_a_number_sent_twice_must_be_the_same() -> None:
    fields = '{ name = "n", to = "pull.belly", type = "u8" }, { type = "u8", same_as = "n" }'
    decoder = build("", fields)
    assert values(decode(decoder, "0505")) == [[[5]]]
    assert reasons(decode(decoder, "0506")) == ["u8 is not the same as n"]


ONES = 2**32 - 1
CRC_32 = f'kind = "crc", width = 32, poly = 0x04c11db7, init = {ONES}, xor_out = {ONES}'
CHECKS = [
    ('{ kind = "crc", poly = 7 }', "31323334353637 3839 f4"),
    ('{ kind = "crc", width = 16, poly = 0x1021, init = 0xffff }', "313233343536373839 b129"),
    ('{ kind = "crc", width = 16, poly = 0x8005, is_reflected = true }', "313233343536373839 3dbb"),
    (f"{{ {CRC_32}, is_reflected = true }}", "313233343536373839 2639f4cb"),
    ('{ kind = "crc", width = 4, poly = 3 }', "9039 55"),
    ('{ kind = "sum", first = 1 }', "ff 0102 03"),
    ('{ kind = "sum", width = 16, init = 1 }', "ff01 0101"),
    ('{ kind = "xor", xor_out = 0xff }', "0f f0 00"),
]
"""The first four are the check values that catalogues of CRCs give for the text 123456789."""


@pytest.mark.parametrize(("check", "hex_"), CHECKS)
def test_checksums_known_from_elsewhere_hold_and_others_do_not(check: str, hex_: str) -> None:
    part = '\n[[packets.parts]]\nrepeat = "to_end"\nfields = [{ type = "u8" }]\n'
    decoder = build(f'check = {check}\nrest = "ignore"\n', PULL + "]" + part.rstrip()[:-1])
    assert reasons(decode(decoder, hex_)) == []
    raw = bytearray.fromhex(hex_)
    raw[-2] ^= 0x10
    (reason,) = reasons(decode(decoder, raw.hex()))
    assert reason.startswith("checksum is ")


@given(st.binary(min_size=1, max_size=40))
def test_two_usual_sums_are_those_of_pythons_library(content: bytes) -> None:
    crc32 = Check(
        kind="crc",
        width=32,
        poly=0x04C11DB7,
        init=ONES,
        xor_out=ONES,
        is_reflected=True,
    )
    check_end(crc32, content + zlib.crc32(content).to_bytes(4, "little"), "little")
    ccitt = Check(kind="crc", width=16, poly=0x1021)
    check_end(ccitt, content + binascii.crc_hqx(content, 0).to_bytes(2, "big"), "big")


def test_a_packet_too_short_for_its_checksum_is_rejected() -> None:
    with pytest.raises(BadPacket, match="ends inside the checksum: 2 of 3 bytes"):
        check_end(Check(kind="sum", width=16, first=1), b"\0\0", "little")


@pytest.mark.parametrize(
    ("packet", "fields", "said"),
    [
        ("", PULL.replace(" }", ", peek = true }"), "fields[0].peek: the last field of a part"),
        ("", '{ type = "pad", peek = true }, ' + PULL, "a pad has no meaning"),
        ('check = { kind = "crc" }\n', PULL, "check.poly: a crc has one"),
        ('check = { kind = "sum", poly = 7 }\n', PULL, "check.poly: a crc has one"),
        ('check = { kind = "sum", width = 4 }\n', PULL, "check.width: only a crc"),
        ('only_with = "most"\n', PULL, "only_with: there is no stream 'most'"),
        ("", PULL + ', { type = "u8", same_as = "n" }', "same_as: there is no field 'n' before"),
    ],
)
def test_what_makes_no_sense_is_refused(packet: str, fields: str, said: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        build(packet, fields)
    assert said in f"{refused.value.where}: {refused.value.what}"
