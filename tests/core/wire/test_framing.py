"""Packets out of a stream of bytes, and packets in two parts."""

import copy
import itertools
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.wire.decoding import WearableDecoder, build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
WITMOTION, MOVESENSE = SHELF.find("witmotion-ble5"), SHELF.find("movesense")
FFE4 = "0000ffe4-0000-1000-8000-00805f9a34fb"
FFF1 = "0000fff1-0000-1000-8000-00805f9b34fb"
GSP = "34800002-7185-4d5d-b431-630e7050e8f0"


class Ear:
    """Feeds a decoder and keeps what it gives."""

    def __init__(self, decoder: WearableDecoder, characteristic: str) -> None:
        self.decoder = decoder
        self._characteristic = characteristic
        self.rows: dict[str, list[list[float]]] = {}
        self.told: dict[str, float | str] = {}

    def hear(self, *payloads: bytes) -> list[str]:
        """Return what was rejected."""
        reasons = []
        for payload in payloads:
            for one in self.decoder.decode(Notification("w", self._characteristic, payload, 0)):
                if isinstance(one, Packet):
                    self.rows.setdefault(one.stream, []).extend(one.values.tolist())
                elif isinstance(one, Reading):
                    self.told[one.name] = one.value
                else:
                    assert isinstance(one, Rejected)
                    reasons.append(one.reason)
        return reasons


def witmotion() -> Ear:
    return Ear(build_decoder(WITMOTION, {}), FFE4)


def frame(number: int) -> bytes:
    return b"\x55\x61" + struct.pack("<9h", number, *[0] * 8)


def counts(ear: Ear) -> list[int]:
    return [round(row[0] * 2048) for row in ear.rows.get("acc", [])]


@given(cuts=st.lists(st.integers(1, 199), max_size=12))
@settings(max_examples=80, deadline=None)
def test_frames_are_found_however_the_stream_is_cut(cuts: list[int]) -> None:
    stream = b"".join(frame(number) for number in range(10))
    edges = [0, *sorted(set(cuts)), len(stream)]
    ear = witmotion()
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert ear.hear(*pieces) == []
    assert counts(ear) == list(range(10))


def test_frames_of_one_notification_come_as_one_packet() -> None:
    given_ = build_decoder(WITMOTION, {}).decode(Notification("w", FFE4, frame(1) + frame(2), 0))
    assert [(one.stream, len(one.values)) for one in given_ if isinstance(one, Packet)] == [
        ("acc", 2),
        ("gyr", 2),
        ("angle", 2),
    ]


def test_a_frame_whose_end_is_lost_takes_no_other_along() -> None:
    ear = witmotion()
    assert ear.hear(frame(1)[:7], frame(2)) == ["incomplete packet of 7 bytes"]
    assert counts(ear) == [2]


def test_bytes_between_frames_are_passed_over() -> None:
    ear = witmotion()
    assert ear.hear(b"\x00\x55" + frame(1) + b"\xff\x61" + frame(2)) == [
        "4 bytes that begin no packet"
    ]
    assert counts(ear) == [1, 2]


def test_a_start_in_the_middle_of_a_broken_frame_is_not_believed() -> None:
    ear = witmotion()
    broken = b"\x01\x55\x61\x02\x03" + frame(1)
    assert ear.hear(broken) == ["5 bytes that begin no packet"]
    assert counts(ear) == [1]


def test_a_frame_begun_before_is_given_up_if_what_follows_contradicts_it() -> None:
    ear = witmotion()
    assert ear.hear(frame(1)[:7], b"\x00" * 30) == ["37 bytes that begin no packet"]
    assert ear.rows == {}


def test_a_lone_first_byte_at_the_end_is_kept() -> None:
    ear = witmotion()
    assert ear.hear(frame(1) + b"\x55", frame(2)[1:]) == []
    assert counts(ear) == [1, 2]


@pytest.mark.parametrize(
    ("centivolts", "percent"), [(400, 100), (396, 100), (395, 90), (385, 60), (340, 5), (339, 0)]
)
def test_the_battery_goes_by_the_table_of_voltages(centivolts: int, percent: int) -> None:
    ear = witmotion()
    register = b"\x55\x71\x64\x00" + struct.pack("<8H", centivolts, *[0] * 7)
    assert ear.hear(frame(1) + register + frame(2)) == []
    assert ear.told == pytest.approx({"battery_v": centivolts / 100, "battery_pct": percent})
    assert counts(ear) == [1, 2]


MADE_UP = """
schema = "breathsense.profile/1"
id = "made-up"
name = "Made up"
confidence = "D"
sources = ["made up"]
[[streams]]
name = "band"
signal = "band"
unit = "au"
channels = ["stretch"]
rate_hz = 10
[[sync]]
characteristic = "fff1"
starts = ["aa"]
size = 3
[[packets]]
characteristic = "fff1"
parts = [{ fields = [
    { type = "pad" },
    { to = "band.stretch", type = "u8" },
    { reading = "level", type = "u8", steps = { at_least = [10], gives = [1] } },
] }]
match = [{ at = 1, equals = 0, mask = 0x80 }]
[[golden]]
name = "one"
origin = "synthetic"
characteristic = "fff1"
payloads = ["aa0510"]
expect = [{ stream = "band", values = [[5]] }]
"""


