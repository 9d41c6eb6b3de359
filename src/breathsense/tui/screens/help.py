"""Help for the screen below it: its keys, and what BreathSense is and is not."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize

from breathsense.session.texts import N_, _
from breathsense.tui.keys import KeyHelp
from breathsense.tui.screens.panel import Panel, plain

FRAME_ROWS = 8
WHAT_IT_IS = N_(
    "BreathSense is a practice and logging aid. It is not a medical device and gives no "
    "diagnosis. Belts and motion sensors show how your belly or ribs move, not the pressure "
    "inside. It can tell you that no breath was seen; it cannot always tell why.\n\n"
    "Practise only as your physio or doctor allows. Breathe slowly rather than deeply. Stop if "
    "you feel dizzy, have more pain, or cannot keep breathing."
)
HOW_TO_READ = N_(
    "The line rises while you breathe in and falls while you breathe out. ▲ and ▼ below it mark "
    "where each began, with its seconds. The dotted line is the rhythm to follow, ○ is where it "
    "is now, ● is you. Hatched parts are times without a signal. Everything that the sensor sends "
    "is recorded, whatever the screen shows.\n\n"
    "Bars below the line are braces: █ the belly widens, ▓ it is firm but not wider, ▚ it is drawn "
    "in, ░ the way is not known. ┄ is what was asked for. The can is your belly: its fill rises as "
    "you breathe in, its wall gets thicker as you firm it, a bubble is a breath. The level is out "
    "of your own calibrated brace; the breath gap is the time since a breathing movement was seen. "
    "In a brace it asks at 4 s and warns at 6 s: let go then, and breathe."
)


class HelpScreen(Panel[None]):
    """Keys and a few honest words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1", "close", "Close"),
    ]

    def __init__(self, keys: list[KeyHelp], *, is_session: bool, here: str = "") -> None:
        super().__init__(_("Help"))
        self._keys, self._is_session, self._here = keys, is_session, here

    def compose_content(self) -> ComposeResult:
        """Give the keys, then the words."""
        with VerticalScroll(id="pages"):
            if self._here:
                yield plain(self._here, "here")
            yield plain(self._list_keys())
            if self._is_session:
                yield plain(_("How to read the picture"), "heading")
                yield plain(_(HOW_TO_READ))
            yield plain(_("What this is, and is not"), "heading")
            yield plain(_(WHAT_IT_IS))
        yield plain(_("esc  close      ↑↓  scroll"), "keys")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self, event: Resize) -> None:
        """Leave room for the frame and the line on how to close it."""
        self.query_one(VerticalScroll).styles.max_height = max(event.size.height - FRAME_ROWS, 3)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _list_keys(self) -> Content:
        width = max(len(help_line.keys) for help_line in self._keys) + 3
        return Content("\n".join(f"{one.keys:<{width}}{one.does}" for one in self._keys))
