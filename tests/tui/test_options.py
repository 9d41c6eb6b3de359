import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from fake_desk import FakeDesk
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from breathsense.core.model.errors import RefusedInput
from breathsense.session.settings import (
    FILE,
    Settings,
    change_value,
    list_fields,
    load_settings,
    read_value,
)
from breathsense.session.texts import take_language, take_translator
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.comfort import Comfort, wants_less_motion
from breathsense.tui.drawing.options import (
    LABELS,
    TABLE_TITLES,
    OptionRow,
    draw_row,
    list_rows,
    say_value,
    step_value,
)
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.options import KeyQuestion, OptionsScreen, ValueQuestion
from breathsense.tui.screens.panel import ErrorPanel

FIELDS = {field.key: field for field in list_fields()}
Walk = Callable[[BreathSenseApp, Pilot[None]], Awaitable[None]]


def run(folder: Path, walk: Walk) -> None:
    """Open the options of a data folder and walk through them."""

    async def go() -> None:
        app = BreathSenseApp(FakeDesk(lambda: 0), comfort=Comfort.of_folder(folder))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("o")
            await pilot.pause()
            assert isinstance(app.screen, OptionsScreen)
            await walk(app, pilot)

    asyncio.run(go())


async def find(app: BreathSenseApp, pilot: Pilot[None], key: str) -> None:
    """Highlight a row."""
    options = app.screen.query_one(OptionList)
    options.highlighted = options.get_option_index(key)
    await pilot.pause()


def test_a_choice_holds_at_once_and_is_kept(tmp_path: Path) -> None:
    async def walk(app: BreathSenseApp, pilot: Pilot[None]) -> None:
        await pilot.press("right")
        assert app.theme == "morning"
        assert load_settings(tmp_path).theme == "morning"
        await pilot.press("left")
        assert app.theme == "dusk"
        await pilot.press("enter", "backspace")
        assert app.theme == "dusk"
        await find(app, pilot, "motion")
        await pilot.press("left")
        assert app.choices.is_sweep
        assert app.animation_level == "none"
        await find(app, pilot, "pacer.in_s")
        await pilot.press("plus", "plus", "minus")
        assert app.choices.pace.in_s == 4.5
        await find(app, pilot, "sound.volume")
        await pilot.press("left")
        assert load_settings(tmp_path).sound.volume == 0.4
        await pilot.press("q")
        assert isinstance(app.screen, HomeScreen)

    run(tmp_path, walk)


def test_a_value_that_has_to_be_written(tmp_path: Path) -> None:
    async def walk(app: BreathSenseApp, pilot: Pilot[None]) -> None:
        await find(app, pilot, "web.port")
        for text, port in (("8000", 8000), ("99999", 8000), ("many", 8000)):
            await pilot.press("right", "enter")
            assert isinstance(app.screen, ValueQuestion)
            app.screen.query_one(Input).value = text
            await pilot.press("enter")
            await pilot.pause()
            if isinstance(app.screen, ErrorPanel):
                await pilot.press("enter")
            assert app.comfort.settings.web.port == port
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, OptionsScreen)

    run(tmp_path, walk)


def test_a_key_is_the_next_one_pressed(tmp_path: Path) -> None:
    async def walk(app: BreathSenseApp, pilot: Pilot[None]) -> None:
        await find(app, pilot, "keys.everywhere.next_theme")
        await pilot.press("right", "enter")
        assert isinstance(app.screen, KeyQuestion)
        await pilot.press("escape", "enter", "y")
        assert load_settings(tmp_path).keys == {"everywhere.next_theme": "y"}
        await pilot.press("y")
        assert app.theme == "morning"
        await pilot.press("enter", "o")
        assert isinstance(app.screen, ErrorPanel)
        await pilot.press("enter", "backspace")
        assert load_settings(tmp_path).keys == {}

    run(tmp_path, walk)


def test_a_disk_that_keeps_nothing_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "gone"

    async def walk(app: BreathSenseApp, pilot: Pilot[None]) -> None:
        folder.touch()
        await pilot.press("right")
        await pilot.pause()
        assert isinstance(app.screen, ErrorPanel)
        assert app.theme == "morning"

    run(folder, walk)


@pytest.mark.parametrize("text", ['teme = "dusk"', '[keys]\n"home.demoo" = "x"'])
def test_a_file_that_cannot_be_used_is_told_and_the_app_begins(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(f'schema = "breathsense.settings/1"\n{text}', encoding="utf-8")
    comfort = Comfort.of_folder(tmp_path)
    assert comfort.settings == Settings()
    assert isinstance(comfort.trouble, RefusedInput)
    assert comfort.trouble.where.startswith(f"{tmp_path / FILE}: ")

    async def go() -> None:
        app = BreathSenseApp(FakeDesk(lambda: 0), comfort=comfort)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert isinstance(app.screen, ErrorPanel)
            await pilot.press("enter")
            assert isinstance(app.screen, HomeScreen)

    asyncio.run(go())


@pytest.mark.parametrize(
    ("motion", "environment", "is_less"),
    [
        ("auto", {}, False),
        ("auto", {"SSH_CONNECTION": "1"}, True),
        ("auto", {"TEXTUAL_ANIMATIONS": "none"}, True),
        ("full", {"SSH_CONNECTION": "1"}, False),
        ("reduced", {}, True),
    ],
)
def test_how_much_moves(motion: str, environment: dict[str, str], *, is_less: bool) -> None:
    settings = change_value(Settings(), "motion", motion)
    assert wants_less_motion(settings, environment) is is_less


def test_every_field_has_a_name_for_people() -> None:
    assert set(LABELS) == set(FIELDS) - {"keys"}


@pytest.mark.parametrize("key", sorted(set(FIELDS) - {"keys"}))
def test_steps_never_leave_what_is_allowed(key: str) -> None:
    field, settings = FIELDS[key], Settings()
    for steps in (*[1] * 30, *[-1] * 60):
        value = step_value(field, read_value(settings, key), steps)
        settings = change_value(settings, key, value)
        assert say_value(field, value)


def test_a_row_that_is_not_as_usual_has_a_dot() -> None:
    assert draw_row(OptionRow("theme", "Look", "dusk"), 60).plain.startswith("  Look")
    assert draw_row(OptionRow("theme", "Look", "x", is_usual=False), 60).plain.startswith("• ")
    assert draw_row(OptionRow("", "Sound"), 60).plain == "Sound"


def test_rows_tell_own_keys() -> None:
    app = BreathSenseApp(FakeDesk(lambda: 0))
    rooms = {"everywhere": app.BINDINGS}
    settings = change_value(Settings(), "keys", {"everywhere.mute": "n"})
    rows = {row.id: row for row in list_rows(settings, rooms)}  # type: ignore[arg-type] # named
    assert rows["keys.everywhere.mute"].value == "n"
    assert not rows["keys.everywhere.mute"].is_usual


def test_no_text_of_the_options_is_missing_from_the_catalogue(tmp_path: Path) -> None:
    """All that is shown goes through the translator: none of it stays as it was."""

    async def walk(app: BreathSenseApp, pilot: Pilot[None]) -> None:
        take_translator(lambda text: "~" * len(text))
        app.pop_screen()
        await app.push_screen(OptionsScreen())
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        shown = [options.get_option_at_index(place) for place in range(options.option_count)]
        n_fields = len(LABELS) + len(TABLE_TITLES)
        for one in shown[:n_fields]:
            label = str(one.prompt)[2 : 2 + 26]
            assert not any(char.isalpha() for char in label), label
        assert "~" in str(options.border_title)

    try:
        run(tmp_path, walk)
    finally:
        take_language("en", {})
