"""The app's way through practising: safety questions, what to practise, following a programme."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import N_, _
from breathsense.tui.beside import Beside, needs_no_sensor
from breathsense.tui.desk import Desk, LiveSession
from breathsense.tui.keys import say_keys
from breathsense.tui.screens.panel import ErrorPanel
from breathsense.tui.sessions import Sessions

if TYPE_CHECKING:  # they load the engine, which the first screen does not need
    from breathsense.session.answers import Answers
    from breathsense.session.practice_book import PracticeBook
    from breathsense.session.today import Offer

PUT_ON = N_("Put it on and switch it on. When it is listed, choose it by {home_open}.")
FLAGS_INTRO = N_(
    "Does any of these apply to you today? Tick it by the space bar; if none, just go on."
)
CONDITIONS_INTRO = N_(
    "And any of these? They decide what is left out or made gentler; if none, just go on."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A programme that is to be begun as soon as the app is there."""

    programme: str
    level: int = 0
    is_demo: bool = False


class Practising(Beside, Sessions):
    """What the app does about programmes; the rest of it is in ``BreathSenseApp``."""

    desk: Desk

    def open_practise(self, session: LiveSession | None = None, at: str = "") -> None:
        """Show what may be practised; in the session that runs, if there is one.

        ``at`` is the id of the programme that is highlighted first.
        """
        from breathsense.tui.screens.practise import PractiseScreen

        self.push_screen(PractiseScreen(session, at))

    def follow_programme(self, session: LiveSession, offer: "Offer") -> None:
        """Follow a programme in a session that runs."""
        if offer.programme.spec.watch is not None:
            self.begin_watch(session, offer.programme)
            return
        from breathsense.tui.screens.course import CourseScreen

        self.push_screen(CourseScreen(session, offer))

    @work(group="first")
    async def open_wanted(self, wanted: Wanted) -> None:
        """Begin a programme that was asked for on the command line."""
        try:
            book = await to_thread(self.desk.open_book)
            if await to_thread(book.why_ask) and not await self.ask_safety():
                return
            offer = await to_thread(self._find_offer, book, wanted)
        except BreathSenseError as error:
            await self.push_screen(ErrorPanel(error))
            return
        if needs_no_sensor(offer.programme) and not wanted.is_demo:
            self.open_unworn(offer.programme, offer.level)
        else:
            self.open_programme(offer, is_demo=wanted.is_demo)

    def _find_offer(self, book: "PracticeBook", wanted: Wanted) -> "Offer":
        """Return the programme as it may be practised; raises RefusedInput if it may not."""
        from breathsense.core.coaching.schedule import build_schedule
        from breathsense.session.today import choose_level

        offer = book.find_offer(wanted.programme, self.desk.tell_worn())
        if offer.programme.spec.watch is None:
            build_schedule(offer.programme, wanted.level)
        book.check(offer.programme)
        return choose_level(offer, wanted.level)

    # ---- the safety questions ----

    @work(group="first")
    async def begin_first_run(self) -> None:
        """Welcome somebody who is here for the first time, and nobody else."""
        book = await to_thread(self.desk.open_book)
        if await to_thread(lambda: book.answers) is not None:
            return
        from breathsense.tui.screens.welcome import WearQuestion, Welcome

        self.is_new = True
        if not await self.push_screen_wait(Welcome()) or not await self.ask_safety():
            return
        match await self.push_screen_wait(WearQuestion()):
            case "demo":
                self.open_demo(is_calibration=True)
            case "wearable":
                self.notify(say_keys(PUT_ON), timeout=12)

    async def ask_safety(self) -> bool:
        """Ask about health, keep the answers and say what follows; return whether to go on.

        Going back leaves everything as it was.
        """
        from breathsense.session.safety_words import WHY_ASKED, tell_effects
        from breathsense.tui.screens.welcome import Effects

        book = await to_thread(self.desk.open_book)
        why = await to_thread(book.why_ask)
        answers = await self._ask(await to_thread(lambda: book.answers), WHY_ASKED.get(why, ""))
        if answers is None:
            return False
        try:
            await to_thread(book.answer, answers)
        except BreathSenseError as error:
            await self.push_screen_wait(ErrorPanel(error))
        screening = answers.judge()
        is_emergency = screening.verdict == "seek_help_now"
        await self.push_screen_wait(Effects(tell_effects(screening), is_emergency=is_emergency))
        return not is_emergency

    async def _ask(self, earlier: "Answers | None", why: str) -> "Answers | None":
        """Ask for signs, then for conditions; ``None`` if the person went back from the first."""
        from breathsense.core.coaching.screening import EMERGENCY
        from breathsense.session.answers import build_answers
        from breathsense.session.safety_words import CONDITION_WORDS, FLAG_WORDS
        from breathsense.tui.screens.welcome import Ticks

        # Signs are those of today: only what lasts is ticked from last time, unless it is edited.
        flags = frozenset[str](() if earlier is None or why else earlier.flags)
        conditions = frozenset[str](() if earlier is None else earlier.conditions)
        while True:
            intro = f"{why} {_(FLAGS_INTRO)}".strip()
            told = await self.push_screen_wait(Ticks(_("Today"), intro, FLAG_WORDS, flags))
            if told is None:
                return None
            flags = told
            if flags & EMERGENCY:
                return build_answers(flags, conditions)
            told = await self.push_screen_wait(
                Ticks(_("Precautions"), _(CONDITIONS_INTRO), CONDITION_WORDS, conditions)
            )
            if told is not None:
                return build_answers(flags, told)
