"""The base of all our widgets: shows a canvas, and sends to the terminal only what changed."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
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
            self._strips = [self._build_strip(row) for row in range(canvas.height)]
            self.refresh()
            return
        spans = find_changes(self._shown, canvas)
        self._shown = canvas
        for row in {span.row for span in spans}:
            self._strips[row] = self._build_strip(row)
        if spans:
            self.refresh(
                *(Region(span.start, span.row, span.end - span.start, 1) for span in spans)
            )

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
        self._strips = [self._build_strip(row) for row in range(self._shown.height)]
        self.refresh()

    def _build_strip(self, row: int) -> Strip:
        runs = split_runs(self._shown, row)
        return Strip([Segment(text, self._style(ink)) for text, ink in runs], self._shown.width)

    def _style(self, ink: Ink) -> Style:
        style = self._ink_styles.get(ink)
        if style is None:
            style = self.get_component_rich_style(f"ink--{ink.name.lower()}")
            self._ink_styles[ink] = style
        return style
