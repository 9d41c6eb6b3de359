"""After a programme: save and leave, another one, or breathe on."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from breathsense.session.texts import Words, _
from breathsense.tui.screens.panel import Panel, plain

Next = Literal["home", "more", "stay"]
CHOICES: Mapping[Next, str] = Words(
    {
        "home": "Save, and take it off",
        "more": "Another programme",
        "stay": "Breathe on, without a programme",
    }
)


class WhatNext(Panel[Next]):
    """Asks what comes next; the session goes on meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "choose('stay')", "Breathe on")]

    def __init__(self) -> None:
        super().__init__(_("And now?"))

    def compose_content(self) -> ComposeResult:
        """Give the choices."""
        yield OptionList(*(Option(words, id=name) for name, words in CHOICES.items()))
        yield plain(_("enter  choose      esc  breathe on"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the highlighted one."""
        self.action_choose(event.option.id or "stay")

    def action_choose(self, chosen: str) -> None:
        """Give what was chosen."""
        self.dismiss(next((one for one in CHOICES if one == chosen), "stay"))
