"""Runs a test that is a coroutine to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

Asked = ParamSpec("Asked")


def in_loop(test: Callable[Asked, Coroutine[Any, Any, None]]) -> Callable[Asked, None]:
    """Return the test as pytest calls it."""

    @wraps(test)
    def run(*args: Asked.args, **options: Asked.kwargs) -> None:
        asyncio.run(test(*args, **options))

    return run
