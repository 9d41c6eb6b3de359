"""From the first screen through a programme and back: no key leads into a dead end."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from fake_desk import DAY, FakeDesk, S, build_book
from textual.widgets import Input

from breathsense.core.model.coaching import CourseEnded, CourseJudged, CoursePaused, Figure
from breathsense.session.answers import Answers
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.practising import Wanted
from breathsense.tui.screens.check_in import CheckInPanel
from breathsense.tui.screens.course import CourseScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice
from breathsense.tui.screens.practise import PractiseScreen
from breathsense.tui.screens.prescription import PrescriptionQuestion
from breathsense.tui.screens.questions import PostureQuestion
from breathsense.tui.screens.ready import Ready
from breathsense.tui.screens.stopping import StopQuestion, StopText
from breathsense.tui.screens.summary import Summary
from breathsense.tui.screens.welcome import Effects, Ticks, WearQuestion, Welcome
from breathsense.tui.screens.what_next import WhatNext

CAN = "core.fill_the_can"
LEVEL = Figure("level", 0.9, 0.6, 1.3, 1.0, "")
GAP = Figure("breath_gap_s", 8.0, None, 6.0, 0.33, "")


class Walk:
    """An app, a clock, and fingers."""

    def __init__(self, start: Any = "home", **desk: Any) -> None:
        self.now_ns = 0
        self.desk = FakeDesk(lambda: self.now_ns, **desk)
        self.app = BreathSenseApp(self.desk, start=start)

    async def until(self, is_true: Callable[[], bool]) -> None:
        for _ in range(1500):
            if is_true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"still at {self.app.screen!r}")

    async def press(self, *keys: Any) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def reach(self, *screens: Any) -> None:
        await self.until(lambda: type(self.app.screen) in screens and self.app.screen.is_active)
        await self.pilot.pause()

    @property
    def shown(self) -> str:
        return "\n".join(str(one.render()) for one in self.app.screen.query("Static"))

    @property
    def session(self) -> Any:
        return self.desk.opened[-1]

    async def choose(self, programme: str) -> None:
        """Highlight a programme in the list."""
        screen: Any = self.app.screen
        await self.until(lambda: programme in screen._offers)
        options = [one.id for one in screen.listed.options]
        screen.listed.highlighted = options.index(programme)
        await self.pilot.pause()


Test = Callable[[Walk], Coroutine[Any, Any, None]]


def walk(start: Any = "home", size: Any = (100, 30), **desk: Any) -> Callable[[Test], Any]:
    def decorate(test: Test) -> Callable[[], None]:
        def run() -> None:
            async def go() -> None:
                made = {name: build() if callable(build) else build for name, build in desk.items()}
                steps = Walk(start, **made)
                async with steps.app.run_test(size=size) as pilot:
                    steps.pilot = pilot
                    await test(steps)

            asyncio.run(go())

        run.__name__ = test.__name__
        return run

    return decorate


@walk(book=build_book)
async def test_the_first_run_welcomes_asks_and_says_what_follows(at: Walk) -> None:
    await at.reach(Welcome)
    assert "not a medical device" in at.shown
    await at.press("enter")
    await at.reach(Ticks)
    await at.press("escape")
    await at.reach(HomeScreen)
    assert at.desk.book.answers is None
    await at.press("p")
    await at.reach(Ticks)
    await at.press("enter")
    await at.reach(Ticks)
    await at.press("escape", "enter", "down", "space", "enter")
    await at.reach(Effects)
    assert "Efforts up to 3 of 10" in at.shown
    assert at.desk.book.answers.conditions == ("treated_pressure",)
    await at.press("enter")
    await at.reach(PractiseScreen)
    await at.press("q")
    await at.reach(HomeScreen)


@walk(book=build_book)
async def test_an_emergency_locks_everything_and_does_not_trap(at: Walk) -> None:
    await at.reach(Welcome)
    await at.press("enter")
    await at.reach(Ticks)
    await at.press("space", "enter")
    await at.reach(Effects)
    assert "emergency number" in at.shown
    await at.press("enter")
    await at.reach(HomeScreen)
    await at.press("p")
    await at.reach(PractiseScreen)
    await at.choose("breathe.box")
    await at.press("enter")
    await at.reach(Notice)
    assert "see a doctor first" in at.shown
    await at.press("escape")
    await at.reach(PractiseScreen)
    await at.press("a")
    await at.reach(Ticks)
    await at.press("space", "enter")
    await at.press("enter")
    await at.reach(Effects)
    assert "Nothing was ticked" in at.shown
    await at.press("enter")
    await at.reach(PractiseScreen)
    await at.until(lambda: not at.app.screen._offers["breathe.box"].lock)


@walk(book=build_book)
async def test_after_the_questions_the_virtual_belt_and_its_calibration_are_offered(
    at: Walk,
) -> None:
    await at.reach(Welcome)
    await at.press("enter")
    await at.reach(Ticks)
    await at.press("enter")
    await at.press("enter")
    await at.reach(Effects)
    await at.press("enter")
    await at.reach(WearQuestion)
    await at.press("down", "enter")
    await at.reach(PostureQuestion)
    await at.press("escape")
    await at.reach(LiveScreen)


@walk(last=(("GDX-RB 1", "abdomen"),))
async def test_somebody_who_comes_back_breathes_after_one_key(at: Walk) -> None:
    await at.reach(HomeScreen)
    await at.until(lambda: at.app.screen.reach.highlighted is not None)
    await at.press("enter")
    await at.reach(LiveScreen)
    assert at.desk.pairs[0][0].id == "last"


@walk()
async def test_a_programme_from_the_list_to_its_end(at: Walk) -> None:
    await at.reach(HomeScreen)
    await at.press("p")
    await at.reach(PractiseScreen)
    await at.choose(CAN)
    await at.press("right")
    assert "[2 Eight seconds]" in at.shown
    assert "Not told: level" in at.shown
    await at.press("enter")
    await at.reach(Confirm)
    await at.press("enter")
    await at.reach(Ready)
    await at.press("right", "left", "left", "enter")
    await at.reach(CheckInPanel)
    await at.press("right", "3", "down", "1", "0", "down", *"ok", "enter")
    await at.reach(CourseScreen)
    await at.until(lambda: bool(at.session.begun))
    assert at.session.begun[0][:2] == (CAN, 1)
    assert at.session.marks[0][0] == "checkin.before: pain=3 stress=10"
    assert at.session.marks[1][0] == "note: ok"
    at.session.coach.push_end(CourseEnded(1, 40 * S, ""))
    await at.reach(Summary)
    assert "One moment" in at.shown
    at.session.coach.push_judged(
        CourseJudged(1, CAN, 1, "", 0, 40 * S, 4, 0.95, (LEVEL, GAP), 72.4, 47 * S)
    )
    await at.until(lambda: "72 of 100" in at.shown)
    assert "✓ level: 0.9 of your own" in at.shown
    assert "◐ longest breath gap: 8 s (aim: at most 6)" in at.shown
    await at.press("enter")
    await at.reach(CheckInPanel)
    await at.press("escape")
    await at.reach(WhatNext)
    await at.press("down", "enter")
    await at.reach(PractiseScreen)
    await at.press("escape")
    await at.reach(LiveScreen)
    await at.press("q", "enter")
    await at.reach(Notice)
    await at.press("enter")
    await at.reach(HomeScreen)


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


@walk()
async def test_a_prescription_is_loaded_refused_and_dropped(at: Walk) -> None:
    given = Path("no-such-file.toml")
    await at.reach(HomeScreen)
    await at.press("p")
    await at.reach(PractiseScreen)
    await at.press("f")
    await at.reach(PrescriptionQuestion)
    await at.press("escape")
    await at.reach(PractiseScreen)
    await at.press("f")
    await at.reach(PrescriptionQuestion)
    at.app.screen.query_one(Input).value = str(given)
    await at.press("enter")
    await at.reach(ErrorPanel)
    assert "No such file" in at.shown
    await at.press("enter")
    await at.reach(PractiseScreen)


def test_a_good_prescription_is_shown_and_can_be_dropped(tmp_path: Path) -> None:
    async def go() -> None:
        given = tmp_path / "given.toml"
        given.write_text(
            'schema = "breathsense.prescription/1"\ncode = "P-17"\ngoal = "neutral"\n'
            'item = [{ programme = "breathe.box", level = 1 }]\n'
        )
        at = Walk()
        at.desk.book = build_book(Answers(DAY))
        at.desk.book._data_dir = tmp_path / "own"
        async with at.app.run_test(size=(80, 24)) as at.pilot:
            await at.reach(HomeScreen)
            await at.press("p")
            await at.reach(PractiseScreen)
            await at.press("f")
            await at.reach(PrescriptionQuestion)
            at.app.screen.query_one(Input).value = str(given)
            await at.press("enter")
            await at.reach(PractiseScreen)
            await at.until(lambda: "P-17: firm, not wider" in at.shown)
            await at.press("f")
            await at.reach(PrescriptionQuestion)
            await at.press("ctrl+d")
            await at.reach(PractiseScreen)
            await at.until(lambda: "P-17" not in at.shown)

    asyncio.run(go())


@walk(Wanted(CAN, 3, is_demo=True))
async def test_a_programme_that_was_asked_for_begins_at_its_level(at: Walk) -> None:
    await at.reach(Ready)
    assert "[3 Ten seconds]" in at.shown
    await at.press("escape")
    await at.reach(LiveScreen)


@pytest.mark.parametrize("wanted", [Wanted("core.fill"), Wanted(CAN, 9), Wanted("core.bird_dog")])
def test_one_that_may_not_be_begun_is_refused_calmly(wanted: Wanted) -> None:
    async def go() -> None:
        at = Walk(wanted)
        async with at.app.run_test(size=(80, 24)) as at.pilot:
            await at.reach(ErrorPanel)
            await at.press("enter")
            await at.reach(HomeScreen)

    asyncio.run(go())


@walk("demo")
async def test_comfort_is_a_digit_where_a_programme_asks_for_it(at: Walk) -> None:
    await begin(at, "breathe.find_your_pace")
    await at.press("7", "x")
    await at.reach(StopQuestion)
    assert at.session.marks[0][0] == "checkin.after: comfort=7"


@walk()
async def test_a_scan_that_is_stuck_keeps_nobody_from_the_virtual_belt(at: Walk) -> None:
    await at.reach(HomeScreen)
    await at.until(lambda: bool(at.desk.scans))
    gate, scan = Event(), at.desk.scans[-1]
    scan.stop = lambda: gate.wait(20)
    await at.press("d")
    await at.reach(LiveScreen)
    assert not gate.is_set()
    gate.set()


@walk(book=build_book)
async def test_a_programme_waits_for_the_answers_that_were_put_off(at: Walk) -> None:
    await at.reach(Welcome)
    await at.press("escape")
    await at.reach(HomeScreen)
    await at.press("p")
    await at.reach(Ticks)
    await at.press("escape")
    await at.reach(PractiseScreen)
    await at.choose("breathe.box")
    await at.press("enter")
    await at.reach(Ticks)
    await at.press("enter", "enter")
    await at.reach(Effects)


KEYS = (
    *("p", "l", "d", "c", "h", "g", "o", "e", "x", "n", "m", "s", "z", "t", "a", "f", "space"),
    *("enter", "enter", "escape", "up", "down", "left", "right", "tab", "3", "question_mark"),
)


def test_keys_pressed_at_random_never_lead_into_a_dead_end() -> None:
    fingers = Random(4)  # noqa: S311 - fingers keep no secrets

    async def go() -> None:
        at = Walk(book=build_book(), last=(("GDX-RB 1", "chest"),))
        async with at.app.run_test(size=(80, 24)) as at.pilot:
            for _ in range(30):
                await at.pilot.press(fingers.choice(KEYS))
                at.now_ns += S
            for _ in range(60):
                if isinstance(at.app.screen, HomeScreen):
                    break
                await at.press(fingers.choice(("escape", "escape", "enter")))
                at.now_ns += S
            assert isinstance(at.app.screen, HomeScreen)

    asyncio.run(go())
