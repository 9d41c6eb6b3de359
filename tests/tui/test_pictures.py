"""Pictures of whole screens; look at a changed one before it is taken over."""

from pathlib import Path
from typing import Any

import pytest
from fake_desk import FakeDesk, S
from textual.pilot import Pilot

from breathsense.core.model.coaching import CourseBegan, Cue
from breathsense.core.model.inputs import Course, Mark
from breathsense.session.view import BraceView, WallView
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.ready import Ready
from breathsense.tui.screens.session import SessionScreen

SHOWN_NS = int(47.3 * S)
"""It is always this moment: what begins with the screen begins now, however late it is drawn."""


def take_picture(
    snap_compare: Any,
    start: Any,
    size: tuple[int, int],
    *,
    keys: Any = (),
    is_sweep: bool = False,
    theme: str = "dusk",
    waits_for: str = "",
) -> Any:
    clock = [0 if isinstance(start, Path) else SHOWN_NS]  # a recording plays up to it
    desk = FakeDesk(lambda: clock[0], start_ns=SHOWN_NS)
    app = BreathSenseApp(desk, start=start, is_sweep=is_sweep)

    async def run_before(pilot: Pilot[None]) -> None:
        app.theme = theme
        for _ in range(500):
            await pilot.pause(0.01)
            if start == "home" or isinstance(app.screen, SessionScreen):
                break
        clock[0] = SHOWN_NS
        await pilot.pause(0.1)
        for key in keys:
            await pilot.press(key)
        for _ in range(500 if waits_for else 1):
            await pilot.pause(0.01)
            if any(waits_for in str(one.render()) for one in app.screen.query("Static")):
                break
        await pilot.pause(0.1)

    return snap_compare(app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_live(snap_compare: Any, size: tuple[int, int]) -> None:
    assert take_picture(snap_compare, "demo", size)


def test_live_in_high_contrast_as_a_sweep(snap_compare: Any) -> None:
    assert take_picture(snap_compare, "demo", (120, 40), is_sweep=True, theme="contrast")


def test_home(snap_compare: Any) -> None:
    assert take_picture(snap_compare, "home", (100, 30))


def test_replay(snap_compare: Any) -> None:
    assert take_picture(snap_compare, Path("a.mcap"), (100, 30), theme="morning")


def test_help(snap_compare: Any) -> None:
    assert take_picture(snap_compare, "demo", (120, 40), keys=["question_mark"])


def brace(session: Any, clock: list[int], text: str) -> None:
    """Let the session be in the second brace of a programme."""
    now_ns = clock[0]
    session.coach.push_course(Course(now_ns - 60 * S, text, 2))
    session.coach.push_begin(
        CourseBegan(1, "core.fill_the_can", "Fill the can", 2, "expand", 52, 0, 281 * S)
    )
    for index, phase, since_s in ((5, "settle", 15.5), (6, "inhale", 9.5), (7, "brace", 5.5)):
        clock[0] = int(now_ns - since_s * S)
        session.begin_step(index, phase, 6, rep=1, n_reps=5)
    clock[0] = int(now_ns - 3.5 * S)
    session.begin_step(
        8, "brace_breathe", 8, rep=1, n_reps=5, effort=5, say="Walls firm, the breath moves on top."
    )
    clock[0] = now_ns
    asked = Mark(now_ns - 5 * S, "exercise.brace", 10 * S)
    wall = WallView(
        state="brace",
        reason="",
        direction="expand",
        level=0.95,
        breathing="breathing",
        moved_ns=now_ns - 4 * S,
        braces=(BraceView(now_ns - 4 * S, None, "expand"),),
        n_braces=2,
        goal="expand",
    )
    cue = Cue(1, "breath_held", "No belly movement seen: are you breathing?", now_ns, 1)
    session.changes.update(wall=wall, marks=(asked,), cue=cue)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_brace_in_a_programme(snap_compare: Any, size: tuple[int, int]) -> None:
    clock = [0]
    desk = FakeDesk(lambda: clock[0])
    app = BreathSenseApp(desk, start="demo", is_sweep=False)

    async def run_before(pilot: Pilot[None]) -> None:
        for _ in range(500):
            await pilot.pause(0.01)
            if isinstance(app.screen, SessionScreen):
                break
        clock[0] = int(47.3 * S)
        session: Any = desk.opened[-1]
        offer = desk.book.find_offer("core.fill_the_can", desk.tell_worn())
        app.follow_programme(session, offer)
        for _ in range(500):
            await pilot.pause(0.01)
            if isinstance(app.screen, Ready):
                break
        await pilot.press("enter")
        await pilot.pause(0.2)
        await pilot.press("escape")
        for _ in range(500):
            await pilot.pause(0.01)
            if session.begun:
                break
        brace(session, clock, offer.programme.text)
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_what_may_be_practised(snap_compare: Any, size: tuple[int, int]) -> None:
    assert take_picture(snap_compare, "home", size, keys=["p"], waits_for="Told for")
