"""What holds for every screen: its words are in the catalogue, and each thing on it has help."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from every_screen import build_app, list_classes, list_screens, read_screen

from breathsense.session import texts
from breathsense.tui import comfort
from breathsense.tui.about import tell_about
from breathsense.tui.keys import list_rooms, name_key_of, say_keys, take_own

TEMPLATE = Path(__file__).parents[2] / "translations" / "breathsense.pot"
FIRST = 0x430
KEY_NAMES = {
    "enter", "esc", "space", "tab", "ctrl", "shift", "home", "end", "backspace", "delete",
    "pageup", "pagedown",
}  # fmt: skip
NAMES = {"Hz", "GDX", "RB", "dBm", "MB", "kB", "GB", "min", "REC", "mcap", "BreathSense"}
"""Units, and what wearables and the app are called."""
WRITTEN = {
    "auto",
    "theme",
    "wearer",
    "checkin",
    "before",
    "pain",
    "stress",
    "Downloads",
    "prescription",
    "toml",
    "after",
    "three",
    "breaths",
}
"""Values, keys and marks as they stand in files."""
LATE = {"PractiseScreen", "ProgressScreen", "LibraryScreen"}
"""They ask the desk for what they show."""
DEPTH = 2
"""The empty one of textual, and home."""
HERE = {*KEY_NAMES, *NAMES, *WRITTEN}


def strange(text: str) -> str:
    """Return a text in letters that no English word has; what is filled in stays."""
    parts = re.split(r"(\{[^}]*\})", text)
    return "".join(
        part if part.startswith("{") else re.sub("[A-Za-z]", _replace, part) for part in parts
    )


def _replace(found: re.Match[str]) -> str:
    return chr(FIRST + ord(found[0].lower()) - ord("a"))


@pytest.fixture
def _strange_letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comfort, "take_language", lambda *_: None)
    texts.take_translator(strange)
    yield
    texts.take_language("en", {})


def find_bare(rows: list[str]) -> set[str]:
    """Return the English words that are seen."""
    return {word for row in rows for word in re.findall(r"[A-Za-z]{2,}", row)} - HERE


async def look_at_all() -> dict[str, tuple[set[str], list[str]]]:
    """Show one screen after the other. Returns the bare words and the things without help."""
    found = {}
    app = build_app(is_sweep=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        found["HomeScreen"] = await _look(app, pilot)
        app.screen.query("*").set(visible=False)
        for name, build in list_screens(app.desk).items():
            app.push_screen(build())
            found[name] = await _look(app, pilot)
            while len(app.screen_stack) > DEPTH:
                await app.pop_screen()
    return found


async def _look(app: Any, pilot: Any) -> tuple[set[str], list[str]]:
    await pilot.pause()
    if type(app.screen).__name__ in LATE:
        await app.workers.wait_for_complete()
    await pilot.pause()
    bare = find_bare(read_screen(app))
    things = [one for one in app.screen.query("*") if one.can_focus and one.display]
    return bare, [str(one) for one in things if not _has_help(app, one)]


def _has_help(app: Any, widget: Any) -> bool:
    app.screen.set_focus(widget)
    return bool(tell_about(app.screen))


def test_every_screen_is_looked_at() -> None:
    list_rooms()
    named = {one.__name__ for one in list_classes()}
    assert named == {*list_screens(build_app().desk), "HomeScreen"}


@pytest.mark.usefixtures("_strange_letters")
def test_every_word_comes_from_the_catalogue_and_every_thing_has_help() -> None:
    found = asyncio.run(look_at_all())
    assert {name: bare for name, (bare, _) in found.items() if bare} == {}
    assert {name: things for name, (_, things) in found.items() if things} == {}


def list_named_keys() -> set[str]:
    """Return the names of the actions whose keys are told in texts."""
    with TEMPLATE.open("rb") as file:
        told = [one.id for one in read_po(file) if one.id]
    rooms = list_rooms()
    places = {found for text in told for found in re.findall(r"\{([a-z]+)_([a-z_]+)\}", str(text))}
    return {f"{room}.{action}" for room, action in places if room in rooms}


def test_texts_name_the_keys_that_the_person_has_chosen() -> None:
    named = list_named_keys()
    assert len(named) > 30
    usual = {name: name_key_of(name) for name in named}
    try:
        take_own(dict.fromkeys(named, "f9,x"))
        assert {name_key_of(name) for name in named} == {"f9"}
        assert say_keys("{home_demo} and {n}", n=3) == "f9 and 3"
    finally:
        take_own({})
    assert {name: name_key_of(name) for name in named} == usual
