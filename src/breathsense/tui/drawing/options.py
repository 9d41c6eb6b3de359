"""Rows of the options screen: what can be set, and how it is set now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.content import Content

from breathsense.session.settings import Field, Settings, list_fields, read_value
from breathsense.session.texts import N_, _
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.keys import name_keys

LABEL_ROOM = 26
KEYS_TABLE = "keys"
TABLE_TITLES = {
    "": N_("The app"),
    "sound": N_("Sound"),
    "pacer": N_("Rhythm to follow"),
    "reminders": N_("Reminders"),
    "lsl": N_("Lab Streaming Layer"),
    "web": N_("In a browser"),
}
ROOM_TITLES = {
    "everywhere": N_("Everywhere"),
    "home": N_("Home"),
    "practise": N_("Practise"),
    "calibrate": N_("Calibrate"),
    "recording": N_("Recording"),
    "options": N_("Options"),
    "programme": N_("Programme"),
    "programmes": N_("Programmes"),
    "guide": N_("Guide"),
    "library": N_("Library"),
    "posture": N_("Posture watch"),
    "progress": N_("Progress"),
    "reach": N_("Reach"),
    "review": N_("Review"),
    "steps": N_("Breaks"),
}
LABELS = {
    "theme": N_("Look"),
    "motion": N_("Motion"),
    "language": N_("Language"),
    "words": N_("Words"),
    "sound.is_on": N_("Sound"),
    "sound.volume": N_("Volume"),
    "sound.is_eyes_closed": N_("Eyes closed"),
    "pacer.is_on": N_("Pacer"),
    "pacer.in_s": N_("In"),
    "pacer.out_s": N_("Out"),
    "reminders.is_on": N_("Remind of a break"),
    "reminders.every_min": N_("Every"),
    "reminders.snooze_min": N_("Put off by"),
    "reminders.quiet_from": N_("Quiet from"),
    "reminders.quiet_until": N_("Quiet until"),
    "author": N_("Signed by"),
    "lsl.is_on": N_("Offer sessions"),
    "lsl.scope": N_("To be found by"),
    "web.port": N_("Port"),
    "web.opens_browser": N_("Open the browser"),
}
CHOICES = {
    "auto": N_("as the system says"),
    "full": N_("full"),
    "reduced": N_("reduced"),
    "usual": N_("usual"),
    "plain": N_("plain"),
    "metric": N_("metric"),
    "dusk": N_("dusk"),
    "morning": N_("morning"),
    "contrast": N_("contrast"),
    "spectrum": N_("spectrum"),
    "machine": N_("this computer"),
    "link": N_("its network"),
    "site": N_("the site"),
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
        before = field.key.rpartition(".")[0]
        if field.key == KEYS_TABLE:
            continue
        if before != table:
            table = before
            rows.append(OptionRow("", _(TABLE_TITLES.get(table, table.capitalize()))))
        rows.append(_describe_field(field, read_value(settings, field.key)))
    for room, bindings in sorted(rooms.items()):
        rows.append(
            OptionRow("", _("Keys: {screen}").format(screen=_(ROOM_TITLES.get(room, room))))
        )
        rows += [_describe_key(one, settings.keys) for one in bindings if one.id]
    return rows


def _describe_field(field: Field, value: Any) -> OptionRow:
    label = _(LABELS.get(field.key, field.key))
    return OptionRow(
        field.key, label, say_value(field, value), _(field.says), value == field.default
    )


def _describe_key(binding: Binding, own: Mapping[str, str]) -> OptionRow:
    name = binding.id or ""
    keys = name_keys(own.get(name, binding.key))
    says = _(binding.tooltip or binding.description)
    return OptionRow(f"{KEYS_TABLE}.{name}", _(binding.description), keys, says, name not in own)


def say_value(field: Field, value: Any) -> str:
    """Return a value in words."""
    if field.kind is bool:
        return _("on") if value else _("off")
    if field.key == "sound.volume":
        return f"{100 * value:.0f} %"
    if field.kind is float:
        return f"{value:g} s"
    if field.choices:
        return _(CHOICES.get(value, value))
    return _("{value} min").format(value=value) if field.key.endswith("_min") else str(value)


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
