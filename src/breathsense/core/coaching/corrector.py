"""One cue at a time: the most important, and never two in a hurry unless it is for safety."""

from dataclasses import dataclass, field

from breathsense.core.coaching.cue_words import ANYTHING_ELSE, CUES, PLACES, SAFETY, CueKey
from breathsense.core.coaching.noticing import (
    NEVER,
    Asked,
    NoticeParams,
    NoticeState,
    begin_step,
    notice,
    take_hint,
    take_inside,
    take_moment,
    take_rep,
)
from breathsense.core.coaching.prompter import ORIGIN
from breathsense.core.coaching.prompts import BRACED
from breathsense.core.coaching.schema import parse_programme
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceBreath, BraceHint
from breathsense.core.model.calibration import Calibrated, Calibration
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CoursePaused,
    Cue,
    RepJudged,
    StepBegan,
)
from breathsense.core.model.inputs import Course

S = 1_000_000_000
CourseEvent = CourseBegan | StepBegan | CoursePaused | CourseEnded


@dataclass(frozen=True, slots=True)
class CorrectorParams:
    """How cues come and go.

    Parameters
    ----------
    notice : NoticeParams
        What is worth one.
    sure_ns : int
        So long something has to be seen before it is said; not for safety.
    apart_ns : int
        Two cues begin at least so far apart; not for safety.
    least_ns : int
        A cue stays at least so long, unless one for safety comes.
    gone_ns : int
        It goes when what it says has not been seen for so long.
    greet_ns : int
        The words to begin with, and to end with, stay for so long.

    """

    notice: NoticeParams = field(default_factory=NoticeParams)
    sure_ns: int = 800_000_000
    apart_ns: int = 4 * S
    least_ns: int = 2_500_000_000
    gone_ns: int = S
    greet_ns: int = 6 * S


@dataclass(slots=True)
class CorrectorState:
    """What is noticed since when and was last seen; the cue that is shown, and since when."""

    notice: NoticeState = field(default_factory=NoticeState)
    calibration: Calibration = field(default_factory=Calibration)
    course: Course | None = None
    number: int = -1
    asked: Asked | None = None
    words: dict[str, str] = field(default_factory=dict)
    waiting: list[CourseEvent] = field(default_factory=list)
    since_ns: dict[CueKey, int] = field(default_factory=dict)
    seen_ns: int = NEVER
    shown: str = ""
    shown_ns: int = NEVER


