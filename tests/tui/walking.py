"""Walks through the running app: a clock, fingers, and a coroutine made a test."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fake_desk import FakeDesk, S

from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.session import SessionScreen


class Walk:
    """An app, a clock, and fingers."""

    def __init__(self, start: Any = "home", **desk: Any) -> None:
        self.now_ns = 0
        self.desk = FakeDesk(lambda: self.now_ns, **desk)
        self.app = BreathSenseApp(self.desk, start=start)

    async def settle(self) -> None:
        await asyncio.wait_for(self.pilot.pause(), 10)

    async def until(self, is_true: Callable[[], bool]) -> None:
        for _ in range(1500):
            if is_true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"still at {self.app.screen!r}")

    async def press(self, *keys: Any) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def reach(self, *screens: Any) -> None:
        await self.until(lambda: type(self.app.screen) in screens and self.app.screen.is_active)
        await self.settle()

    def tick(self, seconds: float) -> Any:
        self.now_ns += int(seconds * S)
        screen = self.app.screen
        assert isinstance(screen, SessionScreen)
        screen.draw_frame()
        return screen

    @property
    def shown(self) -> str:
        return "\n".join(str(one.render()) for one in self.app.screen.query("Static"))

    @property
    def session(self) -> Any:
        return self.desk.opened[-1]

    async def choose(self, programme: str) -> None:
        """Highlight a programme in the list."""
        screen: Any = self.app.screen
        await self.until(lambda: programme in screen._offers)
        options = [one.id for one in screen.listed.options]
        screen.listed.highlighted = options.index(programme)
        await self.settle()


Test = Callable[[Walk], Coroutine[Any, Any, None]]


def walk(start: Any = "home", size: Any = (120, 40), **desk: Any) -> Callable[[Test], Any]:
    """Make a test of a coroutine that gets a walk with a running app; callables are built."""

    def decorate(test: Test) -> Callable[[], None]:
        def run() -> None:
            async def go() -> None:
                made = {name: build() if callable(build) else build for name, build in desk.items()}
                steps = Walk(start, **made)
                async with steps.app.run_test(size=size) as pilot:
                    steps.pilot = pilot
                    await steps.settle()
                    await test(steps)

            asyncio.run(go())

        run.__name__ = test.__name__
        return run

    return decorate
