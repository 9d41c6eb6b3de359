"""Declared packets that are alike are read at once; nobody shall see a difference."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Rejected
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

MOVESENSE = load_shelf().find("movesense")
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"
COUNTED = """
schema = "breathsense.profile/1"
id = "counted"
name = "A band that counts and stamps its packets"
maker = "this test"
confidence = "D"
sources = ["made up"]

[recognition]
name_prefixes = ["COUNT"]

[[streams]]
name = "stretch"
signal = "band"
unit = "au"
channels = ["stretch"]
rate_hz = 50
time = { stamp = "last", tick_ns = 1000, bits = 32, epoch = "switched on" }

[[packets]]
characteristic = "c001"
CONTINUED
stamp = "stamp_us"
counter = { field = "count", modulus = 16 }
[[packets.parts]]
fields = [{ type = "u8", name = "count" }, { type = "u32", name = "stamp_us" }]
[[packets.parts]]
repeat = "to_end"
fields = [{ type = "i16", to = "stretch.stretch", missing = [-1] }]

[[start]]
do = "subscribe"
characteristic = "c001"

[[stop]]
do = "unsubscribe"
characteristic = "c001"

[[golden]]
name = "a row"
origin = "synthetic"
characteristic = "c001"
payloads = ["01"]
rejected = "ends inside"
"""
FULL = "0000c001-0000-1000-8000-00805f9b34fb"


def check_that_runs_change_nothing(
    profile: Profile, characteristic: str, payloads: list[bytes]
) -> list[list[object]]:
    run = [Notification("w", characteristic, payload, 9) for payload in payloads]
    alone, at_once = build_decoder(profile, {}), build_decoder(profile, {})
    told = [[spell(one) for one in alone.decode(each)] for each in run]
    assert [[spell(one) for one in each] for each in at_once.decode_run(run)] == told
    assert at_once.state == alone.state
    return told


def spell(one: object) -> object:
    """Return what was given in a form that can be compared, bit for bit."""
    return replace(one, values=one.values.tobytes()) if isinstance(one, Packet) else one


def imu6(stamp_ms: int, n_rows: int, kind: int = 1) -> bytes:
    rows = [0.25 * one + stamp_ms for one in range(6 * n_rows)]
    return struct.pack(f"<BBI{len(rows)}f", 2, kind, stamp_ms, *rows)


def second_part(rest: bytes, kind: int = 1) -> bytes:
    return bytes([3, kind]) + rest


def test_packets_with_stamps_whose_parts_share_the_rows() -> None:
    told = check_that_runs_change_nothing(MOVESENSE, NOTIFY, [imu6(77 * n, 8) for n in range(9)])
    assert [one.t_device_ns for each in told for one in each] == [  # type: ignore[attr-defined]
        77_000_000 * n for n in range(9) for _ in ("acc", "gyr")
    ]


def test_packets_in_two_parts_among_whole_ones() -> None:
    whole, longer = imu6(1, 8), imu6(2, 16)
    cut = [longer[:200], second_part(longer[200:])]
    run = [whole, *cut, whole, whole, cut[0], whole, whole, cut[1], whole, *cut]
    told = check_that_runs_change_nothing(MOVESENSE, NOTIFY, run)
    assert any(isinstance(one, Rejected) for each in told for one in each)


def test_a_first_part_that_can_be_read_as_a_whole_packet() -> None:
    longer = imu6(2, 16)
    cut = [longer[:198], second_part(longer[198:])]
    check_that_runs_change_nothing(MOVESENSE, NOTIFY, [*cut, *cut, imu6(3, 8), imu6(4, 8), *cut])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([2, 3]), st.sampled_from([1, 2, 3, 9]), st.integers(0, 60)),
        max_size=12,
    )
)
def test_any_packets_of_several_kinds(packets: list[tuple[int, int, int]]) -> None:
    run = [bytes([head, kind]) + bytes(size) for head, kind, size in packets]
    check_that_runs_change_nothing(MOVESENSE, NOTIFY, run)


@pytest.mark.parametrize("part", ["first", "second"])
def test_packets_that_differ_only_in_what_is_left_over(part: str) -> None:
    text = COUNTED.replace("CONTINUED", 'rest = "ignore"').replace('"to_end"', "2")
    payloads = [struct.pack("<BI2h", n, n, n, n) for n in range(4)]
    payloads[1 if part == "first" else 2] += b"more"
    told = check_that_runs_change_nothing(parse_profile(text, "this test"), FULL, payloads)
    assert all(isinstance(one, Packet) for each in told for one in each)


CONTINUED = "continued = { match = [{ at = 0, equals = 255 }], skip = 1 }"


@pytest.mark.parametrize("continued", ["", CONTINUED], ids=["whole", "continued"])
def test_counts_of_a_run_tell_of_losses_and_of_repeats(continued: str) -> None:
    counts = [14, 15, 0, 3, 3, 4, 4, 9]
    payloads = [struct.pack("<BI3h", count, 60_000 * count, count, -1, 7) for count in counts]
    profile = parse_profile(COUNTED.replace("CONTINUED", continued), "this test")
    told = check_that_runs_change_nothing(profile, FULL, payloads)
    if not continued:
        losses = [getattr(one, "n_lost", "bad") for each in told for one in each]
        assert losses == [0, 0, 0, 6, "bad", 0, "bad", 12]
