"""The guide on the screen: pages, keys, the way to the exercise."""

from typing import Any

from fake_desk import FakeDesk
from in_loop import in_loop
from textual.widgets import Static

from breathsense.session.guide import load_guide
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.guide import GuideScreen
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.practise import PractiseScreen


def build_app(*, is_sweep: bool = True) -> BreathSenseApp:
    return BreathSenseApp(FakeDesk(lambda: 0), is_sweep=is_sweep)


@in_loop
async def test_pages_are_turned_by_keys_and_the_last_leads_to_the_first() -> None:
    app = build_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        screen = app.screen
        assert isinstance(screen, GuideScreen)
        titles = [screen.page.title]
        for _ in range(9):
            await pilot.press("right")
            titles.append(screen.page.title)
        assert titles == [one.title for one in load_guide()] + ["What the core is"]
        await pilot.press("left")
        assert screen.page.title == "When to see a professional"
        await pilot.press("4")
        assert screen.page.title == "Firm the wall"
        await pilot.press("home")
        assert screen.page.title == "What the core is"
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)


@in_loop
async def test_every_title_can_be_read_whole_beside_the_page() -> None:
    app = build_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g")
        told = str(app.screen.query_one("#contents", Static).content)
        assert "…" not in told
        words = " ".join(told.split())
        assert all(one.title in words for one in load_guide())


@in_loop
async def test_one_key_leads_to_the_exercise_of_the_page() -> None:
    app = build_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("g", "2", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PractiseScreen)
        assert screen.chosen is not None
        assert screen.chosen.programme.id == "core.fill_the_can"


@in_loop
async def test_the_picture_breathes_unless_motion_is_to_be_reduced() -> None:
    for is_sweep in (False, True):
        app = build_app(is_sweep=is_sweep)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("g")
            await pilot.pause(0.1)
            screen: Any = app.screen
            first = screen._picture.picture.read()
            screen._began_s -= 5.0
            screen._move()
            assert (screen._picture.picture.read() == first) is is_sweep


@in_loop
async def test_the_picture_gives_way_where_there_is_no_room() -> None:
    app = build_app()
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("g")
        for width in (120, 80, 60):
            await pilot.resize_terminal(width, 24)
            await pilot.pause(0.1)
            screen: Any = app.screen
            assert bool(screen._picture.size.width) is (width >= 64)
            assert bool(screen._contents.size.width) is (width >= 112)
