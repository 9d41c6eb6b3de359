"""Braces on the screen: the meter with the clock, the can, and the line of words."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.can import CanFace, draw_can, read_can
from breathsense.tui.drawing.says import SaysFace, draw_says, read_says
from breathsense.tui.drawing.wall import WallFace, draw_wall, read_wall
from breathsense.tui.widgets.faced import Faced


class Wall(Faced[WallFace]):
    """What the wall does, how firm it is against the goal, and how long no breath was seen."""

    draw = staticmethod(draw_wall)

    def show(self, view: LiveView, *, is_plain: bool) -> None:
        """Show the wall of the newest view."""
        self.face_up(read_wall(view, is_plain=is_plain))


class Can(Faced[CanFace]):
    """The belly as a can: how full, how firm, how lively."""

    draw = staticmethod(draw_can)

    def show(self, view: LiveView, *, is_plain: bool) -> None:
        """Show the belly of the newest view."""
        self.face_up(read_can(view, is_plain=is_plain))


class SaysBar(Faced[SaysFace]):
    """One thing to know now, and what is known of the wearer."""

    draw = staticmethod(draw_says)

    def show(self, view: LiveView) -> None:
        """Show the words of the newest view."""
        self.face_up(read_says(view))
