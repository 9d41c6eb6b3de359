from typing import Any

import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath, RatePoint, Unscored
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Signal,
    Stance,
    Waveform,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.signal.grid import GridParams
from breathsense.core.signal.tilt import TiltParams, TiltStage
from breathsense.core.stage import run

SETUP = Setup(sensors=(Sensor("imu", "imu", "abdomen", "g"),))


def breathe(t_s: np.ndarray) -> np.ndarray:
    """15 a minute, in for 1.4 s, out for 1.4 s and a rest, 0 to 1."""
    u = (t_s / 4.0) % 1.0
    up, down = u / 0.35, np.clip((u - 0.35) / 0.35, 0, 1)
    return 0.5 - 0.5 * np.cos(np.pi * np.where(u < 0.35, up, 1 + down))


def tilt_sensor(t_s: np.ndarray, mounting: np.ndarray, degrees: float = 2.0) -> np.ndarray:
    return tilt_by(degrees * breathe(t_s), mounting)


def tilt_by(degrees: np.ndarray, mounting: np.ndarray) -> np.ndarray:
    angle = np.radians(degrees)
    rows = np.stack([np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    return rows @ mounting.T


def turn_by(degrees: np.ndarray, t_s: np.ndarray, mounting: np.ndarray) -> np.ndarray:
    """The rotation that goes with ``tilt_by``, in degrees per second."""
    speed = np.gradient(degrees, t_s)
    return np.stack([0 * speed, -speed, 0 * speed], axis=1) @ mounting.T


def make_block(t_s: np.ndarray, rows: np.ndarray, signal: Signal = "acc") -> SampleBlock:
    times = freeze_times(np.rint(t_s * 1e9).astype(np.int64))
    return SampleBlock("imu", signal, times, freeze_values(rows.copy()))


def interleave(*blocks: SampleBlock) -> list[SampleBlock]:
    """Second by second, as tables come."""
    n_seconds = max(int(one.t_ns[-1]) for one in blocks) // 1_000_000_000 + 1
    return [
        SampleBlock(one.sensor, one.signal, one.t_ns[part], one.values[part])
        for second in range(n_seconds)
        for one in blocks
        for part in [one.t_ns // 1_000_000_000 == second]
    ]


def turn(seed: int) -> np.ndarray:
    """Any mounting: a rotation, and so no mirror."""
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return rotation * np.linalg.det(rotation)


def find(items: list[Any], kind: type) -> list[Any]:
    return [one for one in run(build_engine(SETUP), items) if isinstance(one, kind)]


def draw(items: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of the waveform."""
    shown = find(items, Waveform)
    t_s = np.concatenate([one.t_ns for one in shown]) / 1e9
    return t_s, np.concatenate([one.values for one in shown])


def match(t_s: np.ndarray, values: np.ndarray, truth: np.ndarray) -> float:
    return float(np.corrcoef(values, truth)[0, 1])


@pytest.mark.parametrize("rate_hz", [10.0, 52.0, 200.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_breathing_is_seen_in_any_mounting_and_the_right_way_up(rate_hz: float, seed: int) -> None:
    t_s = np.arange(0, 90, 1 / rate_hz)
    noise = 0.002 * np.random.default_rng(seed).normal(size=(len(t_s), 3))
    block = make_block(t_s, tilt_sensor(t_s, turn(seed)) + noise)
    late = [one for one in find([block], Breath) if one.inhale_start_ns > 30e9]
    assert len(late) in {14, 15}
    peaks_s = np.array([one.peak_ns for one in late]) / 1e9
    np.testing.assert_allclose((peaks_s - 1.4 + 2) % 4 - 2, 0, atol=0.5)
    assert [one.depth for one in late] == pytest.approx([2.0] * len(late), rel=0.25)


@pytest.mark.parametrize("rate_hz", [25.0, 104.0])
def test_rotation_keeps_shaking_out_of_the_waveform(rate_hz: float) -> None:
    t_s, turns_s = np.arange(0, 90, 1 / rate_hz), np.arange(0, 90, 1 / 60.0)
    mounting = turn(4)
    shaken = 0.012 * np.random.default_rng(1).normal(size=(len(t_s), 3))
    acc = make_block(t_s, tilt_sensor(t_s, mounting, 1.0) + shaken)
    speeds = turn_by(breathe(turns_s), turns_s, mounting) + 0.8
    gyr = make_block(turns_s, speeds, "gyr")
    matches = []
    for blocks in ([acc], interleave(acc, gyr)):
        shown_s, values = draw(blocks)
        late = shown_s > 65  # so much shaken, it takes a minute until it is sure which way is in
        matches.append(match(shown_s[late], values[late], breathe(shown_s[late])))
    assert matches[1] > 0.98
    assert matches[1] > matches[0]


@pytest.mark.parametrize("factor", [-1.0, np.pi / 180, 12.0])
def test_rotation_that_contradicts_the_acceleration_is_not_used(factor: float) -> None:
    t_s = np.arange(0, 90, 0.02)
    mounting = turn(5)
    acc = make_block(t_s, tilt_sensor(t_s, mounting, 1.0))
    gyr = make_block(t_s, factor * turn_by(breathe(t_s), t_s, mounting), "gyr")
    given = run(TiltStage("imu", GridParams(), TiltParams()), interleave(acc, gyr))
    shown = [one for one in given if isinstance(one, Waveform)]
    shown_s = np.concatenate([one.t_ns for one in shown]) / 1e9
    values = np.concatenate([one.values for one in shown])
    assert match(shown_s, values, breathe(shown_s)) > 0.99


def test_breathing_is_told_from_sway_across_it_that_is_larger() -> None:
    t_s = np.arange(0, 120, 0.02)
    rng = np.random.default_rng(3)
    sway = np.convolve(rng.normal(size=len(t_s) + 199), np.hanning(200), "valid")
    roll = np.radians(1.5) * sway / sway.std()
    pitch = np.radians(1.5) * breathe(t_s)
    rows = np.stack([np.sin(pitch), np.sin(roll), np.cos(pitch) * np.cos(roll)], axis=1)
    points = find([make_block(t_s, rows @ turn(6).T)], RatePoint)
    late = [one.per_min for one in points if one.t_ns > 50e9]
    assert late == pytest.approx([15.0] * len(late), abs=1.0)
    assert len(late) > 10


def test_sway_alone_is_not_taken_for_breathing() -> None:
    t_s = np.arange(0, 120, 0.04)
    rng = np.random.default_rng(3)
    sway = np.cumsum(rng.normal(size=(len(t_s), 2)), axis=0) * 0.001
    rows = np.stack([sway[:, 0], sway[:, 1], np.ones(len(t_s))], axis=1)
    given = run(TiltStage("imu", GridParams(), TiltParams()), [make_block(t_s, rows)])
    assert {one.reason for one in given if isinstance(one, Unscored)} >= {"settling", "unclear"}
    assert sum(len(one.t_ns) for one in given if isinstance(one, Waveform)) < 0.2 * len(t_s)


def test_while_the_wearer_walks_nothing_is_scored_and_it_is_said_why() -> None:
    t_s = np.arange(0, 90, 0.02)
    rows = tilt_sensor(t_s, np.eye(3))
    walks = (t_s > 40) & (t_s < 60)
    rows[walks] *= 1 + 0.3 * np.sin(2 * np.pi * 1.8 * t_s[walks])[:, None]
    given = run(build_engine(SETUP), [make_block(t_s, rows)])
    spans = [one for one in given if isinstance(one, Unscored) and one.reason == "motion"]
    assert 40e9 <= spans[0].start_ns <= 41e9
    assert 60e9 <= spans[-1].end_ns <= 65e9
    shown = np.concatenate([one.t_ns for one in given if isinstance(one, Waveform)])
    assert not ((shown > 41e9) & (shown < 60e9)).any()
    assert (shown > 69e9).any()


def test_turning_on_the_spot_is_movement_that_only_rotation_shows() -> None:
    t_s = np.arange(0, 60, 0.02)
    acc = make_block(t_s, tilt_sensor(t_s, np.eye(3)))
    speeds = turn_by(2.0 * breathe(t_s), t_s, np.eye(3))
    speeds[(t_s > 40) & (t_s < 45), 2] += 60 * np.sin(2 * np.pi * (t_s[(t_s > 40) & (t_s < 45)]))
    given = run(build_engine(SETUP), interleave(acc, make_block(t_s, speeds, "gyr")))
    spans = [one for one in given if isinstance(one, Unscored) and one.reason == "motion"]
    assert 40e9 <= spans[0].start_ns <= 41e9
    assert 45e9 <= spans[-1].end_ns <= 48e9


def test_the_time_to_settle_is_told() -> None:
    t_s = np.arange(0, 40, 0.02)
    stage = TiltStage("imu", GridParams(), TiltParams())
    given = run(stage, [make_block(t_s, tilt_sensor(t_s, np.eye(3)))])
    spans = [one for one in given if isinstance(one, Unscored)]
    assert spans[0].reason == "settling"
    assert [one.end_ns for one in spans if one.reason == "settling"][-1] == pytest.approx(
        14e9, abs=0.1e9
    )
    assert spans[-1].end_ns <= 25e9


@pytest.mark.parametrize("inward", [1.0, -1.0])
def test_a_full_breath_on_command_tells_which_way_is_in(inward: float) -> None:
    t_s = np.arange(0, 120, 0.02)
    level = -breathe(t_s)  # rests after breathing in: the shape says the contrary
    full = (t_s >= 60) & (t_s < 70)
    level[full] = -1 + 3 * np.sin(np.pi * (t_s[full] - 60) / 10) ** 2
    mark = Mark(60_000_000_000, "calibration.full", 10_000_000_000)
    block = make_block(t_s, tilt_by(inward * 1.5 * level, turn(7)))
    first, last = block.t_ns < 60e9, block.t_ns >= 60e9
    items = [
        SampleBlock("imu", "acc", block.t_ns[first], block.values[first]),
        mark,
        SampleBlock("imu", "acc", block.t_ns[last], block.values[last]),
    ]
    shown_s, values = draw(items)
    before, after = (shown_s > 40) & (shown_s < 60), shown_s > 90
    assert match(shown_s[before], values[before], -breathe(shown_s[before])) < -0.9
    assert match(shown_s[after], values[after], -breathe(shown_s[after])) > 0.8
    flip = [one for one in find(items, Unscored) if one.reason == "settling"][-1]
    assert 70e9 <= flip.start_ns <= 73e9


def test_a_pause_after_breathing_out_tells_which_way_is_in() -> None:
    t_s = np.arange(0, 90, 0.02)
    level = -breathe(t_s)
    level[(t_s >= 8) & (t_s < 13)] = -1.0
    items = [
        Mark(8_000_000_000, "calibration.pause", 5_000_000_000),
        Mark(8_000_000_000, "calibration.brace", 5_000_000_000),
        make_block(t_s, tilt_by(1.5 * level, turn(8))),
    ]
    shown_s, values = draw(items)
    assert match(shown_s, values, -breathe(shown_s)) > 0.9


def test_a_calibration_in_which_nothing_happens_tells_nothing() -> None:
    t_s = np.arange(0, 90, 0.02)
    marks = [Mark(40_000_000_000, "calibration.full"), Mark(200_000_000_000, "calibration.full")]
    block = make_block(t_s, tilt_by(1.5 * breathe(t_s), turn(9)))
    assert draw([*marks, block])[1].tobytes() == draw([block])[1].tobytes()


def test_a_shape_that_turns_over_for_good_changes_the_sign_once() -> None:
    t_s = np.arange(0, 240, 0.04)
    level = np.where(t_s < 80, -breathe(t_s), breathe(t_s))
    shown_s, values = draw([make_block(t_s, tilt_by(1.5 * level, turn(10)))])
    late = shown_s > 200
    assert match(shown_s[late], values[late], breathe(shown_s[late])) > 0.9
    assert (np.diff(shown_s) > 3).sum() == 1


def test_a_gap_closes_what_was_not_scored() -> None:
    t_s = np.arange(0, 4, 0.02)
    early = make_block(t_s, tilt_sensor(t_s, np.eye(3)))
    late = make_block(t_s + 8, tilt_sensor(t_s, np.eye(3)))
    gap = Gap("imu", "acc", int(early.t_ns[-1]), int(late.t_ns[0]), "link_lost")
    given = run(TiltStage("imu", GridParams(), TiltParams()), [early, gap, late])
    kinds = [type(one).__name__ for one in given if not isinstance(one, Stance)]
    assert kinds == ["SampleBlock", "Unscored", "Gap", "SampleBlock", "Unscored"]


def test_a_silent_hole_and_other_gaps() -> None:
    t_s = np.concatenate([np.arange(0, 4, 0.02), np.arange(8, 9, 0.02)])
    stage = TiltStage("imu", GridParams(), TiltParams())
    acc = make_block(t_s, tilt_sensor(t_s, np.eye(3)))
    gyr = make_block(t_s, np.zeros((len(t_s), 3)), "gyr")
    gaps = [Gap("imu", "gyr", 0, 10**9, "no_data"), Gap("imu", "acc", 0, 10, "packet_loss")]
    given = run(stage, [*gaps, *interleave(acc, gyr)])
    assert [one.reason for one in given if isinstance(one, Gap)] == [
        "no_data",
        "packet_loss",
        "no_data",
    ]


def test_weightless_samples_are_survived() -> None:
    t_s = np.arange(0, 40, 0.02)
    assert run(TiltStage("imu", GridParams(), TiltParams()), [make_block(t_s, np.zeros((2000, 3)))])
