"""A programme in its course: which step runs, and the marks that tell the detectors what is asked.

It goes by the time of what came in and by keys, never by what was found: so it stands before the
signals, and the same marks come live, in a replay and in a batch.
"""

from dataclasses import dataclass, field, replace

from breathsense.core.coaching.prompts import list_marks
from breathsense.core.coaching.schedule import Limits, Step, build_schedule, find_length_ns
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.coaching.spec import Watch
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CoursePaused,
    StepBegan,
    WatchBegan,
)
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Course, LinkEvent, Mark
from breathsense.core.model.labels import (
    NEXT,
    PAUSE,
    RESUME,
    Practice,
    parse_stop,
    say_practice,
)
from breathsense.core.model.samples import Gap, SampleBlock

ORIGIN = "the recording"
LONGEST_REP_NS = 60_000_000_000
"""After a pause a longer repetition goes on with the phase that was broken off."""
KEY = "key"
LINK_LOST = "link_lost"


@dataclass(frozen=True, slots=True)
class Running:
    """A course in its step; ``pause`` is empty, or why it stands still.

    ``step_ns`` is when the step began.
    """

    steps: tuple[Step, ...]
    index: int
    step_ns: int
    pause: str = ""


@dataclass(slots=True)
class PrompterState:
    """The running course, how many there were, the newest time, and links that are lost."""

    running: Running | None = None
    n_courses: int = 0
    reached_ns: int = -1
    lost: set[str] = field(default_factory=set)


