"""The keys of a screen in words, read from the bindings themselves so that they cannot differ."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

NAMES = {
    "question_mark": "?",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "f1": "F1",
}


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """The keys of one action, and what it does."""

    keys: str
    does: str


def list_keys(bindings: Iterable[BindingType]) -> list[KeyHelp]:
    """Return what each binding does, in order; bindings without a description are left out."""
    return [
        KeyHelp(name_keys(binding.key), binding.tooltip or binding.description)
        for binding in bindings
        if isinstance(binding, Binding) and binding.description
    ]


def name_keys(keys: str) -> str:
    """Return the names on the keyboard of keys that are separated by commas."""
    return ", ".join(_name_key(key.strip()) for key in keys.split(","))


def _name_key(key: str) -> str:
    *held, last = key.split("+")
    return "+".join([*held, NAMES.get(last, last)])
