"""Times of samples, gaps and losses, as the stage of a wearable gives them."""

import struct
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_scenes import (
    BELT,
    FLOW,
    HEART,
    MEASUREMENT,
    RESPONSE,
    SHELF,
    STRAP,
    S,
    beats,
    belt,
    blocks,
    build,
    frame,
)

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Gap, SampleBlock, freeze_values
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.stage import run
from breathsense.core.wire.beats import ArrivalClock, BeatClock
from breathsense.core.wire.clock import SteadyClock
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.stage import WireStage


def strap(host_ns: int, stamp_ns: int, n: int = 10) -> Notification:
    head = b"\x02" + struct.pack("<Q", stamp_ns % 2**64) + b"\x01"
    return Notification("w", MEASUREMENT, head + struct.pack("<3h", 0, 0, 1000) * n, host_ns)


def test_a_clock_of_the_wearable_that_jumps_is_a_gap_and_goes_on() -> None:
    items = [strap(i * S // 5, 10**18 + i * S // 5) for i in range(1, 51)]
    items += [strap(i * S // 5, 5 * 10**17 + i * S // 5) for i in range(51, 101)]
    given = run(build(STRAP), items)
    (gap,) = [one for one in given if isinstance(one, Gap)]
    assert gap.reason == "no_data"
    t_ns = np.concatenate([block.t_ns for block in blocks(given, "acc")])
    assert len(t_ns) == 1000
    assert np.allclose(np.diff(t_ns), S // 50, rtol=0.02)


def test_a_first_stamp_that_the_second_contradicts_stands_alone() -> None:
    items = [strap(S // 5, 10**18 - 100 * S)]
    items += [strap(i * S // 5, 10**18 + i * S // 5) for i in range(2, 51)]
    given = run(build(STRAP), items)
    assert [one.reason for one in given if isinstance(one, Gap)] == ["no_data"]
    t_ns = np.concatenate([block.t_ns for block in blocks(given, "acc")])
    assert len(t_ns) == 500
    assert t_ns[-1] - t_ns[0] < 11 * S
    assert np.allclose(np.diff(t_ns[10:]), S // 50, rtol=0.02)


TICKS = SHELF.find(STRAP).text.replace(
    'time = { stamp = "last", tick_ns = 1, bits = 64, epoch = "2000-01-01" }\nhelp = "Acc',
    'time = { stamp = "last", tick_ns = 1000, bits = 32 }\nhelp = "Acc',
)


def test_a_stamp_that_wraps_is_followed() -> None:
    profile = parse_profile(TICKS, "x")
    stage = WireStage("w", profile, "abdomen", {})
    start = 2**32 - 5_000_000
    items = [strap(i * S // 5, (start + i * 200_000) % 2**32 * 1000) for i in range(1, 101)]
    given = run(stage, items)
    assert not [one for one in given if isinstance(one, Gap)]
    t_ns = np.concatenate([block.t_ns for block in blocks(given, "acc")])
    assert np.allclose(np.diff(t_ns), S // 50, rtol=1e-3)


def test_coarse_ticks_are_averaged_and_first_sample_stamps_understood() -> None:
    text = TICKS.replace(
        'stamp = "last", tick_ns = 1000, bits = 32', 'stamp = "first", tick_ns = 8000000, bits = 16'
    )
    stage = WireStage("w", parse_profile(text, "x"), "abdomen", {})
    items = [
        strap((i + 3) * S // 50, (i * 20 // 8) % 2**16 * 8_000_000, 3) for i in range(0, 3000, 3)
    ]
    given = run(stage, items)
    assert not [one for one in given if isinstance(one, Gap)]
    t_ns = np.concatenate([block.t_ns for block in blocks(given, "acc")])
    late = t_ns[300:]
    ideal = np.arange(len(late)) * (S // 50) + late[0]
    assert np.abs(late - ideal).max() < 12_000_000
    assert (np.diff(late) > 5_000_000).all()


def test_beats_lie_as_far_apart_as_they_say() -> None:
    intervals = [800.0 + 50 * np.sin(i) for i in range(120)]
    truth = np.cumsum(intervals) / 1000
    items = [
        beats(k * S, *[ms for ms, t in zip(intervals, truth, strict=True) if k - 1 <= t < k])
        for k in range(1, 100)
    ]
    found = blocks(run(build(STRAP, hr=0), items), "rr")
    t_s = np.concatenate([block.t_ns for block in found]) / 1e9
    error = t_s - truth[: len(t_s)]
    bend_ms = np.abs(np.diff(t_s) * 1000 - np.array(intervals[1 : len(t_s)]))
    assert bend_ms.max() < 20
    assert np.median(bend_ms) < 1
    assert error.min() > -0.1
    assert error.max() < 1.0


def test_beats_of_a_slow_clock_do_not_fall_behind() -> None:
    items = [beats(k * S, 993) for k in range(1, 900)]
    given = run(build(STRAP, hr=0), items)
    assert not [one for one in given if isinstance(one, Gap)]
    t_ns = np.concatenate([block.t_ns for block in blocks(given, "rr")])
    late_s = np.arange(1, 900) - t_ns / 1e9
    assert late_s.min() > -0.05
    assert 1.0 < late_s.max() < 1.3


def test_an_artefact_between_beats_is_a_gap() -> None:
    items = [beats(i * S, 1000) for i in range(1, 10)]
    items += [beats(10 * S, 0), beats(11 * S, 5000), beats(12 * S, 1000), beats(20 * S, 1000)]
    given = run(build(STRAP, hr=0), items)
    reasons = [(one.signal, one.reason) for one in given if isinstance(one, Gap)]
    assert reasons == [("rr", "missing_values"), ("rr", "packet_loss")]
    assert [round(b.t_ns[0] / 1e9) for b in blocks(given, "rr")] == [*range(1, 10), 12, 20]


def test_a_link_that_breaks_between_beats_is_a_gap() -> None:
    items = [beats(S, 1000), beats(2 * S, 1000), LinkEvent("w", "lost", 3 * S), beats(9 * S, 1000)]
    given = run(build(STRAP), items)
    gaps = [one for one in given if isinstance(one, Gap)]
    assert {(gap.signal, gap.reason) for gap in gaps} == {("rr", "link_lost"), ("hr", "link_lost")}


HOSTS = st.lists(st.integers(0, 20 * S), min_size=1, max_size=60)
PAYLOADS = st.one_of(
    st.binary(max_size=30),
    st.lists(st.floats(width=32), min_size=1, max_size=6).map(lambda v: frame(*v)),
)


@given(hosts=HOSTS, payloads=st.lists(PAYLOADS, min_size=1, max_size=10), seed=st.integers(0, 9))
@settings(max_examples=50, deadline=None)
def test_any_bytes_at_any_time_keep_time_going_forward(
    hosts: list[int], payloads: list[bytes], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    events = ("lost", "connected", "streaming", "stopped", "connecting")
    items: list[Any] = []
    for host in hosts:
        raw = payloads[int(rng.integers(len(payloads)))]
        items.append(Notification("w", RESPONSE, raw, host))
        items.append(Notification("w", MEASUREMENT, b"\x02" + raw.ljust(8) + b"\x01" + raw, host))
        items.append(Notification("w", HEART, raw, host))
        if rng.random() < 0.1:
            items.append(LinkEvent("w", events[int(rng.integers(5))], host))
    for profile in (BELT, STRAP, FLOW):
        keeps_time_going_forward(
            run(build(profile, **{"ecg": 1} if profile == STRAP else {}), items)
        )


def keeps_time_going_forward(given: list[Any]) -> None:
    newest: dict[tuple[str, str | None], int] = {}
    for one in given:
        if isinstance(one, SampleBlock):
            key = (one.sensor, one.signal)
            assert len(one.t_ns)
            assert one.t_ns[0] > newest.get(key, -(2**62))
            assert (np.diff(one.t_ns) > 0).all()
            assert np.isfinite(one.values).all()
            assert not one.t_ns.flags.writeable
            assert not one.values.flags.writeable
            newest[key] = int(one.t_ns[-1])
        elif isinstance(one, Gap):
            assert one.start_ns == newest[one.sensor, one.signal]
            assert one.end_ns > one.start_ns


def dropped(host_ns: int) -> Notification:
    raw = bytearray.fromhex("200800000d000000")
    raw[3] = (sum(raw) - raw[3]) % 256
    return Notification("w", RESPONSE, bytes(raw), host_ns)


def test_a_report_of_dropped_samples_is_a_gap_of_at_least_one(radio: Any) -> None:
    items = radio(BELT, 0.1, seconds=30.0, dropped={150}).notifications()
    items.insert(149, dropped(items[149].host_ns - 1))
    stage = build(BELT)
    assert [one.reason for one in stage.push(dropped(0))] == ["the wearable dropped measurements"]
    given = run(stage, items)
    (gap,) = [one for one in given if isinstance(one, Gap)]
    assert gap.reason == "packet_loss"
    assert abs(gap.end_ns - gap.start_ns - S // 5) < 5_000_000


def test_packets_without_samples_or_stamps_are_taken_as_they_are() -> None:
    none, one = freeze_values(np.empty((0, 3))), freeze_values(np.ones((1, 3)))
    for stream in (SHELF.find(STRAP).stream("acc"), SHELF.find(FLOW).stream("stretch")):
        clock = SteadyClock(stream, 10.0)
        assert clock.push(Packet("x", "g", none), S) == []
        assert clock.push(Packet("x", "g", none, n_lost=3), S) == []
        clock.push(Packet("x", "g", one), S)
        clock.push(Packet("x", "g", one), 2 * S)
        clock.push(Packet("x", "g", none, n_lost=3), 2 * S)
        clock.push(Packet("x", "g", one), 3 * S)
        timed = [*clock.push(Packet("x", "g", one), 4 * S), *clock.flush()]
        assert timed
    for other in (ArrivalClock(), BeatClock()):
        assert other.push(Packet("x", "bpm", none), S) == []
        assert other.flush() == []


NO_RATE = SHELF.find(FLOW).text.replace("rate_hz = 10.0\n", "")
COUNTED = (
    SHELF.find(FLOW)
    .text.replace('rest = "ignore"\n', 'counter = { field = "n", modulus = 256 }\n')
    .replace(
        "[[packets.parts]]",
        '[[packets.parts]]\nfields = [{ name = "n", type = "u8" }]\n\n[[packets.parts]]',
    )
)
FLOW_AT = "0000ffb3-0000-1000-8000-00805f9b34fb"


def test_a_stream_without_a_known_rate_gets_its_rate_from_the_arrivals() -> None:
    stage = WireStage("w", parse_profile(NO_RATE, "x"), "chest", {})
    items = [Notification("w", FLOW_AT, bytes(14), k * 350_000_000 + (k % 3)) for k in range(60)]
    found = blocks(run(stage, items))
    t_ns = np.concatenate([block.t_ns for block in found])
    assert {block.sensor for block in found} == {"chest"}
    assert np.allclose(np.diff(t_ns), 50_000_000, rtol=0.02)


def test_a_single_packet_is_given_out_at_the_end() -> None:
    for text in (NO_RATE, SHELF.find(FLOW).text):
        stage = WireStage("w", parse_profile(text, "x"), "chest", {})
        assert stage.push(Notification("w", FLOW_AT, bytes(14), S)) == []
        (block,) = stage.flush()
        assert block.t_ns[-1] == S
        assert (np.diff(block.t_ns) == S // 10).all()


def test_what_a_counter_says_is_lost_is_a_gap() -> None:
    stage = WireStage("w", parse_profile(COUNTED, "x"), "chest", {})
    items = [
        Notification("w", FLOW_AT, bytes((k % 256,)) + bytes(14), k * 7 * S // 10)
        for k in range(1, 300)
        if k not in (40, 41)
    ]
    given = run(stage, items)
    (gap,) = [one for one in given if isinstance(one, Gap)]
    assert gap.reason == "packet_loss"
    assert abs(gap.end_ns - gap.start_ns - 15 * S // 10) < 1_000_000
    assert sum(len(block.t_ns) for block in blocks(given)) == 7 * 297


def test_arrivals_that_run_ahead_of_the_rate_begin_a_new_line() -> None:
    items = [belt(i * S // 10, 1.0) for i in range(1, 101)]
    items += [belt(10 * S + i, 1.0) for i in range(1, 40)]
    items += [belt(10 * S + i * S // 10, 1.0) for i in range(1, 60)]
    given = run(build(BELT), items)
    assert "no_data" in {one.reason for one in given if isinstance(one, Gap)}
    keeps_time_going_forward(given)
    newest = [block.t_ns[-1] for block in blocks(given)][-1]
    assert abs(newest - items[-1].host_ns) < S // 5


def test_stamps_that_stand_still_are_left_for_the_arrivals() -> None:
    items = [strap(i * S // 5, 10**18 + i * S // 5) for i in range(1, 51)]
    items += [strap(i * S // 5, 10**18 + 10 * S) for i in range(51, 400)]
    given = run(build(STRAP), items)
    keeps_time_going_forward(given)
    newest = [block.t_ns[-1] for block in blocks(given, "acc")][-1]
    assert abs(newest - items[-1].host_ns) < 11 * S


def test_many_packets_at_once_are_held_in_bounded_number() -> None:
    stage = build(FLOW)
    for _ in range(2000):
        stage.push(Notification("w", FLOW_AT, bytes(14), S))
    assert len(repr(stage.state)) < 600_000
    keeps_time_going_forward(stage.flush())
