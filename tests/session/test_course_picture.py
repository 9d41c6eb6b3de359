from dataclasses import replace
from typing import Any

from breathsense.core.model.bracing import HoldScored, SetScored
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    RepJudged,
    StepBegan,
)
from breathsense.core.model.inputs import Course
from breathsense.session.course import AHEAD_NS, CoursePicture, CourseView

S = 1_000_000_000
TEXT = """
schema = "breathsense.programme/1"
id = "breathe.test"
name = "Test"
kind = "breathing"
about = "A test."
positions = ["sitting"]
[[block]]
reps = [20]
phase = [{ do = "inhale", s = 4 }, { do = "exhale", s = 6 }]
"""


def begin(number: int = 0) -> CoursePicture:
    picture = CoursePicture()
    picture.push_course(Course(0, TEXT))
    picture.push_begin(CourseBegan(number, "breathe.test", "Test", 0, "expand", 40, 0, 200 * S))
    return picture


def step(index: int, start_s: float, number: int = 0) -> StepBegan:
    phase, length_s = (("inhale", 4), ("exhale", 6))[index % 2]
    return StepBegan(
        number, index, 0, 0, 1, index // 2, 20, phase, "", None, 0, int(start_s * S),
        length_s * S, False,  # noqa: FBT003 - not open
    )  # fmt: skip


def look(picture: CoursePicture) -> CourseView:
    assert picture.view is not None
    return picture.view


def list_spans(spans: Any) -> list[tuple[float, float, str]]:
    return [(one.start_ns / S, one.end_ns / S, one.phase) for one in spans]


def test_before_a_course_there_is_nothing_to_show() -> None:
    picture = CoursePicture()
    assert picture.view is None
    picture.push_step(step(0, 0))
    picture.push_pause(CoursePaused(0, S, "key"))
    picture.push_end(CourseEnded(0, S, ""))
    assert picture.view is None


def test_what_is_to_come_is_told_a_minute_ahead() -> None:
    picture = begin()
    picture.push_step(step(0, 0))
    view = look(picture)
    assert list_spans(view.ahead[:3]) == [(0, 4, "inhale"), (4, 10, "exhale"), (10, 14, "inhale")]
    assert 4 * S <= view.ahead[-1].end_ns <= 14 * S + AHEAD_NS
    assert view.following is not None
    assert view.following.phase.do == "exhale"
    assert view.left_ns == 196 * S
    assert view.find_left_ns(S) == 3 * S


def test_what_was_done_is_kept_as_it_was() -> None:
    picture = begin()
    picture.push_step(step(0, 0))
    picture.push_step(step(1, 2.5))
    assert list_spans(look(picture).behind) == [(0, 2.5, "inhale")]


def test_the_last_step_is_followed_by_nothing() -> None:
    picture = begin()
    picture.push_step(step(39, 190))
    view = look(picture)
    assert (view.following, view.left_ns, len(view.ahead)) == (None, 0, 1)


def test_a_pause_stops_the_plan_and_the_clock_until_the_next_step() -> None:
    picture = begin()
    picture.push_step(step(1, 4))
    picture.push_pause(CoursePaused(0, 6 * S, "key"))
    picture.push_pause(CoursePaused(0, 7 * S, "link_lost"))
    view = look(picture)
    assert (view.pause, view.pause_ns, view.ahead) == ("link_lost", 6 * S, ())
    assert list_spans(view.behind) == [(4, 6, "exhale")]
    assert view.find_left_ns(30 * S) == 4 * S
    picture.push_step(step(0, 40))
    view = look(picture)
    assert view.pause == ""
    assert list_spans(view.behind) == [(4, 6, "exhale")]


def test_an_end_and_how_it_went_are_kept() -> None:
    picture = begin()
    picture.push_step(step(0, 0))
    rep = RepJudged(0, 0, 0, 0, 0, 10 * S, (), 90.0, 12 * S)
    judged = CourseJudged(0, "breathe.test", 0, "", 0, 3 * S, 1, 1.0, (), 90.0, 10 * S)
    picture.push_rep(rep)
    assert look(picture).is_running
    picture.push_end(CourseEnded(0, 3 * S, "dizzy"))
    picture.push_judged(judged)
    view = look(picture)
    assert (view.is_running, view.rep, view.judged, view.ahead) == (False, rep, judged, ())
    assert list_spans(view.behind) == [(0, 3, "inhale")]


def test_what_belongs_to_another_course_changes_nothing() -> None:
    picture = begin(number=1)
    before = look(picture)
    picture.push_step(step(0, 0))
    picture.push_pause(CoursePaused(0, S, "key"))
    picture.push_rep(RepJudged(0, 0, 0, 0, 0, S, (), None, S))
    picture.push_judged(CourseJudged(0, "x.y", 0, "", 0, S, 0, 0.0, (), None, S))
    picture.push_end(CourseEnded(0, S, "replaced"))
    assert look(picture) == before


def test_a_text_that_is_no_programme_is_passed_over() -> None:
    picture = begin()
    picture.push_course(Course(0, "schema = 3"))
    picture.push_step(step(0, 0))
    view = look(picture)
    assert (view.left_ns, view.following, len(view.ahead)) == (0, None, 1)


def test_a_view_without_a_step_has_nothing_left() -> None:
    assert look(begin()).find_left_ns(5) == 0


def test_holds_and_sets_of_a_course_are_kept_until_it_was_judged() -> None:
    picture = begin()
    hold = HoldScored(0, 90.0, 1.0, 1.0, 1.0, 1.0, None, is_level_doubtful=False, decided_ns=5 * S)
    before = SetScored(0, -5 * S, -S, 1, 90.0, 1.0, 1.0, 1.0, 1.0, "", 5 * S)
    own = replace(before, number=1, start_ns=4 * S, end_ns=9 * S)
    for one in (before, own):
        picture.push_set(one)
    picture.push_hold(hold)
    assert picture.view is not None
    assert (picture.view.holds, picture.view.sets) == ((hold,), (own,))
