"""Home: what is due today, wearables in reach, recordings, and the demo."""

from asyncio import to_thread
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import _
from breathsense.tui.drawing.rows import CAUTION, describe_error, describe_recording
from breathsense.tui.keys import Keyed, say_keys
from breathsense.tui.screens.panel import Notice, plain
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.head import Head
from breathsense.tui.widgets.listing import fill_list, tell_list
from breathsense.tui.widgets.reach import LAST, Reach

if TYPE_CHECKING:
    from breathsense.core.model.calibration import Posture
    from breathsense.core.model.sensors import Place
    from breathsense.session.today import Today
    from breathsense.tui.app import BreathSenseApp
    from breathsense.tui.desk import FoundWearable, RecordingEntry

LOOK_S = 0.5
"""How often the list of wearables is looked through."""
TODAY_MARGIN = 4
"""Columns beside the line that tells of today."""


class HomeScreen(Keyed, Screen[None]):
    """Where everything begins."""

    app: "BreathSenseApp"
    ROOM = "home"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Open what is highlighted", show=False),
        Binding("space", "choose", "Choose", tooltip="Choose several, each with its place",
                show=False),
        Binding("p", "practise", "Practise", tooltip="What is due today, and all programmes"),
        Binding("l", "last", "Last worn", tooltip="Begin with what you wore last", show=False),
        Binding("c", "calibrate", "Calibrate", tooltip="Learn what your sensors can tell of you",
                show=False),
        Binding("d", "demo", "Demo", tooltip="Practise with a virtual belt, no wearable needed"),
        Binding("h", "app.progress", "Progress", tooltip="Your days, trends and sessions"),
        Binding("b", "app.library", "Library", tooltip="All recordings: find, name, throw away",
                show=False),
        Binding("g", "app.guide", "Guide", tooltip="The core, in nine pages with pictures"),
        Binding("o", "app.options", "Options", tooltip="Look, sound, rhythm, reminders, keys"),
        Binding("v", "review", "Review", tooltip="Look through the recording, or the newest one",
                show=False),
        Binding("e", "export", "Export", show=False,
                tooltip="Write the recording, or the newest one, as a file"),
        Binding("r", "recordings", "Recordings", tooltip="Go to the recordings", show=False),
        Binding("w", "wearables", "Wearables", tooltip="Go to the wearables", show=False),
        Binding("s", "scan", "Scan again", tooltip="Look for wearables again", show=False),
        Binding("q", "app.quit", "Quit", tooltip="Leave BreathSense"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.reach = Reach()
        self.recorded = OptionList(id="recordings", markup=False)
        self._recordings: tuple[RecordingEntry, ...] = ()
        self._today: Today | None = None
        self._today_line = Static(id="today")
        self._wants_last = False

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Head(id="head")
        yield self._today_line
        with Container(id="lists"):
            yield self.reach
            yield self.recorded
        yield plain(_(CAUTION), "caution")
        yield Foot()

    def on_mount(self) -> None:
        """Name the frames and begin to look."""
        self.recorded.border_title = say_keys("recordings ({home_recordings})")
        self.reach.focus()
        self.set_interval(LOOK_S, self.reach.look)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 100, "-narrow")  # noqa: PLR2004 - columns
        self.set_class(event.size.height < 30, "-low")  # noqa: PLR2004 - rows
        self._show_today()

    def on_screen_resume(self) -> None:
        """Look up what is to be told, once the screen is there."""
        self.call_after_refresh(self._look_up)

    def _look_up(self) -> None:
        """Look for wearables while this screen is in front, and read the list of recordings."""
        if not self.is_current:
            return
        if not self.app.keeper.has_session:
            self.action_scan()
        self._list_recordings()
        self._tell_today()

    @work(group="today", exclusive=True)
    async def _tell_today(self) -> None:
        """Say how much of today is left; problems are told where it is begun."""
        try:
            book = await to_thread(self.app.desk.open_book)
            if await to_thread(lambda: book.answers) is None:
                return
            worn = await to_thread(self.app.desk.tell_worn)
            self._today = await to_thread(book.plan_today, worn)
        except BreathSenseError:
            return
        self._show_today()

    def _show_today(self) -> None:
        if self._today is not None:
            from breathsense.tui.drawing.offers import describe_today

            room = self.app.size.width - TODAY_MARGIN
            told = describe_today(self._today, room)
            self._today_line.update(Content(told))

    @work(group="recordings", exclusive=True)
    async def _list_recordings(self) -> None:
        self.reach.tell_last(await to_thread(self.app.desk.list_last))
        if self._wants_last and self.is_current:
            self.action_last()
        try:
            self._recordings = await to_thread(self.app.desk.list_recordings)
        except BreathSenseError as error:
            tell_list(self.recorded, describe_error(error, self.recorded.size.width - 2))
            return
        rows = [Option(describe_recording(one), id=str(one.path)) for one in self._recordings]
        fill_list(self.recorded, rows)
        if not rows:
            tell_list(self.recorded, [Content(_("Nothing recorded yet."))])

    def action_scan(self) -> None:
        """Look for wearables, from the beginning."""
        self.reach.begin_scan()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        if event.option.id is None:
            return
        if event.option_list is self.recorded:
            chosen = next(one for one in self._recordings if str(one.path) == event.option.id)
            self.app.open_recording(chosen.path)
        elif self.reach.chosen:
            self._begin(tuple(self.reach.chosen.values()))
        elif event.option.id == LAST:
            self.action_last()
        elif (found := self.reach.found.get(event.option.id)) is not None:
            self._ask_place(found, lambda place: self._begin([(found, place)]))

    def _begin(self, chosen: "Sequence[tuple[FoundWearable, Place]]") -> None:
        self.reach.chosen = {}
        self.app.open_wearables(chosen)

    def _ask_place(self, found: "FoundWearable", take: "Callable[[Place], None]") -> None:
        if not found.profile_id:
            self.app.push_screen(
                Notice(
                    _("Not recognised"),
                    _("BreathSense does not know how this wearable speaks."),
                    where=found.name or found.id,
                    advice=_("`breathsense profiles` lists the wearables it knows."),
                )
            )
            return

        from breathsense.tui.screens.questions import PlaceQuestion

        def go_on(place: "Place | None") -> None:
            if place is not None:
                take(place)

        self.app.push_screen(PlaceQuestion(found.profile_name), go_on)

    def action_choose(self) -> None:
        """Choose what is highlighted, with its place, or leave it out again."""
        found = self.reach.highlighted_wearable
        if found is None:
            return
        if self.reach.chosen.pop(found.id, None) is not None:
            self.reach.look()
            return

        def choose(place: "Place") -> None:
            self.reach.chosen[found.id] = (found, place)
            self.reach.look()

        self._ask_place(found, choose)

    def action_last(self) -> None:
        """Begin with what was worn last; as soon as that is known."""
        self._wants_last = not self.reach.is_told_last
        if self._wants_last:
            return
        if self.reach.last:
            self.reach.chosen = {}
            self.app.open_last()
        else:
            self.notify(_("Nothing was worn yet."), timeout=3)

    def action_practise(self) -> None:
        """Show what may be practised."""
        self.app.open_practise()

    def action_calibrate(self) -> None:
        """Calibrate what was worn last; the virtual belt if nothing was."""
        from breathsense.tui.screens.questions import PostureQuestion

        def begin(posture: "Posture | None") -> None:
            if posture is not None:
                self.app.open_calibration(posture, is_demo=not self.reach.last)

        self.app.push_screen(PostureQuestion(), begin)

    def action_open(self) -> None:
        """Open what is highlighted in the list that has the focus."""
        listed = self.focused if isinstance(self.focused, OptionList) else self.reach
        listed.action_select()

    def action_demo(self) -> None:
        """Practise with the virtual belt."""
        self.app.open_demo()

    def action_review(self) -> None:
        """Look through the highlighted recording, or the newest one."""
        if (chosen := self._choose_recording()) is not None:
            self.app.open_review(chosen.path)

    def action_export(self) -> None:
        """Write the highlighted recording, or the newest one, for others."""
        if (chosen := self._choose_recording()) is not None:
            self.app.export_recordings([chosen.path])

    def _choose_recording(self) -> "RecordingEntry | None":
        at = self.recorded.highlighted if self.focused is self.recorded else 0
        if not self._recordings or at is None:
            self.notify(_("Nothing recorded yet."), timeout=3)
            return None
        return self._recordings[at]

    def action_recordings(self) -> None:
        """Go to the recordings."""
        self.recorded.focus()

    def action_wearables(self) -> None:
        """Go to the wearables."""
        self.reach.focus()
