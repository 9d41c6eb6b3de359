"""A script of keys, as fingers would press them: it opens every screen of the app."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from every_screen import list_classes
from fake_desk import RECORDINGS, EmptyKeeping, FakeDesk, S, build_book
from fake_weeks import build_weeks
from reviewed import build_review
from textual.widgets import OptionList

from breathsense.library.entry import SessionEntry
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.keys import list_rooms
from breathsense.tui.screens.options import FIELDS

FIRST_RUN = (
    ("", "Welcome"),
    ("enter", "Ticks"),
    ("enter", "Ticks"),
    ("enter", "Effects"),
    ("enter", "WearQuestion"),
    ("escape", "HomeScreen"),
)
LOOKING_ROUND = (
    ("question_mark", "HelpScreen"),
    ("escape", "HomeScreen"),
    ("g", "GuideScreen"),
    ("q", "HomeScreen"),
    ("o", "OptionsScreen"),
    ("end enter", "KeyQuestion"),
    ("escape", "OptionsScreen"),
    ("home VALUE enter", "ValueQuestion"),
    ("escape", "OptionsScreen"),
    ("escape", "HomeScreen"),
    ("h", "ProgressScreen"),
    ("q", "HomeScreen"),
    ("b", "LibraryScreen"),
    ("ROWS n", "WordsQuestion"),
    ("escape", "LibraryScreen"),
    ("escape", "HomeScreen"),
    ("ctrl+b", "UnwornScreen"),
    ("x", "StopQuestion"),
    ("enter", "StopText"),
    ("enter", "HomeScreen"),
)
LOOKING_BACK = (
    ("r enter", "ReplayScreen"),
    ("q", "HomeScreen"),
    ("e", "ExportPanel"),
    ("enter", "Notice"),
    ("enter", "HomeScreen"),
    ("v", "ReviewScreen"),
    ("a", "AnnotationQuestion"),
    ("escape", "ReviewScreen"),
    ("w", "SessionQuestion"),
    ("escape", "ReviewScreen"),
    ("q", "HomeScreen"),
    ("r down v", "ErrorPanel"),
    ("enter", "HomeScreen"),
)
A_SESSION = (
    ("w enter", "PlaceQuestion"),
    ("enter", "LiveScreen"),
    ("m", "NoteQuestion"),
    ("escape", "LiveScreen"),
    ("c", "PostureQuestion"),
    ("enter", "CalibrationScreen"),
    ("q", "Notice"),
    ("enter", "LiveScreen"),
    ("w", "PostureScreen"),
    ("q", "LiveScreen"),
    ("r", "ReachScreen"),
    ("q", "LiveScreen"),
    ("e", "PractiseScreen"),
    ("f", "PrescriptionQuestion"),
    ("escape", "PractiseScreen"),
    ("ROWS enter", "Ready"),
    ("enter", "CheckInPanel"),
    ("escape", "CourseScreen"),
    ("x", "StopQuestion"),
    ("enter", "StopText"),
    ("enter", "Summary"),
    ("enter", "CheckInPanel"),
    ("escape", "WhatNext"),
    ("escape", "LiveScreen"),
    ("q", "Confirm"),
    ("enter", "Notice"),
    ("enter", "HomeScreen"),
)
ROADS = {
    "first run": FIRST_RUN,
    "looking round": LOOKING_ROUND,
    "looking back": LOOKING_BACK,
    "a session": A_SESSION,
}
PASSED = {"Waiting", "Working"}
"""They are left by themselves."""


class FullKeeping(EmptyKeeping):
    """A library with recordings, on no disk."""

    def known(self) -> tuple[SessionEntry, ...]:
        return build_weeks()

    def read(self, *_: Any) -> tuple[SessionEntry, ...]:
        return build_weeks()


class Fingers:
    """Presses keys, and looks for the screen that has to come."""

    def __init__(self, *, is_first: bool) -> None:
        self.now_ns = 0
        desk = FakeDesk(lambda: self.now_ns, sessions=build_weeks())
        desk.keeping = FullKeeping(Path("nowhere"), "user")
        desk.reviews = {RECORDINGS[0].path: build_review(RECORDINGS[0].path)}
        if is_first:
            desk.book = build_book()
        self.app = BreathSenseApp(desk)

    async def follow(self, road: tuple[tuple[str, str], ...]) -> None:
        async with self.app.run_test(size=(80, 24)) as self.pilot:
            for keys, screen in road:
                for key in keys.split():
                    await self.press(key)
                await self.until(screen)

    async def press(self, key: str) -> None:
        if key == "ROWS":
            await self.wait_for_rows()
        elif key == "VALUE":
            await self.go_to_a_value()
        else:
            await self.pilot.press(key)

    async def wait_for_rows(self) -> None:
        rows = self.app.screen.query_one(OptionList)
        for _ in range(500):
            if rows.highlighted is not None:
                return
            await self.pilot.pause(0.01)
        raise AssertionError("nothing to choose")

    async def until(self, screen: str) -> None:
        for _ in range(500):
            if type(self.app.screen).__name__ == screen:
                return
            self.now_ns += S // 10
            await self.pilot.pause(0.01)
        raise AssertionError(f"{self.app.screen} instead of {screen}")

    async def go_to_a_value(self) -> None:
        """Go down to the first option that has to be written."""
        for _ in range(60):
            row = self.app.screen._row
            field = FIELDS.get(row.id)
            if field is not None and field.kind is not bool and not field.choices:
                return
            await self.pilot.press("down")
        raise AssertionError("no option has to be written")


@pytest.mark.parametrize("name", ROADS)
def test_keys_lead_along_a_road_and_home_again(name: str) -> None:
    fingers = Fingers(is_first=name == "first run")
    asyncio.run(fingers.follow(ROADS[name]))
    assert ROADS[name][-1][1] == "HomeScreen"


def test_the_roads_lead_to_every_screen() -> None:
    list_rooms()
    named = {screen for road in ROADS.values() for _keys, screen in road}
    assert {one.__name__ for one in list_classes()} - named == PASSED
