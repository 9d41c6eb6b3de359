import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Rejected
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.wire.decoding import WearableDecoder, build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.protocols.pmd_frames import read_settings, unpack_deltas
from breathsense.sources.shelf import load_shelf

H10 = load_shelf().find("polar-h10")
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
STAMP = struct.pack("<Q", 599618164814402794)

# The same strap with a gyroscope and a magnetometer in place of heart and ECG.
OTHER = parse_profile(
    H10.text.replace('{ type = "ecg", stream = "ecg", resolution_bits = 14 },', """
    { type = "gyro", stream = "gyr" },
    { type = "mag", stream = "mag" },""")
    .replace('name = "ecg"\nsignal = "ecg"\nunit = "uV"\nchannels = ["ecg"]',
             'name = "gyr"\nsignal = "gyr"\nunit = "deg/s"\nchannels = ["x", "y", "z"]')
    .replace("[[packets]]", """
[[streams]]
name = "mag"
signal = "other"
unit = "uT"
channels = ["x", "y", "z"]
on_by_default = false

[[packets]]""", 1)
    .replace('stream = "ecg", unit = "uV"', 'stream = "gyr", unit = "uV"'),
    "other.toml",
)  # fmt: skip


def feed(decoder: WearableDecoder, raw: bytes, characteristic: str = MEASUREMENT) -> list[object]:
    return list(decoder.decode(Notification("strap", characteristic, raw, 9)))


def one_packet(given: list[object]) -> Packet:
    (packet,) = given
    assert isinstance(packet, Packet), packet
    return packet


def reason(given: list[object]) -> str:
    (rejected,) = given
    assert isinstance(rejected, Rejected), rejected
    return rejected.reason


def test_a_frame_of_acceleration_as_the_maker_documents_it() -> None:
    raw = b"\x02" + STAMP + bytes.fromhex("01 45ff e4ff b503 45ff e4ff b803")
    packet = one_packet(feed(build_decoder(H10, {}), raw))
    assert (packet.stream, packet.unit) == ("acc", "g")
    assert packet.t_device_ns == 599618164814402794
    assert packet.values.tolist() == [[-0.187, -0.028, 0.949], [-0.187, -0.028, 0.952]]


def test_a_profile_may_have_its_acceleration_in_thousandths() -> None:
    text = H10.text.replace('unit = "g"\nchannels', 'unit = "mg"\nchannels')
    raw = b"\x02" + STAMP + bytes.fromhex("01 45ff e4ff b503")
    packet = one_packet(feed(build_decoder(parse_profile(text, "x"), {}), raw))
    assert np.allclose(packet.values, [[-187, -28, 949]])
    assert packet.unit == "mg"


def test_the_factor_is_learnt_from_the_answer_to_the_start() -> None:
    delta = b"\x02" + STAMP + bytes.fromhex("80 e803 0000 18fc")
    decoder = build_decoder(H10, {})
    assert reason(feed(decoder, delta)).startswith("the scale factor is not known")
    answer = bytes.fromhex("f0 02 02 00 00 0501") + struct.pack("<f", 0.5)
    assert feed(decoder, answer, CONTROL) == []
    assert one_packet(feed(decoder, delta)).values.tolist() == [[500.0, 0.0, -500.0]]
    # What the answer told goes before what was set by hand.
    decoder = build_decoder(H10, {"factor": 2.0})
    assert one_packet(feed(decoder, delta)).values.tolist() == [[2000.0, 0.0, -2000.0]]
    feed(decoder, answer, CONTROL)
    assert one_packet(feed(decoder, delta)).values.tolist() == [[500.0, 0.0, -500.0]]


@pytest.mark.parametrize(
    "answer",
    ["0f05000000", "f00202060 0", "f002020600", "f0010200000001340001011000", "f0", ""],
)
def test_other_answers_change_nothing(answer: str) -> None:
    decoder = build_decoder(H10, {})
    assert feed(decoder, bytes.fromhex(answer.replace(" ", "")), CONTROL) == []
    assert decoder.state[-1].factors == {}


def test_an_answer_with_broken_settings_is_rejected() -> None:
    decoder = build_decoder(H10, {})
    given = feed(decoder, bytes.fromhex("f002020000 0901 00"), CONTROL)
    assert reason(given) == "setting 9 is not known"
    given = feed(decoder, bytes.fromhex("f002020000 0501 0000"), CONTROL)
    assert reason(given) == "ends inside a setting: 4 of 6 bytes"


@pytest.mark.parametrize(
    ("answer", "factors"),
    [
        ("f002020000 05 01 0000c07f", {}),
        ("f002020000 05 01 0000807f", {}),
        ("f002020000 00 01 3200", {2: 1.0}),
        ("f002020000", {2: 1.0}),
        ("f00202", {}),
    ],
)
def test_an_absurd_factor_teaches_nothing_and_none_means_one(
    answer: str, factors: dict[int, float]
) -> None:
    decoder = build_decoder(H10, {})
    assert feed(decoder, bytes.fromhex(answer), CONTROL) == []
    assert decoder.state[-1].factors == factors


