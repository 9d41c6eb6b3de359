"""Home: wearables in reach, recordings, and the demo."""

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
from textual.widgets import Footer, OptionList
from textual.widgets.option_list import Option

from breathsense.core.model.calibration import Posture
from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.sensors import Place
from breathsense.tui.desk import FoundWearable, RecordingEntry, Scan, ScanView
from breathsense.tui.drawing.rows import (
    CAUTION,
    describe_error,
    describe_found,
    describe_last,
    describe_recording,
    describe_search,
)
from breathsense.tui.screens.panel import Notice, plain
from breathsense.tui.screens.questions import PlaceQuestion, PostureQuestion
from breathsense.tui.widgets.head import Head

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

LOOK_S = 0.5
"""How often the list of wearables is looked through."""


class HomeScreen(Screen[None]):
    """Where everything begins."""

    app: "BreathSenseApp"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Open what is highlighted"),
        Binding("space", "choose", "Choose", tooltip="Choose several, each with its place"),
        Binding("l", "last", "Last worn", tooltip="Begin with what you wore last"),
        Binding("c", "calibrate", "Calibrate", tooltip="Learn what your sensors can tell of you"),
        Binding("d", "demo", "Demo", tooltip="Practise with a virtual belt, no wearable needed"),
        Binding("r", "recordings", "Recordings", tooltip="Go to the recordings", show=False),
        Binding("w", "wearables", "Wearables", tooltip="Go to the wearables", show=False),
        Binding("s", "scan", "Scan again", tooltip="Look for wearables again", show=False),
        Binding("q", "app.quit", "Quit", tooltip="Leave BreathSense"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._scan: Scan | None = None
        self._scan_error: BreathSenseError | None = None
        self._found: dict[str, FoundWearable] = {}
        self._chosen: dict[str, tuple[FoundWearable, Place]] = {}
        self._last: tuple[tuple[str, Place], ...] = ()
        self._recordings: tuple[RecordingEntry, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Head(id="head")
        with Container(id="lists"):
            yield OptionList(id="wearables", markup=False)
            yield OptionList(id="recordings", markup=False)
        yield plain(CAUTION, "caution")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Name the frames and begin to look."""
        self._wearables.border_title = "wearables in reach"
        self._recorded.border_title = "recordings"
        self._wearables.focus()
        self.set_interval(LOOK_S, self._look)

    @property
    def _wearables(self) -> OptionList:
        return self.query_one("#wearables", OptionList)

    @property
    def _recorded(self) -> OptionList:
        return self.query_one("#recordings", OptionList)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 100, "-narrow")  # noqa: PLR2004 - columns
        self.set_class(event.size.height < 30, "-low")  # noqa: PLR2004 - rows

    def on_screen_resume(self) -> None:
        """Look for wearables while this screen is in front, and read the list of recordings."""
        if not self.app.keeper.has_session:
            self.action_scan()
        self._list_recordings()

    @work(group="recordings", exclusive=True)
    async def _list_recordings(self) -> None:
        try:
            self._recordings = await to_thread(self.app.desk.list_recordings)
        except BreathSenseError as error:
            self._tell(self._recorded, describe_error(error, self._recorded.size.width - 2))
            return
        self._last = await to_thread(self.app.desk.list_last)
        self._wearables.border_title = describe_last(self._last) or "wearables in reach"
        rows = [Option(describe_recording(one), id=str(one.path)) for one in self._recordings]
        nothing = Option("Nothing recorded yet.", disabled=True)
        self._fill(self._recorded, rows or [nothing])

    def action_scan(self) -> None:
        """Look for wearables, from the beginning."""
        self._begin_scan()

    @work(group="scan")
    async def _begin_scan(self) -> None:
        await self.stop_scan()
        self._scan_error = None
        try:
            scan = await to_thread(self.app.desk.scan)
        except BreathSenseError as error:
            self._scan_error = error
        else:
            if self._scan is not None or self.app.keeper.has_session:
                await to_thread(scan.stop)
            else:
                self._scan = scan
        self._look()

    async def stop_scan(self) -> None:
        """End the scan, if one is running: the radio is needed, or nobody looks any more."""
        scan, self._scan = self._scan, None
        if scan is not None:
            await to_thread(scan.stop)

    def _look(self) -> None:
        if not self.is_active:
            return  # whatever is repainted behind another screen is sent to the terminal again
        view = ScanView((), self._scan_error) if self._scan is None else self._scan.view()
        self._wearables.border_subtitle = self._say_state(view)
        width = self._wearables.size.width - 2
        if view.error is not None and not view.found:
            self._tell(self._wearables, describe_error(view.error, width))
        elif not view.found:
            self._tell(self._wearables, describe_search(width))
        else:
            self._found = {one.id: one for one in view.found}
            known_first = sorted(view.found, key=lambda one: not one.profile_id)
            self._fill(
                self._wearables,
                [
                    Option(describe_found(one, self._find_place(one)), id=one.id)
                    for one in known_first
                ],
            )

    def _say_state(self, view: ScanView) -> str:
        if self._chosen:
            return f"{len(self._chosen)} chosen, enter begins"
        return "" if view.error else "looking"

    def _find_place(self, found: FoundWearable) -> Place | None:
        chosen = self._chosen.get(found.id)
        return None if chosen is None else chosen[1]

    def _tell(self, listed: OptionList, lines: list[Content]) -> None:
        """Fill a list with words that cannot be chosen."""
        self._fill(listed, [Option(line, disabled=True) for line in lines])

    @staticmethod
    def _fill(listed: OptionList, options: list[Option]) -> None:
        """Show the options; what has not changed stays as it is, the highlight with it."""
        old = [listed.get_option_at_index(place) for place in range(listed.option_count)]
        if [(one.id, one.disabled) for one in old] == [(one.id, one.disabled) for one in options]:
            for place, (before, now) in enumerate(zip(old, options, strict=True)):
                if before.prompt != now.prompt:
                    listed.replace_option_prompt_at_index(place, now.prompt)
            return
        kept = None if listed.highlighted is None else old[listed.highlighted].id
        listed.clear_options()
        listed.add_options(options)
        ids = [one.id for one in options]
        enabled = [place for place, one in enumerate(options) if not one.disabled]
        listed.highlighted = ids.index(kept) if kept and kept in ids else next(iter(enabled), None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        if event.option.id is None:
            return
        if event.option_list is self._recorded:
            chosen = next(one for one in self._recordings if str(one.path) == event.option.id)
            self.app.open_recording(chosen.path)
        elif self._chosen:
            self._begin(tuple(self._chosen.values()))
        else:
            found = self._found[event.option.id]
            self._ask_place(found, lambda place: self._begin([(found, place)]))

    def _begin(self, chosen: Sequence[tuple[FoundWearable, Place]]) -> None:
        self._chosen = {}
        self.app.open_wearables(chosen)

    def _ask_place(self, found: FoundWearable, take: Callable[[Place], None]) -> None:
        if not found.profile_id:
            self.app.push_screen(
                Notice(
                    "Not recognised",
                    "BreathSense does not know how this wearable speaks.",
                    where=found.name or found.id,
                    advice="`breathsense profiles` lists the wearables it knows.",
                )
            )
            return

        def go_on(place: Place | None) -> None:
            if place is not None:
                take(place)

        self.app.push_screen(PlaceQuestion(found.profile_name), go_on)

    def action_choose(self) -> None:
        """Choose what is highlighted, with its place, or leave it out again."""
        at = self._wearables.highlighted
        wearable_id = None if at is None else self._wearables.get_option_at_index(at).id
        found = self._found.get(wearable_id or "")
        if found is None:
            return
        if self._chosen.pop(found.id, None) is not None:
            self._look()
            return

        def choose(place: Place) -> None:
            self._chosen[found.id] = (found, place)
            self._look()

        self._ask_place(found, choose)

    def action_last(self) -> None:
        """Begin with what was worn last."""
        if self._last:
            self._chosen = {}
            self.app.open_last()
        else:
            self.notify("Nothing was worn yet.", timeout=3)

    def action_calibrate(self) -> None:
        """Calibrate what was worn last; the virtual belt if nothing was."""

        def begin(posture: Posture | None) -> None:
            if posture is not None:
                self.app.open_calibration(posture, is_demo=not self._last)

        self.app.push_screen(PostureQuestion(), begin)

    def action_open(self) -> None:
        """Open what is highlighted in the list that has the focus."""
        listed = self.focused if isinstance(self.focused, OptionList) else self._wearables
        listed.action_select()

    def action_demo(self) -> None:
        """Practise with the virtual belt."""
        self.app.open_demo()

    def action_recordings(self) -> None:
        """Go to the recordings."""
        self._recorded.focus()

    def action_wearables(self) -> None:
        """Go to the wearables."""
        self._wearables.focus()
