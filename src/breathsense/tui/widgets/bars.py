"""Bars of one row."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.bars import (
    BarFace,
    ReplayFace,
    draw_bar_face,
    draw_replay,
    read_link,
    read_recording,
    read_replay,
)
from breathsense.tui.widgets.faced import Faced


class LinkBar(Faced[BarFace]):
    """The wearable: its name, link, sample rate, battery, and packets that made no sense."""

    draw = staticmethod(draw_bar_face)

    def show(self, view: LiveView) -> None:
        """Show the link of the newest view."""
        self.face_up(read_link(view))


class RecordingBar(Faced[BarFace]):
    """What is being recorded, and for how long."""

    draw = staticmethod(draw_bar_face)

    def show(self, view: LiveView) -> None:
        """Show the recording of the newest view."""
        self.face_up(read_recording(view))


class ReplayBar(Faced[ReplayFace]):
    """Where the replay is, and how fast it goes."""

    draw = staticmethod(draw_replay)

    def show(self, view: LiveView, *, is_paused: bool, speed: float) -> None:
        """Show the place of the newest view."""
        self.face_up(read_replay(view, is_paused=is_paused, speed=speed))
