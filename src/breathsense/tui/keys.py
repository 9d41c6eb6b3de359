"""The keys of a screen in words, and the person's own keys in their place.

Both are read from the bindings themselves, so that what is told and what is done cannot differ.
"""

import difflib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, ClassVar

from textual.binding import ActiveBinding, Binding, BindingType
from textual.keys import Keys

from breathsense.core.model.errors import RefusedInput
from breathsense.session.texts import _

EVERYWHERE = "everywhere"
"""The room of the keys that work on every screen."""
NAMES = {
    "question_mark": "?",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "f1": "F1",
}
MARKS = {
    "?": "question_mark",
    "=": "equals_sign",
    "+": "plus",
    "-": "minus",
    ",": "comma",
    "/": "slash",
}
"""Characters that textual calls by a name."""
HELD = frozenset({"ctrl", "shift", "alt"})
KEY_NAMES = frozenset(key.value for key in Keys)

Own = Mapping[str, str]
"""The person's own keys by the names of the actions."""


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """The keys of one action, and what it does."""

    keys: str
    does: str


_ROOMS: dict[str, list[Binding]] = {}
"""The named bindings of each screen, filled as the classes are made."""
_OWN: dict[str, str] = {}
"""The person's own keys, by the names of the actions."""


class Keyed:
    """Gives every binding of a screen a name, ``ROOM`` and what it does, for the person's own keys.

    A binding that has an ``id`` keeps it; one whose action takes something is named after its
    description.
    """

    ROOM: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        if cls.ROOM and "BINDINGS" in cls.__dict__:
            named = name_bindings(cls.__dict__["BINDINGS"], cls.ROOM)
            cls.BINDINGS = named  # type: ignore[attr-defined] # textual's name for it
            _ROOMS[cls.ROOM] = named
        super().__init_subclass__(**options)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that do something now, in the language of the person: the foot shows them."""
        found: dict[str, ActiveBinding] = super().active_bindings  # type: ignore[misc] # a screen's
        return {key: one._replace(binding=_translate(one.binding)) for key, one in found.items()}


def _translate(binding: Binding) -> Binding:
    return replace(binding, description=_(binding.description), tooltip=_(binding.tooltip))


class _Values(dict[str, object]):
    """What is filled into a text: values by their names, else the key of an action."""

    def __missing__(self, name: str) -> str:
        room, _dash, action = name.partition("_")
        return name_key_of(f"{room}.{action}")


def say_keys(text: str, **values: object) -> str:
    """Return a text in the language of the person, with the keys of the actions that it names.

    ``{home_demo}`` is the key that does ``home.demo``, whichever the person has chosen for it.
    """
    return _(text).format_map(_Values(values))


def take_own(own: Own) -> None:
    """Name the person's own keys from now on."""
    _OWN.clear()
    _OWN.update(own)


def name_key_of(name: str) -> str:
    """Return the name of the first key of an action; raises KeyError if there is no such action."""
    own = _OWN.get(name)
    if own is not None:
        return name_keys(own.partition(",")[0])
    room = name.partition(".")[0]
    bindings = _ROOMS.get(room) or list_rooms()[room]
    return name_keys({one.id: one.key for one in bindings}[name].partition(",")[0])


def list_rooms() -> dict[str, list[Binding]]:
    """Return the named bindings of all screens, by room; loads the screens that are not yet."""
    screens = import_module("breathsense.tui.screens")
    for module in pkgutil.iter_modules(screens.__path__):
        import_module(f"breathsense.tui.screens.{module.name}")
    return dict(_ROOMS)


def name_bindings(bindings: Iterable[BindingType], room: str) -> list[Binding]:
    """Return the bindings, each with a name that the settings may use."""
    return [
        one if one.id or not one.description else replace(one, id=f"{room}.{_slug(one)}")
        for one in bindings
        if isinstance(one, Binding)
    ]


def _slug(binding: Binding) -> str:
    action = binding.action.rpartition(".")[2] if "(" not in binding.action else ""
    words = action or binding.description
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def list_keys(bindings: Iterable[BindingType], own: Own | None = None) -> list[KeyHelp]:
    """Return what each binding does, in order; bindings without a description are left out."""
    own = own or {}
    return [
        KeyHelp(
            name_keys(own.get(binding.id or "", binding.key)),
            _(binding.tooltip or binding.description),
        )
        for binding in bindings
        if isinstance(binding, Binding) and binding.description
    ]


def name_keys(keys: str) -> str:
    """Return the names on the keyboard of keys that are separated by commas."""
    return ", ".join(_name_key(key.strip()) for key in keys.split(","))


def _name_key(key: str) -> str:
    *held, last = key.split("+")
    return "+".join([*held, NAMES.get(last, last)])


def check_keys(own: Own, rooms: Mapping[str, Iterable[Binding]]) -> dict[str, str]:
    """Return the person's own keys as textual writes them.

    Parameters
    ----------
    own : mapping of str to str
        By the names of actions; several keys of one action are separated by commas.
    rooms : mapping of str to bindings
        As ``list_rooms`` gives them.

    Raises
    ------
    RefusedInput
        An action or a key that does not exist, or one key for two actions of one screen.

    """
    known = {one.id: one for room in rooms.values() for one in room if one.id}
    tidied = {}
    for name, keys in own.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            raise RefusedInput(
                f"there is no action {name!r}",
                where=f"keys.{name}",
                advice=f"Did you mean {near[0]}?"
                if near
                else "The options (o) tell the names of all.",
            )
        tidied[name] = ",".join(_tidy_key(key.strip(), name) for key in keys.split(","))
    for room in rooms:
        _check_room([*rooms[room], *(rooms[EVERYWHERE] if room != EVERYWHERE else ())], tidied)
    return tidied


def _tidy_key(key: str, name: str) -> str:
    *held, last = key.split("+") if len(key) > 1 else [key]
    last = MARKS.get(last, last)
    is_known = (len(last) == 1 and last.isprintable() and last != " ") or last in KEY_NAMES
    if not (is_known or last in MARKS.values()) or not HELD.issuperset(held):
        near = difflib.get_close_matches(key, [*KEY_NAMES, *MARKS.values()], n=1)
        raise RefusedInput(
            f"{key!r} is no key",
            where=f"keys.{name}",
            advice=f"Did you mean {near[0]}?" if near else "Such as: n, f5, ctrl+n, space.",
        )
    return "+".join([*held, last])


def _check_room(bindings: Iterable[Binding], own: Own) -> None:
    """Refuse a key that would do two things, where one of them is the person's own."""
    taken: dict[str, Binding] = {}
    for binding, key in _spread(bindings, own):
        other = taken.setdefault(key, binding)
        name = next((one.id for one in (binding, other) if one.id in own), None)
        if other.id != binding.id and name is not None:
            rival = other if name == binding.id else binding
            raise RefusedInput(
                f"{name_keys(key)!r} already does another thing: {rival.id}"
                f" ({rival.tooltip or rival.description})",
                where=f"keys.{name}",
                advice=f"Take another key, or give {rival.id} another one too.",
            )


def _spread(bindings: Iterable[Binding], own: Own) -> Iterator[tuple[Binding, str]]:
    for binding in bindings:
        for key in own.get(binding.id or "", binding.key).split(","):
            yield binding, key.strip()
