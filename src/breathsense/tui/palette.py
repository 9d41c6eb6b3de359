"""Commands of the palette, read from the bindings: what has a key can be found by its name, too."""

from collections.abc import Iterator
from typing import Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from breathsense.session.texts import _
from breathsense.tui.keys import Own, name_keys

CLOSED = frozenset({"help", "quit"})
"""These are offered by the app itself, with what else they need."""


def list_commands(app: App[Any], screen: Screen[Any], own: Own) -> Iterator[SystemCommand]:
    """Yield a command for each action of the screen and the app, with its key, once."""
    told: set[str] = set()
    for node in (screen, app):
        for binding in type(node).BINDINGS:
            if not isinstance(binding, Binding) or not binding.description:
                continue
            if binding.action in told | CLOSED:
                continue
            told.add(binding.action)
            keys = name_keys(own.get(binding.id or "", binding.key))
            says = _(binding.tooltip or binding.description)

            async def run(action: str = binding.action, node: Any = node) -> None:
                await node.run_action(action)

            yield SystemCommand(_(binding.description), f"{says} ({keys})", run)
