import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark, Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.model.sensors import Sensor
from breathsense.recordings.merge import join_sensors, merge_inputs


def block(sensor: str, *t_ns: int) -> SampleBlock:
    return SampleBlock(sensor, "band", np.array(t_ns), np.array(t_ns, float).reshape(-1, 1))


def told(items: list[Item]) -> list[object]:
    return [
        (item.sensor, item.t_ns.tolist()) if isinstance(item, SampleBlock) else item
        for item in items
    ]


def test_inputs_are_merged_by_time() -> None:
    first = [block("a", 0, 1), block("a", 10, 11)]
    second = [block("b", 5, 6), Gap("b", "band", 6, 20, "no_data"), block("b", 20)]
    merged = list(merge_inputs([first, second]))
    assert told(merged) == [
        ("a", [0, 1]),
        ("b", [5, 6]),
        ("a", [10, 11]),
        Gap("b", "band", 6, 20, "no_data"),
        ("b", [20]),
    ]


def test_ties_go_to_the_earlier_input() -> None:
    merged = list(merge_inputs([[block("a", 0)], [block("b", 0)], [Mark(0, "rezero")]]))
    assert told(merged) == [Mark(0, "rezero"), ("a", [0]), ("b", [0])]


def test_a_mark_cuts_the_block_it_falls_into() -> None:
    marks = [Mark(2, "rezero"), Mark(3, "note: x")]
    merged = list(merge_inputs([[block("a", 0, 1, 2, 3, 4)], marks]))
    assert told(merged) == [("a", [0, 1]), marks[0], ("a", [2]), marks[1], ("a", [3, 4])]


def test_a_mark_after_the_last_sample_comes_last() -> None:
    merged = list(merge_inputs([[block("a", 0, 1)], [Mark(1_000, "rezero")]]))
    assert told(merged) == [("a", [0, 1]), Mark(1_000, "rezero")]


@given(st.lists(st.lists(st.integers(0, 50), max_size=10).map(sorted), max_size=4))
def test_nothing_is_lost_and_every_input_keeps_its_order(columns: list[list[int]]) -> None:
    inputs = [
        [Notification(str(number), "2a37", b"", t) for t in column]
        for number, column in enumerate(columns)
    ]
    merged = list(merge_inputs(inputs))
    assert [item.host_ns for item in merged if isinstance(item, Notification)] == sorted(
        t for column in columns for t in column
    )
    for number, column in enumerate(inputs):
        assert [i for i in merged if isinstance(i, Notification) and i.wearable == str(number)] == (
            column
        )


def test_one_sensor_may_be_in_one_input_only() -> None:
    belt = Sensor("abdomen", "band", "abdomen", "N")
    imu = Sensor("imu", "imu", "abdomen", "g")
    assert join_sensors([("a.csv", [belt]), ("b.csv", [imu])]) == (belt, imu)
    with pytest.raises(RefusedInput, match="'abdomen' is in a") as refusal:
        join_sensors([("a.csv", [belt]), ("b.csv", [imu, belt])])
    assert refusal.value.where == "b.csv"
