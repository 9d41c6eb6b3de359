import tracemalloc

import numpy as np
import pytest

from breathsense.core.analysis import AnalysisBuilder, Rows, Span, join_spans
from breathsense.core.model.events import Breath, BreathEnd, RatePoint, Unscored
from breathsense.core.model.samples import Gap, SampleBlock, Signal, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup

S = 1_000_000_000
BAND = Sensor("abdomen", "band", "abdomen", "N")
IMU = Sensor("imu", "imu", "abdomen", "g", 52.0)


def make_block(sensor: str, times_s: list[float]) -> SampleBlock:
    t_ns = freeze_times([round(t * S) for t in times_s])
    signal: Signal = "band" if sensor == "abdomen" else "acc"
    return SampleBlock(sensor, signal, t_ns, freeze_values(np.zeros((len(t_ns), 1))))


def make_breath(number: int, peak_s: float, sensor: str = "abdomen") -> Breath:
    peak_ns = round(peak_s * S)
    return Breath(sensor, number, peak_ns - S, peak_ns, 2.5, peak_ns + S // 2, "unknown", 0.9)


def test_breaths_are_joined_with_their_ends() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND,)))
    for event in (
        make_breath(0, 2.0),
        BreathEnd("abdomen", 0, 4 * S, 5 * S),
        make_breath(1, 6.0),
    ):
        builder.push(event)
    found = builder.finish()
    assert [one.end_ns for one in found.breaths] == [4 * S, None]
    assert found.unit == "N"


def test_the_unit_of_tilt_is_degrees() -> None:
    builder = AnalysisBuilder(Setup(sensors=(IMU,)))
    builder.push(make_breath(0, 2.0, "imu"))
    assert builder.finish().unit == "deg"


def test_an_unknown_rate_is_measured_without_the_holes() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND, IMU)))
    builder.push(make_block("abdomen", [0.0, 0.1, 0.2]))
    builder.push(make_block("abdomen", [5.0, 5.1]))
    builder.push(make_block("imu", [1.0, 6.0]))
    found = builder.finish()
    assert [one.rate_hz for one in found.sensors] == [10.0, 52.0]
    assert found.duration_ns == 6 * S


def test_nothing_at_all_is_a_result_too() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND,)), ("a.csv",))
    builder.push(make_block("abdomen", []))
    found = builder.finish()
    assert (found.inputs, found.duration_ns, found.breaths, found.unit) == (("a.csv",), 0, (), "")
    assert found.sensors == (BAND,)


def test_finishing_twice_gives_the_same() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND,)))
    builder.push(make_block("abdomen", [-3.0, -2.9]))
    builder.push(RatePoint("abdomen", 9 * S, 12.0, 0.5))
    assert builder.finish() == builder.finish()
    assert builder.finish().duration_ns == pytest.approx(0.1 * S)


def test_spans_that_touch_are_told_as_one() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND,)))
    for start_s in (0, 5, 20):
        builder.push(Unscored("abdomen", start_s * S, (start_s + 5) * S, "flat"))
    builder.push(Gap("imu", "acc", S, 2 * S, "link_lost"))
    builder.push(Gap("imu", "gyr", S, 2 * S, "link_lost"))
    found = builder.finish()
    assert found.unscored == (Span(0, 10 * S, "flat"), Span(20 * S, 25 * S, "flat"))
    assert found.gaps == (Span(S, 2 * S, "link_lost"),)


def test_spans_of_different_reasons_stay_apart() -> None:
    spans = [Span(5, 9, "a"), Span(0, 9, "b"), Span(1, 4, "a")]
    assert join_spans(spans) == (Span(0, 9, "b"), Span(1, 9, "a"))


def test_rows_give_back_what_they_took() -> None:
    given = [make_breath(number, 4.0 * number, "ab"[number % 2]) for number in range(5)]
    rows = Rows(type(given[0]))
    for one in given:
        rows.append(one)
    assert list(rows) == list(rows) == given
    assert list(Rows(Span)) == []


def test_an_hour_of_breaths_takes_next_to_no_memory() -> None:
    builder = AnalysisBuilder(Setup(sensors=(BAND,)))
    tracemalloc.start()
    for number in range(900):
        builder.push(make_breath(number, 4.0 * number))
        builder.push(BreathEnd("abdomen", number, 4 * number * S, 4 * number * S))
        builder.push(RatePoint("abdomen", 4 * number * S, 15.0 + number, 0.9))
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 200_000
