"""What the library asks: a line of words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from breathsense.session.texts import _
from breathsense.tui.screens.panel import Panel, plain

MOST_LETTERS = 80


class WordsQuestion(Panel[str | None]):
    """Asks for words; those that are there already can be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, title: str, words: str) -> None:
        super().__init__(title)
        self._words = words

    def compose_content(self) -> ComposeResult:
        """Give one line to write on."""
        yield Input(self._words, max_length=MOST_LETTERS, select_on_focus=False)
        yield plain(_("It lies in a file beside the recording, never in it."), "advice")
        yield plain(_("enter  keep      esc  back"), "keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the words; they may be empty."""
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
