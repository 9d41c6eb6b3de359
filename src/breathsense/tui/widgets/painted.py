"""The base of all our widgets: shows a canvas, and sends to the terminal only what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas, find_changes, split_runs


@dataclass(slots=True)
class _Frame:
    """What is round a picture, and rows that were put together.

    ``rows`` has the picture of each row (``None`` for those of the frame) with the whole row.
    """

    size: Size
    cells: Size
    gutter: Spacing
    edges: tuple[Strip, Strip] | None = None
    rows: dict[int, tuple[Strip | None, Strip]] = field(default_factory=dict)


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
        self._frame: _Frame | None = None

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
        return self._render_row(y, self.size.width)

    def _render_row(self, y: int, width: int) -> Strip:
        if y < len(self._strips):
            return self._strips[y].adjust_cell_length(width, self._style(Ink.TEXT))
        return Strip.blank(width, self._style(Ink.TEXT))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Repaint; whatever may change the frame asks for a refresh of the whole widget."""
        if not regions:
            self._frame = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def cells(self) -> Size:
        """The size of the picture; ``size``, which asks the whole screen each time, remembered."""
        return self._find_frame().cells

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows with their frame, the very same strips as long as they do not change.

        Textual would build each row anew out of the frame and the picture whenever anything on the
        same row of the screen changes, and then cut it anew; strips remember how they were cut.
        """
        if self.app.no_color:
            return super().render_lines(crop)
        frame = self._find_frame()
        rows = [self._frame_row(y, frame) for y in crop.line_range]
        return [strip.crop(crop.x, crop.right) for strip in rows]

    def _find_frame(self) -> _Frame:
        """Return what is round the picture; found anew when the size or the style changes."""
        if self._frame is None or self._frame.size != self.outer_size:
            self._frame = _Frame(self.outer_size, self.size, self.gutter)
        return self._frame

    def _frame_row(self, y: int, frame: _Frame) -> Strip:
        """Return a whole row; those of the frame alone are textual's."""
        row = y - frame.gutter.top
        is_inside = 0 <= row < frame.cells.height
        picture = self._render_row(row, frame.cells.width) if is_inside else None
        known = frame.rows.get(y)
        if known is not None and known[0] is picture:
            return known[1]
        width = frame.size.width
        if picture is None:
            whole = self._render_usual(y, width)
        else:
            if frame.edges is None:
                usual, right = self._render_usual(y, width), width - frame.gutter.right
                frame.edges = usual.crop(0, frame.gutter.left), usual.crop(right, width)
            whole = Strip([*frame.edges[0], *picture, *frame.edges[1]], width)
        frame.rows[y] = picture, whole
        return whole

    def _render_usual(self, y: int, width: int) -> Strip:
        return super().render_lines(Region(0, y, width, 1))[0]

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
