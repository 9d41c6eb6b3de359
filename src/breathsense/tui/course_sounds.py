"""What is to be heard of a programme: its phases, its last seconds, what matters most."""

from typing import Protocol

from breathsense.core.model.coaching import Cue
from breathsense.session.course import CourseView
from breathsense.session.sound.tones import SoundName
from breathsense.session.view import LiveView

S = 1_000_000_000
SAFETY = 0
PHASES: dict[str, SoundName] = {
    "inhale": "inhale",
    "exhale": "exhale",
    "brace": "brace",
    "brace_breathe": "brace",
    "move": "bell",
    "release": "release",
    "rest": "rest",
}
"""Sounds that a phase begins with; one that follows on the same sound is silent."""
COUNTED_FROM_S = 3
"""So many last seconds of a hold are ticked."""
COUNTED = frozenset({"brace_breathe", "hold_full", "hold_empty"})
LEAST_COUNTED_NS = 5 * S


class Plays(Protocol):
    """Plays sounds by their names."""

    @property
    def is_eyes_closed(self) -> bool:
        """Whether sound alone has to be enough."""
        ...

    def play(self, name: SoundName, length_s: float = 0.0) -> None:
        """Play a sound; returns at once."""
        ...


class CourseSounds:
    """Plays each thing once; asked with every frame.

    Parameters
    ----------
    sounder : Plays
        Knows whether sound is wanted.

    """

    def __init__(self, sounder: Plays) -> None:
        self._sounder = sounder
        self._step: tuple[int, int] = (-1, -1)
        self._last: SoundName | None = None
        self._cue: Cue | None = None
        self._ticked_s = 0
        self._is_over = True

    def hear(self, view: LiveView) -> None:
        """Play what is new in this view."""
        if view.cue != self._cue:
            self._cue = view.cue
            self._call(view.cue)
        course = view.course
        if course is None:
            return
        if course.ended is not None:
            if not self._is_over:
                self._sounder.play("stop" if course.ended.reason else "done")
            self._is_over, self._last = True, None
            return
        self._is_over = False
        self._begin_step(course)
        self._count(course, view.now_ns)

    def _call(self, cue: Cue | None) -> None:
        if cue is None or not cue.key:
            return
        if cue.rank == SAFETY:
            self._sounder.play("warn")
        elif cue.key == "breath_held":
            self._sounder.play("unseen")
        elif self._sounder.is_eyes_closed:
            self._sounder.play("bell")

    def _begin_step(self, course: CourseView) -> None:
        step = course.step
        if step is None or course.pause or (step.number, step.start_ns) == self._step:
            return
        self._step, self._ticked_s = (step.number, step.start_ns), 0
        sound = PHASES.get(step.phase)
        is_led = sound in {"inhale", "exhale"}
        if sound is not None and (is_led or sound != self._last):
            self._sounder.play(sound, step.length_ns / S if is_led else 0.0)
        self._last = sound

    def _count(self, course: CourseView, now_ns: int) -> None:
        step = course.step
        if step is None or course.pause or step.phase not in COUNTED or step.is_open:
            return
        left_s = -(-course.find_left_ns(now_ns) // S)
        is_counted = 0 < left_s <= COUNTED_FROM_S and step.length_ns >= LEAST_COUNTED_NS
        if is_counted and left_s != self._ticked_s:
            self._ticked_s = left_s
            self._sounder.play("tick")
