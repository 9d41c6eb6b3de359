import asyncio
import shutil
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Sensor
from breathsense.library.checking import Flaw, Weight
from breathsense.library.entry import SessionEntry
from breathsense.library.keeping import Keeping, Undo
from breathsense.library.trash import Deleted
from breathsense.recordings.folder import list_samples, recordings_folder
from breathsense.recordings.notes import read_notes
from breathsense.tui.screens.library import LibraryScreen
from breathsense.tui.screens.panel import ErrorPanel, Notice
from breathsense.tui.themes import THEMES

WHEN = datetime(2026, 11, 22, 10, 34).astimezone()
BELT = Sensor("abdomen", "band", "abdomen", "N")
HILL = SessionEntry(
    Path("r/2026-11-22_10-34-00_a1b2.mcap"), "h", WHEN, title="After the hill",
    labels=("evening",), duration_s=722, sensors=(BELT,), rate_per_min=11.9, n_breaths=140,
)  # fmt: skip
SHORT = replace(HILL, path=Path("r/b.mcap"), key="s", started=WHEN - timedelta(days=1),
                title="", labels=(), duration_s=61)  # fmt: skip
TORN = SessionEntry(Path("r/c.mcap"), "t", WHEN - timedelta(days=2), trouble="it is cut")
SAMPLE = replace(SHORT, path=Path("r/sample.mcap"), key="p", is_sample=True)


