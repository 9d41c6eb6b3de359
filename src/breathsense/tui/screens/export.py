"""Sessions in other formats: which format, under a passphrase or not, and how far it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from breathsense.exports.progress import Tell
from breathsense.session.texts import N_, Words, _, say_n
from breathsense.tui.desk import ExportOrder
from breathsense.tui.screens.panel import Notice, Panel, plain
from breathsense.tui.screens.working import Working

if TYPE_CHECKING:
    from breathsense.tui.looking_back import LookingBack

FORMATS = Words(
    {
        "html": "Page      to read, zoom and print in any browser",
        "pdf": "Sheet     one A4 page, PDF",
        "csv": "Tables    CSV for spreadsheets: samples, breaths, holds, events",
        "edf": "EDF+      for the viewers of sleep laboratories",
        "bids": "BIDS      a dataset for research",
        "xdf": "XDF       for the tools about Lab Streaming Layer",
        "json": "JSON      what was found, for scripts",
        "fhir": "FHIR      the resting rate, for record systems",
    }
)
CAUTION = N_(
    "It can hold health data. Send it only by a way your clinic accepts."
    " Nothing leaves this computer unless you send it."
)


class ExportPanel(Panel[ExportOrder | None]):
    """Asks for the format, and for a passphrase, which may stay empty."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, n_sessions: int) -> None:
        super().__init__(say_n("Export {n} session", "Export {n} sessions", n_sessions))

    def compose_content(self) -> ComposeResult:
        """Give the formats and the line for a passphrase."""
        yield OptionList(*(Option(text, id=name) for name, text in FORMATS.items()))
        yield Input(password=True, placeholder=_("Passphrase, if it is to be closed (tab)"))
        yield plain(_(CAUTION), "advice")
        yield plain(_("enter  export      tab  passphrase      esc  back"), "keys")

    def on_mount(self) -> None:
        """Begin with the formats."""
        formats = self.query_one(OptionList)
        formats.highlighted = 0
        formats.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the format."""
        self._order(event.option.id or "")

    def on_input_submitted(self) -> None:
        """Take the highlighted format with the passphrase."""
        formats = self.query_one(OptionList)
        self._order(list(FORMATS)[formats.highlighted or 0])

    def _order(self, name: str) -> None:
        self.dismiss(ExportOrder(name, self.query_one(Input).value.strip()))

    def action_leave(self) -> None:
        """Export nothing."""
        self.dismiss(None)


def export_from(app: "LookingBack", paths: Sequence[Path]) -> None:
    """Ask for the format, write the sessions, and tell where they are."""

    def tell(written: Path | None) -> None:
        if written is not None:
            app.push_screen(Notice(_("Exported"), _(CAUTION), where=str(written)))

    def begin(order: ExportOrder | None) -> None:
        if order is None:
            return

        def write(share: Tell) -> Path:
            return app.desk.export(paths, order, share)

        words = _("Writing {count} as {format} ...").format(
            count=say_n("{n} session", "{n} sessions", len(paths)), format=order.name.upper()
        )
        app.push_screen(Working[Path](words, write), tell)

    app.push_screen(ExportPanel(len(paths)), begin)