class Corrector:
    """Tells a ``Cue`` when what is to be said changes; everything is passed on.

    It goes by frames; a cue follows the frame that decided it. In a pause nothing is said.

    Parameters
    ----------
    leader : str
        Sensor whose breaths are told.
    params : CorrectorParams
        The numbers.

    """

    def __init__(self, leader: str, params: CorrectorParams) -> None:
        self._leader = leader
        self._params = params
        self.state = CorrectorState()

    def push(self, item: object) -> list[object]:
        """Take an item; a cue follows the frame that decided it."""
        s = self.state
        if isinstance(item, Frame):
            return [item, *self._follow(item)]
        if isinstance(item, BraceHint):
            take_hint(s.notice, item)
        elif isinstance(item, BraceBreath):
            take_inside(s.notice, item)
        elif isinstance(item, RepJudged):
            if item.number == s.number:
                take_rep(s.notice, item, self._params.notice)
        elif isinstance(item, Calibrated):
            s.calibration = item.calibration
        elif isinstance(item, Course):
            s.course = item
        elif isinstance(item, CourseBegan | StepBegan | CoursePaused | CourseEnded):
            s.waiting.append(item)
        return [item]

    def flush(self) -> list[object]:
        """Nothing: there is nobody to tell."""
        return []

    def _follow(self, frame: Frame) -> list[object]:
        s = self.state
        take_moment(s.notice, frame)
        given: list[object] = []
        while s.waiting and _time_ns(s.waiting[0]) <= frame.t_ns:
            given += self._take(s.waiting.pop(0), frame)
        if s.asked is None and not s.shown:
            return given
        return given + self._choose(frame)

    def _take(self, event: CourseEvent, frame: Frame) -> list[object]:
        s = self.state
        if isinstance(event, CourseBegan):
            return self._open(event, frame)
        if event.number != s.number:
            return []
        if isinstance(event, StepBegan):
            begin_step(s.notice, event)
            return []
        s.notice.step, s.notice.brace_ns, s.notice.paced_ns = None, NEVER, NEVER
        s.notice.missed, s.notice.air = {}, None
        if isinstance(event, CourseEnded):
            s.asked = None
            return self._show("end" if not event.reason else "", frame)
        return []

    def _open(self, begun: CourseBegan, frame: Frame) -> list[object]:
        s = self.state
        course = s.course
        assert course is not None  # noqa: S101 - the prompter lets it go first
        spec = parse_programme(course.text, ORIGIN).spec
        s.number = begun.number
        s.words = {one.when: one.say for one in spec.cue}
        s.asked = Asked(
            {one.of: one for one in spec.target},
            course.goal,
            round(course.breath_gap_s * S),
            any(phase.do in BRACED for block in spec.block for phase in block.phase),
        )
        s.notice = NoticeState(hint=s.notice.hint, turned_ns=s.notice.turned_ns)
        s.since_ns = {}
        return self._show("start", frame)

    def _choose(self, frame: Frame) -> list[object]:
        s, p = self.state, self._params
        found: set[CueKey] = set()
        if s.asked is not None:
            found = notice(s.notice, frame, s.asked, s.calibration, self._leader, p.notice)
        s.since_ns = {key: s.since_ns.get(key, frame.t_ns) for key in sorted(found)}
        if s.shown in found:
            s.seen_ns = frame.t_ns
        sure = [key for key in s.since_ns if self._is_sure(key, frame.t_ns)]
        best = min(sure, key=_find_place, default=None)
        shown_for_ns = frame.t_ns - s.shown_ns
        if best is not None and best != s.shown and self._may_follow(best, shown_for_ns):
            return self._show(best, frame)
        if s.shown and best != s.shown and self._is_gone(frame.t_ns, shown_for_ns):
            return self._show("", frame)
        return []

    def _is_sure(self, key: CueKey, t_ns: int) -> bool:
        seen_for_ns = t_ns - self.state.since_ns[key]
        return CUES[key].rank == SAFETY or seen_for_ns >= self._params.sure_ns

    def _may_follow(self, key: CueKey, shown_for_ns: int) -> bool:
        """Whether a cue may take the place of that which is shown, or was last."""
        shown = self.state.shown
        if CUES[key].rank == SAFETY:
            return _find_place(key) < _find_place(shown) or shown_for_ns >= self._params.least_ns
        return shown_for_ns >= self._params.apart_ns

    def _is_gone(self, t_ns: int, shown_for_ns: int) -> bool:
        s, p = self.state, self._params
        if s.shown in {"start", "end"}:
            return shown_for_ns >= p.greet_ns
        return shown_for_ns >= p.least_ns and t_ns - s.seen_ns >= p.gone_ns

    def _show(self, key: str, frame: Frame) -> list[object]:
        s = self.state
        usual = CUES.get(key)
        text = s.words.get(key) or (usual.text if usual else "")
        if not text:
            key = ""
        if not key and not s.shown:
            return []
        s.shown, s.seen_ns = key, frame.t_ns
        s.shown_ns = frame.t_ns if key else s.shown_ns
        rank = usual.rank if usual else ANYTHING_ELSE
        return [Cue(s.number, key, text, frame.known_ns, rank)]


def _find_place(key: str) -> int:
    return PLACES.get(key, len(PLACES))


def _time_ns(event: CourseEvent) -> int:
    return event.end_ns if isinstance(event, CourseEnded) else event.start_ns
