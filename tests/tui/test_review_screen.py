import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fake_desk import RECORDINGS, FakeDesk, FakeReplay
from reviewed import HOLE, PERIOD_NS, S, build_content, build_review
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, ProgressBar

from breathsense.core.model.notes import Notes
from breathsense.exports.progress import Tell
from breathsense.session.review import Review
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.desk import ExportOrder
from breathsense.tui.screens.export import FORMATS, ExportPanel
from breathsense.tui.screens.panel import ErrorPanel, Notice
from breathsense.tui.screens.replay import ReplayScreen
from breathsense.tui.screens.review import ReviewScreen
from breathsense.tui.screens.review_questions import AnnotationQuestion, SessionQuestion
from breathsense.tui.screens.working import Working

Test = Callable[["Look"], Coroutine[Any, Any, None]]


class Look:
    """An app with a review in front, and fingers."""

    pilot: Pilot[None]

    def __init__(self, path: Path, desk: FakeDesk | None = None) -> None:
        self.path = path
        self.desk = desk or FakeDesk(lambda: 0)
        self.desk.reviews[path] = build_review(path)
        self.app = BreathSenseApp(self.desk)

    async def until(self, is_true: Callable[[], bool]) -> None:
        for _ in range(500):
            if is_true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"still at {self.app.screen!r}")

    async def reach(self, screen: Any) -> None:
        await self.until(lambda: type(self.app.screen) is screen)
        await self.pilot.pause()

    async def open(self) -> None:
        self.app.open_review(self.path)
        await self.reach(ReviewScreen)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def screen(self) -> ReviewScreen:
        screen = self.app.screen
        assert isinstance(screen, ReviewScreen)
        return screen

    @property
    def cursor_ns(self) -> int:
        return self.screen.window.cursor_ns


def look(test: Test) -> Callable[[Path], None]:
    """Make a test of a coroutine that gets an open review."""

    def run(tmp_path: Path) -> None:
        async def go() -> None:
            steps = Look(tmp_path / "a.mcap")
            async with steps.app.run_test(size=(120, 40)) as pilot:
                steps.pilot = pilot
                await steps.open()
                await test(steps)

        asyncio.run(go())

    run.__name__ = test.__name__
    return run


@look
async def test_keys_move_zoom_and_jump(steps: Look) -> None:
    await steps.press("b", "b")
    assert steps.cursor_ns == PERIOD_NS + PERIOD_NS // 2
    await steps.press("B")
    assert steps.cursor_ns == PERIOD_NS // 2
    await steps.press("h")
    assert steps.cursor_ns == 100 * S
    await steps.press("g")
    assert steps.cursor_ns == 130 * S
    await steps.press("g")
    assert steps.cursor_ns == HOLE[0]
    await steps.press("plus")
    assert steps.screen.window.span_ns == 30 * S
    await steps.press("z")
    assert steps.screen.window.span_ns == steps.screen.window.length_ns
    await steps.press("end", "home", "pagedown", "shift+right", "right")
    assert steps.cursor_ns > 0
    await steps.press("H")
    assert steps.cursor_ns == 100 * S
    await steps.press("H")
    assert steps.cursor_ns == 100 * S, "there is none before"
    await steps.press("q")
    assert not isinstance(steps.app.screen, ReviewScreen)


@look
async def test_the_screen_tells_what_is_at_the_cursor(steps: Look) -> None:
    await steps.press("h")
    told = steps.screen.here.picture.read()
    assert "brace: the belly widens, 12.0 s, level 85 %, breathing on" in told
    assert "◆ exercise.brace" in told
    await steps.press("home", "m", "m")
    assert "◇ talks to the dog (physio, 2026-11-22)" in steps.screen.here.picture.read()
    await steps.press("home", "b", "b", "b", "b")
    assert "✎ by hand (physio, 2026-11-22; found: peak at 17.50 s)" in (
        steps.screen.here.picture.read()
    )
    assert "18.00" not in steps.screen.bar.picture.read()
    await steps.press("plus")
    assert "00:00:18.00 of 00:05:59" in steps.screen.bar.picture.read()


@look
async def test_words_are_written_changed_and_taken_away(steps: Look) -> None:
    await steps.press("b", "a")
    await steps.reach(AnnotationQuestion)
    await steps.press("o", "k", "enter")
    await steps.until(lambda: len(steps.desk.reviews[steps.path].notes.annotations) == 1)
    await steps.reach(ReviewScreen)
    await steps.press("a")
    await steps.reach(AnnotationQuestion)
    assert steps.app.screen.query_one(Input).value == "ok"
    await steps.press("escape", "x")
    await steps.until(lambda: not steps.desk.reviews[steps.path].notes.annotations)
    await steps.press("ctrl+z")
    await steps.until(lambda: bool(steps.desk.reviews[steps.path].notes.annotations))
    assert "ok" in steps.screen.plot.picture.read()
    assert steps.path.with_name("a.notes").exists()
    assert not steps.path.exists()


