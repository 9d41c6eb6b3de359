"""Options: everything in the settings, changed by the keyboard, kept at once."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.settings import Field, list_fields, read_value
from breathsense.session.texts import _
from breathsense.tui.drawing.options import (
    KEYS_TABLE,
    OptionRow,
    draw_row,
    list_rows,
    step_value,
)
from breathsense.tui.keys import Keyed, list_rooms, name_keys, say_keys
from breathsense.tui.screens.panel import ErrorPanel, Panel, plain
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

FIELDS = {field.key: field for field in list_fields()}


class KeyQuestion(Panel[str | None]):
    """Asks for the key of an action; the next key that is pressed is it."""

    def __init__(self, does: str) -> None:
        super().__init__(_("Your own key"))
        self._does = does

    def compose_content(self) -> ComposeResult:
        """Give what the key shall do."""
        yield plain(self._does)
        yield plain(_("Press the key that shall do this.      esc  back"), "keys")

    def on_key(self, event: Key) -> None:
        """Take the key."""
        event.stop()
        event.prevent_default()
        self.dismiss(None if event.key == "escape" else event.key)


class ValueQuestion(Panel[str | None]):
    """Asks for a value that has to be written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, row: OptionRow) -> None:
        super().__init__(row.label)
        self._row = row

    def compose_content(self) -> ComposeResult:
        """Give what it does, and a line to write on."""
        yield plain(self._row.says)
        yield Input(self._row.value, max_length=40)
        yield plain(_("enter  take it      esc  back"), "keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give what was written."""
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)


class OptionsScreen(Keyed, Screen[None]):
    """All that the person may choose for good."""

    app: "BreathSenseApp"
    ROOM = "options"
    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "edit", "Change", priority=True,
                tooltip="Change it: the next value, or ask for one"),
        Binding("left,minus", "step(-1)", "Less", priority=True,
                tooltip="Less, or the value before"),
        Binding("right,plus,equals_sign", "step(1)", "More", priority=True,
                tooltip="More, or the next value"),
        Binding("backspace,delete", "reset", "As usual", tooltip="Back to what is usual"),
        Binding("q,escape", "leave", "Back", tooltip="Back; all is kept already"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._all_keys = list_rooms()
        self._rows: list[OptionRow] = []
        self._list = OptionList(id="options", markup=False)
        self._says = Static("", id="says", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        self._list.border_title = _("options")
        yield self._list
        yield self._says
        yield Foot()

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()
        self._list.focus()
        self._list.highlighted = 1

    def on_resize(self) -> None:
        """Draw the rows for the new width."""
        self._fill()

    def _fill(self) -> None:
        """Show the settings as they are; the highlight stays where it is."""
        self._rows = list_rows(self.app.comfort.settings, self._all_keys)
        width = max(self.size.width - 6, 0)
        prompts = [draw_row(row, width) for row in self._rows]
        if self._list.option_count != len(prompts):
            self._list.clear_options()
            self._list.add_options(
                Option(prompt, id=row.id or None, disabled=not row.id)
                for prompt, row in zip(prompts, self._rows, strict=True)
            )
            return
        for place, prompt in enumerate(prompts):
            self._list.replace_option_prompt_at_index(place, prompt)
        self._tell()

    @property
    def _row(self) -> OptionRow:
        return self._rows[self._list.highlighted or 1]

    def on_option_list_option_highlighted(self) -> None:
        """Say what the highlighted row is about."""
        self._tell()

    def on_option_list_option_selected(self) -> None:
        """Change what is highlighted."""
        self.action_edit()

    def _tell(self) -> None:
        usual = (
            ""
            if self._row.is_usual
            else say_keys("• is not as usual: {options_reset} takes it back.")
        )
        where = _("In the file: {key}").format(key=self._row.id)
        self._says.update(f"{self._row.says}  {usual}\n{where}")

    def action_step(self, steps: int) -> None:
        """Take a value further on, or further back."""
        field = FIELDS.get(self._row.id)
        if field is not None:
            value = read_value(self.app.comfort.settings, field.key)
            changed = step_value(field, value, steps)
            if changed != value:
                self._change(field.key, changed)

    def action_edit(self) -> None:
        """Take the next value, or ask for one."""
        row = self._row
        field = FIELDS.get(row.id)
        if field is None:
            self.app.push_screen(KeyQuestion(row.says), self._take_key)
        elif field.kind is bool or field.choices:
            self.action_step(1)
        else:
            value = read_value(self.app.comfort.settings, field.key)
            shown = OptionRow(row.id, row.label, f"{value}", row.says)
            self.app.push_screen(ValueQuestion(shown), self._take_text)

    def _take_key(self, key: str | None) -> None:
        if key is not None:
            name = self._row.id.removeprefix(f"{KEYS_TABLE}.")
            own = {**self.app.comfort.settings.keys, name: key}
            if self._change(KEYS_TABLE, own):
                self.notify(f"{name_keys(key)}: {self._row.says}", timeout=3)

    def _take_text(self, text: str | None) -> None:
        field = FIELDS[self._row.id]
        if text is not None and (value := _read_text(field, text)) is not None:
            self._change(field.key, value)
        elif text is not None:
            self.notify(_("{text} is no number.").format(text=text), severity="warning", timeout=4)

    def action_reset(self) -> None:
        """Go back to what is usual."""
        row = self._row
        field = FIELDS.get(row.id)
        if field is not None:
            self._change(field.key, field.default)
            return
        name = row.id.removeprefix(f"{KEYS_TABLE}.")
        own = self.app.comfort.settings.keys
        self._change(KEYS_TABLE, {other: key for other, key in own.items() if other != name})

    def _change(self, key: str, value: Any) -> bool:
        """Take another value; say what is wrong with it, or with keeping it."""
        try:
            self.app.comfort.change(self.app, key, value)
        except BreathSenseError as error:
            self.app.push_screen(ErrorPanel(error))
            return False
        finally:
            self._fill()
        if key.startswith("sound."):
            self.app.sounder.play("bell")
        return True

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _read_text(field: Field, text: str) -> Any:
    """Return a written value; ``None`` if it is no number where one is needed."""
    try:
        return field.kind(text.replace(",", ".") if field.kind is float else text)
    except ValueError:
        return None
