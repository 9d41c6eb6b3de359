"""The laws of the first stage, and what it does at gaps, missing values and changes of the link."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import LinkEvent, Mark, Notification
from breathsense.core.model.samples import Gap, Reading, Rejected, SampleBlock, freeze_values
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.stage import restore_state, run, save_state
from breathsense.core.wire.beats import ArrivalClock, BeatClock
from breathsense.core.wire.clock import SteadyClock
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.stage import WireStage
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
BELT, STRAP, FLOW = "vernier-gdx-rb", "polar-h10", "sweetzpot-flow"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
HEART = "00002a37-0000-1000-8000-00805f9b34fb"
S = 1_000_000_000


def build(profile: str, **chosen: float) -> WireStage:
    return WireStage("w", SHELF.find(profile), "abdomen", chosen)


def frame(*values: float) -> bytes:
    raw = bytearray((0x20, 9 + 4 * len(values), 0, 0, 6, 2, 0, len(values), 0))
    raw += np.array(values, "<f4").tobytes()
    raw[3] = (sum(raw) - raw[3]) % 256
    return bytes(raw)


def belt(host_ns: int, *values: float) -> Notification:
    return Notification("w", RESPONSE, frame(*values), host_ns)


def beats(host_ns: int, *ms: float) -> Notification:
    raw = b"".join(struct.pack("<H", round(one * 1.024)) for one in ms)
    return Notification("w", HEART, b"\x10\x40" + raw, host_ns)


def plain(given: list[Any]) -> list[Any]:
    """Outputs as values that can be compared, bit for bit."""
    return [
        ("block", one.sensor, one.signal, one.t_ns.tobytes(), one.values.tobytes())
        if isinstance(one, SampleBlock)
        else one
        for one in given
    ]


def blocks(given: list[Any], signal: str = "band") -> list[SampleBlock]:
    return [one for one in given if isinstance(one, SampleBlock) and one.signal == signal]


def test_the_same_input_gives_the_same_bits_and_knows_nothing_of_the_future(radio: Any) -> None:
    for profile, period_s, n_rows in ((BELT, 0.1, 2), (STRAP, 0.02, 36), (FLOW, 0.1, 7)):
        items = radio(profile, period_s, n_rows, 60.0, dropped={50}).notifications()
        whole = plain(run(build(profile), items))
        stage = build(profile)
        early = plain([one for item in items[: len(items) // 2] for one in stage.push(item)])
        assert early
        assert whole[: len(early)] == early
        assert plain(run(build(profile), items)) == whole


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 333, 500])
@pytest.mark.parametrize("profile", [BELT, STRAP])
def test_a_saved_stage_goes_on_the_same(profile: str, cut: int, radio: Any) -> None:
    period_s, n_rows = {BELT: (0.1, 1), STRAP: (0.02, 3)}[profile]
    items = radio(profile, period_s, n_rows, 60.0, dropped={20, 334}).notifications()
    first = build(profile)
    given = [one for item in items[:cut] for one in first.push(item)]
    saved = save_state(first)
    run(first, items[cut:])  # must not reach into what was saved
    second = build(profile)
    restore_state(second, saved)
    assert plain([*given, *run(second, items[cut:])]) == plain(run(build(profile), items))


def test_memory_does_not_grow(radio: Any) -> None:
    weights = []
    for seconds in (120.0, 1200.0):
        stage = build(BELT)
        run(stage, radio(BELT, 0.1, seconds=seconds).notifications())
        weights.append(len(repr(stage.state)))
    assert weights[1] <= weights[0] + 500


def test_what_is_of_others_is_handed_on() -> None:
    stage = build(BELT)
    others = [
        Notification("other", RESPONSE, frame(1.0), 5),
        LinkEvent("other", "lost", 6),
        Mark(7, "note: hello"),
        Gap("imu", None, 1, 2, "no_data"),
    ]
    assert [stage.push(one) for one in others] == [[one] for one in others]
    mine = LinkEvent("w", "streaming", 8)
    assert stage.push(mine) == [mine]


def test_readings_and_rejections_pass_through() -> None:
    stage = build(STRAP)
    battery = "00002a19-0000-1000-8000-00805f9b34fb"
    assert stage.push(Notification("w", battery, b"\x40", 7, "read")) == [
        Reading("w", "battery_pct", 64.0, 7)
    ]
    assert stage.push(Notification("w", battery, b"\xff", 8)) == [
        Rejected("w", battery, 8, "a battery level of 255 %")
    ]


def test_streams_that_are_off_give_nothing_and_sensors_are_named_by_place() -> None:
    items = [
        Notification("w", MEASUREMENT, bytes(10) + b"\x01\x00\x00", S),  # electrocardiogram
        beats(S, 900),
        beats(2 * S, 1000),
    ]
    given = run(WireStage("w", SHELF.find(STRAP), "chest", {}), items)
    assert {(one.sensor, one.signal) for one in given} == {("heart", "rr"), ("heart", "hr")}
    given = run(WireStage("w", SHELF.find(STRAP), "chest", {"ecg": 1, "hr": 0}), items)
    assert {(one.sensor, one.signal) for one in given} == {("heart", "rr"), ("heart", "ecg")}
    given = run(WireStage("w", SHELF.find(BELT), "chest", {}), [belt(S, 1.0)])
    assert [one.sensor for one in given] == ["chest"]


def test_missing_values_are_cut_out_and_told_as_a_gap() -> None:
    nan = float("nan")
    items = [belt(i * S // 10, 1.0) for i in range(30)]
    items += [belt(3 * S + i * S // 10, *([nan] if i < 4 else [2.0])) for i in range(20)]
    items.insert(40, belt(39 * S // 10 + 1, 3e30))
    given = run(build(BELT), items)
    gaps = [one for one in given if isinstance(one, Gap)]
    assert {gap.reason for gap in gaps} == {"missing_values"}
    t_ns = np.concatenate([block.t_ns for block in blocks(given)])
    assert gaps[0] == Gap("abdomen", "band", int(t_ns[29]), int(t_ns[30]), "missing_values")
    assert abs(gaps[0].end_ns - gaps[0].start_ns - S // 2) < 20_000_000
    assert all(np.isfinite(block.values).all() for block in blocks(given))
    assert max(block.values.max() for block in blocks(given)) == 2.0


def test_values_missing_inside_a_packet_split_it() -> None:
    items = [belt(S * (i + 1), 1.0, float("nan"), 3.0, 4.0) for i in range(4)]
    given = run(build(BELT), items)
    values = [value for one in blocks(given) for value in one.values[:, 0].tolist()]
    assert values == [1.0, 3.0, 4.0] * 4
    assert sum(isinstance(one, Gap) for one in given) == 4
    assert isinstance(given[-2], Gap)


def test_values_missing_from_the_start_are_no_gap() -> None:
    given = run(build(BELT), [belt(i * S // 10, float("nan")) for i in range(30)])
    assert given == []


@pytest.mark.parametrize("state", ["lost", "connecting", "connected", "stopped"])
def test_a_broken_link_is_a_gap_and_times_are_found_anew(state: Any, radio: Any) -> None:
    before = radio(BELT, 0.1, seconds=30.0).notifications()
    after = [
        Notification(one.wearable, one.characteristic, one.payload, one.host_ns + 47 * S)
        for one in before
    ]
    event = LinkEvent("w", state, before[-1].host_ns + 1)
    given = run(build(BELT), [*before, event, *after])
    (gap,) = [one for one in given if isinstance(one, Gap)]
    assert gap.reason == "link_lost"
    assert given[given.index(gap) - 1] == event
    assert abs(gap.end_ns - after[0].host_ns) < 60_000_000
    late = [block for block in blocks(given) if block.t_ns[0] >= gap.end_ns]
    t_ns = np.concatenate([block.t_ns for block in late])
    assert len(t_ns) == len(after)
    assert np.abs(np.diff(t_ns) / 1e8 - 1).max() < 0.03


def test_streaming_again_without_a_break_is_no_gap(radio: Any) -> None:
    items = radio(BELT, 0.1, seconds=30.0).notifications()
    items.insert(100, LinkEvent("w", "streaming", items[100].host_ns))
    assert not [one for one in run(build(BELT), items) if isinstance(one, Gap)]


def test_a_half_received_frame_does_not_outlive_the_link() -> None:
    stage = build(BELT)
    stage.push(Notification("w", RESPONSE, frame(1.0)[:6], S))
    stage.push(LinkEvent("w", "lost", 2 * S))
    assert not [one for one in stage.push(belt(3 * S, 1.0)) if isinstance(one, Rejected)]


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