class MemoryKeeping(Keeping):
    """Recordings that are nowhere but here."""

    def __init__(self, *entries: SessionEntry) -> None:
        super().__init__(Path("nowhere"), "user")
        self.entries = {one.path: one for one in entries}
        self.error: RefusedInput | None = None

    def known(self) -> tuple[SessionEntry, ...]:
        return tuple(self.entries.values())

    def read(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> tuple[SessionEntry, ...]:
        tell(25, 25)
        return self.known()

    def _put(self, entry: SessionEntry, **changes: Any) -> Undo:
        if self.error is not None:
            raise self.error
        self.entries[entry.path] = replace(entry, **changes)
        return Undo("that", lambda: self.entries.update({entry.path: entry}))

    def rename(self, entry: SessionEntry, title: str) -> Undo:
        return self._put(entry, title=title)

    def label(self, entry: SessionEntry, labels: Sequence[str]) -> Undo:
        return self._put(entry, labels=tuple(labels))

    def throw_away(self, entry: SessionEntry) -> Undo:
        return self._put(entry, is_trashed=True)

    def take_back(self, entry: SessionEntry) -> Undo:
        return self._put(entry, is_trashed=False)

    def delete(self, entries: Sequence[SessionEntry]) -> list[Deleted]:
        return [Deleted(self.entries.pop(one.path).path, 1) for one in entries]

    def check(self, tell: Callable[[int, int], None]) -> list[Flaw]:
        tell(4, 4)
        return [Flaw(TORN.path, "it is cut")]

    def weigh(self) -> tuple[list[Weight], int | None]:
        return [Weight("recordings", 4, 2_000_000)], 5_000_000


@pytest.fixture
def keeping() -> MemoryKeeping:
    return MemoryKeeping(HILL, SHORT, TORN, SAMPLE)


class Shelf(App[None]):
    """Nothing but the library; what it asks of the app is kept for the test to look at."""

    CSS = "#details { width: 44; }"

    def __init__(self, keeping: Keeping) -> None:
        super().__init__()
        self.keeping = keeping
        self.asked: list[object] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        self.push_screen(LibraryScreen(lambda: self.keeping))

    def export_recordings(self, paths: Sequence[Path]) -> None:
        self.asked.append(list(paths))

    def open_review(self, path: Path) -> None:
        self.asked.append(("review", path))

    def open_recording(self, path: Path) -> None:
        self.asked.append(("replay", path))


def played(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test that waits for the app."""

    @wraps(test)
    def run(**fixtures: Any) -> None:
        asyncio.run(test(**fixtures))

    return run


async def settle(pilot: Pilot[Any]) -> None:
    await pilot.app.workers.wait_for_complete(
        [one for one in pilot.app.workers if one.group in ("opening", "library", "checks")]
    )
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def open_library(pilot: Pilot[Any]) -> LibraryScreen:
    await settle(pilot)
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


def list_shown(screen: LibraryScreen) -> list[str]:
    shown = screen._list
    return [str(shown.get_option_at_index(at).prompt) for at in range(shown.option_count)]


@played
async def test_all_recordings_are_listed_and_told(keeping: MemoryKeeping) -> None:
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        screen = await open_library(pilot)
        first, second, third, sample = list_shown(screen)
        assert "22 Nov 2026, 10:34" in first
        assert all(word in first for word in ("12:02", "11.9", "After the hill", "#evening"))
        assert "abdomen" in second
        assert "⚠ it is cut" in third
        assert "sample: abdomen" in sample
        details = str(screen._details.render())
        assert "140 breaths, 11.9 a minute" in details
        assert screen._list.border_title == "recordings: 4"


@played
async def test_what_is_typed_is_found_and_escape_takes_it_away(keeping: MemoryKeeping) -> None:
    async with Shelf(keeping).run_test(size=(80, 24)) as pilot:
        screen = await open_library(pilot)
        await press(pilot, "slash", *"hill q")
        assert list_shown(screen) == ["No recording has these words."]
        await press(pilot, "backspace")
        assert len(list_shown(screen)) == 1
        assert screen._list.border_title == "recordings: 1 of 4"
        await press(pilot, "down")
        assert screen._list.has_focus
        await press(pilot, "slash", "enter")
        assert screen._list.has_focus
        await press(pilot, "escape")
        assert len(list_shown(screen)) == 4
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, LibraryScreen)


@played
async def test_a_name_and_labels_are_given_and_undone(keeping: MemoryKeeping) -> None:
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        screen = await open_library(pilot)
        await press(pilot, "n", *"!", "enter")
        await press(pilot, "l", *", new belt ,", "enter")
        await settle(pilot)
        entry = keeping.entries[HILL.path]
        assert (entry.title, entry.labels) == ("After the hill!", ("evening", "new belt"))
        assert "#new belt" in list_shown(screen)[0]
        await press(pilot, "z")
        await press(pilot, "z")
        assert keeping.entries[HILL.path] == HILL
        await press(pilot, "z")
        await press(pilot, "n", "escape")
        assert keeping.entries[HILL.path] == HILL


@played
async def test_what_is_thrown_away_is_in_the_trash_and_can_be_taken_back(
    keeping: MemoryKeeping,
) -> None:
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        screen = await open_library(pilot)
        await press(pilot, "x")
        assert len(list_shown(screen)) == 3
        await press(pilot, "b")
        assert len(list_shown(screen)) == 1
        await press(pilot, "x")
        assert list_shown(screen) == ["The trash is empty."]
        await press(pilot, "z")
        await press(pilot, "z")
        assert keeping.entries[HILL.path] == HILL
        await press(pilot, "escape", "x")
        await settle(pilot)
        await press(pilot, "D")
        assert HILL.path in keeping.entries
        await press(pilot, "b", "D", "escape")
        assert HILL.path in keeping.entries
        await press(pilot, "D", "enter")
        await settle(pilot)
        assert HILL.path not in keeping.entries


@played
async def test_a_sample_stays_as_it_is(keeping: MemoryKeeping) -> None:
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        await open_library(pilot)
        await press(pilot, "end", "x", "n", "l")
        assert isinstance(pilot.app.screen, LibraryScreen)
        assert keeping.entries[SAMPLE.path] == SAMPLE


@played
async def test_checks_and_sizes_are_told(keeping: MemoryKeeping) -> None:
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        await open_library(pilot)
        await press(pilot, "k")
        assert isinstance(pilot.app.screen, Notice)
        assert "c.mcap: it is cut" in pilot.app.screen._text
        await press(pilot, "enter", "m")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Notice)
        assert "2.0 MB" in pilot.app.screen._text


@played
async def test_what_cannot_be_done_is_told(keeping: MemoryKeeping) -> None:
    keeping.error = RefusedInput("the note cannot be written")
    async with Shelf(keeping).run_test(size=(120, 40)) as pilot:
        await open_library(pilot)
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, ErrorPanel)


@played
async def test_a_recording_is_opened_played_or_exported_and_so_are_all_that_are_listed(
    keeping: MemoryKeeping,
) -> None:
    app = Shelf(keeping)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_library(pilot)
        await press(pilot, "e", "E", "r", "enter")
        assert app.asked == [
            [HILL.path],
            [HILL.path, SHORT.path, TORN.path, SAMPLE.path],
            ("replay", HILL.path),
            ("review", HILL.path),
        ]


@played
async def test_an_empty_library_says_what_to_do() -> None:
    app = Shelf(MemoryKeeping())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_library(pilot)
        assert "Nothing recorded yet" in list_shown(screen)[0]
        await press(pilot, "enter", "e", "E", "r", "n", "D")
        assert pilot.app.screen is screen
        assert app.asked == []


def test_the_real_keeping_does_it_to_files(tmp_path: Path) -> None:
    path = recordings_folder(tmp_path) / "a.mcap"
    shutil.copyfile(list_samples()[0].path, path)
    keeping = Keeping(tmp_path, "user")
    (entry,) = (one for one in keeping.known() if not one.is_sample)
    undo = keeping.rename(entry, "A")
    keeping.label(entry, ["x"])
    assert (read_notes(path).title, read_notes(path).labels) == ("A", ("x",))
    undo.act()
    assert read_notes(path).title == ""
    keeping.throw_away(entry).act()
    assert path.exists()
    keeping.throw_away(entry)
    (thrown,) = (one for one in keeping.known() if one.is_trashed)
    keeping.take_back(thrown).act()
    assert len(keeping.delete([thrown])) == 2
    assert keeping.check(lambda _done, _all: None) == [] or tmp_path.stat().st_mode & 0o077
    assert keeping.weigh()[1]
