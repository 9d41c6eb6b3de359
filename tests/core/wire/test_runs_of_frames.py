"""Frames that are alike are read at once; nobody shall see a difference."""

import struct
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from breathsense.core.model.inputs import Notification
from breathsense.core.profiles.schema import Profile
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
BELT, STRAP = SHELF.find("vernier-gdx-rb"), SHELF.find("polar-h10")
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"


def spell(given_each: Iterable[Sequence[object]]) -> list[list[object]]:
    """Return what was given in a form that can be compared, bit for bit."""
    return [
        [
            (replace(one, values=one.values.tobytes()), one.values.shape)
            if isinstance(one, Packet)
            else one
            for one in each
        ]
        for each in given_each
    ]


def check_that_runs_change_nothing(profile: Profile, run: list[Notification]) -> list[list[object]]:
    alone, at_once = build_decoder(profile, {}), build_decoder(profile, {})
    told = spell(alone.decode(one) for one in run)
    assert spell(at_once.decode_run(run)) == told
    assert at_once.state == alone.state
    return told


def vernier(count: int, hex_: str, *, is_sound: bool = True) -> Notification:
    raw = bytearray(b"\x20\x00\x00\x00" + bytes.fromhex(hex_))
    raw[1], raw[2] = len(raw), count & 0xFF
    raw[3] = (sum(raw) + (not is_sound)) & 0xFF
    return Notification("belt", RESPONSE, bytes(raw), 9)


FORCE = "06 0200 01 00 0000803f"
TWO_CHANNELS = "06 0600 02 00 0000803f 0000c07f 00000040 0000807f"
WIDE = "07 02000000 01 0000 00000040"
INTEGERS = "09 01 02 05000000 06000000"
UNKNOWN = "06 0000 01 00 0000803f"
NO_ROWS = "06 0200 00 00 00000000"
TOO_LONG = "06 0200 01 00 0000803f 00"
DROPPED = "0d 0000 00 0000"


@pytest.mark.parametrize(
    "frame", [FORCE, TWO_CHANNELS, WIDE, INTEGERS, UNKNOWN, NO_ROWS, TOO_LONG, DROPPED]
)
def test_measurements_that_are_alike(frame: str) -> None:
    told = check_that_runs_change_nothing(BELT, [vernier(count, frame) for count in range(20)])
    assert all(told)


def test_a_frame_with_a_wrong_sum_among_sound_ones() -> None:
    run = [vernier(count, FORCE, is_sound=count != 3) for count in range(6)]
    told = check_that_runs_change_nothing(BELT, run)
    assert "checksum" in str(told[3])


def test_lost_frames_are_counted_within_a_run() -> None:
    run = [vernier(count, FORCE) for count in (*range(12), *range(15, 20))]
    told = check_that_runs_change_nothing(BELT, run)
    assert told[12][0][0].n_lost == 3  # type: ignore[index]  # a packet, spelt


def test_a_frame_that_is_cut_in_two_within_a_run() -> None:
    whole = vernier(4, FORCE).payload
    pieces = [Notification("belt", RESPONSE, part, 9) for part in (whole[:9], whole[9:])]
    run = [vernier(3, FORCE), vernier(4, FORCE), *pieces, vernier(5, FORCE), vernier(6, FORCE)]
    check_that_runs_change_nothing(BELT, run)
    check_that_runs_change_nothing(BELT, [pieces[0], vernier(5, FORCE), vernier(6, FORCE)])


def polar(number: int, kind: int, body: bytes, stamp_ns: int = 7) -> Notification:
    head = struct.pack("<BQB", number, stamp_ns, kind)
    return Notification("strap", MEASUREMENT, head + body, 9)


ACC_8, ACC_16, ACC_24, ECG = (2, 0, 3), (2, 1, 6), (2, 2, 9), (0, 0, 3)


@pytest.mark.parametrize(("number", "kind", "row"), [ACC_8, ACC_16, ACC_24, ECG])
def test_plain_frames_that_are_alike(number: int, kind: int, row: int) -> None:
    bodies = [bytes((7 * one + at) & 0xFF for at in range(4 * row)) for one in range(5)]
    told = check_that_runs_change_nothing(
        STRAP, [polar(number, kind, body, one) for one, body in enumerate(bodies)]
    )
    assert all(len(each) == 1 for each in told)


def test_frames_of_all_kinds_in_a_row() -> None:
    start = Notification("strap", CONTROL, bytes.fromhex("f0 02 02 00 00 05 01 0000803f"), 9)
    frames = [polar(2, 1, bytes(6)), polar(2, 1, bytes(12)), polar(2, 1, bytes(7))]
    others = [polar(2, 0x81, bytes(6)), polar(9, 1, bytes(6)), polar(2, 1, b"")]
    run = [start, start, *frames, *frames[:1] * 3, *others, *others, *frames]
    check_that_runs_change_nothing(STRAP, run)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 2]), st.integers(0, 2), st.binary(max_size=20))))
def test_any_bytes(frames: list[tuple[int, int, bytes]]) -> None:
    check_that_runs_change_nothing(STRAP, [polar(*one) for one in frames])
