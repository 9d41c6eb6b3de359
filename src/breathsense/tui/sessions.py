"""The app's way into sessions and out of them: opening, waiting, saving, leaving."""

import asyncio
from asyncio import to_thread
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App
from textual.screen import Screen

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import _, say_n
from breathsense.tui.drawing.words import say_length
from breathsense.tui.keeper import SessionKeeper
from breathsense.tui.screens.home import HomeScreen
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice, Waiting

if TYPE_CHECKING:  # they load the picture of a session, which the first screen does not need
    from breathsense.core.model.calibration import Posture
    from breathsense.core.model.sensors import Place
    from breathsense.session.today import Offer
    from breathsense.tui.desk import Desk, FoundWearable, LiveSession, ReplaySession
    from breathsense.tui.screens.live import LiveScreen
    from breathsense.tui.screens.replay import ReplayScreen
    from breathsense.tui.screens.session import SessionScreen


class Sessions(App[None]):
    """What the app does about sessions; the rest of it is in ``BreathSenseApp``."""

    desk: "Desk"
    keeper: SessionKeeper
    is_new = False
    """Whether the person is here for the first time: then a calibration is offered at once."""

    def open_demo(self, *, is_calibration: bool = False) -> None:
        """Practise with the virtual belt."""
        build = _build_live(is_calibration=is_calibration)
        self.begin_session(_say_begin(is_demo=True), self.desk.open_demo, build, needs_radio=False)

    def open_wearables(self, chosen: "Sequence[tuple[FoundWearable, Place]]") -> None:
        """Practise with one wearable, or with several."""

        def begin() -> "LiveSession":
            return self.desk.open_wearables(chosen)

        names = " + ".join(found.name or found.id for found, _place in chosen)
        words = _("Connecting to {names} ...").format(names=names)
        self.begin_session(words, begin, _build_live(is_calibration=self.is_new))

    def open_last(self) -> None:
        """Practise with what was worn last."""
        self.begin_session(_say_begin(is_demo=False), self.desk.open_last, _build_live())

    def open_calibration(self, posture: "Posture", *, is_demo: bool) -> None:
        """Calibrate what was worn last, or the virtual belt."""
        wake = self.desk.open_demo if is_demo else self.desk.open_last

        def begin() -> "LiveSession":
            return wake(posture)

        words, build = _say_begin(is_demo=is_demo), _build_live(is_calibration=True)
        self.begin_session(words, begin, build, needs_radio=not is_demo)

    def open_programme(self, offer: "Offer", *, is_demo: bool) -> None:
        """Put on what was worn last, or the virtual belt, and follow a programme."""
        begin = self.desk.open_demo if is_demo else self.desk.open_last
        words, build = _say_begin(is_demo=is_demo), _build_live(wanted=offer)
        self.begin_session(words, begin, build, needs_radio=not is_demo)

    def open_recording(self, path: Path) -> None:
        """Look at a recording."""

        def begin() -> "ReplaySession":
            return self.desk.open_recording(path)

        def build(session: "ReplaySession") -> "ReplayScreen":
            from breathsense.tui.screens.replay import ReplayScreen

            return ReplayScreen(session, path=path)

        words = _("Opening {name} ...").format(name=path.name)
        self.begin_session(words, begin, build, needs_radio=False)

    def begin_session(
        self,
        words: str,
        begin: Callable[[], Any],
        build: "Callable[[Any], SessionScreen]",
        *,
        needs_radio: bool = True,
    ) -> None:
        """Wait for a session, then show it.

        Parameters
        ----------
        words : str
            What is waited for.
        begin : callable
            Opens the session; called in a thread of its own.
        build : callable
            Gives the screen of the session.
        needs_radio : bool
            Whether a scan must have ended before.

        """
        waiting = Waiting(words)
        self.push_screen(waiting)
        self._open(waiting, begin, build, needs_radio=needs_radio)

    @work(group="sessions")
    async def _open(
        self,
        waiting: Waiting,
        begin: Callable[[], Any],
        build: "Callable[[Any], SessionScreen]",
        *,
        needs_radio: bool,
    ) -> None:
        stopping = asyncio.create_task(self.home.reach.stop_scan())
        if needs_radio:  # a scan that is stuck would keep everybody else waiting for it
            await stopping
        try:
            session = await to_thread(self.keeper.open, begin, lambda: not waiting.is_given_up)
        except BreathSenseError as error:
            if not waiting.is_given_up:
                await self._replace(waiting, ErrorPanel(error))
            return
        if session is not None:
            await self._replace(waiting, build(session))

    async def _replace(self, waiting: Waiting, screen: Screen[Any]) -> None:
        while waiting in self.screen_stack and self.screen is not waiting:
            await self.pop_screen()
        await self.switch_screen(screen)

    @property
    def home(self) -> HomeScreen:
        """The screen below all others."""
        return next(screen for screen in self.screen_stack if isinstance(screen, HomeScreen))

    @work(group="sessions")
    async def leave_session(self, *, asks: bool = True) -> None:
        """Stop, save and go home; while something is being recorded, after a question."""
        if await self.end_session(_("Stop practising?"), _("Stop and save"), asks=asks):
            while not isinstance(self.screen, HomeScreen):
                await self.pop_screen()

    async def end_session(self, title: str, yes: str, *, asks: bool = True) -> bool:
        """Stop and save the session in front, if there is one; return whether to go on leaving."""
        from breathsense.tui.screens.session import SessionScreen

        screen = self.screen
        if not isinstance(screen, SessionScreen):
            return True
        view = screen.newest
        if asks and screen.IS_LIVE and not view.is_over:
            text = _("All that was recorded so far is kept.")
            if not await self.push_screen_wait(Confirm(title, text, yes=yes, no=_("Go on"))):
                return False
        await self.push_screen(Waiting(_("Saving ..."), can_give_up=False))
        try:
            await to_thread(screen.keep)
            path = await to_thread(self.keeper.stop)
        except BreathSenseError as error:
            await self.pop_screen()
            await self.push_screen_wait(ErrorPanel(error))
            return True
        await self.pop_screen()
        if screen.IS_LIVE:
            breaths = say_n("{n} breath", "{n} breaths", view.n_breaths)
            text = f"{say_length(view.now_ns)}, {breaths}."
            where = "" if path is None else _("Saved as {path}").format(path=path)
            await self.push_screen_wait(Notice(_("Well done"), text, where=where))
        return True


def _build_live(
    *, is_calibration: bool = False, wanted: "Offer | None" = None
) -> "Callable[[LiveSession], LiveScreen]":
    """Return what gives the live screen, which is loaded when the first session is there."""

    def build(session: "LiveSession") -> "LiveScreen":
        from breathsense.tui.screens.live import LiveScreen

        return LiveScreen(session, is_calibration=is_calibration, wanted=wanted)

    return build


def _say_begin(*, is_demo: bool) -> str:
    if is_demo:
        return _("Waking the virtual belt ...")
    return _("Connecting to what you wore last ...")
