from datetime import date
from typing import Any

from breathsense.core.coaching.due import Done
from breathsense.core.coaching.history import list_done
from breathsense.core.model.coaching import CourseBegan, CourseEnded, CourseJudged, StepBegan
from breathsense.core.model.inputs import Mark

S = 1_000_000_000
DAY = date(2026, 3, 2)


def begin(number: int, level: int = 2) -> CourseBegan:
    return CourseBegan(number, "core.ladder", "Ladder", level, "expand", 5, 0, 90 * S)


def judge(number: int, score: float | None) -> CourseJudged:
    return CourseJudged(number, "core.ladder", 2, "", 0, 90 * S, 3, 0.9, (), score, 96 * S)


def done(*events: Any) -> list[Done]:
    return list_done(events, DAY)


def test_a_course_that_came_to_its_end_is_done() -> None:
    told = done("anything", begin(0), CourseEnded(0, 90 * S, ""), judge(0, 82.0))
    assert told == [Done(DAY, "core.ladder", 2, 82.0)]


def test_a_course_that_was_not_judged_any_more_has_no_score() -> None:
    assert done(begin(0), CourseEnded(0, 90 * S, "")) == [Done(DAY, "core.ladder", 2)]


def step(index: int) -> StepBegan:
    return StepBegan(0, index, 0, 0, 1, 0, 1, "rest", "", None, 0, 0, 1, is_open=False)


def test_a_stop_is_remembered_with_its_reason_and_how_far_it_was() -> None:
    told = done(
        begin(0), step(0), step(2), step(1), CourseEnded(0, 30 * S, "dizzy"), judge(0, 50.0)
    )
    assert told == [Done(DAY, "core.ladder", 2, 50.0, stop="dizzy", done_frac=0.4)]
    assert done(begin(0), CourseEnded(0, 0, "own_wish"))[0].done_frac == 0.0


def test_what_was_broken_off_otherwise_is_not_done() -> None:
    assert not done(begin(0))
    assert not done(begin(0), CourseEnded(0, 30 * S, "replaced"))
    assert not done(CourseEnded(0, 30 * S, "unreadable"))


def test_pain_is_compared_over_the_session() -> None:
    told = done(
        Mark(0, "checkin.before: pain=3 stress=5"),
        Mark(0, "checkin.before: stress=5"),
        Mark(0, "note: hello"),
        begin(0),
        CourseEnded(0, 90 * S, ""),
        Mark(95 * S, "checkin.after: pain=5"),
    )
    assert told[0].pain_rise == 2
    assert done(Mark(0, "checkin.before: pain=3"), begin(0), CourseEnded(0, S, ""))[0] == Done(
        DAY, "core.ladder", 2
    )
