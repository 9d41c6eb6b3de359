import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.tui.drawing.pace import Pace, change_pace
from breathsense.tui.drawing.pace_plan import begin_pace

S = 1_000_000_000
PACES = st.builds(
    Pace, st.integers(3, 16).map(lambda n: n / 2), st.integers(3, 24).map(lambda n: n / 2)
)


@pytest.mark.parametrize(
    ("after_s", "step", "left_s", "level"),
    [
        (0, "inhale", 4, 0),
        (2, "inhale", 2, 0.5),
        (4, "exhale", 6, 1),
        (7, "exhale", 3, 0.5),
        (10, "inhale", 4, 0),
    ],
)
def test_four_in_and_six_out(after_s: float, step: str, left_s: float, level: float) -> None:
    moment = begin_pace(Pace(), 5 * S).at((5 + after_s) * S)
    assert moment.step == step
    assert moment.left_s == left_s
    assert moment.level == pytest.approx(level)


def test_the_rhythm_is_told_a_minute() -> None:
    assert Pace(4, 6).per_min == 6
    assert Pace(4, 6).period_ns == 10 * S


def test_paces_stay_sensible() -> None:
    assert change_pace(Pace(1.5, 12), in_steps=-1, out_steps=1) == Pace(1.5, 12)
    assert change_pace(Pace(8, 1.5), in_steps=1, out_steps=-1) == Pace(8, 1.5)
    assert change_pace(Pace(), in_steps=1, out_steps=-2) == Pace(4.5, 5)


@given(PACES, PACES, st.integers(0, 60 * S))
def test_the_level_does_not_jump_when_the_pace_changes(old: Pace, new: Pace, after_ns: int) -> None:
    plan = begin_pace(old, 3 * S)
    now_ns = 3 * S + after_ns
    changed = plan.changed_to(new, now_ns)
    before, after = plan.at(now_ns), changed.at(now_ns)
    assert after.level == pytest.approx(before.level, abs=1e-6)
    assert changed.at(now_ns - 1) == (plan.at(now_ns - 1) if old != new else changed.at(now_ns - 1))


@given(PACES, st.lists(st.integers(0, 100 * S), min_size=1, max_size=20))
def test_one_moment_and_many_agree(pace: Pace, moments: list[int]) -> None:
    plan = begin_pace(pace, 0)
    levels = plan.levels(np.array(moments, dtype=np.int64))
    assert levels.tolist() == pytest.approx([plan.at(moment).level for moment in moments])


def test_there_is_no_target_before_the_beginning() -> None:
    levels = begin_pace(Pace(), 5 * S).levels(np.array([4 * S, 6 * S]))
    assert np.isnan(levels).tolist() == [True, False]


def test_the_same_pace_is_no_change() -> None:
    plan = begin_pace(Pace(), 0)
    assert plan.changed_to(Pace(), 5 * S) is plan


def test_a_plan_does_not_grow_for_ever() -> None:
    plan = begin_pace(Pace(), 0)
    for number in range(500):
        plan = plan.changed_to(Pace(2 + number % 2, 6), number * S)
    assert len(plan.parts) == plan.max_parts
