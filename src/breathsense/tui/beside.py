"""What the app does beside sessions: reminders, breaks without a sensor, the posture watch."""

from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import work
from textual.app import App

from breathsense.core.model.errors import BreathSenseError
from breathsense.tui.desk import Desk, LiveSession
from breathsense.tui.reminding import Reminding
from breathsense.tui.screens.panel import ErrorPanel

if TYPE_CHECKING:  # they load the engine, which the first screen does not need
    from breathsense.core.coaching.schema import Programme
    from breathsense.core.coaching.spec import Watch

BREAK = "day.mobility"
"""The programme that a reminder leads to."""


def needs_no_sensor(programme: "Programme") -> bool:
    """Return whether a programme is led by the clock alone: nothing of it is measured."""
    return bool(programme.spec.block) and not programme.spec.target


class Beside(App[None]):
    """What the app does beside sessions; the rest of it is in ``BreathSenseApp``."""

    desk: Desk
    reminding: Reminding

    @work(group="beside", exclusive=True)
    async def action_break(self) -> None:
        """Begin the list of things that do good after sitting."""
        try:
            book = await to_thread(self.desk.open_book)
            if await to_thread(book.why_ask) and not await self.ask_safety():
                return
            offer = await to_thread(lambda: book.find_offer(BREAK, self.desk.tell_worn()))
            await to_thread(book.check, offer.programme)
        except BreathSenseError as error:
            await self.push_screen(ErrorPanel(error))
            return
        self.open_unworn(offer.programme)

    async def ask_safety(self) -> bool:
        """Ask about health, keep the answers and say what follows; return whether to go on."""
        raise NotImplementedError

    def action_later(self) -> None:
        """Let the reminder come again somewhat later."""
        self.reminding.snooze()

    @work(group="unworn", exclusive=True)
    async def open_unworn(self, programme: "Programme", level: int = 0) -> None:
        """Begin a programme without a wearable."""
        from breathsense.tui.screens.unworn import UnwornScreen

        if isinstance(self.screen, UnwornScreen):
            return
        self.reminding.had_break()
        try:
            practice = await to_thread(self.desk.open_unworn, programme, level)
        except BreathSenseError as error:
            await self.push_screen(ErrorPanel(error))
            return
        self.push_screen(UnwornScreen(practice))

    def open_posture(self, session: LiveSession, watch: "Watch | None" = None) -> None:
        """Watch the posture in a session that runs, by the usual numbers or those of a watch."""
        from breathsense.tui.screens.posture import PostureScreen

        screen = PostureScreen(session)
        if watch is not None:
            screen.snooze_s = watch.snooze_s
        self.push_screen(screen)

    @work(group="first")
    async def begin_watch(self, session: LiveSession, programme: "Programme") -> None:
        """Begin the posture watch that a programme describes."""
        try:
            book = await to_thread(self.desk.open_book)
            await to_thread(book.begin, session, programme, 0)
        except BreathSenseError as error:
            await self.push_screen(ErrorPanel(error))
            return
        self.open_posture(session, programme.spec.watch)

    def open_reach(self, session: LiveSession) -> None:
        """Measure the reach of bends in a session that runs."""
        from breathsense.tui.screens.reach import ReachScreen

        self.push_screen(ReachScreen(session))
