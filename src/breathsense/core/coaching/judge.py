"""Breaths and braces against the targets of a programme: repetition, set, course."""

from dataclasses import dataclass, field, replace

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.coaching.figures import MEASURES, Tally, find_score, tell_figure
from breathsense.core.coaching.notes import Notes, take_brace, take_frame, take_trouble
from breathsense.core.coaching.prompter import ORIGIN
from breathsense.core.coaching.reps import Stretch, Wearer, gather_rep
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.coaching.spec import Target, TargetName
from breathsense.core.frames.frame import Frame
from breathsense.core.frames.stage import CHANNELS
from breathsense.core.model.bracing import BraceBeforeLoad, BraceEnd, BraceStart, HoldScored
from breathsense.core.model.calibration import Calibrated, Calibration
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    Figure,
    RepJudged,
    SetJudged,
    StepBegan,
)
from breathsense.core.model.inputs import Course
from breathsense.core.model.sensors import Sensor

CourseEvent = StepBegan | CoursePaused | CourseEnded
Tallies = dict[TargetName, Tally]
BODY_IMU = "imu"


@dataclass(frozen=True, slots=True)
class JudgeParams:
    """When something is judged, and when not.

    Parameters
    ----------
    settle_ns : int
        So long after its end a repetition is judged: its last breath and pause are decided then.
    least_usable : float
        With less of its time usable a course has no score (a proposal of ours, 0.7).

    """

    settle_ns: int = 6_000_000_000
    least_usable: float = 0.7


@dataclass(frozen=True, slots=True)
class DoneRep:
    """A repetition that waits to be judged; its set began at ``set_ns``."""

    block: int
    set: int
    rep: int
    stretches: tuple[Stretch, ...]
    is_last: bool
    set_ns: int


@dataclass(slots=True)
class Judged:
    """A course under judgement: what is open, what waits, and the tallies."""

    begun: CourseBegan
    targets: tuple[Target, ...]
    step: StepBegan | None = None
    stretches: list[Stretch] = field(default_factory=list)
    set_ns: int = 0
    due: list[DoneRep] = field(default_factory=list)
    set_tallies: Tallies = field(default_factory=dict)
    tallies: Tallies = field(default_factory=dict)
    place: tuple[int, int] = (0, 0)
    n_set_reps: int = 0
    n_reps: int = 0
    usable_ns: int = 0
    reps_ns: int = 0
    ended: CourseEnded | None = None


@dataclass(slots=True)
class JudgeState:
    """What was seen, what is known of the wearer, the courses, and what frames have not reached."""

    notes: Notes = field(default_factory=Notes)
    calibration: Calibration = field(default_factory=Calibration)
    course: Course | None = None
    waiting: list[CourseEvent] = field(default_factory=list)
    courses: list[Judged] = field(default_factory=list)


