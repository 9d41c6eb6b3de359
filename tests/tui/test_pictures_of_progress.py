"""Pictures of the guide and of progress; look at a changed one before it is taken over."""

from datetime import date
from typing import Any

import pytest
from fake_desk import FakeDesk
from fake_weeks import build_weeks
from textual.pilot import Pilot

from breathsense.session.guide import load_guide
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.guide import GuideScreen
from breathsense.tui.screens.progress import ProgressScreen

SIZES = [(80, 24), (120, 40), (200, 60)]


def take_picture(snap_compare: Any, screen: Any, size: tuple[int, int], *keys: str) -> Any:
    app = BreathSenseApp(FakeDesk(lambda: 0, sessions=build_weeks()), is_sweep=True)

    async def run_before(pilot: Pilot[None]) -> None:
        await app.push_screen(screen)
        await app.workers.wait_for_complete()
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.2)

    return snap_compare(app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize(("size", "at"), zip(SIZES, (0, 3, 2), strict=True))
def test_guide(snap_compare: Any, size: tuple[int, int], at: int) -> None:
    assert take_picture(snap_compare, GuideScreen(load_guide(), at), size)


@pytest.mark.parametrize("size", SIZES)
def test_progress(snap_compare: Any, size: tuple[int, int]) -> None:
    assert take_picture(snap_compare, ProgressScreen(date(2026, 11, 14)), size, "down", "down")


def test_all_figures(snap_compare: Any) -> None:
    assert take_picture(snap_compare, ProgressScreen(date(2026, 11, 14)), (120, 40), "a")
