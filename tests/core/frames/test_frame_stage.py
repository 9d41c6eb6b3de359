"""Sensors side by side, one moment after the other."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from breathsense.core.frames.frame import Frame
from breathsense.core.frames.stage import FrameParams, FrameStage
from breathsense.core.model.bracing import Bend
from breathsense.core.model.events import QualityHint, Turn
from breathsense.core.model.inputs import LinkEvent, Mark
from breathsense.core.model.samples import (
    Gap,
    Mmg,
    SampleBlock,
    Trunk,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Sensor
from breathsense.core.signal.grid import GridParams
from breathsense.core.stage import run

S = 1_000_000_000
STEP_NS = 40_000_000
SPAN_NS = 160_000_000
BELLY = Sensor("abdomen", "band", "abdomen", "N")
CHEST = Sensor("chest", "band", "chest", "N")
IMU = Sensor("imu", "imu", "abdomen", "g")


def build(*sensors: Sensor) -> FrameStage:
    worn = {"belt": ("abdomen",), "tag": ("imu",)}
    return FrameStage(sensors, sensors[0].id, worn, GridParams(), FrameParams())


def wave(sensor: str, first: int, n: int, value: float = 0.0) -> Waveform:
    """Cells from number ``first`` on; each is as large as its number, plus ``value``."""
    t_ns = np.arange(first, first + n, dtype=np.int64) * STEP_NS
    values = np.arange(first, first + n) + value
    return Waveform(sensor, freeze_times(t_ns), freeze_times(t_ns + 5), freeze_values(values))


def block(sensor: str, signal: Any, start_s: float, end_s: float, hz: float = 100.0) -> SampleBlock:
    t_ns = np.rint(np.arange(start_s, end_s, 1 / hz) * S).astype(np.int64)
    rows = np.stack([np.full(len(t_ns), 0.1), t_ns / S, np.ones(len(t_ns))], axis=1)
    return SampleBlock(sensor, signal, freeze_times(t_ns), freeze_values(rows))


def mmg(start: int, n: int, rms: float = 0.01) -> Mmg:
    t_ns = freeze_times(np.arange(start, start + n, dtype=np.int64) * SPAN_NS)
    full = freeze_values(np.full(n, rms))
    return Mmg("imu", t_ns, t_ns, full, full, freeze_values(np.full(n, 45.0)), full)


def frames(given: Iterable[Any]) -> list[Frame]:
    return [one for one in given if isinstance(one, Frame)]


def test_a_frame_is_the_mean_of_its_four_cells() -> None:
    given = run(build(BELLY), [wave("abdomen", 0, 11)])
    first, second = frames(given)
    assert (first.t_ns, first.belly) == (SPAN_NS, 2.5)
    assert (second.t_ns, second.belly) == (2 * SPAN_NS, 6.5)
    assert first.known_ns == SPAN_NS + 5
    assert first.chest is None
    assert first.mmg_log is None


def test_everything_else_passes_on_behind_the_frames_it_finished() -> None:
    piece, note = wave("abdomen", 1, 4), object()
    given = run(build(BELLY), [note, piece])
    assert given[0] is note
    assert isinstance(given[1], Frame)
    assert given[2] is piece


def test_sensors_wait_for_each_other() -> None:
    stage = build(BELLY, CHEST)
    assert frames(stage.push(wave("abdomen", 1, 12))) == []
    given = frames(stage.push(wave("chest", 1, 8, 100.0)))
    assert [(one.belly, one.chest) for one in given] == [(2.5, 102.5), (6.5, 106.5)]


def test_a_frame_with_a_hole_has_no_value() -> None:
    items = [wave("abdomen", 1, 2), wave("abdomen", 4, 5)]
    given = run(build(BELLY), items)
    assert [one.belly for one in frames(given)] == [6.5]


def test_in_a_gap_a_sensor_is_not_waited_for() -> None:
    stage = build(BELLY, CHEST)
    stage.push(wave("abdomen", 1, 40))
    stage.push(wave("chest", 1, 4))
    given = frames(stage.push(Gap("chest", "band", 4 * STEP_NS, 20 * STEP_NS, "no_data")))
    given += frames(stage.push(wave("chest", 25, 4)))
    assert [one.chest for one in given] == [None, None, None, None, None, 26.5]
    assert all(one.belly is not None for one in given)


def test_a_gap_that_the_waveform_crosses_is_waited_for() -> None:
    stage = build(BELLY, CHEST)
    stage.push(wave("abdomen", 1, 40))
    stage.push(wave("chest", 1, 5))
    bridge_ns = GridParams().bridge_ns
    crossed = Gap("chest", "band", 5 * STEP_NS, 5 * STEP_NS + bridge_ns, "packet_loss")
    assert frames(stage.push(crossed)) == []
    given = frames(stage.push(wave("chest", 6, 15)))
    assert [one.chest for one in given] == [6.5, 10.5, 14.5, 18.5]


def test_a_hole_of_centuries_is_gone_over_at_once() -> None:
    far_ns = 2**62 // SPAN_NS * SPAN_NS
    stage = build(BELLY, CHEST)
    stage.push(wave("abdomen", 1, 8))
    stage.push(wave("chest", 1, 4))
    stage.push(Mark(far_ns - 9 * SPAN_NS, "rezero"))
    given = frames(stage.push(Gap("chest", "band", 0, far_ns, "no_data")))
    given += frames(stage.push(Gap("abdomen", "band", 0, far_ns, "no_data")))
    given += frames(stage.flush())
    assert [(one.t_ns, len(one.marks)) for one in given] == [
        (2 * SPAN_NS, 0),
        (far_ns - 9 * SPAN_NS, 1),
    ]


def test_frames_are_the_same_by_either_way_over_a_span(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        block("abdomen", "band", 0.0, 3.0),
        Mark(700_000_000, "rezero"),
        Mark(2 * S, "calibration.quiet"),
        wave("chest", 1, 70, 0.5),
        wave("abdomen", 1, 11),
        wave("abdomen", 40, 31),
    ]
    near = run(build(BELLY, CHEST), items)
    monkeypatch.setattr("breathsense.core.frames.stage.LONG_SPAN", 0)
    assert run(build(BELLY, CHEST), items) == near
    assert len(frames(near)) > 10


def test_a_lost_link_is_not_waited_for_until_it_is_back() -> None:
    stage = build(CHEST, BELLY)
    stage.push(wave("chest", 1, 12))
    assert frames(stage.push(LinkEvent("belt", "connected", S))) == []
    assert frames(stage.push(LinkEvent("belt", "lost", S))) == []
    assert len(frames(stage.push(LinkEvent("belt", "connecting", S)))) == 3
    stage.push(block("abdomen", "band", 1.0, 1.1))
    assert frames(stage.push(wave("chest", 13, 12))) == []


def test_a_silent_sensor_is_waited_for_no_longer_than_half_a_minute() -> None:
    stage = build(BELLY, CHEST)
    stage.push(block("abdomen", "band", 0.0, 29.0))
    assert frames(stage.push(wave("abdomen", 1, 700))) == []
    stage.push(block("abdomen", "band", 29.0, 31.0))
    stage.push(wave("abdomen", 701, 50))
    given = frames(stage.push(Mark(31 * S, "rezero")))
    assert given[-1].t_ns <= S
    assert all(one.chest is None for one in given)
    late = frames(stage.push(wave("chest", 1, 40, 0.0)))
    assert all(one.t_ns > given[-1].t_ns for one in late)


def test_what_came_too_late_is_forgotten() -> None:
    stage = build(BELLY, CHEST)
    stage.push(block("abdomen", "band", 0.0, 40.0))
    stage.push(wave("abdomen", 1, 1000))
    stage.push(wave("chest", 1, 100))
    stage.push(wave("chest", 101, 4))
    assert 1 not in stage.state.lanes["chest"].filled


def test_the_imu_gives_up_sound_lean_and_tilt() -> None:
    stage = build(IMU)
    lean = freeze_values(np.array([[3.0, -1.0]] * 5))
    t_ns = freeze_times(np.arange(1, 6, dtype=np.int64) * SPAN_NS)
    trunk = Trunk("imu", t_ns, t_ns, lean, np.array([False, True, False, False, False]))
    items = [block("imu", "acc", 0.0, 0.9), wave("imu", 1, 20), mmg(1, 5), trunk]
    given = frames(run(stage, items))
    assert [one.t_ns for one in given] == [SPAN_NS * k for k in range(1, 6)]
    assert given[0].mmg_log == pytest.approx(-2.0)
    assert given[0].mmg_high_log == pytest.approx(-2.0)
    assert given[0].flutter == 0.01
    assert (given[0].forward_deg, given[0].sideways_deg) == (3.0, -1.0)
    assert [one.is_moving for one in given[:3]] == [False, True, False]
    assert given[0].tilt == 2.5
    up = given[1].up
    assert up is not None
    assert up[0] == pytest.approx(0.1)
    assert up[1] == pytest.approx(0.26, abs=0.01)


def test_an_imu_without_anything_made_of_it_is_not_waited_for() -> None:
    stage = build(IMU)
    given = []
    for second in range(8):
        given += stage.push(block("imu", "acc", second, second + 1.0, 25.0))
    last = frames(given)[-1]
    assert last.tilt is None
    assert last.t_ns > 6 * S


def test_what_is_made_of_samples_may_come_up_to_a_second_later() -> None:
    stage = build(IMU)
    stage.push(block("imu", "acc", 0.0, 2.0))
    stage.push(mmg(1, 8))
    stage.push(block("imu", "acc", 2.0, 2.2))
    given = frames(stage.push(mmg(9, 3)))
    given += frames(stage.push(block("imu", "acc", 2.2, 2.4)))
    assert given[-1].t_ns <= 11 * SPAN_NS
    assert given[-1].mmg_log is not None


def test_rotation_that_keeps_coming_is_waited_for() -> None:
    stage = build(IMU)
    for second in range(5):
        given = stage.push(block("imu", "gyr", second, second + 0.5))
        stage.push(block("imu", "acc", second, second + 1.0))
    assert frames(given)[-1].t_ns <= 3.5 * S
    assert frames(stage.flush())[-1].t_ns > 4.5 * S


def test_a_run_of_samples_ends_at_a_hole() -> None:
    stage = build(IMU)
    items = [block("imu", "acc", 0.0, 2.0), block("imu", "acc", 4.1, 6.0)]
    given = frames(run(stage, items))
    seen = {one.t_ns for one in given if one.up is not None}
    assert not any(2.1 * S < one <= 4.16 * S for one in seen)
    assert round(4.32 * S) in seen


def test_a_gap_of_acceleration_lets_frames_go() -> None:
    stage = build(BELLY, IMU)
    stage.push(block("imu", "acc", 0.0, 1.0))
    stage.push(wave("abdomen", 1, 100))
    stage.push(Gap("imu", "gyr", S, 4 * S, "no_data"))
    before = frames(stage.push(Mark(0, "rezero")))
    stage.push(Gap("imu", None, S, 4 * S, "link_lost"))
    after = frames(stage.push(Mark(0, "rezero")))
    assert all(one.t_ns <= S for one in before)
    assert after[-1].t_ns > 3 * S
    assert after[-1].up is None


def test_marks_go_with_the_first_frame_that_ends_at_or_after_them() -> None:
    later, early = Mark(2 * SPAN_NS, "rezero"), Mark(5, "exercise.brace", S)
    given = frames(run(build(BELLY), [later, early, wave("abdomen", 1, 8)]))
    assert [one.marks for one in given] == [(early,), (later,)]


def test_events_go_with_the_frame_in_which_they_were_decided() -> None:
    turn = Turn("abdomen", True, 3 * STEP_NS, 1.0, 6 * STEP_NS + 5)  # noqa: FBT003 - as in the model
    other = Turn("chest", True, 3 * STEP_NS, 1.0, 5)  # noqa: FBT003 - as in the model
    hint = QualityHint("abdomen", "cough", 2 * STEP_NS)
    given = run(build(BELLY), [turn, other, hint, wave("abdomen", 1, 12)])
    assert [one.events for one in frames(given)] == [(hint,), (turn,), ()]
    assert other in given


def test_events_of_a_leader_that_fell_silent_are_bounded() -> None:
    stage = build(BELLY)
    for k in range(1000):
        stage.push(QualityHint("abdomen", "", k))
    assert len(stage.state.events) <= 201


def test_frames_of_which_nothing_is_known_are_left_out() -> None:
    items = [wave("abdomen", 1, 4), wave("abdomen", 100_001, 4)]
    assert len(frames(run(build(BELLY), items))) == 2


def test_sensors_that_show_no_breathing_are_passed_over() -> None:
    heart = Sensor("heart", "heart", "chest", "ms")
    stage = build(BELLY, heart)
    given = stage.push(block("heart", "rr", 0.0, 1.0))
    given += stage.push(wave("heart", 1, 8))
    given += stage.push(mmg(1, 3))
    lean = freeze_values(np.zeros((1, 2)))
    at = freeze_times([SPAN_NS])
    given += stage.push(Trunk("back_imu", at, at, lean, np.array([False])))
    given += stage.push(wave("abdomen", 1, 4))
    assert len(frames(given)) == 1
    empty = SampleBlock("abdomen", "band", freeze_times([]), freeze_values([]))
    assert stage.push(empty) == [empty]
    blank = wave("abdomen", 1, 0)
    assert stage.push(blank) == [blank]


def test_a_bend_waits_for_the_frames_that_were_known_before_it() -> None:
    stage = build(BELLY)
    bend = Bend("imu", 0, SPAN_NS, 40.0, 0.0, 2 * SPAN_NS)
    assert stage.push(bend) == []
    given = stage.push(wave("abdomen", 1, 12))
    assert [type(one) for one in given] == [Frame, Bend, Frame, Frame, Waveform]
    late = Bend("imu", 0, SPAN_NS, 40.0, 0.0, 100 * SPAN_NS)
    stage.push(late)
    assert stage.flush() == [late]