def test_other_characteristics_of_such_a_wearable_come_whole() -> None:
    text = MADE_UP.replace(
        "[[golden]]",
        """[[packets]]
characteristic = "fff2"
parts = [{ fields = [{ reading = "level", type = "u8" }] }]
[[golden]]""",
    )
    decoder = build_decoder(parse_profile(text, "made up"), {})
    whole = Notification("w", "0000fff2-0000-1000-8000-00805f9b34fb", b"\x05", 7)
    assert decoder.decode(whole) == [Reading("w", "level", 5.0, 7)]


def test_a_frame_that_cannot_be_read_is_rejected_alone() -> None:
    ear = Ear(build_decoder(parse_profile(MADE_UP, "made up"), {}), FFF1)
    assert ear.hear(bytes.fromhex("aa0510 aa8510 aa0609")) == ["matches no packet of the profile"]
    assert ear.rows == {"band": [[5.0], [6.0]]}
    assert ear.told == {"level": 1.0}


# Packets in two parts


def gsp() -> Ear:
    return Ear(build_decoder(MOVESENSE, {}), GSP)


def acc_packet(*numbers: int, reference: int = 2) -> bytes:
    rows = b"".join(struct.pack("<3f", number, 0, 0) for number in numbers)
    return bytes((2, reference)) + struct.pack("<I", 1000 * numbers[0]) + rows


def rest_of(packet: bytes, at: int) -> bytes:
    return bytes((3, packet[1])) + packet[at:]


def firsts(ear: Ear) -> list[int]:
    return [int(row[0]) for row in ear.rows.get("acc", [])]


@pytest.mark.parametrize("cut", [3, 6, 7, 20, 41])
def test_two_parts_are_joined(cut: int) -> None:
    ear, packet = gsp(), acc_packet(1, 2, 3)
    assert ear.hear(packet[:cut], rest_of(packet, cut)) == []
    assert firsts(ear) == [1, 2, 3]


def test_other_packets_may_come_between_the_parts() -> None:
    ear, packet = gsp(), acc_packet(1, 2, 3)
    result, rate = b"\x01\x03\xc8\x00", b"\x02\x03" + struct.pack("<fH", 66.0, 900)
    assert ear.hear(packet[:20], result, rate, rest_of(packet, 20)) == []
    assert firsts(ear) == [1, 2, 3]
    assert ear.rows["rr"] == [[900.0]]


def test_a_first_part_without_its_second_is_rejected_when_the_next_one_comes() -> None:
    ear = gsp()
    assert ear.hear(acc_packet(1, 2, 3)[:20]) == []
    (reason,) = ear.hear(acc_packet(4, 5))
    assert reason.startswith("incomplete packet: ")
    assert firsts(ear) == [4, 5]


def test_a_second_part_without_its_first_is_rejected() -> None:
    ear = gsp()
    packet = acc_packet(1, 2, 3)
    assert ear.hear(rest_of(packet, 20)) == ["the second part of a packet without its first"]
    assert ear.rows == {}


def test_parts_that_do_not_make_a_packet_are_rejected() -> None:
    ear, packet = gsp(), acc_packet(1, 2, 3)
    assert ear.hear(packet[:20], rest_of(packet, 20)[:-5]) == ["7 bytes left over"]


def test_a_cut_between_rows_is_learnt_from_the_first_time() -> None:
    ear = gsp()
    one, two, three = acc_packet(1, 2, 3, 4), acc_packet(5, 6, 7, 8), acc_packet(9, 10)
    assert ear.hear(one[:30], rest_of(one, 30)) == ["the second part of a packet without its first"]
    assert firsts(ear) == [1, 2]
    assert ear.hear(two[:30], rest_of(two, 30)) == []
    assert firsts(ear)[2:] == [5, 6, 7, 8]
    # One that is really that long comes late, and the lesson is forgotten.
    assert ear.hear(three) == []
    assert firsts(ear)[6:] == []
    assert ear.hear(acc_packet(11, 12)) == []
    assert ear.hear(acc_packet(13, 14)) == []
    assert firsts(ear)[6:] == [9, 10, 11, 12, 13, 14]


def test_packets_without_a_row_are_rejected() -> None:
    ear = gsp()
    assert ear.hear(b"\x02\x05\x00\x00\x00\x00") == ["holds no sample"]


@pytest.mark.parametrize("build", [witmotion, gsp])
def test_a_state_saved_between_the_parts_goes_on_the_same(build: Callable[[], Ear]) -> None:
    packet = frame(7) if build is witmotion else acc_packet(7)
    rest = packet[9:] if build is witmotion else rest_of(packet, 9)
    first, second = build(), build()
    first.hear(packet[:9])
    second.decoder.state = copy.deepcopy(first.decoder.state)
    assert second.hear(rest) == []
    assert first.hear(rest) == []
    assert second.rows == first.rows != {}
