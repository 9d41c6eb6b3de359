"""Before a programme: what is done, how long it takes, and what these sensors can tell of it."""

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from breathsense.session.texts import _
from breathsense.session.today import Offer
from breathsense.tui.drawing.offers import describe_offer
from breathsense.tui.screens.panel import Panel

ReadyAnswer = Literal["begin", "calibrate", ""]


class Ready(Panel[tuple[ReadyAnswer, int]]):
    """Asks whether to begin, and at which level."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer('begin')", "Begin"),
        Binding("c", "answer('calibrate')", "Calibrate first"),
        Binding("left", "level(-1)", "Easier"),
        Binding("right", "level(1)", "Harder"),
        Binding("escape,q", "answer('')", "Back"),
    ]

    def __init__(self, offer: Offer, level: int) -> None:
        super().__init__(_(offer.programme.name))
        self._offer, self._level = offer, level

    def compose_content(self) -> ComposeResult:
        """Give what is known of it."""
        yield Static(describe_offer(self._offer, self._level), id="offer")
        keys = _("enter  begin      esc  back")
        if self._offer.missing:
            keys = _("enter  begin      c  calibrate first      esc  back")
        if self._offer.programme.levels:
            keys = _("←→  level      {keys}").format(keys=keys)
        yield Static(Content(keys), classes="keys")

    def action_level(self, by: int) -> None:
        """Take the next level down or up."""
        levels = self._offer.programme.levels
        if levels:
            self._level = min(max(self._level + by, levels[0]), levels[-1])
            self.query_one("#offer", Static).update(describe_offer(self._offer, self._level))

    def action_answer(self, answer: ReadyAnswer) -> None:
        """Give the answer with the level."""
        self.dismiss((answer, self._level))
