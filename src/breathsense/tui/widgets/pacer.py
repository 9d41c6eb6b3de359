"""The rhythm to follow."""

from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.pace_plan import PacePlan
from breathsense.tui.drawing.pacer import PacerFace, draw_pacer, read_pacer
from breathsense.tui.widgets.faced import Faced


class Pacer(Faced[PacerFace]):
    """A disc or a bar that grows while one should breathe in, and shrinks while out."""

    draw = staticmethod(draw_pacer)

    def show(self, plan: PacePlan | None, pace: Pace, now_ns: int, *, is_plain: bool) -> None:
        """Show what to do now; without a plan the pacer is off."""
        self.face_up(read_pacer(plan, pace, now_ns, is_plain=is_plain))
