"""The figures of the last breath."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.figures import FiguresFace, draw_figures, read_figures
from breathsense.tui.widgets.faced import Faced


class BreathFigures(Faced[FiguresFace]):
    """Rate, depth, seconds in and out, number of breaths; where one is missing, why."""

    draw = staticmethod(draw_figures)

    def show(self, view: LiveView) -> None:
        """Show the figures of the newest view."""
        self.face_up(read_figures(view))
