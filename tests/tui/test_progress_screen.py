"""Progress on the screen: figures, periods, views, sessions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from fake_desk import FakeDesk
from fake_weeks import build_many, build_weeks
from in_loop import in_loop
from textual.pilot import Pilot

from breathsense.core.model.errors import RefusedInput
from breathsense.library.entry import SessionEntry
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.panel import ErrorPanel, Notice
from breathsense.tui.screens.progress import ProgressScreen
from breathsense.tui.screens.replay import ReplayScreen

TODAY = date(2026, 11, 14)


@asynccontextmanager
async def open_progress(
    entries: tuple[SessionEntry, ...], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], Any]]:
    app = BreathSenseApp(FakeDesk(lambda: 0, sessions=entries), is_sweep=True)
    async with app.run_test(size=size) as pilot:
        screen = ProgressScreen(TODAY)
        await app.push_screen(screen)
        await app.workers.wait_for_complete()
        await pilot.pause(0.1)
        yield pilot, screen


@in_loop
async def test_the_figure_that_is_highlighted_is_drawn() -> None:
    async with open_progress(build_weeks()) as (pilot, screen):
        assert "Breathing rate" in str(screen._plot.border_title)
        assert "○" in screen._plot.picture.read()
        await pilot.press("down", "down")
        assert "Brace held" in str(screen._plot.border_title)
        assert "●" in screen._plot.picture.read()
        assert "last week" in str(screen._says.content)


@in_loop
async def test_the_time_grows_and_shrinks_up_to_its_ends() -> None:
    async with open_progress(build_weeks()) as (pilot, screen):
        await pilot.press("down")
        seen = [str(screen._plot.border_title)]
        for _ in range(5):
            await pilot.press("right")
            seen.append(str(screen._plot.border_title))
        assert [one.partition(": ")[2] for one in seen] == [
            "last 6 weeks", "last 12 weeks", "last 26 weeks", "last 52 weeks", "all weeks",
            "all weeks",
        ]  # fmt: skip
        for _ in range(8):
            await pilot.press("left")
        assert "last 2 weeks" in str(screen._plot.border_title)
        assert "Depth" in str(screen._plot.border_title), "the highlight stays"


@in_loop
async def test_all_figures_side_by_side_and_back() -> None:
    async with open_progress(build_weeks(), (120, 40)) as (pilot, screen):
        await pilot.press("a")
        await pilot.pause(0.1)
        text = screen._plots.picture.read()
        assert "Pain" in text
        assert "Comfortable pause" not in text, "of which there is nothing"
        await pilot.press("a")
        assert screen._measures.has_focus


@in_loop
async def test_figures_that_do_not_fit_are_a_key_away() -> None:
    async with open_progress(build_weeks()) as (pilot, screen):
        await pilot.press("a")
        await pilot.pause(0.1)
        assert "1 to 4 of 9" in screen._plots.border_subtitle
        assert "Pain" not in screen._plots.picture.read()
        await pilot.press("down")
        assert "Pain" in screen._plots.picture.read()
        await pilot.press("down", "down")
        assert "9 to 9 of 9" in screen._plots.border_subtitle, "there is no page after the last"
        await pilot.press("up", "up", "up")
        assert "Breathing rate" in screen._plots.picture.read()
        await pilot.resize_terminal(120, 50)
        await pilot.pause(0.1)
        assert not screen._plots.border_subtitle, "all of them are shown"


@in_loop
async def test_what_was_read_behind_a_panel_is_drawn_when_it_closes() -> None:
    app = BreathSenseApp(FakeDesk(lambda: 0, sessions=build_weeks()), is_sweep=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen: Any = ProgressScreen(TODAY)
        app.push_screen(screen)
        await app.push_screen(Notice("Behind it", "the recordings are read"))
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert "○" in screen._plot.picture.read()


@in_loop
async def test_a_session_is_opened_from_the_list() -> None:
    async with open_progress(build_weeks()) as (pilot, screen):
        await pilot.press("s")
        assert screen._sessions.has_focus
        assert screen._sessions.option_count == 30
        await pilot.press("down", "enter")
        await pilot.pause(0.2)
        assert isinstance(pilot.app.screen, ReplayScreen)


@in_loop
async def test_nobody_who_begins_is_told_that_something_is_missing() -> None:
    async with open_progress(()) as (pilot, screen):
        assert "is a beginning" in screen._days.picture.read()
        assert "nothing yet" in screen._plot.picture.read()
        await pilot.press("s")
        assert "Nothing recorded yet." in str(screen._sessions.get_option_at_index(0).prompt)
        await pilot.press("a", "q")
        assert pilot.app.screen is not screen


@in_loop
async def test_five_hundred_sessions_are_shown_like_thirty() -> None:
    async with open_progress(build_many(500)) as (pilot, screen):
        await pilot.press("right", "right", "right", "right", "s")
        assert screen._sessions.option_count == 500


@in_loop
async def test_a_folder_that_cannot_be_read_is_told() -> None:
    def refuse(_tell: Any, _is_cancelled: Any) -> tuple[SessionEntry, ...]:
        raise RefusedInput("the folder cannot be read", where="recordings")

    desk: Any = FakeDesk(lambda: 0)
    desk.list_sessions = refuse
    app = BreathSenseApp(desk, is_sweep=True)
    async with app.run_test() as pilot:
        await pilot.press("h")
        await pilot.pause(0.3)
        assert isinstance(app.screen, ErrorPanel)


@in_loop
async def test_reading_is_given_up_when_the_screen_is_left() -> None:
    async with open_progress(build_weeks()) as (pilot, screen):
        await pilot.press("q")
        await pilot.pause()
        assert screen._is_left
