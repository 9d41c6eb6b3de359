import numpy as np
import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath, Unscored
from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
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
    """15 a minute, in for 1.4 s and out for 2.6 s, 0 to 1."""
    u = (t_s / 4.0) % 1.0
    up, down = u / 0.35, (u - 0.35) / 0.65
    return 0.5 - 0.5 * np.cos(np.pi * np.where(u < 0.35, up, 1 + down))


def tilt_sensor(t_s: np.ndarray, mounting: np.ndarray, degrees: float = 2.0) -> np.ndarray:
    angle = np.radians(degrees) * breathe(t_s)
    rows = np.stack([np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    return rows @ mounting.T


def make_block(t_s: np.ndarray, rows: np.ndarray) -> SampleBlock:
    times = freeze_times(np.rint(t_s * 1e9).astype(np.int64))
    return SampleBlock("imu", "acc", times, freeze_values(rows))


def turn(seed: int) -> np.ndarray:
    """Any mounting: a rotation, and so no mirror."""
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return rotation * np.linalg.det(rotation)


@pytest.mark.parametrize("rate_hz", [10.0, 52.0, 200.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_breathing_is_seen_in_any_mounting_and_the_right_way_up(rate_hz: float, seed: int) -> None:
    t_s = np.arange(0, 90, 1 / rate_hz)
    noise = 0.002 * np.random.default_rng(seed).normal(size=(len(t_s), 3))
    block = make_block(t_s, tilt_sensor(t_s, turn(seed)) + noise)
    breaths = [one for one in run(build_engine(SETUP), [block]) if isinstance(one, Breath)]
    late = [one for one in breaths if one.inhale_start_ns > 30e9]
    assert len(late) in {14, 15}
    peaks_s = np.array([one.peak_ns for one in late]) / 1e9
    np.testing.assert_allclose((peaks_s - 1.4 + 2) % 4 - 2, 0, atol=0.5)
    assert [one.depth for one in late] == pytest.approx([2.0] * len(late), rel=0.2)


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
    assert (shown > 66e9).any()


def test_the_time_to_settle_is_told() -> None:
    t_s = np.arange(0, 30, 0.02)
    stage = TiltStage("imu", GridParams(), TiltParams())
    given = run(stage, [make_block(t_s, tilt_sensor(t_s, np.eye(3)))])
    spans = [one for one in given if isinstance(one, Unscored)]
    assert {one.reason for one in spans} == {"settling"}
    assert spans[-1].end_ns == pytest.approx(15e9, abs=0.1e9)


def test_a_gap_closes_what_was_not_scored() -> None:
    t_s = np.arange(0, 4, 0.02)
    early = make_block(t_s, tilt_sensor(t_s, np.eye(3)))
    late = make_block(t_s + 8, tilt_sensor(t_s, np.eye(3)))
    gap = Gap("imu", "acc", int(early.t_ns[-1]), int(late.t_ns[0]), "link_lost")
    given = run(TiltStage("imu", GridParams(), TiltParams()), [early, gap, late])
    kinds = [type(one).__name__ for one in given]
    assert kinds == ["SampleBlock", "Unscored", "Gap", "SampleBlock", "Unscored"]


def test_a_silent_hole_and_other_sensors_gaps() -> None:
    t_s = np.concatenate([np.arange(0, 4, 0.02), np.arange(8, 9, 0.02)])
    stage = TiltStage("imu", GridParams(), TiltParams())
    block = make_block(t_s, tilt_sensor(t_s, np.eye(3)))
    other = Gap("imu", "gyr", 0, 10, "no_data")
    short = Gap("imu", "acc", 0, 10, "packet_loss")
    given = run(stage, [other, short, block])
    assert [one for one in given if isinstance(one, Gap)][-1].reason == "no_data"


def test_weightless_samples_are_survived() -> None:
    t_s = np.arange(0, 40, 0.02)
    assert run(TiltStage("imu", GridParams(), TiltParams()), [make_block(t_s, np.zeros((2000, 3)))])
