"""Small panels over a screen: each says one thing and asks at most one."""

from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.error_words import say_fault
from breathsense.session.texts import _
from breathsense.tui.styles import LATER_STYLES

Answer = TypeVar("Answer")


class Panel(ModalScreen[Answer], Generic[Answer]):
    """A frame in the middle of the screen."""

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "app.help", "Help")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._panel_title = title

    def compose(self) -> ComposeResult:
        """Put the content into the frame."""
        with Vertical(id="panel") as panel:
            panel.border_title = self._panel_title
            yield from self.compose_content()

    def compose_content(self) -> ComposeResult:
        """Give the widgets inside the frame."""
        raise NotImplementedError


def plain(text: str | Content, classes: str = "") -> Static:
    """Return a text as it is: nothing in it is markup."""
    return Static(Content(text) if isinstance(text, str) else text, classes=classes)


class Confirm(Panel[bool]):
    """Asks before something ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "Yes"),
        Binding("escape,n", "answer(False)", "No"),
    ]

    def __init__(self, title: str, text: str, *, yes: str, no: str) -> None:
        super().__init__(title)
        self._text, self._keys = text, _("enter  {yes}      esc  {no}").format(yes=yes, no=no)

    def compose_content(self) -> ComposeResult:
        """Give the question and the two keys."""
        yield plain(self._text)
        yield plain(self._keys, "keys")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - written in a binding
        """Give the answer."""
        self.dismiss(answer)


class Notice(Panel[None]):
    """Tells something; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,space,q", "close", "Close")]

    def __init__(self, title: str, text: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(title)
        self._text, self._where, self._advice = text, where, advice

    def compose_content(self) -> ComposeResult:
        """Give what, where and what to do."""
        yield plain(self._text)
        if self._where:
            yield plain(self._where, "where")
        if self._advice:
            yield plain(self._advice, "advice")
        yield plain(_("enter  close"), "keys")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)


class ErrorPanel(Notice):
    """Tells calmly what went wrong, where, and what to do."""

    def __init__(self, error: BreathSenseError) -> None:
        fault, advice = say_fault(error)
        text = fault[:1].upper() + fault[1:].rstrip(".")
        text += "" if text.endswith("?") else "."
        super().__init__(_("That did not work"), text, where=error.where, advice=advice)
        self.add_class("-error")


class Waiting(Panel[None]):
    """Shown while something takes its time; escape gives it up, where that can be done."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "give_up", "Give up")]
    FRAMES = "▁▂▃▄▅▆▇█▇▆▅▄▃▂"

    def __init__(self, text: str, *, can_give_up: bool = True) -> None:
        super().__init__(_("One moment"))
        self._text, self._can_give_up = text, can_give_up
        self._n_frames = 0
        self._told = Static(self._say(), id="waiting")
        self.is_given_up = False

    def compose_content(self) -> ComposeResult:
        """Give the text and a breath of a thing that moves."""
        yield self._told
        if self._can_give_up:
            yield plain(_("esc  give up"), "keys")

    def on_mount(self) -> None:
        """Begin to move."""
        self.set_interval(0.15, self._move)

    def _move(self) -> None:
        self._n_frames += 1
        self._told.update(self._say(), layout=False)

    def _say(self) -> Content:
        return Content(f"{self.FRAMES[self._n_frames % len(self.FRAMES)]}  {self._text}")

    def action_give_up(self) -> None:
        """Stop waiting; what comes of it later is put away by whoever began it."""
        if self._can_give_up:
            self.is_given_up = True
            self.dismiss(None)
