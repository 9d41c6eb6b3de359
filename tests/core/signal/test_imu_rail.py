"""An accelerometer at the end of its range is told by its name."""

import numpy as np
import pytest

from breathsense.core.model.events import Unscored
from breathsense.core.model.samples import Gap, SampleBlock, freeze_times, freeze_values
from breathsense.core.signal.imu_rail import RailParams, RailWatch
from breathsense.core.stage import run

S = 1_000_000_000


def make_block(rows: np.ndarray, rate_hz: float, start_s: float = 0.0) -> SampleBlock:
    t_s = start_s + np.arange(len(rows)) / rate_hz
    times = freeze_times(np.rint(t_s * 1e9).astype(np.int64))
    return SampleBlock("imu", "acc", times, freeze_values(rows))


def shake(rate_hz: float, seconds: float, size_g: float, range_g: float = 2.0) -> np.ndarray:
    """At rest for five seconds, then shaken at 2 Hz, felt by a sensor of that range."""
    t_s = np.arange(round(seconds * rate_hz)) / rate_hz
    rows = np.zeros((len(t_s), 3))
    rows[:, 2] = 1.0 + size_g * np.sin(2 * np.pi * 2 * t_s) * (t_s >= 5.0)
    rows += 0.002 * np.random.default_rng(1).normal(size=rows.shape)
    return np.clip(rows, -range_g, range_g)


def build() -> RailWatch:
    return RailWatch("imu", RailParams())


def list_spans(given: list[object]) -> list[Unscored]:
    return [one for one in given if isinstance(one, Unscored)]


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0, 200.0])
@pytest.mark.parametrize("unit", [1.0, 9.81, 1000.0])
def test_what_is_cut_off_at_the_range_is_saturated(rate_hz: float, unit: float) -> None:
    block = make_block(unit * shake(rate_hz, 10.0, 3.0), rate_hz)
    (span,) = list_spans(run(build(), [block]))
    assert span.reason == "saturated"
    assert span.start_ns == pytest.approx(5 * S, abs=0.3 * S)
    assert span.end_ns == pytest.approx(10 * S, abs=0.6 * S)


@pytest.mark.parametrize("rate_hz", [10.0, 50.0, 200.0])
def test_movement_within_the_range_is_not(rate_hz: float) -> None:
    assert list_spans(run(build(), [make_block(shake(rate_hz, 10.0, 0.9), rate_hz)])) == []


def test_a_coarse_sensor_at_rest_is_not() -> None:
    rows = np.tile([0.0, 0.0, 1.0], (500, 1))
    assert list_spans(run(build(), [make_block(rows, 50.0)])) == []


def test_spans_far_apart_are_two_and_told_as_soon_as_they_are_over() -> None:
    first, calm = shake(50.0, 6.0, 3.0), shake(50.0, 5.0, 0.0)
    watch = build()
    assert list_spans(watch.push(make_block(first, 50.0))) == []
    assert len(list_spans(watch.push(make_block(calm, 50.0, 6.0)))) == 1
    assert list_spans(watch.push(make_block(first[250:], 50.0, 11.0))) == []
    assert len(list_spans(watch.flush())) == 1
    whole = make_block(np.concatenate([first, calm, first[250:]]), 50.0)
    assert len(list_spans(run(build(), [whole]))) == 2


def test_a_gap_in_the_acceleration_closes_a_span_and_nothing_is_taken_across() -> None:
    watch = build()
    high = np.tile([0.0, 0.0, 2.0], (2, 1))
    calm = np.tile([0.0, 0.0, 1.0], (200, 1))
    watch.push(make_block(np.concatenate([calm, high]), 50.0))
    gap = Gap("imu", "acc", 4 * S, 6 * S, "packet_loss")
    assert watch.push(gap) == [gap]
    block = make_block(np.concatenate([high, calm]), 50.0, 6.0)
    assert watch.push(block) == [block]
    watch.push(make_block(shake(50.0, 6.0, 3.0), 50.0, 20.0))
    later = Gap("imu", "acc", 26 * S, 28 * S, "packet_loss")
    told = watch.push(later)
    assert [one.reason for one in list_spans(told)] == ["saturated"]
    assert told[-1] == later


def test_other_signals_and_sensors_pass() -> None:
    rows = freeze_values(np.full((100, 3), 2.0))
    times = freeze_times(np.arange(100, dtype=np.int64) * 20_000_000)
    for block in (SampleBlock("imu", "gyr", times, rows), SampleBlock("back", "acc", times, rows)):
        watch = build()
        assert watch.push(block) == [block]
        assert watch.flush() == []
