"""The laws of the first stage, and what it does at gaps, missing values and changes of the link."""

from typing import Any

import numpy as np
import pytest
from wire_scenes import (
    BELT,
    FLOW,
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
    plain,
)

from breathsense.core.model.inputs import LinkEvent, Mark, Notification
from breathsense.core.model.samples import Gap, Reading, Rejected
from breathsense.core.stage import restore_state, run, save_state
from breathsense.core.wire.stage import WireStage


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
