"""Runs a test that is a coroutine to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from textual.pilot import Pilot

Asked = ParamSpec("Asked")


def in_loop(test: Callable[Asked, Coroutine[Any, Any, None]]) -> Callable[Asked, None]:
    """Return the test as pytest calls it."""

    @wraps(test)
    def run(*args: Asked.args, **options: Asked.kwargs) -> None:
        asyncio.run(test(*args, **options))

    return run


async def wait_until(pilot: Pilot[None], is_so: Callable[[], object]) -> None:
    """Let the app go on until something is so, however slow the machine is; else it fails."""
    for _ in range(1500):
        if is_so():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"still at {pilot.app.screen!r}")
