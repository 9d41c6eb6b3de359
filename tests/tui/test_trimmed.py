"""What the terminal is sent, played into a grid of cells, gives the screen that was meant."""

import asyncio
import re
from typing import Any

import pytest
from fake_desk import FakeDesk, S
from rich.console import RenderableType

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.session import SessionScreen
from breathsense.tui.trimmed import SpanUpdate

MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """A grid of cells; counts what it is sent."""

    def __init__(self, width: int, height: int) -> None:
        self.cells = [[" "] * width for _ in range(height)]
        self.n_sent = 0

    def take(self, sequence: str) -> None:
        self.n_sent += len(sequence)
        parts = MOVE.split(STYLE.sub("", sequence))
        for y, x, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            for place, char in enumerate(text.rstrip("\n")):
                self.cells[int(y) - 1][int(x) - 1 + place] = char

    def read(self) -> list[str]:
        return ["".join(row) for row in self.cells]


class ShownApp(BreathSenseApp):
    """An app without a terminal, whose updates go into a grid."""

    terminal: Terminal
    n_whole = 0

    def _display(self, screen: Any, renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if isinstance(renderable, SpanUpdate):
            self.terminal.take(renderable.render_segments(self.console))
        elif renderable is not None:
            self.n_whole += 1
            for row, strip in enumerate(screen._compositor.render_strips()):
                self.terminal.cells[row] = list(strip.text)


@pytest.mark.parametrize("is_sweep", [True, False])
def test_the_terminal_shows_what_was_drawn(*, is_sweep: bool) -> None:
    async def go() -> None:
        now_ns = [47 * S]
        app = ShownApp(FakeDesk(lambda: now_ns[0]), start="demo", is_sweep=is_sweep)
        app.terminal = Terminal(120, 40)
        async with app.run_test(size=(120, 40)) as pilot:
            for _ in range(500):
                await pilot.pause(0.01)
                if isinstance(app.screen, SessionScreen) and app.screen.is_mounted:
                    break
            n_whole = app.n_whole
            for _ in range(12):
                now_ns[0] += S // 5
                app.screen.draw_frame()  # type: ignore[attr-defined] # a session screen by now
                await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert app.terminal.read() == [strip.text for strip in strips]
            assert app.terminal.n_sent > 0
            assert app.n_whole == n_whole

    asyncio.run(go())
