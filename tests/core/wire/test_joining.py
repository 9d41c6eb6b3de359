"""Short blocks become long ones; nothing else changes."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import (
    Gap,
    Reading,
    Rejected,
    SampleBlock,
    Signal,
    freeze_times,
    freeze_values,
)
from breathsense.core.stage import restore_state, run, save_state
from breathsense.core.wire.joining import MOST_ROWS, JoinStage

NS = 1_000_000_000
GAP = Gap("abdomen", "band", 5, 6, "packet_loss")


def block(at_s: float, n: int = 1, sensor: str = "abdomen") -> SampleBlock:
    t_ns = round(at_s * NS) + np.arange(n, dtype=np.int64)
    return SampleBlock(sensor, "band", freeze_times(t_ns), freeze_values(np.ones((n, 1)) * at_s))


def spell(items: list[Any]) -> list[Any]:
    return [one.values[:, 0].tolist() if isinstance(one, SampleBlock) else one for one in items]


def test_blocks_that_follow_on_each_other_become_one() -> None:
    (joined,) = run(JoinStage(), [block(1), block(2), block(3)])
    assert joined.t_ns.tolist() == [NS, 2 * NS, 3 * NS]
    assert joined.values.tolist() == [[1.0], [2.0], [3.0]]
    assert not joined.values.flags.writeable


@pytest.mark.parametrize("item", [GAP, Mark(2, "note: a"), block(2, n=0)])
def test_another_item_keeps_its_place(item: Any) -> None:
    given_ = run(JoinStage(), [block(1), block(1.5), item, block(2), block(3)])
    assert spell(given_) == [[1.0, 1.5], *spell([item]), [2.0, 3.0]]


def test_a_run_is_let_go_once_it_is_long() -> None:
    stage = JoinStage(longest_ns=2 * NS)
    given_ = [stage.push(block(at_s)) for at_s in range(4)]
    assert [spell(one) for one in given_] == [[], [], [], [[0.0, 1.0, 2.0]]]
    assert spell(stage.flush()) == [[3.0]]


def test_a_run_has_no_more_rows_than_memory_is_meant_for() -> None:
    half = MOST_ROWS // 2
    stage = JoinStage()
    assert stage.push(block(1, half)) == []
    assert stage.push(block(2, half)) == []
    assert [len(one.t_ns) for one in stage.push(block(3, half))] == [MOST_ROWS]


def test_sensors_are_joined_each_for_itself() -> None:
    items = [block(1), block(1, sensor="chest"), block(2), block(2, sensor="chest"), GAP]
    first, second, gap = run(JoinStage(), items)
    assert (first.sensor, second.sensor) == ("abdomen", "chest")
    assert [len(one.t_ns) for one in (first, second)] == [2, 2]
    assert gap is GAP


def axes(signal: Signal, at_s: float) -> SampleBlock:
    t_ns = freeze_times([round(at_s * NS)])
    return SampleBlock("imu", signal, t_ns, freeze_values([[at_s, 0.0, 0.0]]))


def lay_side_by_side(seconds: Iterable[float]) -> list[SampleBlock]:
    return [axes(signal, at_s) for at_s in seconds for signal in ("acc", "gyr")]


def name(items: list[Any]) -> list[tuple[str, int]]:
    return [(one.signal, len(one.t_ns)) for one in items]


def test_rotation_comes_before_the_acceleration_that_waits_for_it() -> None:
    stage = JoinStage()
    run(stage, lay_side_by_side([1, 2]))
    assert name(run(stage, lay_side_by_side([3, 4]))) == [("gyr", 2), ("acc", 2)]


def test_axes_that_do_not_keep_step_are_not_joined() -> None:
    """Acceleration no longer waits for rotation that comes two seconds later."""
    stage = JoinStage()
    run(stage, lay_side_by_side([1, 2]))
    late = [axes("acc", 3), axes("acc", 4), axes("gyr", 3), axes("gyr", 4)]
    assert run(stage, late) == late


def test_axes_of_which_one_begins_later_are_not_joined_before() -> None:
    first = [axes("acc", 1), axes("acc", 2), axes("gyr", 2.5), axes("acc", 3)]
    stage = JoinStage()
    assert run(stage, first) == first
    assert name(run(stage, lay_side_by_side([4, 5]))) == [("gyr", 2), ("acc", 2)]


def test_one_signal_of_axes_is_joined_alone() -> None:
    assert name(run(JoinStage(), [axes("acc", at_s) for at_s in range(5)])) == [("acc", 5)]


def test_the_sensor_that_reaches_back_farthest_comes_first() -> None:
    given_ = run(JoinStage(), [block(3), block(1, sensor="late"), block(4)])
    assert [one.sensor for one in given_] == ["late", "abdomen"]


def test_all_sensors_are_let_go_together() -> None:
    stage = JoinStage(longest_ns=2 * NS)
    assert run(stage, [block(1, sensor="silent")])
    assert [stage.push(one) for one in (block(1, sensor="silent"), block(2), block(3))] == [[]] * 3
    assert [one.sensor for one in stage.push(block(4))] == ["silent", "abdomen"]


@pytest.mark.parametrize(
    "item", [Reading("belt", "battery_pct", 50.0, 2), Rejected("belt", "2a19", 2, "is empty")]
)
def test_what_a_wearable_tells_of_itself_divides_nothing(item: Any) -> None:
    assert spell(run(JoinStage(), [block(1), item, block(2)])) == [item, [1.0, 2.0]]


def test_a_block_without_samples_passes() -> None:
    assert [len(one.t_ns) for one in run(JoinStage(), [block(1), block(2, 0), block(3)])] == [
        1,
        0,
        1,
    ]


def test_a_block_with_more_channels_is_not_joined() -> None:
    wide = SampleBlock("abdomen", "band", freeze_times([NS]), freeze_values([[1.0, 2.0]]))
    assert len(run(JoinStage(), [block(0.5), wide])) == 2


@given(n_before=st.integers(0, 6), sensors=st.lists(st.sampled_from("ab"), min_size=6, max_size=6))
def test_a_saved_run_goes_on_the_same(n_before: int, sensors: list[str]) -> None:
    items = [block(at_s, sensor=sensor) for at_s, sensor in enumerate(sensors)]
    expected = spell(run(JoinStage(), items))
    first = JoinStage()
    given_ = [out for item in items[:n_before] for out in first.push(item)]
    saved = save_state(first)
    run(first, items[n_before:])
    second = JoinStage()
    restore_state(second, saved)
    assert spell([*given_, *run(second, items[n_before:])]) == expected
