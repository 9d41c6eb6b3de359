"""A programme that leads: its keys are marks, and stopping is one key away."""

from fake_desk import S
from walking import Walk, walk

from breathsense.core.model.coaching import CourseEnded, CoursePaused
from breathsense.tui.screens.check_in import CheckInPanel
from breathsense.tui.screens.course import CourseScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Confirm, Notice
from breathsense.tui.screens.practise import PractiseScreen
from breathsense.tui.screens.ready import Ready
from breathsense.tui.screens.stopping import StopQuestion, StopText
from breathsense.tui.screens.summary import Summary
from breathsense.tui.screens.what_next import WhatNext

CAN = "core.fill_the_can"


async def begin(at: Walk, programme: str = CAN) -> None:
    """Begin a programme in the demo that runs."""
    await at.reach(LiveScreen)
    await at.press("e")
    await at.reach(PractiseScreen)
    await at.choose(programme)
    await at.press("enter")
    await at.reach(Ready)
    await at.press("enter")
    await at.reach(CheckInPanel)
    await at.press("escape")
    await at.until(lambda: bool(at.session.begun))
    at.session.begin_step(0, "settle", 6)
    await at.reach(CourseScreen)


@walk("demo")
async def test_the_keys_of_a_programme_are_marks_and_its_bar_says_where_it_is(at: Walk) -> None:
    await begin(at)
    at.now_ns = 30 * S
    at.session.begin_step(2, "brace", 2, say="Seal.", effort=5)
    at.app.screen.draw_frame()
    told = at.app.screen.course_bar.picture.read()
    assert "Fill the can, level 1" in told
    assert "Set 1 of 2   ●◐○○○○ 2 of 6" in told
    assert "Seal. Effort 5." in told
    await at.press("n", "p")
    at.session.coach.push_pause(CoursePaused(1, 31 * S, "key"))
    at.app.screen.draw_frame()
    assert "Paused" in at.app.screen.course_bar.picture.read()
    await at.press("space")
    at.session.begin_step(1, "hold_empty", 60, is_open=True)
    await at.press("space", "m", "escape")
    pressed = [label for label, _ in at.session.marks]
    assert pressed == ["programme.next", "programme.pause", "programme.resume", "programme.next"]


@walk("demo")
async def test_a_stop_stands_still_asks_why_and_says_what_to_do(at: Walk) -> None:
    await begin(at)
    await at.press("x")
    await at.reach(StopQuestion)
    assert at.session.marks[-1][0] == "programme.pause"
    await at.press("escape")
    await at.reach(CourseScreen)
    assert at.session.marks[-1][0] == "programme.resume"
    await at.press("q")
    await at.reach(StopQuestion)
    await at.press("down", "down", "enter")
    await at.reach(StopText)
    assert at.session.marks[-1][0] == "stop: dizzy"
    assert "take less air" in at.shown
    at.session.coach.push_end(CourseEnded(1, 0, "dizzy"))
    await at.press("enter")
    await at.reach(Summary)
    at.now_ns = 16 * S
    await at.until(lambda: "could not be scored" in at.shown)
    await at.press("escape")
    await at.reach(CheckInPanel)
    await at.press("escape")
    await at.reach(WhatNext)
    await at.press("escape")
    await at.reach(LiveScreen)


@walk("demo")
async def test_an_emergency_ends_and_saves_the_session(at: Walk) -> None:
    await begin(at)
    await at.press("x", "end", "enter")
    await at.reach(StopText)
    assert at.session.marks[-1][0] == "stop: saddle_numbness"
    await at.press("enter")
    await at.reach(Notice)
    assert at.session.n_stops == 1
    await at.press("enter")
    await at.reach(HomeScreen)


@walk("demo")
async def test_leaving_the_app_in_a_programme_logs_that_it_was_left(at: Walk) -> None:
    await begin(at)
    await at.press("ctrl+q")
    await at.reach(Confirm)
    await at.press("enter")
    await at.until(lambda: at.session.n_stops == 1)
    assert at.session.marks[-1][0] == "stop: own_wish"


@walk("demo")
async def test_a_stop_is_one_key_away_without_a_programme_too(at: Walk) -> None:
    await at.reach(LiveScreen)
    await at.press("x")
    await at.reach(StopQuestion)
    await at.press("escape")
    await at.reach(LiveScreen)
    await at.press("x", "x")
    await at.reach(StopText)
    await at.press("enter")
    await at.reach(Notice)
    assert at.session.marks == [("stop: own_wish", None)]
    await at.press("enter")
    await at.reach(HomeScreen)


@walk("demo")
async def test_a_resting_breath_is_not_watched(at: Walk) -> None:
    await begin(at, "assess.rest")
    at.session.begin_step(0, "free", 120)
    at.app.screen.draw_frame()
    assert not at.app.screen.trace.visible
    course_screen = at.app.screen
    at.session.coach.push_end(CourseEnded(1, 0, ""))
    course_screen.draw_frame()
    assert course_screen.trace.visible
    await at.reach(Summary)


@walk("demo")
async def test_comfort_is_a_digit_where_a_programme_asks_for_it(at: Walk) -> None:
    await begin(at, "breathe.find_your_pace")
    await at.press("7", "x")
    await at.reach(StopQuestion)
    assert at.session.marks[0][0] == "checkin.after: comfort=7"
