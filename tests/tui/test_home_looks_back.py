"""From home straight to a review or an export of a recording."""

from pathlib import Path
from typing import Any

import pytest
from fake_desk import FakeDesk
from in_loop import in_loop

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.home import HomeScreen

NEWEST, NEXT = "2026-11-21_1830.mcap", "2026-11-20_0705.mcap"


@pytest.mark.parametrize(("keys", "name"), [((), NEWEST), (("r", "down"), NEXT)])
@in_loop
async def test_v_and_e_take_the_newest_recording_or_the_highlighted_one(
    keys: tuple[str, ...], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = BreathSenseApp(FakeDesk(lambda: 0), start="home")
    asked: list[Any] = []
    monkeypatch.setattr(app, "open_review", asked.append)
    monkeypatch.setattr(app, "export_recordings", asked.append)
    async with app.run_test(size=(100, 30)) as pilot:
        home = app.screen
        assert isinstance(home, HomeScreen)
        for _ in range(500):
            if home._recordings:
                break
            await pilot.pause(0.01)
        await pilot.press(*keys, "v", "e")
    path = Path("recordings") / name
    assert asked == [path, [path]]


@in_loop
async def test_without_a_recording_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(lambda: 0)
    monkeypatch.setattr(desk, "list_recordings", tuple)
    app = BreathSenseApp(desk, start="home")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "e")
        assert isinstance(app.screen, HomeScreen)
