"""The library: all recordings, found as you type; named, labelled, thrown away and taken back."""

from asyncio import to_thread
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.library.entry import SessionEntry
from breathsense.library.keeping import Keeping, Undo
from breathsense.library.searching import search
from breathsense.session.texts import N_, _, say_n
from breathsense.tui.drawing.library import (
    describe_details,
    describe_flaws,
    describe_row,
    describe_weights,
    name_entry,
)
from breathsense.tui.keys import Keyed, say_keys
from breathsense.tui.screens.library_questions import WordsQuestion
from breathsense.tui.screens.panel import Confirm, ErrorPanel, Notice
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.listing import fill_list

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

EDGE = 4
"""Columns of a list that its frame and its bar take."""
SHOW_EVERY = 25
"""After so many recordings that were read, what is known of them is shown."""
NOTHING = N_("Nothing recorded yet. Press {home_demo} on the first screen for the demo.")
NOT_FOUND = N_("No recording has these words.")
NO_TRASH = N_("The trash is empty.")


class LibraryScreen(Keyed, Screen[None]):
    """All recordings, newest first.

    Parameters
    ----------
    open_keeping : callable
        Gives what is asked and told to do; it may take its time.

    """

    app: "BreathSenseApp"
    ROOM = "library"
    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Review", tooltip="Look through the highlighted recording"),
        Binding("slash", "search", "Search", tooltip="Search as you type: names, labels, dates"),
        Binding("n", "rename", "Name", tooltip="Give the recording a name to know it by"),
        Binding("l", "label", "Labels", tooltip="Put words on the recording", show=False),
        Binding("x", "trash", "Trash", tooltip="Throw it away; in the trash: take it back"),
        Binding("z", "undo", "Undo", tooltip="Undo what was done last"),
        Binding("e", "export", "Export", tooltip="Write the recording in another format",
                show=False),
        Binding("E", "export_all", "Export all", tooltip="Export all that are listed now",
                show=False),
        Binding("r", "replay", "Replay", tooltip="Play the recording", show=False),
        Binding("b", "bin", "Trash can", tooltip="Show the trash, or the recordings again"),
        Binding("D", "empty", "Empty", tooltip="In the trash: delete all of it for good",
                show=False),
        Binding("k", "check", "Check", tooltip="Read all to the end: is everything whole?",
                show=False),
        Binding("m", "weigh", "Room", tooltip="How much room everything takes", show=False),
        Binding("down", "listed", "", show=False),
        Binding("escape,q", "leave", "Close", tooltip="Close the library"),
    ]  # fmt: skip

    def __init__(self, open_keeping: Callable[[], Keeping]) -> None:
        super().__init__()
        self._open_keeping = open_keeping
        self._entries: tuple[SessionEntry, ...] = ()
        self._listed: list[SessionEntry] = []
        self._undos: list[Undo] = []
        self._is_trash = False
        self._is_left = False
        self._n_readings = 0
        self._input = Input(placeholder=_("search"), id="search", select_on_focus=False)
        self._list = OptionList(id="listed", markup=False)
        self._details = Static(id="details")

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self._input
        with Container(id="body"):
            yield self._list
            yield self._details
        yield Foot()

    def on_mount(self) -> None:
        """Show what is known, then read what is not."""
        self._details.border_title = _("recording")
        self._list.focus()
        self._begin()

    def on_unmount(self) -> None:
        """Give up reading."""
        self._is_left = True

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 100, "-narrow")  # noqa: PLR2004 - columns
        self.set_class(event.size.height < 30, "-low")  # noqa: PLR2004 - rows
        self.call_after_refresh(self._fill)

    # ---- reading and showing ----

    @work(group="opening", exclusive=True)
    async def _begin(self) -> None:
        try:
            self._keeping = await to_thread(self._open_keeping)
            self._entries = await to_thread(self._keeping.known)
        except BreathSenseError as error:
            await self.app.push_screen(ErrorPanel(error))
            return
        self._fill()
        self._read_new()

    @work(group="library", exclusive=True)
    async def _read_new(self) -> None:
        """Read what is not known yet; a later reading takes the place of an earlier one."""
        self._n_readings += 1
        number = self._n_readings

        def is_over() -> bool:
            return self._is_left or self._n_readings != number

        def tell(n_done: int, n_all: int) -> None:
            if n_all and not is_over():
                self.app.call_from_thread(self._tell_reading, n_done, n_all)
            if n_done and n_done % SHOW_EVERY == 0 and not is_over():
                self.app.call_from_thread(self._take, self._keeping.known())

        try:
            self._entries = await to_thread(self._keeping.read, tell, is_over)
        except BreathSenseError as error:
            await self.app.push_screen(ErrorPanel(error))
        self._fill()

    def _take(self, entries: tuple[SessionEntry, ...]) -> None:
        self._entries = entries
        self._fill()

    def _tell_reading(self, n_done: int, n_all: int) -> None:
        self._list.border_subtitle = (
            ""
            if n_done == n_all
            else _("reading {n_done} of {n_all}").format(n_done=n_done, n_all=n_all)
        )

    def _fill(self) -> None:
        """Show what fits the words; the highlight stays on its recording."""
        if not self.is_mounted or self._is_left:
            return
        shelf = [one for one in self._entries if one.is_trashed == self._is_trash]
        self._listed = search(shelf, self._input.value)
        width = self._list.size.width - EDGE
        rows = [Option(describe_row(one, width), id=str(one.path)) for one in self._listed]
        empty = _(NOT_FOUND) if shelf else _(NO_TRASH) if self._is_trash else say_keys(NOTHING)
        fill_list(self._list, rows or [Option(empty, disabled=True)])
        name = _("trash") if self._is_trash else _("recordings")
        count = (
            _("{n} of {n_all}").format(n=len(self._listed), n_all=len(shelf))
            if self._input.value
            else str(len(shelf))
        )
        self._list.border_title = f"{name}: {count}"
        self._show_details()

    def _show_details(self) -> None:
        chosen = self._chosen
        width = self._details.content_size.width
        lines = [] if chosen is None else describe_details(chosen, width)
        self._details.update(Content("\n").join(lines))

    @property
    def _chosen(self) -> SessionEntry | None:
        at = self._list.highlighted
        return self._listed[at] if at is not None and at < len(self._listed) else None

    def on_option_list_option_highlighted(self) -> None:
        """Tell of the recording that is highlighted."""
        self._show_details()

    def on_option_list_option_selected(self) -> None:
        """Look through the recording that is highlighted."""
        self.action_open()

    # ---- searching ----

    def on_input_changed(self) -> None:
        """Show what has the words that are there so far."""
        self._fill()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self._list.focus()

    def action_search(self) -> None:
        """Go to the words."""
        self._input.focus()

    def action_listed(self) -> None:
        """Go to what is listed."""
        self._list.focus()

    # ---- what is done to recordings ----

    def action_open(self) -> None:
        """Look through the recording."""
        if self._chosen is not None:
            self.app.open_review(self._chosen.path)

    def action_replay(self) -> None:
        """Play the recording."""
        if self._chosen is not None:
            self.app.open_recording(self._chosen.path)

    def action_export(self) -> None:
        """Write the recording in another format."""
        if self._chosen is not None:
            self.app.export_recordings([self._chosen.path])

    def action_export_all(self) -> None:
        """Write all that are listed in another format."""
        if self._listed:
            self.app.export_recordings([one.path for one in self._listed])

    def action_rename(self) -> None:
        """Ask for a name."""
        entry = self._own
        if entry is not None:
            self._ask(_("Name"), entry.title, lambda words: self._keeping.rename(entry, words))

    def action_label(self) -> None:
        """Ask for labels."""
        entry = self._own
        if entry is not None:

            def label(words: str) -> Undo:
                told = (one.strip() for one in words.split(","))
                return self._keeping.label(entry, [one for one in told if one])

            self._ask(_("Labels, with commas between"), ", ".join(entry.labels), label)

    def action_trash(self) -> None:
        """Throw the recording away, or take it back."""
        entry = self._own
        if entry is not None:
            act = self._keeping.take_back if entry.is_trashed else self._keeping.throw_away
            where = (
                _("back")
                if entry.is_trashed
                else say_keys("in the trash; {library_undo} takes it back")
            )
            self._do(
                lambda: act(entry),
                _("{entry} is {where}.").format(entry=name_entry(entry), where=where),
            )

    def action_undo(self) -> None:
        """Undo what was done last."""
        if not self._undos:
            self.notify(_("There is nothing to undo."), timeout=3)
            return
        undo = self._undos.pop()

        def act() -> None:
            undo.act()

        self._do(act, _("Undone: {what}.").format(what=undo.what))

    def action_bin(self) -> None:
        """Show the trash, or the recordings again."""
        self._is_trash = not self._is_trash
        self._fill()

    def action_empty(self) -> None:
        """Delete all that is in the trash, after a question."""
        thrown = [one for one in self._entries if one.is_trashed]
        if not (self._is_trash and thrown):
            return

        def delete(answer: bool | None) -> None:  # noqa: FBT001 - as panels answer
            if answer:
                self._undos = []
                self._do(lambda: self._delete(thrown), _("Deleted for good."))

        text = _("{count} and what was noted beside them.").format(
            count=say_n("{n} recording", "{n} recordings", len(thrown))
        )
        self.app.push_screen(
            Confirm(_("Delete for good?"), text, yes=_("Delete for good"), no=_("Keep")), delete
        )

    def _delete(self, thrown: list[SessionEntry]) -> None:
        self._keeping.delete(thrown)

    @work(group="checks", exclusive=True)
    async def action_check(self) -> None:
        """Read everything to the end."""
        counts = [0]

        def tell(n_done: int, n_all: int) -> None:
            counts[0] = n_all
            if not self._is_left:
                self.app.call_from_thread(self._tell_reading, n_done, n_all)

        try:
            flaws = await to_thread(self._keeping.check, tell)
        except BreathSenseError as error:
            await self.app.push_screen(ErrorPanel(error))
            return
        advice = _("`breathsense library check` tells what to do about each.") if flaws else ""
        self.app.push_screen(Notice(_("Checked"), describe_flaws(flaws, counts[0]), advice=advice))

    @work(group="checks", exclusive=True)
    async def action_weigh(self) -> None:
        """Tell how much room everything takes."""
        weights, free = await to_thread(self._keeping.weigh)
        self.app.push_screen(Notice(_("Room on the disk"), describe_weights(weights, free)))

    def action_leave(self) -> None:
        """Take the words away; without any, close the library."""
        if self._input.value or self._input.has_focus:
            self._input.value = ""
            self._list.focus()
        elif self._is_trash:
            self.action_bin()
        else:
            self.dismiss(None)

    @property
    def _own(self) -> SessionEntry | None:
        """The recording that is highlighted, if it is the person's own; says so if it is not."""
        if self._chosen is not None and self._chosen.is_sample:
            self.notify(_("A sample stays as it is."), timeout=3)
            return None
        return self._chosen

    def _ask(self, title: str, words: str, act: Callable[[str], Undo]) -> None:
        def take(answer: str | None) -> None:
            if answer is not None and answer != words:
                self._do(lambda: act(answer))

        self.app.push_screen(WordsQuestion(title, words), take)

    @work(group="library", exclusive=True)
    async def _do(self, act: Callable[[], Undo | None], says: str = "") -> None:
        try:
            undo = await to_thread(act)
            self._entries = await to_thread(self._keeping.known)
        except BreathSenseError as error:
            await self.app.push_screen(ErrorPanel(error))
            return
        if undo is not None:
            self._undos.append(undo)
        if says:
            self.notify(says, timeout=4)
        self._fill()
        self._read_new()