@look
async def test_breaths_are_set_by_hand(steps: Look) -> None:
    review = steps.screen.review
    n_breaths = len(review.told.analysis.breaths)
    await steps.press("b", "b", "d")
    await steps.until(lambda: len(review.told.analysis.breaths) == n_breaths - 1)
    await steps.press("i")
    await steps.until(lambda: len(review.told.analysis.breaths) == n_breaths)
    await steps.press("right", "2")
    await steps.until(lambda: steps.cursor_ns in review.told.by_hand)
    assert "✎" in steps.screen.plot.picture.read()
    await steps.press("3")
    await steps.reach(ErrorPanel)


@look
async def test_another_session_is_shown_below_with_its_figures(steps: Look) -> None:
    other = RECORDINGS[0].path
    content = build_content("2026-11-14T18:30:00+01:00")
    analysis = replace(content.analysis, breaths=content.analysis.breaths[:40])
    steps.desk.reviews[other] = Review(other, replace(content, analysis=analysis), Notes(), "me")
    await steps.press("w")
    await steps.reach(SessionQuestion)
    await steps.press("enter")
    await steps.until(lambda: isinstance(steps.app.screen, ReviewScreen) and bool(
        steps.screen.other))  # fmt: skip
    await steps.pilot.pause()
    table = steps.screen.figures.picture.read()
    assert "21 Nov 2026" in table
    assert "14 Nov 2026" in table
    assert steps.screen.plot_of_other.picture.read().strip()
    await steps.press("w")
    assert steps.screen.other is None


@look
async def test_scores_are_kept_and_told_anew(steps: Look) -> None:
    for words in ("No scores were kept before", "Nothing has changed."):
        await steps.press("r")
        await steps.reach(Notice)
        shown = steps.app.screen
        assert isinstance(shown, Notice)
        assert words in shown._text
        await steps.press("enter")
        await steps.reach(ReviewScreen)


@look
async def test_e_exports_in_the_chosen_format_under_a_passphrase(steps: Look) -> None:
    await steps.press("e")
    await steps.reach(ExportPanel)
    formats = steps.app.screen.query_one(OptionList)
    assert formats.option_count == len(FORMATS) == 8
    await steps.press("down", "tab", "s", "e", "v", "e", "n", "enter")
    await steps.reach(Notice)
    assert steps.desk.exports == [([steps.path], ExportOrder("pdf", "seven"))]
    await steps.press("enter", "e")
    await steps.reach(ExportPanel)
    await steps.press("escape")
    await steps.reach(ReviewScreen)
    assert len(steps.desk.exports) == 1


class SlowDesk(FakeDesk):
    """Exports until it is stopped."""

    def export(self, paths: Any, order: ExportOrder, tell: Tell) -> Path:
        self.has_begun = Event()
        while True:
            tell(0.4)
            self.has_begun.set()


def test_a_long_export_shows_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    async def go() -> None:
        steps = Look(tmp_path / "a.mcap", SlowDesk(lambda: 0))
        async with steps.app.run_test(size=(80, 24)) as pilot:
            steps.pilot = pilot
            await steps.open()
            await steps.press("e", "enter")
            await steps.reach(Working)
            bar = steps.app.screen.query_one(ProgressBar)
            await steps.until(lambda: bar.progress == 40)
            await steps.press("escape")
            await steps.reach(ReviewScreen)

    asyncio.run(go())


def test_a_recording_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async def go() -> None:
        steps = Look(tmp_path / "a.mcap")
        async with steps.app.run_test(size=(80, 24)) as pilot:
            steps.pilot = pilot
            await pilot.pause()
            steps.app.open_review(tmp_path / "gone.mcap")
            await steps.reach(ErrorPanel)

    asyncio.run(go())


def test_v_and_e_lead_from_a_replay(tmp_path: Path) -> None:
    async def go() -> None:
        steps = Look(tmp_path / "a.mcap")
        async with steps.app.run_test(size=(120, 40)) as pilot:
            steps.pilot = pilot
            await pilot.pause()
            steps.app.open_recording(steps.path)
            await steps.reach(ReplayScreen)
            await steps.press("e")
            await steps.reach(ExportPanel)
            await steps.press("escape", "v")
            await steps.reach(ReviewScreen)
            replay = steps.desk.opened[-1]
            assert isinstance(replay, FakeReplay)
            assert replay.is_paused
            await steps.press("h", "p")
            await steps.reach(ReplayScreen)
            assert not replay.is_paused
            assert replay.view().now_ns == 100 * S, "where the cursor was"
            assert len(steps.desk.opened) == 1, "no second one was begun"

    asyncio.run(go())


def take_review(snap_compare: Any, size: tuple[int, int], *keys: str) -> Any:
    steps = Look(Path("no/such/folder/a.mcap"))

    async def run_before(pilot: Pilot[None]) -> None:
        steps.pilot = pilot
        await pilot.pause()
        await steps.open()
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.1)

    return snap_compare(steps.app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_review_picture(snap_compare: Any, size: tuple[int, int]) -> None:
    assert take_review(snap_compare, size, "h")


def test_review_picture_of_the_whole(snap_compare: Any) -> None:
    assert take_review(snap_compare, (120, 40), "h", "z")
