"""Rows of the options screen: what can be set, and how it is set now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.content import Content

from breathsense.session.settings import Field, Settings, list_fields, read_value
from breathsense.tui.drawing.canvas import cut_text
from breathsense.tui.keys import name_keys

LABEL_ROOM = 26
KEYS_TABLE = "keys"
TABLE_TITLES = {
    "": "The app",
    "sound": "Sound",
    "pacer": "Rhythm to follow",
    "reminders": "Reminders",
    "web": "In a browser",
}
ROOM_TITLES = {"everywhere": "Everywhere"}
LABELS = {
    "theme": "Look",
    "motion": "Motion",
    "words": "Words",
    "language": "Language",
    "sound.is_on": "Sound",
    "sound.volume": "Volume",
    "sound.is_eyes_closed": "Eyes closed",
    "pacer.is_on": "Pacer",
    "pacer.in_s": "In",
    "pacer.out_s": "Out",
    "reminders.is_on": "Remind of a break",
    "reminders.every_min": "Every",
    "reminders.quiet_from": "Quiet from",
    "reminders.quiet_until": "Quiet until",
    "web.port": "Port",
    "web.opens_browser": "Open the browser",
}
STEPS = {"sound.volume": 0.1, "pacer.in_s": 0.5, "pacer.out_s": 0.5, "reminders.every_min": 5}
"""How far one press goes; other numbers are typed."""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """A row of the list; ``id`` is empty for a heading.

    ``id`` is the key of a field, or ``"keys."`` and the name of an action.
    """

    id: str
    label: str
    value: str = ""
    says: str = ""
    is_usual: bool = True


def list_rows(settings: Settings, rooms: Mapping[str, Iterable[Binding]]) -> list[OptionRow]:
    """Return all that can be set, table by table, then the keys, screen by screen."""
    rows: list[OptionRow] = []
    table = None
    for field in list_fields():
        before, _, _ = field.key.rpartition(".")
        if field.key == KEYS_TABLE:
            continue
        if before != table:
            table = before
            rows.append(OptionRow("", TABLE_TITLES.get(table, table.capitalize())))
        rows.append(_describe_field(field, read_value(settings, field.key)))
    for room, bindings in sorted(rooms.items()):
        rows.append(OptionRow("", f"Keys: {ROOM_TITLES.get(room, room)}"))
        rows += [_describe_key(one, settings.keys) for one in bindings if one.id]
    return rows


def _describe_field(field: Field, value: Any) -> OptionRow:
    label = LABELS.get(field.key, field.key)
    return OptionRow(field.key, label, say_value(field, value), field.says, value == field.default)


def _describe_key(binding: Binding, own: Mapping[str, str]) -> OptionRow:
    name = binding.id or ""
    keys = name_keys(own.get(name, binding.key))
    says = binding.tooltip or binding.description
    return OptionRow(f"{KEYS_TABLE}.{name}", binding.description, keys, says, name not in own)


def say_value(field: Field, value: Any) -> str:
    """Return a value in words."""
    if field.kind is bool:
        return "on" if value else "off"
    if field.key == "sound.volume":
        return f"{100 * value:.0f} %"
    if field.kind is float:
        return f"{value:g} s"
    return f"{value} min" if field.key.endswith("_min") else str(value)


def step_value(field: Field, value: Any, steps: int) -> Any:
    """Return the value so many steps on; the same where it can only be typed."""
    if field.kind is bool:
        return not value
    if field.choices:
        place = field.choices.index(value) + steps
        return field.choices[place % len(field.choices)]
    step = STEPS.get(field.key)
    if step is None or field.least is None or field.most is None:
        return value
    changed = round((value + steps * step) / step) * step
    return field.kind(round(min(max(changed, field.least), field.most), 6))


def draw_row(row: OptionRow, width: int) -> Content:
    """Return a row as it stands in the list; what is not as usual has a dot."""
    if not row.id:
        return Content.styled(row.label, "$primary bold")
    label = cut_text(row.label, LABEL_ROOM - 1).ljust(LABEL_ROOM)
    mark = "  " if row.is_usual else "• "
    return Content.assemble(
        (mark, "$accent"), label, (cut_text(row.value, max(width - LABEL_ROOM - 2, 8)), "$strong")
    )
