"""Sends of each row only the cells that changed.

Textual (8.2) crops an update at its right end alone: whatever lies between the left edge of a
widget and the change is sent as well. In a sweep that is three quarters of all bytes.
"""

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.screen import Screen


class TrimmedUpdate(ChopsUpdate):
    """An update that is cropped at both ends."""

    def render_segments(self, console: Console) -> str:
        """Return what the terminal is sent: for each span where it begins, and its cells."""
        sequences: list[str] = []
        for y, start, end in self.spans:
            for strip_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                if strip is None or x >= end or strip_end <= start:
                    continue
                first, last = max(x, start), min(strip_end, end)
                sequences.append(Control.move_to(first, y).segment.text)
                sequences.append(strip.crop(first - x, last - x).render(console))
        return "".join(sequences)


class TrimmedApp(App[None]):
    """An app that trims its updates."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Hand on an update, trimmed."""
        if type(renderable) is ChopsUpdate:
            renderable = TrimmedUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)
