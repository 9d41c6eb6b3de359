"""Stopping: why, and what to do now. Always one key away."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from breathsense.core.coaching.spec import Stop
from breathsense.core.model.labels import OWN_WISH, say_stop
from breathsense.session.safety_words import ALWAYS, EMERGENCIES, STOP_TEXTS, STOP_WORDS
from breathsense.session.texts import _
from breathsense.tui.desk import LiveSession
from breathsense.tui.screens.panel import Notice, Panel, plain

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp


def list_reasons(stops: tuple[Stop, ...]) -> list[Stop]:
    """Return the reasons to choose from: what is always offered, and a programme's own."""
    return [one for one in STOP_WORDS if one in ALWAYS or one in stops]


class StopQuestion(Panel[Stop | None]):
    """Asks why; the first answer is that it is enough, and needs no other reason."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "choose('own_wish')", "Enough for now"),
        Binding("escape", "choose('')", "Go on"),
    ]

    def __init__(self, stops: tuple[Stop, ...] = ()) -> None:
        super().__init__(_("Stopped. How are you?"))
        self._reasons = list_reasons(stops)

    def compose_content(self) -> ComposeResult:
        """Give the reasons."""
        yield plain(_("Let go, and breathe as you like."))
        yield OptionList(*(Option(STOP_WORDS[one], id=one) for one in self._reasons))
        yield plain(_("enter  that is why      x  enough for now      esc  go on"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the highlighted reason."""
        self.action_choose(event.option.id or "")

    def action_choose(self, reason: str) -> None:
        """Give the reason, or nothing."""
        self.dismiss(next((one for one in self._reasons if one == reason), None))


async def ask_to_stop(app: "BreathSenseApp", live: LiveSession) -> Stop | None:
    """Ask why, log it, and say what to do; ``None`` where the person goes on."""
    reason = await app.push_screen_wait(StopQuestion())
    if reason is not None:
        live.mark(say_stop(reason))
        await app.push_screen_wait(StopText(reason))
    return reason


async def stop_beside(app: "BreathSenseApp", live: LiveSession, close: Callable[[], None]) -> None:
    """Stop on a screen that lies over a session: close it, and for the body's sake end both."""
    reason = await ask_to_stop(app, live)
    if reason is not None:
        close()
    if reason not in {None, OWN_WISH}:
        app.leave_session(asks=False)


class StopText(Notice):
    """What to do after a stop."""

    def __init__(self, reason: Stop) -> None:
        is_emergency = reason in EMERGENCIES
        super().__init__(_("Get help now") if is_emergency else _("Stopped"), STOP_TEXTS[reason])
        if is_emergency:
            self.add_class("-error")
