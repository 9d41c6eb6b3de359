"""Puts together, and sends, only the cells that changed.

Textual (8.2) renders whole each widget that is touched by the frame round all changes, cuts its
rows at the edges of all widgets, and sends each row from the left edge of the widget on.
"""

from collections.abc import Mapping

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Places = Mapping[Widget, tuple[Region, Region]]
"""Where widgets are, and which part of the screen may show them; those in front come first."""


class SpanUpdate(CompositorUpdate):
    """Cells that changed, with the column and the row where they begin."""

    def __init__(self, spans: list[tuple[int, int, Strip]]) -> None:
        self.spans = spans

    def render_segments(self, console: Console) -> str:
        """Return what the terminal is sent: for each span where it begins, and its cells."""
        sequences: list[str] = []
        for x, y, strip in self.spans:
            sequences.append(Control.move_to(x, y).segment.text)
            sequences.append(strip.render(console))
        return "".join(sequences)


class TrimmedCompositor(Compositor):
    """Asks of each widget only the cells that changed, as long as nothing lies over it."""

    _placed: Places | None = None
    _free: tuple[tuple[Widget, Region], ...] = ()

    def render_partial_update(self) -> SpanUpdate | ChopsUpdate | None:  # type: ignore[override] # as an update
        """Return what changed; ``None`` if nothing did."""
        if self.visible_widgets is not self._placed:
            self._placed = self.visible_widgets
            self._free = tuple(list_free(self._placed))
        spans: list[tuple[int, int, Strip]] = []
        for region in self._dirty_regions:
            found = next((one for one in self._free if one[1].contains_region(region)), None)
            if found is None:
                return super().render_partial_update()
            widget, place = found
            strips = widget.render_lines(region.translate(-place.offset))
            spans += [(region.x, y, strip) for y, strip in enumerate(strips, region.y)]
        self._dirty_regions.clear()
        return SpanUpdate(spans) if spans else None


def list_free(places: Places) -> list[tuple[Widget, Region]]:
    """Return the widgets that nothing lies over and nothing cuts, with their places."""
    free: list[tuple[Widget, Region]] = []
    before: list[Region] = []
    for widget, (region, clip) in places.items():
        if clip.contains_region(region) and not any(one.overlaps(region) for one in before):
            free.append((widget, region))
        before.append(region)
    return free
