"""What the profile language can say of packets and lines, on made-up wearables."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.wire.decoding import WearableDecoder, build_decoder
from breathsense.core.wire.golden import check_golden
from breathsense.core.wire.packet import Packet

A, B, LINES = (f"0000{short}-0000-1000-8000-00805f9b34fb" for short in ("aa01", "aa02", "aa03"))

HEAD = """\
schema = "breathsense.profile/1"
id = "made-up"
name = "Made up"
confidence = "D"
sources = ["nowhere"]
battery = "standard"
firmware = "standard"

[[golden]]
name = "none"
origin = "synthetic"
characteristic = "aa01"
payloads = ["ff"]
rejected = "matches no packet"

[[settings]]
name = "range_g"
default = 2
allowed = [2, 4]
"""

IMU = (
    HEAD
    + """
[[streams]]
name = "acc"
signal = "acc"
unit = "g"
channels = ["x", "y", "z"]
rate_hz = 50.0
time = { stamp = "first", tick_ns = 1000000, bits = 32 }

[[streams]]
name = "gyr"
signal = "gyr"
unit = "deg/s"
channels = ["x", "y", "z"]
rate_hz = 50.0

[[streams]]
name = "pull"
signal = "band"
unit = "pF"
channels = ["pull"]

# Type 1: stamp, then all accelerations, then all rates of turn.
[[packets]]
characteristic = "aa01"
match = [{ at = 0, equals = 1, mask = 0x3f }]
stamp = "t"
[[packets.parts]]
fields = [{ type = "pad" }, { name = "t", type = "u32" }]
[[packets.parts]]
repeat = "share"
fields = [
    { type = "f32", to = "acc.x" },
    { type = "f32", to = "acc.y" },
    { type = "f32", to = "acc.z" },
]
[[packets.parts]]
repeat = "share"
fields = [
    { type = "f32", to = "gyr.x" },
    { type = "f32", to = "gyr.y" },
    { type = "f32", to = "gyr.z" },
]

# Type 2: a count, then so many 24-bit big-endian rows; a counter; a scale by range.
[[packets]]
characteristic = "aa01"
match = [{ at = 0, equals = 2 }, { at = -1, equals = 0xee }]
byte_order = "big"
counter = { field = "count", modulus = 16 }
[[packets.parts]]
fields = [
    { type = "pad" },
    { name = "count", type = "u8", mask = 0xf0, shift = 4 },
    { name = "n", type = "u8" },
]
[[packets.parts]]
repeat = "n"
fields = [
    { type = "i24", to = "acc.x", scale_choice.setting = "range_g", scale_choice.values = [2, 4], \
scale_choice.scales = [0.5, 1.0] },
    { type = "i24", to = "acc.y", scale = 2.0, offset = 1.0, missing = [-8388608] },
    { type = "u24", to = "acc.z", byte_order = "little" },
]
[[packets.parts]]
fields = [{ type = "u8", equals = 0xee }]

# Another characteristic: ten times tenths, whatever follows, and the battery.
[[packets]]
characteristic = "aa02"
rest = "ignore"
[[packets.parts]]
fields = [{ type = "u8", reading = "battery_pct" }, { name = "flags", type = "u8" }]
[[packets.parts]]
when = { field = "flags", mask = 1 }
repeat = 2
fields = [{ type = "u16", byte_order = "big", to = "pull.pull", scale = 0.1 }]
"""
)

TEXT = (
    HEAD.replace("matches no packet", "is not")
    .replace('payloads = ["ff"]', 'payloads = ["ff0a"]')
    .replace('rejected = "is not"', 'rejected = "UTF-8"')
    .replace('"aa01"', '"aa03"')
    + """
[[streams]]
name = "belly"
signal = "band"
unit = "au"
channels = ["pull"]
rate_hz = 20.0
time = { stamp = "last", tick_ns = 1000000, bits = 64 }