class Judge:
    """Tells ``RepJudged``, ``SetJudged`` and ``CourseJudged``; everything is passed on.

    It goes by frames alone, which bring all sensors and the course to one time; what is judged
    follows the frame that decided it. What the sensors cannot tell is ``None`` with a reason; a
    brace that was asked for, could have been seen and was not, reaches nothing. A repetition broken
    off by a pause or a stop is not judged. In a gap there are no frames, and nothing is counted.

    Parameters
    ----------
    sensors : tuple of Sensor
        All of the session.
    leader : Sensor
        Whose breaths are told.
    params : JudgeParams
        The numbers.

    """

    def __init__(self, sensors: tuple[Sensor, ...], leader: Sensor, params: JudgeParams) -> None:
        self._leader = leader
        self._params = params
        self._channel = CHANNELS[leader.kind, leader.place]
        kinds = {(one.kind, one.place) for one in sensors}
        self._wearer = Wearer(
            is_band=leader.kind == "band",
            has_chest={("band", "abdomen"), ("band", "chest")} <= kinds,
            has_imu=any(kind == BODY_IMU for kind, _ in kinds),
        )
        self.state = JudgeState()

    def push(self, item: object) -> list[object]:
        """Take an item; what a frame has decided follows it."""
        s = self.state
        if isinstance(item, Frame):
            return [item, *self._follow(item)]
        if isinstance(item, BraceStart | BraceEnd | HoldScored):
            take_brace(s.notes, item)
        elif isinstance(item, BraceBeforeLoad):
            s.notes.loads.append(item)
        elif isinstance(item, Calibrated):
            s.calibration = item.calibration
        elif isinstance(item, Course):
            s.course = item
        elif isinstance(item, CourseBegan):
            self._open(item)
        elif isinstance(item, StepBegan | CoursePaused | CourseEnded):
            s.waiting.append(item)
        return [item]

    def flush(self) -> list[object]:
        """Nothing: what is not decided would be told otherwise if more had come."""
        return []

    def _open(self, begun: CourseBegan) -> None:
        course = self.state.course
        assert course is not None  # noqa: S101 - the prompter lets it go first
        targets = parse_programme(course.text, ORIGIN).spec.target
        self.state.courses.append(Judged(begun, targets))

    def _follow(self, frame: Frame) -> list[object]:
        s = self.state
        if not s.courses:
            take_trouble(s.notes, frame)
            s.waiting.clear()
            return []
        take_frame(s.notes, frame, self._channel)
        while s.waiting and _time_ns(s.waiting[0]) <= frame.t_ns:
            self._take(s.waiting.pop(0))
        given: list[object] = []
        for course in s.courses:
            while course.due and self._is_due(course.due[0].stretches[-1].end_ns, frame):
                given += self._judge(course, course.due.pop(0), frame.known_ns)
            ended = course.ended
            if ended is not None and not course.due and self._is_due(ended.end_ns, frame):
                given += self._conclude(course, ended, frame.known_ns)
        if given:
            s.courses = [one for one in s.courses if not _is_over(one, given)]
        return given

    def _is_due(self, end_ns: int, frame: Frame) -> bool:
        return frame.t_ns >= end_ns + self._params.settle_ns

    def _take(self, event: CourseEvent) -> None:
        course = next((one for one in self.state.courses if one.begun.number == event.number), None)
        if course is None:
            return
        t_ns = _time_ns(event)
        if isinstance(event, StepBegan):
            _close_step(course, t_ns)
            _begin_step(course, event)
        elif isinstance(event, CoursePaused):
            course.step = None
        else:
            if not event.reason:
                _close_step(course, t_ns)
                _close_rep(course, is_last=True)
            course.ended = event

    def _judge(self, course: Judged, done: DoneRep, known_ns: int) -> list[object]:
        notes, begun = self.state.notes, course.begun
        rep = gather_rep(done.stretches, done.set_ns, begun.goal, self._tell_wearer(), notes)
        course.place = (done.block, done.set)
        course.n_reps += 1
        course.n_set_reps += 1
        start_ns, end_ns = done.stretches[0].start_ns, done.stretches[-1].end_ns
        n_usable = sum(one.is_usable for one in rep.moments)
        course.usable_ns += (end_ns - start_ns) * n_usable // max(1, len(rep.moments))
        course.reps_ns += end_ns - start_ns
        figures = []
        for target in course.targets:
            tally = Tally()
            taken = MEASURES[target.of].take(rep)
            for one in (
                tally,
                course.set_tallies.setdefault(target.of, Tally()),
                course.tallies.setdefault(target.of, Tally()),
            ):
                one.add(taken)
            figures.append(tell_figure(target, tally))
        told = RepJudged(
            begun.number, done.block, done.set, done.rep, start_ns, end_ns,
            tuple(figures), find_score(figures), known_ns,
        )  # fmt: skip
        return [told, *(self._judge_set(course, known_ns) if done.is_last else [])]

    @staticmethod
    def _judge_set(course: Judged, known_ns: int) -> list[object]:
        figures = _tell_all(course.targets, course.set_tallies)
        told = SetJudged(
            course.begun.number, *course.place, course.n_set_reps, figures, find_score(figures),
            known_ns,
        )  # fmt: skip
        course.set_tallies, course.n_set_reps = {}, 0
        return [told]

    def _conclude(self, course: Judged, ended: CourseEnded, known_ns: int) -> list[object]:
        given = self._judge_set(course, known_ns) if course.n_set_reps else []
        figures = _tell_all(course.targets, course.tallies)
        usable_frac = course.usable_ns / course.reps_ns if course.reps_ns else 0.0
        is_told = usable_frac >= self._params.least_usable
        begun = course.begun
        judged = CourseJudged(
            begun.number, begun.programme, begun.level, ended.reason, begun.start_ns, ended.end_ns,
            course.n_reps, usable_frac, figures, find_score(figures) if is_told else None, known_ns,
        )  # fmt: skip
        return [*given, judged]

    def _tell_wearer(self) -> Wearer:
        known = self.state.calibration
        level = next((one for one in known.levels if one.sensor == self._leader.id), None)
        return replace(
            self._wearer,
            reference=level,
            rate_per_min=known.rate_per_min,
            sees_braces=tell_abilities(known).sees_braces,
        )


def _time_ns(event: CourseEvent) -> int:
    return event.end_ns if isinstance(event, CourseEnded) else event.start_ns


def _is_over(course: Judged, given: list[object]) -> bool:
    number = course.begun.number
    return any(isinstance(one, CourseJudged) and one.number == number for one in given)


def _tell_all(targets: tuple[Target, ...], tallies: Tallies) -> tuple[Figure, ...]:
    return tuple(tell_figure(one, tallies.get(one.of, Tally())) for one in targets)


def _begin_step(course: Judged, step: StepBegan) -> None:
    """Open a step; what comes again after a pause takes the place of what was broken off."""
    rep = course.stretches
    if rep and step.index <= rep[-1].place:
        course.stretches = [one for one in rep if one.place < step.index]
    last = course.step
    is_other = last is not None and (last.block, last.set, last.rep) != (
        (step.block, step.set, step.rep)
    )
    if is_other or step.phase == "rest":
        _close_rep(course, is_last=last is not None and last.rep == last.n_reps - 1)
    if last is None or (last.block, last.set) != (step.block, step.set):
        course.set_ns = step.start_ns
    course.step = step


def _close_step(course: Judged, t_ns: int) -> None:
    step = course.step
    if step is not None and step.phase != "rest":
        course.stretches.append(Stretch(step.index, step.phase, step.start_ns, t_ns, step.is_open))


def _close_rep(course: Judged, *, is_last: bool) -> None:
    stretches, course.stretches = tuple(course.stretches), []
    step = course.step
    if stretches and step is not None:
        course.due.append(
            DoneRep(step.block, step.set, step.rep, stretches, is_last, course.set_ns)
        )
