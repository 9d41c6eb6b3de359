"""What may be practised: today's part of the plan, and everything else."""

from asyncio import to_thread
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.core.setup import list_sensors
from breathsense.session.texts import N_, _
from breathsense.session.today import Offer, Today, Worn, choose_level
from breathsense.tui.beside import needs_no_sensor
from breathsense.tui.desk import LiveSession
from breathsense.tui.drawing.fitting import tidy_text
from breathsense.tui.drawing.offers import (
    GOALS,
    KINDS,
    describe_offer,
    describe_row,
    describe_week,
)
from breathsense.tui.keys import Keyed, say_keys
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice
from breathsense.tui.screens.prescription import DROP, PrescriptionQuestion
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.listing import fill_list, tell_list

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

READING = N_("Reading what you did so far ...")
NOTHING_WORN = N_(
    "No wearable was worn yet. On the first screen those in reach are listed. Or practise with the"
    " virtual belt, to see how it goes."
)


class PractiseScreen(Keyed, Screen[None]):
    """Choose a programme; before it is begun, what these sensors can tell of it.

    Parameters
    ----------
    session : LiveSession or None
        The session that runs; without one, what was worn last is worn.
    at : str
        Id of the programme that is highlighted first; empty for the first of the list.

    """

    app: "BreathSenseApp"
    ROOM = "programmes"
    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", "Begin", tooltip="Begin what is highlighted", priority=True),
        Binding(
            "left", "level(-1)", "Easier", tooltip="A level down", key_display="←", priority=True
        ),
        Binding(
            "right", "level(1)", "Harder", tooltip="A level up", key_display="→", priority=True
        ),
        Binding("d", "demo", "Demo", tooltip="Begin it with the virtual belt"),
        Binding("a", "answers", "Answers", tooltip="The questions on your health, again"),
        Binding("f", "prescription", "Physio's file", tooltip="Load a physio's prescription"),
        Binding("q,escape", "leave", "Back", tooltip="Go back"),
    ]

    def __init__(self, session: LiveSession | None = None, at: str = "") -> None:
        super().__init__()
        self._session, self._at = session, at
        self._today: Today | None = None
        self._offers: dict[str, Offer] = {}
        self._levels: dict[str, int] = {}
        self._head_line = Static(id="head_line")
        self.listed = OptionList(id="offers", markup=False)
        self.details = Static(id="details")

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self._head_line
        with Container(id="columns"):
            yield self.listed
            with VerticalScroll(id="about", can_focus=False):
                yield self.details
        yield Foot()

    def on_mount(self) -> None:
        """Ask the desk; if the questions are due, ask the wearer first."""
        self.listed.border_title = _("programmes")
        self.query_one("#about").border_title = _("about it")
        tell_list(self.listed, [Content(_(READING))])
        self.listed.focus()
        self._open()

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 110, "-narrow")  # noqa: PLR2004 - columns

    @property
    def chosen(self) -> Offer | None:
        """The programme that is highlighted."""
        at = self.listed.highlighted
        return (
            None if at is None else self._offers.get(self.listed.get_option_at_index(at).id or "")
        )

    def _find_level(self, offer: Offer) -> int:
        return self._levels.get(offer.programme.id, offer.level)

    # ---- what is shown ----

    @work(group="today", exclusive=True)
    async def _open(self) -> None:
        book = await to_thread(self.app.desk.open_book)
        if await to_thread(book.why_ask):
            await self.app.ask_safety()
        await self._fill()

    async def _fill(self) -> None:
        try:
            book = await to_thread(self.app.desk.open_book)
            worn = await to_thread(self._tell_worn)
            self._today = await to_thread(book.plan_today, worn)
        except BreathSenseError as error:
            self._offers = {}
            tell_list(self.listed, [Content(_("Nothing can be begun."))])
            await self.app.push_screen_wait(ErrorPanel(error))
            return
        self._show(self._today)

    def _tell_worn(self) -> Worn:
        if self._session is None:
            return self.app.desk.tell_worn()
        view = self._session.view()
        title = " + ".join(one.name for one in view.wearables)
        return Worn(title, list_sensors(self._session.setup), view.calibration)

    def _show(self, today: Today) -> None:
        self._offers = {one.programme.id: one for one in (*today.due, *today.others)}
        rows = [_head(describe_week(today)), *map(_row, today.due)]
        for kind, words in KINDS.items():
            of_kind = [one for one in today.others if one.programme.spec.kind == kind]
            rows += [_head(words), *map(_row, of_kind)] if of_kind else []
        fill_list(self.listed, rows)
        if self._at in self._offers:
            self.listed.highlighted = self.listed.get_option_index(self._at)
            self._at = ""
        self._head_line.update(Content(_say_head(today)))
        self._describe()

    def on_option_list_option_highlighted(self) -> None:
        """Say what is highlighted."""
        self._describe()

    def _describe(self) -> None:
        offer = self.chosen
        if offer is not None:
            self.details.update(
                Content.assemble(
                    (f"{_(offer.programme.name)}\n\n", "bold"),
                    describe_offer(offer, self._find_level(offer)),
                )
            )

    # ---- keys ----

    def on_option_list_option_selected(self) -> None:
        """Begin what is highlighted."""
        self.action_begin()

    def action_begin(self) -> None:
        """Begin with what is worn, or was last."""
        self._begin(is_demo=False)

    def action_demo(self) -> None:
        """Begin with the virtual belt."""
        self._begin(is_demo=True)

    @work(group="begin", exclusive=True)
    async def _begin(self, *, is_demo: bool) -> None:
        offer = self.chosen
        if offer is None:
            return
        if offer.lock:
            await self.app.push_screen_wait(
                Notice(
                    _("Not now"),
                    f"{_(offer.programme.name)}: {offer.lock}.",
                    advice=say_keys(
                        "{programmes_answers} shows your answers, {programmes_prescription} loads"
                        " a physio's prescription."
                    ),
                )
            )
            return
        book = await to_thread(self.app.desk.open_book)
        if await to_thread(lambda: book.answers) is None:  # they were put off: now they are due
            await self.app.ask_safety()
            await self._fill()
            return
        offer = choose_level(offer, self._find_level(offer))
        if self._session is not None:
            self.dismiss()
            self.app.follow_programme(self._session, offer)
        elif needs_no_sensor(offer.programme):
            self.app.open_unworn(offer.programme, offer.level)
        elif is_demo or len(await to_thread(self.app.desk.list_last)):
            self.app.open_programme(offer, is_demo=is_demo)
        elif await self.app.push_screen_wait(
            Confirm(_("Nothing worn yet"), _(NOTHING_WORN), yes=_("The virtual belt"), no=_("Back"))
        ):
            self.app.open_programme(offer, is_demo=True)

    def action_level(self, by: int) -> None:
        """Take the next level down or up."""
        offer = self.chosen
        if offer is not None and offer.programme.levels:
            levels = offer.programme.levels
            level = min(max(self._find_level(offer) + by, levels[0]), levels[-1])
            self._levels[offer.programme.id] = level
            self._describe()

    @work(group="today", exclusive=True)
    async def action_answers(self) -> None:
        """Ask the questions on health again."""
        await self.app.ask_safety()
        await self._fill()

    @work(group="today", exclusive=True)
    async def action_prescription(self) -> None:
        """Load a physio's prescription, or do without it."""
        book = await to_thread(self.app.desk.open_book)
        has_one = await to_thread(book.prescription_path.exists)
        answer = await self.app.push_screen_wait(PrescriptionQuestion(has_one=has_one))
        if answer is None:
            return
        try:
            if answer == DROP:
                await to_thread(book.drop_prescription)
            else:
                await to_thread(book.take_prescription, Path(answer))
        except BreathSenseError as error:
            await self.app.push_screen_wait(ErrorPanel(error))
        await self._fill()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()


def _head(words: str) -> Option:
    return Option(Content.styled(f"── {words}", "$primary"), disabled=True)


def _row(offer: Offer) -> Option:
    return Option(describe_row(offer), id=offer.programme.id)


def _say_head(today: Today) -> str:
    parts = [_("Told for: {worn}").format(worn=tidy_text(today.worn))] if today.worn else []
    if today.code or today.goal != "expand" or today.notes:
        code = f" {tidy_text(today.code)}" if today.code else ""
        parts.append(
            _("Prescription{code}: {goals}. {notes}")
            .format(code=code, goals=GOALS[today.goal], notes=tidy_text(today.notes))
            .rstrip()
        )
    return "   ".join(parts)
