"""The parts of a review."""

from breathsense.session.review_window import ReviewWindow
from breathsense.tui.drawing.review import ReviewTrace, draw_overview, draw_review
from breathsense.tui.drawing.review_words import (
    HereFace,
    ReviewBarFace,
    TableFace,
    draw_here,
    draw_review_bar,
    draw_table,
)
from breathsense.tui.widgets.faced import Faced
from breathsense.tui.widgets.painted import Painted


class ReviewPlot(Painted):
    """A trace under the cursor."""

    def show(self, trace: ReviewTrace, window: ReviewWindow) -> None:
        """Draw a window on a trace."""
        self.paint(draw_review(trace, window, self.size.width, self.size.height))


class Overview(Painted):
    """The whole session, small."""

    def show(self, trace: ReviewTrace, window: ReviewWindow) -> None:
        """Draw the whole, and where the window is."""
        self.paint(draw_overview(trace, window, self.size.width, self.size.height))


class Here(Faced[HereFace]):
    """What is at the cursor."""

    draw = staticmethod(draw_here)


class FigureTable(Faced[TableFace]):
    """Figures of one session, or of two."""

    draw = staticmethod(draw_table)


class ReviewBar(Faced[ReviewBarFace]):
    """Which session it is, and where the cursor stands."""

    draw = staticmethod(draw_review_bar)
