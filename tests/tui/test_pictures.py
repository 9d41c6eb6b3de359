"""Pictures of whole screens; look at a changed one before it is taken over."""

from pathlib import Path
from typing import Any

import pytest
from fake_desk import FakeDesk, S
from textual.pilot import Pilot

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.session import SessionScreen


def take_picture(
    snap_compare: Any,
    start: Any,
    size: tuple[int, int],
    *,
    keys: Any = (),
    is_sweep: bool = False,
    theme: str = "dusk",
) -> Any:
    clock = [0]
    app = BreathSenseApp(FakeDesk(lambda: clock[0]), start=start, is_sweep=is_sweep)

    async def run_before(pilot: Pilot[None]) -> None:
        app.theme = theme
        for _ in range(500):
            await pilot.pause(0.01)
            if start == "home" or isinstance(app.screen, SessionScreen):
                break
        clock[0] = int(47.3 * S)
        await pilot.pause(0.1)
        for key in keys:
            await pilot.press(key)
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
