"""A calibration on the screen."""

from breathsense.core.calibration.guide import GuideView
from breathsense.tui.drawing.guide import (
    GuideFace,
    StepsFace,
    draw_guide,
    draw_steps,
    read_guide,
    read_steps,
)
from breathsense.tui.widgets.faced import Faced


class Guide(Faced[GuideFace]):
    """What to do now, and for how long."""

    draw = staticmethod(draw_guide)

    def show(self, shown: GuideView, *, is_linked: bool) -> None:
        """Show where the guide is."""
        self.face_up(read_guide(shown, is_linked=is_linked))


class Steps(Faced[StepsFace]):
    """Which steps are done, left out, and still to come."""

    draw = staticmethod(draw_steps)

    def show(self, shown: GuideView) -> None:
        """Show how the steps stand."""
        self.face_up(read_steps(shown))
