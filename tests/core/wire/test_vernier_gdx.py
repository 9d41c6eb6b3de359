import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.wire.decoding import WearableDecoder, build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

BELT = load_shelf().find("vernier-gdx-rb")
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
REAL = bytes.fromhex("2019cfd806060002fc808a07bf0000c07f803108bf0000c07f")


def build() -> WearableDecoder:
    return build_decoder(BELT, {})


def feed(decoder: WearableDecoder, *pieces: bytes) -> list[object]:
    return [
        one for piece in pieces for one in decoder.decode(Notification("belt", RESPONSE, piece, 9))
    ]


def frame(hex_: str) -> bytes:
    """Length and sum put where they belong; both are written as 00."""
    raw = bytearray.fromhex(hex_)
    raw[1] = len(raw)
    raw[3] = (sum(raw) - raw[3]) % 256
    return bytes(raw)


def values(given: list[object]) -> dict[str, list[float]]:
    return {one.stream: one.values[:, 0].tolist() for one in given if isinstance(one, Packet)}


def reasons(given: list[object]) -> list[str]:
    return [one.reason for one in given if isinstance(one, Rejected)]


@pytest.mark.parametrize("cut", range(2, len(REAL)))
def test_a_frame_may_be_cut_anywhere_after_its_head(cut: int) -> None:
    whole = feed(build(), REAL)
    parts = feed(build(), REAL[:cut], REAL[cut:])
    assert [one.values.tobytes() for one in whole if isinstance(one, Packet)] == [
        one.values.tobytes() for one in parts if isinstance(one, Packet)
    ]
    assert values(parts)["force"] == [-0.5294570922851562, -0.5320053100585938]
    assert all(map(math.isnan, values(parts)["respiration_rate"]))


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        ("20000000 06 0200 02 00", "0000803f 00000040", {"force": [1.0, 2.0]}),
        ("20000000 06 3000 01 00", "0000803f 00000040", {"steps": [1.0], "step_rate": [2.0]}),
        ("20000000 07 02000000 01 00", "0000803f", {"force": [1.0]}),
        ("20000000 07 02000100 01 00", "0000803f 00000040", {"force": [1.0]}),
        ("20000000 08 00 01 02", "0000803f 00000040", {"force": [1.0, 2.0]}),
        ("20000000 0a 00 01 01", "0000803f", {"force": [1.0]}),
        ("20000000 09 00 04 02", "01000000 ffffffff", {"steps": [1.0, -1.0]}),
        ("20000000 0b 00 04 01", "feffffff", {"steps": [-2.0]}),
    ],
)
def test_every_kind_of_measurement(head: str, body: str, found: dict[str, list[float]]) -> None:
    assert values(feed(build(), frame(head + body))) == found


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (REAL[:3] + b"\x00" + REAL[4:], "checksum is 00, not d8"),
        (REAL + b"\x20", "1 byte left over"),
        (REAL + REAL, "25 bytes left over"),
        (b"\x20", "ends inside the header of a frame: 1 of 2 bytes"),
        (b"", "ends inside the header of a frame: 0 of 2 bytes"),
        (b"\x20\x05\x00\x00\x06", "a frame of 5 bytes cannot be"),
        (frame("20000000 06 0200 02 00 0000803f"), "2 rows of 1 channels do not fit the frame"),
        (frame("20000000 06 0200 00 00"), "holds no sample"),
        (frame("20000000 06 0100 01 00 0000803f"), "holds no channel of the profile"),
        (frame("20000000 06 02"), "ends inside the head of a measurement: 6 of 9 bytes"),
        (frame("20000000 42 0200 01 00"), "measurement type 42 is not known"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said(raw: bytes, reason: str) -> None:
    assert reasons(feed(build(), raw)) == [reason]


def test_a_frame_whose_rest_was_lost_does_not_swallow_the_next() -> None:
    decoder = build()
    given = feed(decoder, REAL[:20], REAL)
    assert reasons(given) == ["incomplete frame: 20 bytes left over"]
    assert len(values(given)["force"]) == 2
    given = feed(decoder, REAL[:20], REAL[:20], REAL[20:])
    assert reasons(given) == ["incomplete frame: 15 bytes left over"]
    assert len(values(given)["force"]) == 2
    assert reasons(feed(decoder, REAL[:20], b"\x01" * 5)) == [
        "incomplete frame: checksum is d8, not df"
    ]
    assert len(values(feed(decoder, REAL))["force"]) == 2


def test_dropped_measurements_are_a_loss_of_the_streams_seen_last() -> None:
    decoder = build()
    dropped = frame("20000000 0d 00000000")
    assert reasons(feed(decoder, dropped)) == ["the wearable dropped measurements"]
    feed(decoder, REAL)
    lost = [one for one in feed(decoder, dropped) if isinstance(one, Packet)]
    assert [(one.stream, one.n_lost, len(one.values)) for one in lost] == [
        ("force", 1, 0),
        ("respiration_rate", 1, 0),
    ]


def test_metadata_is_passed_over() -> None:
    assert feed(build(), frame("20000000 0c 00"), frame("20000000 0e 00")) == []


def test_the_status_answer_tells_battery_charger_and_firmware() -> None:
    given = feed(build(), frame("98000100 10fd 0000 0105 0700 0102 0300 5501"))
    assert given == [
        Reading("belt", "firmware", "1.5.7", 9),
        Reading("belt", "battery_pct", 85.0, 9),
        Reading("belt", "charger", "charging", 9),
    ]
    assert feed(build(), frame("98000100 10fd 0000 0105 0700 0102 0300 ff09")) == [
        Reading("belt", "firmware", "1.5.7", 9)
    ]


def sensor_info(channel: int, name: bytes, unit: bytes) -> bytes:
    body = (
        struct.pack("<BBIBB", channel, 0, 7, 0, 0) + name.ljust(60, b"\0") + unit.ljust(32, b"\0")
    )
    return frame("98000100 50fc" + (body + bytes(48)).hex())


def test_the_unit_of_a_channel_is_learnt_from_the_wearable() -> None:
    decoder = build()
    assert feed(decoder, sensor_info(1, b"Force", b"lbf")) == [
        Reading("belt", "channel_1", "Force [lbf]", 9)
    ]
    force, rate = (one for one in feed(decoder, REAL) if isinstance(one, Packet))
    assert (force.unit, rate.unit) == ("lbf", "bpm")


def test_a_channel_that_the_profile_does_not_have_is_told_only() -> None:
    decoder = build()
    assert feed(decoder, sensor_info(9, b"Pressure\x01", b"kPa")) == [
        Reading("belt", "channel_9", "Pressure [kPa]", 9)
    ]
    assert decoder.state[0].units == {}


def test_other_answers_say_nothing() -> None:
    real_mask = bytes.fromhex("980a012751fd36000000")
    assert feed(build(), real_mask, frame("b8000100 10fd 00")) == []


def test_infinity_is_no_value() -> None:
    given = feed(build(), frame("20000000 06 0200 03 00 0000807f 0000a07f 0000803f"))
    assert [math.isnan(value) for value in values(given)["force"]] == [True, True, False]


PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([REAL, REAL[:20], REAL[20:], frame("20000000 0d 0000")]),
    st.binary(min_size=6, max_size=60).map(lambda raw: frame((b"\x20" + raw).hex())),
    st.binary(min_size=6, max_size=180).map(lambda raw: frame((b"\x98" + raw).hex())),
)


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_decoded_or_rejected(pieces: list[bytes]) -> None:
    decoder = build()
    given = feed(decoder, *pieces)
    assert all(isinstance(one, Packet | Reading | Rejected) for one in given)
    assert len(decoder.state[0].pending) <= 255
    feed(decoder, b"\x20\xff", b"\x00" * 300)
    assert values(feed(decoder, REAL))["force"] == [-0.5294570922851562, -0.5320053100585938]


