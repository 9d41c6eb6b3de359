"""Loading what a physio wrote."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from breathsense.session.texts import _
from breathsense.tui.screens.panel import Panel, plain

DROP = "\0"
"""The answer that asks to do without; no path can be that."""


class PrescriptionQuestion(Panel[str | None]):
    """Asks for the file; ``None`` changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("ctrl+d", "drop", "Do without", priority=True),
    ]

    def __init__(self, *, has_one: bool) -> None:
        super().__init__(_("A physio's prescription"))
        self._has_one = has_one

    def compose_content(self) -> ComposeResult:
        """Give one line to write on."""
        words = _("There is one now; another takes its place.") if self._has_one else ""
        yield plain(
            _("Where is the file? It is checked and kept here. {words}")
            .format(words=words)
            .rstrip()
        )
        yield Input(placeholder="~/Downloads/prescription.toml", select_on_focus=False)
        drop = _("      ctrl+d  do without") if self._has_one else ""
        yield plain(_("enter  load{drop}      esc  back").format(drop=drop), "keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the path, if one was written."""
        self.dismiss(event.value.strip() or None)

    def action_drop(self) -> None:
        """Do without."""
        self.dismiss(DROP if self._has_one else None)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
