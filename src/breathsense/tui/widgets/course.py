"""A programme on the screen: where it is, and its pacer."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.course import CourseFace, draw_course, read_course
from breathsense.tui.drawing.course_pace import CoursePace
from breathsense.tui.drawing.course_pacer import (
    CoursePacerFace,
    draw_course_pacer,
    read_course_pacer,
)
from breathsense.tui.widgets.faced import Faced


class CourseBar(Faced[CourseFace]):
    """Set and repetition, what to do now and for how long."""

    draw = staticmethod(draw_course)

    def show(self, view: LiveView, waiting: str) -> None:
        """Show where the course of the newest view is; before one was begun, what is waited for."""
        self.face_up(read_course(view.course, view.now_ns, waiting))


class CoursePacer(Faced[CoursePacerFace]):
    """A disc that leads the breath, or the time that a phase still takes."""

    draw = staticmethod(draw_course_pacer)

    def show_course(self, view: LiveView, pace: CoursePace, *, is_plain: bool) -> None:
        """Show what to do now."""
        self.face_up(read_course_pacer(view.course, pace, view.now_ns, is_plain=is_plain))
