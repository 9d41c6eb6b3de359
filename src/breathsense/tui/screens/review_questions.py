"""What a review asks for: words, and another session."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from breathsense.session.texts import _
from breathsense.tui.desk import RecordingEntry
from breathsense.tui.drawing.rows import describe_recording
from breathsense.tui.screens.panel import Panel, plain

MOST_LETTERS = 400


class AnnotationQuestion(Panel[str | None]):
    """Asks for the words at a moment; they lie beside the recording, never in it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, moment: str, text: str) -> None:
        super().__init__(_("Annotation at {moment}").format(moment=moment))
        self._text = text

    def compose_content(self) -> ComposeResult:
        """Give one line to write on."""
        yield Input(self._text, max_length=MOST_LETTERS, select_on_focus=False)
        yield plain(_("enter  keep      esc  back"), "keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the words."""
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Write nothing."""
        self.dismiss(None)


class SessionQuestion(Panel[Path | None]):
    """Asks for a session to be held against the one that is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Back")]

    def __init__(self, entries: Sequence[RecordingEntry]) -> None:
        super().__init__(_("Compare with"))
        self._entries = entries

    def compose_content(self) -> ComposeResult:
        """Give the sessions, newest first."""
        if not self._entries:
            yield plain(_("There is no other recording."))
        yield OptionList(
            *(Option(describe_recording(one), id=str(one.path)) for one in self._entries),
            markup=False,
        )
        yield plain(_("enter  choose      esc  back"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the session."""
        self.dismiss(Path(event.option.id or ""))

    def action_leave(self) -> None:
        """Compare with nothing."""
        self.dismiss(None)
