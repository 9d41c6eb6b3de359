"""Shown while something long is done in a thread: how far it is, and a key that stops it."""

from asyncio import to_thread
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import ProgressBar, Static

from breathsense.core.model.errors import BreathSenseError
from breathsense.exports.progress import Cancelled, Tell
from breathsense.session.texts import _
from breathsense.tui.screens.panel import ErrorPanel, Panel, plain

Result = TypeVar("Result")
LOOK_S = 0.1


class Working(Panel[Result | None]):
    """Does a piece of work and gives what comes of it; ``None`` if it was stopped or failed.

    Parameters
    ----------
    words : str
        What is being done.
    work_on : callable
        Does it, in a thread; is handed whom to tell the share that is done.

    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "stop", "Stop")]

    def __init__(self, words: str, work_on: Callable[[Tell], Result]) -> None:
        super().__init__(_("One moment"))
        self._words, self._work_on = words, work_on
        self._share = 0.0
        self._is_stopped = False
        self._bar = ProgressBar(total=100, show_eta=False)

    def compose_content(self) -> ComposeResult:
        """Give the words, a bar, and the key."""
        yield Static(self._words, markup=False)
        yield self._bar
        yield plain(_("esc  stop; nothing is left behind"), "keys")

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(LOOK_S, self._look)
        self._run()

    def _look(self) -> None:
        self._bar.update(progress=100 * self._share)

    def _tell(self, share: float) -> None:
        """Take the share; called from the thread that works."""
        if self._is_stopped:
            raise Cancelled
        self._share = share

    @work
    async def _run(self) -> None:
        try:
            result = await to_thread(self._work_on, self._tell)
        except Cancelled:
            self.dismiss(None)
        except BreathSenseError as error:
            self.dismiss(None)
            self.app.push_screen(ErrorPanel(error))
        else:
            self.dismiss(None if self._is_stopped else result)

    def action_stop(self) -> None:
        """Stop at the next step; the panel stays until everything is put away."""
        self._is_stopped = True
        self.query_one(Static).update(_("Stopping ..."))