[[text]]
characteristic = "aa03"
max_line = 24
columns = [
    { name = "t_ms", is_stamp = true },
    { name = "belly", to = "belly.pull", scale = 0.5, offset = -1.0 },
    { name = "volt", reading = "battery_v" },
]
"""
)


def build(text: str, **chosen: float) -> WearableDecoder:
    return build_decoder(parse_profile(text, "made-up.toml"), chosen)


def feed(decoder: WearableDecoder, characteristic: str, *pieces: bytes) -> list[object]:
    given = []
    for piece in pieces:
        given += decoder.decode(Notification("w", characteristic, piece, 5))
    return given


def rows(packet: object) -> list[list[float]]:
    assert isinstance(packet, Packet)
    return [[round(value, 9) for value in row] for row in packet.values.tolist()]


def reasons(given: list[object]) -> list[str]:
    return [one.reason for one in given if isinstance(one, Rejected)]


def test_a_struct_of_arrays_shares_the_rest_of_the_packet() -> None:
    floats = bytes.fromhex("0000803f 00000040 00004040 00008040 0000a040 0000c040") * 2
    acc, gyr = feed(build(IMU), A, bytes.fromhex("41 e8030000") + floats)
    assert rows(acc) == rows(gyr) == [[1, 2, 3], [4, 5, 6]]
    assert isinstance(acc, Packet)
    assert isinstance(gyr, Packet)
    assert (acc.t_device_ns, acc.unit) == (1_000_000_000, "g")
    assert gyr.t_device_ns is None
    assert not acc.values.flags.writeable


def test_rows_that_do_not_fill_the_packet_evenly_are_rejected() -> None:
    given = feed(build(IMU), A, bytes.fromhex("01 e8030000") + bytes(30))
    assert reasons(given) == ["6 bytes left over"]


def test_a_count_field_says_how_many_rows_follow() -> None:
    one = bytes.fromhex("02 30 02 000004 fffffe 010000 800000 800000 ffffff ee")
    (acc,) = feed(build(IMU), A, one)
    assert rows(acc)[0] == [2.0, -3.0, 1.0]
    x, y, z = rows(acc)[1]
    assert (x, z) == (-4194304.0, 16777215.0)
    assert math.isnan(y)
    (acc,) = feed(build(IMU, range_g=4), A, one)
    assert rows(acc)[0] == [4.0, -3.0, 1.0]


def test_a_count_beyond_the_packet_is_rejected() -> None:
    given = feed(build(IMU), A, bytes.fromhex("02 30 09 000004 fffffe 010000 ee"))
    assert reasons(given) == ["ends inside acc.x: 13 of 15 bytes"]


def test_a_counter_that_skips_tells_of_lost_samples() -> None:
    decoder = build(IMU)
    packets = [bytes.fromhex(f"02 {n}0 01 000004 fffffe 010000 ee") for n in "ef255"]
    given = feed(decoder, A, *packets)
    assert [one.n_lost for one in given if isinstance(one, Packet)] == [0, 0, 2, 2]
    assert reasons(given) == ["repeats the packet before it"]


def test_optional_parts_and_a_rest_to_ignore() -> None:
    decoder = build(IMU)
    battery, pull = sorted(feed(decoder, B, bytes.fromhex("50 01 0010 ffff 123456")), key=repr)[
        ::-1
    ]
    assert battery == Reading("w", "battery_pct", 80.0, 5)
    assert rows(pull) == [[1.6], [6553.5]]
    assert feed(decoder, B, bytes.fromhex("50 02 aabb")) == [Reading("w", "battery_pct", 80.0, 5)]


def test_a_wrong_constant_an_unknown_type_and_an_unknown_characteristic_are_rejected() -> None:
    decoder = build(IMU.replace("equals = 0xee }]\nbyte", "equals = 0xef }]\nbyte"))
    given = feed(decoder, A, bytes.fromhex("02 30 00 ef"), b"\x07", b"")
    assert reasons(given) == ["u8 is 239, not 238", *["matches no packet of the profile"] * 2]
    assert reasons(feed(decoder, LINES, b"\0")) == ["the profile does not have this characteristic"]
    assert reasons(feed(decoder, A, bytes(513))) == ["is longer than 512 bytes"]


def test_standard_battery_and_firmware() -> None:
    decoder = build(IMU)
    battery, firmware = (f"0000{short}-0000-1000-8000-00805f9b34fb" for short in ("2a19", "2a26"))
    assert feed(decoder, battery, b"\x58") == [Reading("w", "battery_pct", 88.0, 5)]
    assert feed(decoder, firmware, b"3.1.1\0\0") == [Reading("w", "firmware", "3.1.1", 5)]
    given = feed(decoder, battery, b"", b"\x65") + feed(decoder, firmware, b"\xff", b"a\nb")
    assert reasons(given) == [
        "ends inside the battery level: 0 of 1 bytes",
        "a battery level of 101 %",
        "is no UTF-8 text",
        "is no printable text",
    ]


def test_lines_are_put_together_across_notifications() -> None:
    decoder = build(TEXT)
    given = feed(decoder, LINES, b"# hello\r\n10", b"00, 4", b",3.7\r\n1050,,\n\n1100,-6e1,")
    first, volt, second = given
    assert rows(first) == [[1.0]]
    assert isinstance(first, Packet)
    assert first.t_device_ns == 1_000_000_000
    assert volt == Reading("w", "battery_v", 3.7, 5)
    assert math.isnan(rows(second)[0][0])
    (third,) = feed(decoder, LINES, b"\n")
    assert rows(third) == [[-31.0]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,2", "line has 2 columns, not 3"),
        (b"1,x,3", "column 'x' is no number"),
        (b"1,nan,3", "column 'nan' is no number"),
        (b"1,1_0,3", "column '1_0' is no number"),
        (b"1,9e999,3", "column '9e999' is no number"),
        (b"-1,2,3", "line has a time out of range"),
        (b"9e99,2,3", "line has a time out of range"),
        (b"\xff,2,3", "line is no UTF-8 text"),
        (b"1,2," + b"0" * 30, "line too long"),
    ],
)
def test_a_bad_line_is_rejected_alone(line: bytes, reason: str) -> None:
    given = feed(build(TEXT), LINES, b"1,2,3\n" + line + b"\n2,4,3\n")
    assert reasons(given) == [reason]
    assert [rows(one) for one in given if isinstance(one, Packet)] == [[[0.0]], [[1.0]]]


def test_a_line_without_end_is_dropped_and_said_once() -> None:
    decoder = build(TEXT)
    given = feed(decoder, LINES, *[b"1234567890"] * 40)
    assert reasons(given) == ["line too long"]
    assert len(decoder.state[-1].pending) <= 24
    given = feed(decoder, LINES, b"12\n1,2,3\n")
    assert reasons(given) == []
    assert len(given) == 2


def test_golden_packets_that_differ_are_told() -> None:
    good = parse_profile(TEXT, "x")
    assert check_golden(good) == []
    wrong = TEXT.replace('rejected = "UTF-8"', 'expect = [{ stream = "belly", values = [[1]] }]')
    (first, second) = check_golden(parse_profile(wrong, "x"))
    assert first == "golden packet 'none': gives nothing, expected belly"
    assert second == "golden packet 'none': was rejected: line is no UTF-8 text"


def test_golden_packets_are_compared_in_every_way() -> None:
    expect = 'expect = [{ stream = "belly", values = [[0], [1]], unit = "m", n_lost = 2 }]'
    golden = (
        f'payloads = ["312c322c330a"]\n{expect}\nreadings = {{ battery_v = 4.0 }}\nrejected = "x"'
    )
    start, end = TEXT.index("payloads"), TEXT.index("[[settings]]")
    text = f"{TEXT[:start]}{golden}\n\n{TEXT[end:]}"
    assert [one.split(": ", 1)[1] for one in check_golden(parse_profile(text, "x"))] == [
        "belly: unit is au, expected m",
        "belly: t_device_ns is 1000000, expected None",
        "belly: n_lost is 0, expected 2",
        "belly: number of rows is 1, expected 2",
        "battery_v is 3.0, expected 4.0",
        "was to be rejected with 'x', but: it was taken",
    ]
    text = text.replace("values = [[0], [1]]", "values = [[0.1, 2]]")
    assert "belly: row 0 is [0.0], expected [0.1, 2.0]" in check_golden(parse_profile(text, "x"))[3]


def test_a_row_without_any_byte_and_a_count_beyond_reason_end_the_reading() -> None:
    text = IMU.replace('{ name = "flags", type = "u8" }]', '{ name = "flags", type = "u16" }]')
    text = text.replace("repeat = 2\n", 'repeat = "flags"\n')
    given = feed(build(text), B, bytes.fromhex("50 ffff 0000"))
    assert reasons(given) == ["claims to hold 65535 rows"]
    text = IMU.replace("repeat = 2\n", 'repeat = "to_end"\n').replace(
        'to = "pull.pull"', 'to = "pull.pull", when = { field = "flags", mask = 2 }'
    )
    assert feed(build(text), B, bytes.fromhex("50 01 0010")) == [
        Reading("w", "battery_pct", 80.0, 5)
    ]


def test_a_line_without_a_stamp_has_none() -> None:
    (packet, _) = feed(build(TEXT), LINES, b",2,3\n")
    assert isinstance(packet, Packet)
    assert packet.t_device_ns is None


PARTS = [IMU, TEXT]
ANY_FEEDS = st.lists(st.tuples(st.sampled_from([A, B, LINES]), st.binary(max_size=60)), max_size=12)


def has_only_what_decoders_give(profile: Profile, given: list[object]) -> bool:
    widths = {stream.name: len(stream.channels) for stream in profile.streams}
    return all(
        one.values.shape[1] == widths[one.stream] and one.n_lost >= 0
        if isinstance(one, Packet)
        else isinstance(one, Reading | Rejected)
        for one in given
    )


@given(text=st.sampled_from(PARTS), feeds=ANY_FEEDS)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_decoded_or_rejected(text: str, feeds: list[tuple[str, bytes]]) -> None:
    profile = parse_profile(text, "x")
    decoder = build_decoder(profile, {})
    for characteristic, payload in feeds:
        for lead in (b"", b"\x01", b"\x02\x10\x02"):
            given = feed(decoder, characteristic, lead + payload)
            assert has_only_what_decoders_give(profile, given)
