"""What the person does right now."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.phase import PhaseFace, draw_phase, read_phase
from breathsense.tui.widgets.faced import Faced


class Phase(Faced[PhaseFace]):
    """A large word, IN or OUT, and since when; or why neither can be said."""

    draw = staticmethod(draw_phase)

    def show(self, view: LiveView) -> None:
        """Show the phase of the newest view."""
        self.face_up(read_phase(view))
