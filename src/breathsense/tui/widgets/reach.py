"""The list of wearables in reach, with what was worn last at its top."""

from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import work
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import N_, _
from breathsense.tui.desk import FoundWearable, Scan, ScanView
from breathsense.tui.drawing.rows import (
    describe_error,
    describe_found,
    describe_last,
    describe_search,
)
from breathsense.tui.keys import say_keys
from breathsense.tui.widgets.listing import fill_list

if TYPE_CHECKING:
    from breathsense.core.model.sensors import Place
    from breathsense.tui.app import BreathSenseApp

LAST = "last worn"
"""Id of the row that takes what was worn last; no wearable is called so by any platform."""
TITLE = N_("wearables in reach ({home_wearables})")


class Reach(OptionList):
    """Looks for wearables while it is asked to, and keeps which of them were chosen."""

    app: "BreathSenseApp"

    def __init__(self) -> None:
        super().__init__(id="wearables", markup=False)
        self.border_title = say_keys(TITLE)
        self.border_subtitle = _("one moment")
        self.found: dict[str, FoundWearable] = {}
        self.chosen: dict[str, tuple[FoundWearable, Place]] = {}
        self.last: tuple[tuple[str, Place], ...] = ()
        self.is_told_last = False
        """Whether it is known what was worn last."""
        self._scan: Scan | None = None
        self._scan_error: BreathSenseError | None = None
        self._view = ScanView(())

    def tell_last(self, last: "tuple[tuple[str, Place], ...]") -> None:
        """Take what was worn last; from then on the list is shown."""
        self.last, self.is_told_last = last, True
        self.look()

    @work(group="scan")
    async def begin_scan(self) -> None:
        """Look for wearables, from the beginning."""
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
        self.look()

    async def stop_scan(self) -> None:
        """End the scan, if one is running: the radio is needed, or nobody looks any more."""
        scan, self._scan = self._scan, None
        if scan is not None:
            await to_thread(scan.stop)

    def look(self) -> None:
        """Show what is in reach now."""
        if not self.is_told_last:
            return  # its row comes first, and the highlight shall be on it
        if not self.screen.is_active:
            return  # whatever is repainted behind another screen is sent to the terminal again
        view = self._view = self._find_view()
        self.border_subtitle = self._say_state(view)
        self.found = {one.id: one for one in view.found}
        fill_list(self, [*self._list_last(), *self._list_rows(view)])

    def _find_view(self) -> ScanView:
        """Return what is in reach; between two scans, what was."""
        if self._scan is not None:
            return self._scan.view()
        return self._view if self._scan_error is None else ScanView((), self._scan_error)

    def _list_last(self) -> list[Option]:
        return [Option(Content(describe_last(self.last)), id=LAST)] if self.last else []

    def _list_rows(self, view: ScanView) -> list[Option]:
        width = self.size.width - 2
        if view.found:
            known_first = sorted(view.found, key=lambda one: not one.profile_id)
            return [
                Option(describe_found(one, self._find_place(one)), id=one.id) for one in known_first
            ]
        lines = describe_search(width) if view.error is None else describe_error(view.error, width)
        return [Option(line, disabled=True) for line in lines]

    def _say_state(self, view: ScanView) -> str:
        if self.chosen:
            return say_keys("{n} chosen, {home_open} begins", n=len(self.chosen))
        return "" if view.error else _("looking")

    def _find_place(self, found: FoundWearable) -> "Place | None":
        chosen = self.chosen.get(found.id)
        return None if chosen is None else chosen[1]

    @property
    def highlighted_wearable(self) -> FoundWearable | None:
        """The wearable that is highlighted, if one is."""
        at = self.highlighted
        wearable_id = None if at is None else self.get_option_at_index(at).id
        return self.found.get(wearable_id or "")
