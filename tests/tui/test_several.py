"""Several wearables are chosen in the list, each with its place; what was worn last by one key."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from threading import Event
from typing import Any

from fake_desk import FOUND, FakeDesk

from breathsense.core.model.sensors import Place
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.questions import PlaceQuestion


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


async def reach(pilot: Any, app: BreathSenseApp, kind: type) -> None:
    for _ in range(500):
        await pilot.pause(0.01)
        if isinstance(app.screen, kind):
            return
    raise AssertionError(app.screen)


async def wait_for_list(pilot: Any, app: BreathSenseApp) -> None:
    await reach(pilot, app, HomeScreen)
    for _ in range(500):
        await pilot.pause(0.01)
        if app.screen.query_one("#wearables").option_count >= 2:
            return
    raise AssertionError("nothing was found")


async def choose(pilot: Any, app: BreathSenseApp, key: str) -> None:
    await pilot.press("space")
    await reach(pilot, app, PlaceQuestion)
    await pilot.press(key)
    await reach(pilot, app, HomeScreen)


@in_a_loop
async def test_two_are_chosen_with_their_places_and_begun_together() -> None:
    desk = FakeDesk(lambda: 0)
    app = BreathSenseApp(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for_list(pilot, app)
        await choose(pilot, app, "r")
        await pilot.press("down")
        await choose(pilot, app, "b")
        assert "2 chosen" in str(app.screen.query_one("#wearables").border_subtitle)
        await pilot.press("enter")
        await reach(pilot, app, LiveScreen)
    assert desk.pairs == [(FOUND[0], "chest"), (FOUND[1], "abdomen")]


@in_a_loop
async def test_one_that_was_chosen_can_be_left_out_again() -> None:
    desk = FakeDesk(lambda: 0)
    app = BreathSenseApp(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for_list(pilot, app)
        await choose(pilot, app, "k")
        await pilot.press("down")
        await choose(pilot, app, "b")
        await pilot.press("space", "up", "enter")
        await reach(pilot, app, LiveScreen)
    assert desk.pairs == [(FOUND[0], "back")]


@in_a_loop
async def test_what_was_worn_last_begins_by_one_key() -> None:
    desk = FakeDesk(lambda: 0, last=(("GDX-RB 1", "abdomen"), ("GDX-RB 2", "chest")))
    app = BreathSenseApp(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for_list(pilot, app)
        title = str(app.screen.query_one("#wearables").get_option_at_index(0).prompt)
        assert "GDX-RB 1 (belly) + GDX-RB 2 (ribs)" in title
        await pilot.press("l")
        await reach(pilot, app, LiveScreen)
    assert [(found.name, place) for found, place in desk.pairs] == list(desk.last)


class SlowDesk(FakeDesk):
    """Knows what was worn last only when it is let."""

    is_let = Event()

    def list_last(self) -> tuple[tuple[str, Place], ...]:
        assert self.is_let.wait(10)
        return super().list_last()


@in_a_loop
async def test_the_key_for_what_was_worn_last_may_be_pressed_before_that_is_known() -> None:
    desk = SlowDesk(lambda: 0, last=(("GDX-RB 1", "abdomen"),))
    app = BreathSenseApp(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("l")
        assert isinstance(app.screen, HomeScreen)
        desk.is_let.set()
        await reach(pilot, app, LiveScreen)
    assert [(found.name, place) for found, place in desk.pairs] == list(desk.last)


@in_a_loop
async def test_without_a_last_one_the_key_says_so() -> None:
    desk = FakeDesk(lambda: 0)
    app = BreathSenseApp(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for_list(pilot, app)
        await pilot.press("l")
        await pilot.pause(0.05)
        assert isinstance(app.screen, HomeScreen)
    assert desk.pairs == []