class Prompter:
    """A ``Course`` to its steps and prompts; everything is passed on.

    What is due by the time of an item comes before that item: ``StepBegan``, and the marks
    ``exercise.brace``, ``exercise.breathe`` and ``rezero``, with the time at which it was planned,
    however late that became known. ``programme.next`` ends the running step, ``stop: REASON`` the
    course, ``programme.pause`` and ``programme.resume`` let it stand still and go on: with the
    first phase of the repetition, as a brace cannot be taken up in its middle. While a link is lost
    it stands still too. A gap of a sensor changes nothing.

    A posture watch has no steps: it is a ``WatchBegan``, and nothing more is told of it here.

    A text that is no programme ends at once, as ``"unreadable"``; it is never raised.
    """

    def __init__(self) -> None:
        self.state = PrompterState()

    def push(self, item: object) -> list[object]:
        """Take an item; what is due by its time comes before it, what it causes after it."""
        if isinstance(item, SampleBlock):
            return [*self._reach(int(item.t_ns[-1])), item] if len(item.t_ns) else [item]
        if isinstance(item, Gap):
            return [*self._reach(item.end_ns), item]
        if isinstance(item, Course):
            return [*self._end(item.start_ns, "replaced"), item, *self._begin(item)]
        if isinstance(item, Mark):
            before = self._advance(item.start_ns) if _is_key(item.label) else []
            return [*before, item, *self._press(item)]
        if isinstance(item, LinkEvent):
            return [item, *self._link(item)]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: a course that goes on is not over."""
        return []

    def _begin(self, course: Course) -> list[object]:
        s = self.state
        number = s.n_courses
        s.n_courses += 1
        limits = Limits(course.effort, course.hold_s)
        try:
            programme = parse_programme(course.text, ORIGIN)
            if programme.spec.watch is not None:
                return [_begin_watch(programme.spec.watch, course.start_ns)]
            steps = build_schedule(programme, course.level, limits)
        except RefusedInput:
            return [CourseEnded(number, course.start_ns, "unreadable")]
        s.running = Running(steps, -1, course.start_ns)
        length_ns = find_length_ns(steps)
        begun = CourseBegan(
            number, programme.id, programme.name, course.level, course.goal, len(steps),
            course.start_ns, length_ns,
        )  # fmt: skip
        practice = say_practice(Practice(programme.id, course.level))
        told: list[object] = [begun, Mark(course.start_ns, practice, length_ns)]
        return [*told, *self._go_to(0, course.start_ns), *self._advance(s.reached_ns)]

    def _reach(self, t_ns: int) -> list[object]:
        self.state.reached_ns = max(self.state.reached_ns, t_ns)
        return self._advance(t_ns)

    def _advance(self, t_ns: int) -> list[object]:
        """Begin the steps that are due by then."""
        given: list[object] = []
        while (running := self.state.running) is not None and not running.pause:
            end_ns = running.step_ns + running.steps[running.index].length_ns
            if end_ns > t_ns:
                break
            given += self._go_to(running.index + 1, end_ns)
        return given

    def _go_to(self, index: int, t_ns: int, *, is_resumed: bool = False) -> list[object]:
        running = self.state.running
        assert running is not None  # noqa: S101 - asked by the callers
        if index == len(running.steps):
            return self._end(t_ns, "")
        self.state.running = replace(running, index=index, step_ns=t_ns, pause="")
        marks = list_marks(running.steps, index, t_ns, is_resumed=is_resumed)
        return [self._tell(running.steps[index], index, t_ns), *marks]

    def _tell(self, step: Step, index: int, t_ns: int) -> StepBegan:
        phase = step.phase
        return StepBegan(
            self.state.n_courses - 1, index, step.block, step.set, step.n_sets, step.rep,
            step.n_reps, phase.do, phase.say, phase.effort, phase.breaths, t_ns, step.length_ns,
            step.is_open,
        )  # fmt: skip

    def _press(self, mark: Mark) -> list[object]:
        running = self.state.running
        if running is None:
            return []
        t_ns = max(mark.start_ns, running.step_ns)
        reason = parse_stop(mark.label)
        if reason is not None:
            return self._end(t_ns, reason or "own_wish")
        if mark.label == NEXT and not running.pause:
            return [*self._go_to(running.index + 1, t_ns), *self._advance(self.state.reached_ns)]
        if mark.label == PAUSE:
            return self._pause(t_ns, KEY)
        if mark.label == RESUME and running.pause == KEY:
            return self._resume(t_ns)
        return []

    def _link(self, event: LinkEvent) -> list[object]:
        s = self.state
        if event.state == "lost":
            s.lost.add(event.wearable)
            return self._pause(event.host_ns, LINK_LOST)
        if event.state != "streaming" or event.wearable not in s.lost:
            return []
        s.lost.discard(event.wearable)
        is_waiting = s.running is not None and s.running.pause == LINK_LOST
        return self._resume(event.host_ns) if is_waiting and not s.lost else []

    def _pause(self, t_ns: int, reason: str) -> list[object]:
        running = self.state.running
        if running is None or running.pause == KEY:
            return []
        self.state.running = replace(running, pause=reason)
        return [CoursePaused(self.state.n_courses - 1, max(t_ns, running.step_ns), reason)]

    def _resume(self, t_ns: int) -> list[object]:
        running = self.state.running
        assert running is not None  # noqa: S101 - asked by the callers
        return self._go_to(_find_return(running), max(t_ns, running.step_ns), is_resumed=True)

    def _end(self, t_ns: int, reason: str) -> list[object]:
        if self.state.running is None:
            return []
        end_ns = max(t_ns, self.state.running.step_ns)
        self.state.running = None
        return [CourseEnded(self.state.n_courses - 1, end_ns, reason)]


def _begin_watch(watch: Watch, start_ns: int) -> WatchBegan:
    return WatchBegan(
        start_ns, watch.slouch_frac, watch.least_deg, watch.for_s, watch.pause_s, watch.most_an_hour
    )


def _is_key(label: str) -> bool:
    return label in {NEXT, PAUSE, RESUME} or parse_stop(label) is not None


def _find_return(running: Running) -> int:
    """Return the step to go on with after a pause: a rest, or a long phase, begins anew itself."""
    now = running.steps[running.index]
    rep = [
        index
        for index, one in enumerate(running.steps)
        if (one.block, one.set, one.rep) == (now.block, now.set, now.rep) and one.phase.do != "rest"
    ]
    length_ns = sum(running.steps[index].length_ns for index in rep)
    if now.phase.do == "rest" or length_ns > LONGEST_REP_NS:
        return running.index
    return rep[0]
