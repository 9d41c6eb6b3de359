"""A calibration in the app, from the key to what the sensors can tell."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest
from fake_desk import FakeDesk, S
from textual.widgets import Static

from breathsense.core.calibration.guide import GuideView
from breathsense.core.model.calibration import Calibration, LevelReference, StepJudged
from breathsense.core.model.errors import RefusedInput
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.drawing.guide import draw_guide, draw_steps, read_guide, read_steps
from breathsense.tui.late import LateDesk
from breathsense.tui.screens.calibration import CalibrationScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice
from breathsense.tui.screens.questions import PostureQuestion
from breathsense.tui.screens.session import SessionScreen
from breathsense.tui.screens.stopping import StopQuestion, StopText

LEARNT = Calibration(
    posture="sitting", levels=(LevelReference("abdomen", 8.0, 2.0, 0.1, brace_shift=2.0),)
)


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


class Sitting:
    """An app and a clock; ``to`` waits for a screen."""

    def __init__(self, start: Any = "home") -> None:
        self.now_ns = 40 * S
        self.desk = FakeDesk(lambda: self.now_ns, start_ns=40 * S)
        self.app = BreathSenseApp(LateDesk(lambda: self.desk), start=start)

    async def to(self, pilot: Any, kind: type) -> Any:
        for _ in range(500):
            await pilot.pause(0.01)
            if type(self.app.screen) is kind:
                return self.app.screen
        raise AssertionError(self.app.screen)

    def tick(self, seconds: float) -> None:
        self.now_ns += int(seconds * S)
        if isinstance(self.app.screen, SessionScreen):
            self.app.screen.draw_frame()


@in_a_loop
async def test_from_home_a_calibration_begins_in_the_posture_that_was_chosen() -> None:
    at = Sitting()
    async with at.app.run_test(size=(120, 40)) as pilot:
        await at.to(pilot, HomeScreen)
        await pilot.press("c")
        await at.to(pilot, PostureQuestion)
        await pilot.press("escape")
        await at.to(pilot, HomeScreen)
        await pilot.press("c")
        await at.to(pilot, PostureQuestion)
        await pilot.press("down", "enter")
        await at.to(pilot, CalibrationScreen)
        assert at.desk.opened[-1].changes["calibration"].posture == "standing"
        await pilot.press("q")
        await at.to(pilot, Notice)
        await pilot.press("enter")
        await at.to(pilot, LiveScreen)
        assert at.desk.kept == []


@in_a_loop
async def test_steps_are_skipped_done_and_told_and_what_was_learnt_is_stored() -> None:
    at = Sitting("demo")
    async with at.app.run_test(size=(80, 24)) as pilot:
        await at.to(pilot, LiveScreen)
        await pilot.press("c")
        await at.to(pilot, PostureQuestion)
        await pilot.press("enter")
        screen = await at.to(pilot, CalibrationScreen)
        await pilot.press("n", "space")
        at.tick(0)
        assert screen.guided.guide.view(at.now_ns).step == "quiet"
        live = at.desk.opened[-1]
        assert live.marks[-1][0] == "calibration.quiet"
        assert "● Now" in screen.guide.picture.read()
        start_ns = live.marks[-1][1]
        live.changes["judged"] = (StepJudged("quiet", True, "", start_ns, start_ns, start_ns + 1),)  # noqa: FBT003 - positional as in the engine
        live.changes["calibration"] = LEARNT
        at.tick(60)
        assert "✓ Quiet breathing" in screen.steps.picture.read()
        await pilot.press("n", "n", "n", "n")
        at.tick(0.1)
        panel = await at.to(pilot, Notice)
        told = "\n".join(str(one.render()) for one in panel.query(Static))
        assert "By the band a brace can be told." in told
        assert "calibrations/2026-11-22_1038.json" in told
        assert at.desk.kept == [(live, "sitting")]
        await pilot.press("enter")
        await at.to(pilot, LiveScreen)


@in_a_loop
async def test_a_stop_lets_the_guide_stand_still_and_keeps_what_was_learnt() -> None:
    at = Sitting("demo")
    async with at.app.run_test(size=(80, 24)) as pilot:
        await at.to(pilot, LiveScreen)
        await pilot.press("c")
        await at.to(pilot, PostureQuestion)
        await pilot.press("enter")
        screen = await at.to(pilot, CalibrationScreen)
        live = at.desk.opened[-1]
        await pilot.press("n", "space", "x")
        await at.to(pilot, StopQuestion)
        n_marks = len(live.marks)
        at.now_ns += 300 * S
        screen.draw_frame()
        assert len(live.marks) == n_marks, "no step begins behind the question"
        await pilot.press("escape")
        await at.to(pilot, CalibrationScreen)
        live.changes["calibration"] = LEARNT
        at.tick(0)
        await pilot.press("x")
        await at.to(pilot, StopQuestion)
        await pilot.press("down", "enter")
        await at.to(pilot, StopText)
        assert live.marks[-1][0] == "stop: pain_rose"
        await pilot.press("enter")
        await at.to(pilot, Notice)
        assert at.desk.kept == [(live, "sitting")]
        await pilot.press("enter", "enter")
        await at.to(pilot, HomeScreen)
        assert live.n_stops == 1


@in_a_loop
async def test_leaving_the_app_in_the_middle_keeps_what_was_learnt() -> None:
    at = Sitting("demo")
    async with at.app.run_test(size=(120, 40)) as pilot:
        await at.to(pilot, LiveScreen)
        at.desk.opened[-1].changes["calibration"] = LEARNT
        at.tick(0.1)
        await pilot.press("c")
        screen = await at.to(pilot, CalibrationScreen)
        await pilot.press("a")
        assert screen.guided.guide.view(at.now_ns).step == "fit"
        await pilot.press("ctrl+q")
        await at.to(pilot, Confirm)
        await pilot.press("enter")
        await at.to(pilot, Notice)
        assert len(at.desk.kept) == 1
        assert at.desk.opened[-1].n_stops == 1


@in_a_loop
async def test_a_calibration_that_cannot_be_stored_is_told_calmly() -> None:
    at = Sitting("demo")

    def refuse(*_told: object) -> None:
        raise RefusedInput("the calibration cannot be stored", where="disk", advice="Make room.")

    at.desk.keep_learnt = refuse  # type: ignore[assignment, method-assign]
    async with at.app.run_test(size=(120, 40)) as pilot:
        await at.to(pilot, LiveScreen)
        at.desk.opened[-1].changes["calibration"] = LEARNT
        at.tick(0.1)
        await pilot.press("c")
        await at.to(pilot, CalibrationScreen)
        await pilot.press("q")
        await at.to(pilot, ErrorPanel)
        await pilot.press("enter")
        await at.to(pilot, LiveScreen)


def show(**changes: Any) -> GuideView:
    facts: dict[str, Any] = {
        "step": "brace",
        "phase": "ready",
        "n_done": 1,
        "n_asked": 3,
        "left_ns": 4 * S,
        "advice": "",
        "is_again": False,
        "results": {"fit": "done", "quiet": "skipped", "full": "given_up", "brace": "open"},
    }
    return GuideView(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "first", "says"),
    [
        ({}, " ○ Get ready   Brace (2 of 3)", "firm your belly"),
        ({"phase": "doing"}, " ● Now   Brace (2 of 3)", "firm your belly"),
        ({"phase": "judging"}, " ◌ Let go, and breathe   Brace", "being looked at"),
        ({"is_again": True, "advice": "softer"}, " ○ Get ready", "a little softer"),
        ({"step": None, "phase": "over"}, " ✓ Done", ""),
    ],
)
def test_the_guide_says_what_to_do(changes: dict[str, Any], first: str, says: str) -> None:
    picture = draw_guide(read_guide(show(**changes), is_linked=True), 84, 10).read()
    assert picture.startswith(first)
    assert says in picture


def test_the_guide_waits_for_the_sensor() -> None:
    face = read_guide(show(), is_linked=False)
    assert draw_guide(face, 40, 5).read().startswith(" ◌ Waiting for the sensor")


def test_the_steps_point_at_the_present_one_and_keep_it_in_sight() -> None:
    face = read_steps(show())
    assert draw_steps(face, 30, 4).read().splitlines() == [
        " ✓ Fit, good",
        " - Quiet breathing, left out",
        " - Full breath, not today",
        " ▶ Brace, 1/3",
    ]
    assert "▶ Brace" in draw_steps(face, 30, 2).read()
