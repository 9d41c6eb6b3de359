"""The base of all our widgets: shows a canvas, and sends to the terminal only what changed."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas, find_changes, split_runs


class Painted(Widget):
    """A widget that is a picture.

    A theme gives the inks their colours through the component classes ``ink--text``,
    ``ink--inhale`` and so on.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ink--{ink.name.lower()}" for ink in Ink}
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - textual's name for it
        super().__init__(id=id, classes=classes)
        self._shown = build_canvas(0, 0)
        self._strips: list[Strip] = []
        self._ink_styles: dict[Ink, Style] = {}

    @property
    def picture(self) -> Canvas:
        """The canvas that is shown."""
        return self._shown

    def paint(self, canvas: Canvas) -> None:
        """Show another canvas."""
        if canvas.chars.shape != self._shown.chars.shape:
            self._shown = canvas
            self._strips = self._build_strips(range(canvas.height))
            self.refresh()
            return
        spans = find_changes(self._shown, canvas)
        self._shown = canvas
        if spans:
            rows = sorted({span.row for span in spans})
            for row, strip in zip(rows, self._build_strips(rows), strict=True):
                self._strips[row] = strip
            self.refresh(
                *(Region(span.start, span.row, span.end - span.start, 1) for span in spans)
            )

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the app's filters only where they matter: our own inks need no translation."""
        return self.app.get_line_filters() if self.app.no_color else ()

    def render_line(self, y: int) -> Strip:
        """Return a row of the picture."""
        width = self.size.width
        if y < len(self._strips):
            return self._strips[y].adjust_cell_length(width, self._style(Ink.TEXT))
        return Strip.blank(width, self._style(Ink.TEXT))

    def on_mount(self) -> None:
        """Watch for another theme."""
        self.app.theme_changed_signal.subscribe(self, self._take_theme)

    def _take_theme(self, _theme: Theme) -> None:
        self._ink_styles.clear()
        self._strips = self._build_strips(range(self._shown.height))
        self.refresh()

    def _build_strips(self, rows: Sequence[int]) -> list[Strip]:
        if not self._shown.width or not rows:
            return []
        return [
            Strip([Segment(text, self._style(ink)) for text, ink in runs], self._shown.width)
            for runs in split_runs(self._shown, rows)
        ]

    def _style(self, ink: Ink) -> Style:
        style = self._ink_styles.get(ink)
        if style is None:
            style = self.get_component_rich_style(f"ink--{ink.name.lower()}")
            self._ink_styles[ink] = style
        return style