def counted(counts: list[int], n_rows: int = 1) -> list[int]:
    """What a belt with these frame counts is found to have lost before each frame."""
    decoder = build_decoder(BELT, {})
    lost: list[int] = []
    for count in counts:
        body = bytearray((0x20, 9 + 4 * n_rows, count % 256, 0, 6, 2, 0, n_rows, 0)) + bytes(
            4 * n_rows
        )
        body[3] = sum(body) % 256
        given_ = decoder.decode(Notification("w", RESPONSE, bytes(body), 0))
        lost += [one.n_lost for one in given_ if isinstance(one, Packet)]
    return lost


def test_a_counter_that_counted_well_tells_of_lost_frames() -> None:
    assert counted([*range(250, 260), 262, 263]) == [0] * 10 + [2, 0]
    assert counted([*range(10), 12], n_rows=2) == [0] * 10 + [4]


def test_a_counter_has_to_earn_its_belief_and_earns_it_again() -> None:
    assert counted([*range(6), 9, *range(10, 18), 21]) == [0] * 15 + [3]
    assert counted([*range(10), 13, 16, 19]) == [0] * 10 + [3, 0, 0]
    assert counted([0, 0, 0, 0, 5, 5, 9, 100, 3]) == [0] * 9
    assert counted([*range(10), 200]) == [0] * 11


def test_a_counter_that_counts_rows_tells_of_no_loss() -> None:
    decoder = build_decoder(BELT, {})
    for count, n_rows in (*((n, 1) for n in range(9)), (13, 5)):
        body = bytearray((0x20, 9 + 4 * n_rows, count, 0, 6, 2, 0, n_rows, 0)) + bytes(4 * n_rows)
        body[3] = sum(body) % 256
        (packet,) = decoder.decode(Notification("w", RESPONSE, bytes(body), 0))
        assert isinstance(packet, Packet)
        assert packet.n_lost == 0
