"""From every screen that the app has, the keys for going back lead home."""

import asyncio
from typing import Any

from every_screen import build_app, list_classes, list_screens
from in_loop import in_loop

from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.practise import PractiseScreen

BACK = ("escape", "escape", "enter", "escape", "q", "enter", "escape")
"""Back; or "stop and save", once it was asked, and what is told afterwards."""


async def find_way_home(app: Any, pilot: Any) -> bool:
    """Press the keys for going back; return whether they lead home."""
    for key in BACK:
        if isinstance(app.screen, HomeScreen):
            return True
        await pilot.press(key)
        for _ in range(20):
            await pilot.pause(0.005)
            if isinstance(app.screen, HomeScreen):
                return True
    return False


def test_from_every_screen_a_few_keys_lead_home() -> None:
    async def go() -> list[str]:
        app = build_app(is_sweep=True)
        stuck = []
        async with app.run_test(size=(80, 24)) as pilot:
            await find_way_home(app, pilot)
            for name, build in list_screens(app.desk).items():
                await app.push_screen(build())
                if not await find_way_home(app, pilot):
                    stuck.append(name)
                    break
        return stuck

    assert asyncio.run(go()) == []


def test_no_screen_is_left_out() -> None:
    made = set(list_screens(build_app().desk))
    assert {one.__name__ for one in list_classes()} - {"HomeScreen"} <= made


@in_loop
async def test_programmes_that_are_read_as_their_screen_is_left_hurt_nobody() -> None:
    app = build_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await find_way_home(app, pilot)
        screen = PractiseScreen()
        await app.push_screen(screen)
        await app.workers.wait_for_complete()
        today = screen._today
        assert today is not None
        await find_way_home(app, pilot)
        screen._show(today)
        assert isinstance(app.screen, HomeScreen)
