import asyncio
from typing import Any

import pytest
from fake_desk import FakeDesk, S
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.colourless import Colourless
from breathsense.tui.screens.live import LiveScreen


def test_colours_go_and_the_rest_stays() -> None:
    style = Style.parse("bold reverse underline red on blue")
    shown = Colourless().apply([Segment("a", style), Segment("b", None)], Color.parse("black"))
    assert shown[0].style == Style.parse("bold reverse underline")
    assert shown[1].style is None


@pytest.mark.parametrize("start", ["home", "demo"])
def test_no_color_means_no_colour_in_any_cell(monkeypatch: pytest.MonkeyPatch, start: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def go() -> None:
        app = BreathSenseApp(FakeDesk(lambda: 40 * S, start_ns=40 * S), start=start)
        async with app.run_test(size=(120, 40)) as pilot:
            for _ in range(200):
                await pilot.pause(0.01)
                if start == "home" or isinstance(app.screen, LiveScreen):
                    break
            await pilot.pause(0.1)
            update = app.screen._compositor.render_strips()
            cells = [segment for strip in update for segment in strip]
            assert any("●" in text for text, _, _ in cells) == (start == "demo")
            for _, style, _ in cells:
                assert style is None or (style.color is None and style.bgcolor is None)

    asyncio.run(go())