def test_thousandths_in_differences_take_a_factor_if_there_is_one() -> None:
    raw = b"\x02" + STAMP + bytes.fromhex("81 e803 0000 18fc")
    for factor, expected in (({}, 1.0), ({"factor": 0.5}, 0.5)):
        packet = one_packet(feed(build_decoder(H10, factor), raw))
        assert packet.values.tolist() == [[expected, 0.0, -expected]]


def test_settings_are_read_as_the_maker_sends_them() -> None:
    found = list(read_settings(bytes.fromhex("00013400010110000204f500f401e803d007040103")))
    numbers = [(kind, int.from_bytes(value, "little")) for kind, value in found]
    assert numbers == [(0, 52), (1, 16), (2, 245), (2, 500), (2, 1000), (2, 2000), (4, 3)]


def test_differences_of_a_gyroscope() -> None:
    raw = bytes.fromhex("05ffffffffffffff7f80eaff08000d000301df00")
    packet = one_packet(feed(build_decoder(OTHER, {"factor": 1.0}), raw))
    assert packet.stream == "gyr"
    assert packet.values.tolist() == [[-22, 8, 13], [-23, 11, 16]]


def test_differences_between_float_patterns_of_a_gyroscope() -> None:
    ones = struct.pack("<3f", 1.0, -2.0, 0.0)
    block = bytes((1, 1, 0b001))  # one bit wide, two's complement: -1, 0, 0
    raw = b"\x05" + STAMP + b"\x81" + ones + block
    packet = one_packet(feed(build_decoder(OTHER, {"factor": 2.0}), raw))
    below_one = float(np.nextafter(np.float32(1), np.float32(0)))
    assert packet.values.tolist() == [[2.0, -4.0, 0.0], [2 * below_one, -4.0, 0.0]]


def test_differences_of_a_magnetometer_with_its_state_left_out() -> None:
    raw = bytes.fromhex("0600943577000000008137ff51fd6cf600000301f802")
    packet = one_packet(feed(build_decoder(OTHER, {"factor": 1.0}), raw))
    assert packet.values.tolist() == [[-0.201, -0.687, -2.452], [-0.201, -0.688, -2.449]]
    rows = unpack_deltas(raw[10:], 2, 4)
    assert rows.tolist() == [[-201, -687, -2452, 0], [-201, -688, -2449, 1]]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 9), st.integers(0, 2**31)), max_size=4)
)
@settings(max_examples=60, deadline=None)
def test_blocks_of_any_width_come_back_as_they_were_packed(
    blocks: list[tuple[int, int, int]],
) -> None:
    expected = [[5, -6, 7]]
    content = struct.pack("<3h", 5, -6, 7)
    for width, count, seed in blocks:
        rng = np.random.default_rng(seed)
        low, high = -(1 << (width - 1)), 1 << (width - 1)
        deltas = rng.integers(low, high, (count, 3)).tolist()
        bits = "".join(f"{d % (1 << width):0{width}b}"[::-1] for row in deltas for d in row)
        bits += "0" * (-len(bits) % 8)
        packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
        content += bytes((width, count)) + packed
        for row in deltas:
            expected.append([a + b for a, b in zip(expected[-1], row, strict=True)])
    assert unpack_deltas(content, 2, 3).tolist() == expected


@pytest.mark.parametrize(
    ("hex_", "said"),
    [
        ("02", "ends inside the head of a frame: 1 of 10 bytes"),
        ("02 0000000000000000 01", "holds no sample"),
        ("02 0000000000000000 01 0102", "2 bytes left over after whole rows"),
        ("02 0000000000000000 07 0102", "acc frames of type 0x07 are not known"),
        ("03 0000000000000000 00", "measurement type 3 is not in the profile"),
        ("02 0000000000000000 81 0102", "ends inside the reference row: 2 of 6 bytes"),
        ("02 0000000000000000 81 010203040506 08", "ends inside a block of differences: 7 of 8"),
        ("02 0000000000000000 81 010203040506 0801 0102", "ends inside a block of differences"),
        ("02 0000000000000000 81 010203040506 2101", "a block of 1 rows with 33 bits cannot be"),
        ("02 0000000000000000 81 010203040506" + "00ff" * 20, "a block of 255 rows with 0 bits"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said(hex_: str, said: str) -> None:
    assert reason(feed(build_decoder(H10, {}), bytes.fromhex(hex_))).startswith(said)


def test_a_block_without_bits_repeats_the_row() -> None:
    assert unpack_deltas(bytes.fromhex("0100 0200 0300 0002"), 2, 3).tolist() == [[1, 2, 3]] * 3


@given(
    head=st.sampled_from([b"", b"\x02" + STAMP, b"\x05" + STAMP, b"\x06" + STAMP]),
    raw=st.binary(max_size=120),
    factor=st.sampled_from([1.0, 1e30, 0.0]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_decoded_or_rejected(head: bytes, raw: bytes, factor: float) -> None:
    decoder = build_decoder(OTHER, {"factor": factor})
    for characteristic in (MEASUREMENT, CONTROL):
        for found in feed(decoder, head + raw, characteristic):
            assert isinstance(found, Packet | Rejected)
            if isinstance(found, Packet):
                assert found.values.shape[1] == 3
                assert not any(map(math.isinf, found.values.ravel()))
