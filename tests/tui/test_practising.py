"""From the first screen through a programme and back: no key leads into a dead end."""

import asyncio
from pathlib import Path
from random import Random
from threading import Event

import pytest
from fake_desk import DAY, S, build_book
from textual.widgets import Input
from walking import Walk, walk

from breathsense.core.model.coaching import CourseEnded, CourseJudged, Figure
from breathsense.session.answers import Answers
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
from breathsense.tui.screens.summary import Summary
from breathsense.tui.screens.welcome import Effects, Ticks, WearQuestion, Welcome
from breathsense.tui.screens.what_next import WhatNext

CAN = "core.fill_the_can"
LEVEL = Figure("level", 0.9, 0.6, 1.3, 1.0, "")
GAP = Figure("breath_gap_s", 8.0, None, 6.0, 0.33, "")


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


@walk(book=build_book, size=(80, 24))
async def test_a_list_that_goes_on_below_says_so_until_its_end_is_seen(at: Walk) -> None:
    await at.reach(Welcome)
    await at.press("enter")
    await at.reach(Ticks)
    assert "more" in at.shown
    await at.press("end")
    await at.until(lambda: "more" not in at.shown)


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
