"""The course that runs, or was run last, as a screen shows it."""

from collections import deque
from dataclasses import dataclass, replace

from breathsense.core.coaching.prompter import ORIGIN
from breathsense.core.coaching.schedule import Limits, Step, build_schedule
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.model.bracing import HoldScored, SetScored
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    RepJudged,
    StepBegan,
)
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Course

S = 1_000_000_000
AHEAD_NS = 60 * S
"""So much of what is to come is told: more than any screen shows."""
MAX_HOLDS = 64
"""Scored holds of a course that are kept."""
MAX_BEHIND = 64
"""Spans that are over and kept: a minute of the quickest pace."""


@dataclass(frozen=True, slots=True)
class StepSpan:
    """A phase from when to when: as it was, or as it is planned.

    ``index`` is its place in the schedule.
    """

    start_ns: int
    end_ns: int
    index: int
    phase: str


@dataclass(frozen=True, slots=True)
class CourseView:
    """One instant of a course.

    Parameters
    ----------
    begun : CourseBegan
        Which programme, at which level, which way.
    step : StepBegan or None
        The newest one.
    following : Step or None
        What comes after it.
    behind, ahead : tuple of StepSpan
        What was done lately; what is running, and is to come in the next minute as planned. While
        the course stands still or is over, nothing is ahead.
    left_ns : int
        How long all that comes after the running step takes at most.
    pause : str
        As in ``CoursePaused``; empty while it goes on.
    pause_ns : int
        Since when it stands still.
    ended : CourseEnded or None
        Its end.
    rep : RepJudged or None
        The newest repetition that was judged.
    judged : CourseJudged or None
        How it went, some seconds after its end.
    holds, sets : tuple of HoldScored, tuple of SetScored
        Its scored holds and sets, oldest first.

    """

    begun: CourseBegan
    step: StepBegan | None = None
    following: Step | None = None
    behind: tuple[StepSpan, ...] = ()
    ahead: tuple[StepSpan, ...] = ()
    left_ns: int = 0
    pause: str = ""
    pause_ns: int = 0
    ended: CourseEnded | None = None
    rep: RepJudged | None = None
    judged: CourseJudged | None = None
    holds: tuple[HoldScored, ...] = ()
    sets: tuple[SetScored, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it is not over."""
        return self.ended is None

    def find_left_ns(self, now_ns: int) -> int:
        """Return how long the running step still takes, at most."""
        if self.step is None:
            return 0
        at_ns = self.pause_ns if self.pause else now_ns
        return max(self.step.start_ns + self.step.length_ns - at_ns, 0)


class CoursePicture:
    """Takes what a course tells; gives a ``CourseView`` of now."""

    def __init__(self) -> None:
        self._steps: tuple[Step, ...] = ()
        self._left_ns: tuple[int, ...] = ()
        self._behind: deque[StepSpan] = deque(maxlen=MAX_BEHIND)
        self.view: CourseView | None = None

    def push_course(self, course: Course) -> None:
        """Spread out what was begun; a text that is no programme never begins."""
        try:
            programme = parse_programme(course.text, ORIGIN)
            self._steps = build_schedule(
                programme, course.level, Limits(course.effort, course.hold_s)
            )
        except RefusedInput:
            self._steps = ()
        left_ns, sums = 0, []
        for step in reversed(self._steps):
            sums.append(left_ns)
            left_ns += step.length_ns
        self._left_ns = tuple(reversed(sums))

    def push_begin(self, begun: CourseBegan) -> None:
        """Take the begin of a course; the one before it is forgotten."""
        self._behind.clear()
        self.view = CourseView(begun)

    def push_step(self, step: StepBegan) -> None:
        """Take the next step."""
        if self.view is None or step.number != self.view.begun.number:
            return
        self._leave(step.start_ns)
        following = self._steps[step.index + 1 : step.index + 2]
        self.view = replace(
            self.view,
            step=step,
            following=following[0] if following else None,
            behind=tuple(self._behind),
            ahead=self._plan(step),
            left_ns=self._left_ns[step.index] if step.index < len(self._left_ns) else 0,
            pause="",
        )

    def push_pause(self, paused: CoursePaused) -> None:
        """Let it stand still."""
        if self.view is None or paused.number != self.view.begun.number:
            return
        if not self.view.pause:
            self._leave(paused.start_ns)
            self.view = replace(self.view, pause_ns=paused.start_ns)
        behind = tuple(self._behind)
        self.view = replace(self.view, pause=paused.reason, behind=behind, ahead=())

    def push_end(self, ended: CourseEnded) -> None:
        """Take its end."""
        if self.view is not None and ended.number == self.view.begun.number:
            self._leave(ended.end_ns)
            self.view = replace(self.view, ended=ended, behind=tuple(self._behind), ahead=())

    def push_rep(self, rep: RepJudged) -> None:
        """Take how a repetition went."""
        if self.view is not None and rep.number == self.view.begun.number:
            self.view = replace(self.view, rep=rep)

    def push_hold(self, hold: HoldScored) -> None:
        """Take the score of a hold; those after it was judged are no part of it."""
        if self.view is not None and self.view.judged is None:
            self.view = replace(self.view, holds=(*self.view.holds, hold)[-MAX_HOLDS:])

    def push_set(self, scored: SetScored) -> None:
        """Take the score of a set; one that was over before the course is no part of it."""
        view = self.view
        if view is None or view.judged is not None or scored.end_ns < view.begun.start_ns:
            return
        self.view = replace(view, sets=(*view.sets, scored)[-MAX_HOLDS:])

    def push_judged(self, judged: CourseJudged) -> None:
        """Take how it went."""
        if self.view is not None and judged.number == self.view.begun.number:
            self.view = replace(self.view, judged=judged)

    def _leave(self, t_ns: int) -> None:
        """Keep the running step as it was."""
        view = self.view
        if view is None or view.step is None or view.pause or view.ended is not None:
            return
        step = view.step
        self._behind.append(StepSpan(step.start_ns, t_ns, step.index, step.phase))

    def _plan(self, step: StepBegan) -> tuple[StepSpan, ...]:
        """Return the running step and what follows it, each with its planned times."""
        spans = [StepSpan(step.start_ns, step.start_ns + step.length_ns, step.index, step.phase)]
        for index in range(step.index + 1, len(self._steps)):
            start_ns = spans[-1].end_ns
            if start_ns > step.start_ns + step.length_ns + AHEAD_NS:
                break
            one = self._steps[index]
            spans.append(StepSpan(start_ns, start_ns + one.length_ns, index, one.phase.do))
        return tuple(spans)
