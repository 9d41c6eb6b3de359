"""The parts of a review."""

from breathsense.session.review_window import ReviewWindow
from breathsense.tui.drawing.canvas import Canvas
from breathsense.tui.drawing.review import ReviewTrace, draw_overview, draw_review
from breathsense.tui.drawing.review_words import (
    HereFace,
    ReviewBarFace,
    TableFace,
    draw_here,
    draw_review_bar,
    draw_table,
)
from breathsense.tui.widgets.faced import Face, Faced
from breathsense.tui.widgets.painted import Painted


class ReviewPlot(Painted):
    """A trace under the cursor; drawn anew when it is shown, and when its size changes."""

    _shown_last: tuple[ReviewTrace, ReviewWindow] | None = None

    def show(self, trace: ReviewTrace, window: ReviewWindow) -> None:
        """Draw a window on a trace."""
        self._shown_last = (trace, window)
        self.paint(self.draw_window(trace, window))

    def draw_window(self, trace: ReviewTrace, window: ReviewWindow) -> Canvas:
        """Return the picture, of this part's size."""
        return draw_review(trace, window, self.size.width, self.size.height)

    def on_resize(self) -> None:
        """Draw it for the new size."""
        if self._shown_last is not None:
            self.show(*self._shown_last)


class Overview(ReviewPlot):
    """The whole session, small, and where the window is."""

    def draw_window(self, trace: ReviewTrace, window: ReviewWindow) -> Canvas:
        """Return the picture, of this part's size."""
        return draw_overview(trace, window, self.size.width, self.size.height)


class Still(Faced[Face]):
    """A part that is shown once, not thirty times a second: it sees to its size by itself."""

    def on_resize(self) -> None:
        """Draw it for the new size."""
        if self._face is not None:
            self.face_up(self._face)


class Here(Still[HereFace]):
    """What is at the cursor."""

    draw = staticmethod(draw_here)


class FigureTable(Still[TableFace]):
    """Figures of one session, or of two."""

    draw = staticmethod(draw_table)


class ReviewBar(Still[ReviewBarFace]):
    """Which session it is, and where the cursor stands."""

    draw = staticmethod(draw_review_bar)
