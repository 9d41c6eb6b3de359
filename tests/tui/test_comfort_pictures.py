"""Pictures of the options in each look and size; look at a changed one before it is taken over."""

from typing import Any

import pytest
from fake_desk import FakeDesk
from textual.pilot import Pilot

from breathsense.session.settings import Settings, change_value
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.comfort import Comfort
from breathsense.tui.drawing import options
from breathsense.tui.screens.options import OptionsScreen
from breathsense.tui.themes import THEMES

SHOWN = {"theme", "motion", "sound", "pacer", "The app", "Sound", "Rhythm to follow"}


def take_picture(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str
) -> Any:
    # Fields and keys of other rooms come and go: those of a few are enough to look at.
    usual = options.list_rows
    monkeypatch.setattr(
        "breathsense.tui.screens.options.list_rows",
        lambda settings, _rooms: [
            row
            for row in usual(settings, {})
            if row.id.partition(".")[0] in SHOWN or row.label in SHOWN
        ],
    )
    settings = change_value(Settings(), "sound.volume", 0.3)
    app = BreathSenseApp(FakeDesk(lambda: 0), comfort=Comfort(settings))

    async def run_before(pilot: Pilot[None]) -> None:
        app.theme = theme
        await app.push_screen(OptionsScreen())
        await pilot.pause()
        await pilot.press("down", "down")

    return snap_compare(app, terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_options(snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    assert take_picture(snap_compare, monkeypatch, size, "dusk")


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES[1:]])
def test_options_in_every_look(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    assert take_picture(snap_compare, monkeypatch, (80, 24), theme)
