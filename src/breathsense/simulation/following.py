"""Somebody who follows: the pacer, a programme's steps, a calibration; as people do, not exactly.

Whoever follows is a little late or early, breathes now deeper and now less deep, leaves out a
breath of the rhythm now and then, and seldom forgets to breathe behind a firm wall. How much of all
this is a guess.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from breathsense.core.coaching.prompter import ORIGIN
from breathsense.core.coaching.prompts import BRACED, KEPT
from breathsense.core.coaching.schedule import Limits, Step, build_schedule
from breathsense.core.coaching.schema import Programme, parse_programme
from breathsense.core.model.coaching import CourseEnded, CoursePaused, Followed, StepBegan
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.labels import is_pacer, parse_pacer
from breathsense.simulation import behaviour as do
from breathsense.simulation.noise import Dice
from breathsense.simulation.practice import Practice
from breathsense.simulation.script import NS_PER_S, Act, Lean, Paced, Way

REACTION_S = 1.0
"""What a virtual body has done already cannot be changed."""
LATE_S = (-0.05, 0.3)
"""Early or late for a breath: what comes is drawn ahead, so that it can be met."""
MISSED = 0.06
"""How many breaths of a rhythm are left out."""
HELD = 0.08
"""In how many braces the breath is forgotten."""
DEPTH, FULL_DEPTH = 1.6, 2.3
"""Of a breath that is led, and of the biggest that an assessment asks for, in median depths."""
_ORDER = {"inhale": 0, "hold_full": 1, "exhale": 2, "hold_empty": 3}
_CHANNEL = 5000


@dataclass(frozen=True, slots=True)
class Following:
    """A programme that is followed: its steps, which way, and when which step is expected."""

    programme: Programme
    steps: tuple[Step, ...]
    way: Way
    expected: dict[int, int]


class Follower:
    """Tells a virtual person what a session asks for.

    Parameters
    ----------
    practice : Practice
        What the person does.
    body_ns : callable
        Gives the time of the person's body at this moment; ``None`` before anything was worn.
    seed : int
        How the person follows depends on it.

    """

    def __init__(
        self, practice: Practice, body_ns: Callable[[], int | None], seed: int = 0
    ) -> None:
        self._practice = practice
        self._body_ns = body_ns
        self._seed = seed
        self._course: Following | None = None

    def __call__(self, event: Followed, now_ns: int) -> None:
        """Follow what a session tells; ``now_ns`` is its time at this moment."""
        body_ns = self._body_ns()
        if body_ns is None:
            return
        shift_ns = body_ns - now_ns
        match event:
            case Course():
                self._course = _open_course(event)
            case StepBegan():
                self._keep_step(event, shift_ns, body_ns)
            case CoursePaused():
                self._leave(body_ns)
            case CourseEnded():
                self._leave(body_ns)
                self._course = None
            case Mark():
                self._follow_mark(event, shift_ns, body_ns)

    def _follow_mark(self, mark: Mark, shift_ns: int, body_ns: int) -> None:
        if is_pacer(mark.label):
            pace = parse_pacer(mark.label)
            self._practice.keep_pace(pace, mark.start_ns + shift_ns, body_ns + _ns(REACTION_S))
        elif mark.duration_ns and self._course is None:
            length_s = mark.duration_ns / NS_PER_S - REACTION_S
            self._practice.lead(mark.label, body_ns / NS_PER_S + REACTION_S, length_s)

    def _leave(self, body_ns: int) -> None:
        self._practice.change_mind(body_ns + _ns(REACTION_S))
        if self._course is not None:
            self._course.expected.clear()

    def _keep_step(self, step: StepBegan, shift_ns: int, body_ns: int) -> None:
        """Go on as planned, or plan anew from a step that came otherwise than expected."""
        course = self._course
        if course is None or course.expected.get(step.index) == step.start_ns:
            return
        ready_ns = body_ns + _ns(REACTION_S)
        self._practice.change_mind(ready_ns)
        starts = list(_list_starts(course.steps[step.index :], step.start_ns))
        course.expected.clear()
        course.expected.update(enumerate(starts[:-1], step.index))
        begins = [one + shift_ns for one in starts]
        acts = follow_steps(course, step.index, begins, self._seed)
        self._practice.take_up(_begin_late(acts, ready_ns), ready_ns, begins[-1])


def _open_course(course: Course) -> Following | None:
    try:
        programme = parse_programme(course.text, ORIGIN)
        limits = Limits(course.effort, course.hold_s)
        steps = build_schedule(programme, course.level, limits)
    except RefusedInput:
        return None
    return Following(programme, steps, course.goal, {})


def _begin_late(acts: Iterable[Act], ready_ns: int) -> Iterator[Act]:
    """Return what can still be done; a breath of a rhythm is met later by the breather, or left."""
    for act in acts:
        if isinstance(act, Paced) or act.start_ns >= ready_ns:
            yield act
        elif act.end_ns > ready_ns:
            yield replace(act, start_ns=ready_ns)


def _list_starts(steps: Sequence[Step], start_ns: int) -> Iterator[int]:
    """Return when each step begins as planned, and when the last one ends."""
    yield start_ns
    for step in steps:
        start_ns += step.length_ns
        yield start_ns


def follow_steps(
    course: Following, first: int, begins_ns: Sequence[int], seed: int = 0
) -> Iterator[Act]:
    """Return what somebody does who follows a programme from a step on.

    Parameters
    ----------
    course : Following
        The programme.
    first : int
        Place of the first step.
    begins_ns : sequence of int
        When each step from there on begins, and when the last one ends: times of the body.
    seed : int
        The same gives the same.

    """
    at, steps = first, course.steps
    while at < len(steps):
        run = list(_find_run(steps, at))
        dice = Dice(seed, _CHANNEL + at)
        spans = [_Span(step, begins_ns[at - first + n], begins_ns[at - first + n + 1])
                 for n, step in enumerate(run)]  # fmt: skip
        if run and run[0].phase.do in BRACED:
            yield from _brace(dice, spans, course.way, is_first=at == first)
        elif run:
            yield from _breathe(dice, spans, course.programme, is_first=at <= first + len(run))
        at += max(len(run), 1)


@dataclass(frozen=True, slots=True)
class _Span:
    """A step, and from when to when it is."""

    step: Step
    start_ns: int
    end_ns: int

    @property
    def do(self) -> str:
        return self.step.phase.do


def _find_run(steps: Sequence[Step], at: int) -> Iterator[Step]:
    """Return the steps that are one deed: a brace, or a breath; none for any other step."""
    if steps[at].phase.do in BRACED:
        return takewhile(lambda one: one.phase.do in KEPT, steps[at:])
    return _find_breath(steps, at)


def _find_breath(steps: Sequence[Step], at: int) -> Iterator[Step]:
    if steps[at].phase.do != "inhale":
        return
    last = 0
    for step in steps[at:]:
        place = _ORDER.get(step.phase.do, -1)
        if place < last or (place == 0 and last):
            return
        last = place
        yield step


def _breathe(
    dice: Dice, spans: Sequence[_Span], programme: Programme, *, is_first: bool
) -> Iterator[Act]:
    """Take a breath as it is asked for, or leave it out."""
    ends = {span.do: _find_end(dice, span) for span in spans}
    late_ns = [_ns(dice.uniform(*LATE_S)) for _ in range(2)]
    depth = DEPTH
    if programme.spec.kind == "assessment" and len(spans) > 1:
        depth = FULL_DEPTH
    depth *= dice.uniform(0.9, 1.1)
    if dice.happens(MISSED) and not is_first:
        return
    peak_ns = ends["inhale"]
    fall_ns = ends.get("hold_full", peak_ns)
    rest_ns = ends.get("exhale", fall_ns + _ns(2.5))
    end_ns = ends.get("hold_empty", rest_ns)
    yield Paced(
        spans[0].start_ns + late_ns[0],
        end_ns + late_ns[1],
        peak_ns + late_ns[1],
        fall_ns + late_ns[1],
        # The last of the air leaves before the next breath is asked for.
        rest_ns + late_ns[1] - (end_ns == rest_ns) * _ns(0.3),
        depth,
    )


def _find_end(dice: Dice, span: _Span) -> int:
    """Return when somebody ends a step: one without an end, when it is enough."""
    if not span.step.is_open:
        return span.end_ns
    return min(span.start_ns + _ns(dice.uniform(16.0, 26.0)), span.end_ns)


def _brace(dice: Dice, spans: Sequence[_Span], way: Way, *, is_first: bool) -> Iterator[Act]:
    """Firm the wall as it is asked for, and move behind it where that is asked for."""
    start_s = spans[0].start_ns / NS_PER_S + dice.uniform(0.15, 0.6)
    end_s = _find_end(dice, spans[-1]) / NS_PER_S + dice.uniform(0.0, 0.4)
    is_held = dice.happens(HELD) and not is_first
    effort = dice.uniform(0.85, 1.1)
    yield from do.brace(dice, start_s, end_s, way, "held" if is_held else "breathing", effort)
    for span in spans:
        if span.do == "move":
            late_ns = _ns(dice.uniform(0.1, 0.5))
            yield Lean(
                span.start_ns + late_ns, span.end_ns, forward_deg=dice.uniform(9.0, 16.0), belly=0.1
            )


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
