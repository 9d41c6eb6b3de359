"""What the screen needs of the events so far: bounded, whatever the length of the session."""

from collections import deque
from collections.abc import Callable
from typing import Any

from breathsense.core.calibration.matching import keep_worn
from breathsense.core.engine import find_leader
from breathsense.core.model.bracing import (
    BraceBreath,
    BraceEnd,
    BraceHint,
    BraceStart,
    HoldScored,
    MobilityReach,
    PostureHint,
    PostureRange,
    SetScored,
    Slouched,
)
from breathsense.core.model.calibration import Calibrated, StepJudged
from breathsense.core.model.coaching import (
    CourseBegan,
    CourseEnded,
    CourseJudged,
    CoursePaused,
    Cue,
    RepJudged,
    StepBegan,
)
from breathsense.core.model.events import (
    Breath,
    BreathEnd,
    Event,
    Phase,
    PhaseHint,
    QualityHint,
    RatePoint,
    Unscored,
)
from breathsense.core.model.inputs import Course, LinkEvent, Mark, Notification
from breathsense.core.model.samples import (
    Gap,
    Reading,
    Rejected,
    SampleBlock,
    Timing,
    Waveform,
)
from breathsense.core.setup import Setup, list_sensors
from breathsense.session.breaths import BreathsPicture
from breathsense.session.course import CoursePicture
from breathsense.session.reasons import STANDSTILL, say_reason
from breathsense.session.texts import _
from breathsense.session.trace import TraceBuffer
from breathsense.session.trunk import TrunkPicture
from breathsense.session.view import LiveView, RecordingView
from breathsense.session.wall import WallPicture
from breathsense.session.wearables import WearablePicture

S = 1_000_000_000
TRACE_NS = 120 * S
"""How much of the waveform a screen may ask for."""
STALE_RATE_NS = 15 * S
"""A breathing rate older than this is not shown: the contract has a point at least every 10 s."""
MAX_GAPS = 64
MAX_JUDGED = 32
MAX_MARKS = 64


class Picture:
    """Takes every link event and engine event of a session; gives a ``LiveView`` of now."""

    def __init__(self, setup: Setup) -> None:
        self._wearables = {one.id: WearablePicture(one) for one in setup.wearables}
        self._wearable_of = {
            sensor.id: one.id
            for one in setup.wearables
            for sensor in list_sensors(Setup(wearables=(one,)))
        }
        sensors = list_sensors(setup)
        leader = find_leader(sensors)
        self._sensor = leader.id if leader else ""
        self._unit = leader.unit if leader else ""
        self._trace = TraceBuffer()
        self._hint: PhaseHint | None = None
        self._rate: RatePoint | None = None
        self._unscored: Unscored | None = None
        self._trouble = ""
        self._breaths = BreathsPicture(self._sensor)
        self._gaps: deque[Gap] = deque(maxlen=MAX_GAPS)
        known = setup.calibration
        self._calibration = known and keep_worn(known, {one.id for one in sensors})
        self._judged: deque[StepJudged] = deque(maxlen=MAX_JUDGED)
        self._marks: deque[Mark] = deque(maxlen=MAX_MARKS)
        self._cue: Cue | None = None
        self._wall = WallPicture(self._sensor)
        self._trunk = TrunkPicture()
        self._course = CoursePicture()
        self._has_samples = False
        self._newest_ns = 0
        self._takes: dict[type, Callable[[Any], None]] = {
            Waveform: self._push_waveform,
            SampleBlock: self._push_samples,
            PhaseHint: self._push_hint,
            QualityHint: self._push_quality,
            Breath: self._push_breath,
            BreathEnd: self._breaths.push_breath_end,
            RatePoint: self._push_rate,
            Unscored: self._push_unscored,
            Gap: self._gaps.append,
            Rejected: lambda packet: self._wearables[packet.wearable].push_rejected(packet),
            Reading: lambda reading: self._wearables[reading.wearable].push_reading(reading),
            Timing: lambda timing: self._wearables[timing.wearable].push_timing(timing),
            Calibrated: self._push_calibrated,
            StepJudged: self._judged.append,
            Mark: self._marks.append,
            BraceStart: self._push_brace,
            BraceBreath: self._push_inside,
            BraceEnd: self._push_brace_end,
            BraceHint: self._wall.push_hint,
            HoldScored: self._push_score,
            SetScored: self._push_set,
            PostureHint: self._push_posture,
            PostureRange: self._trunk.push_range,
            Slouched: self._trunk.push_slouch,
            MobilityReach: self._trunk.push_reach,
            Course: self._course.push_course,
            CourseBegan: self._push_course,
            StepBegan: self._course.push_step,
            CoursePaused: self._course.push_pause,
            RepJudged: self._course.push_rep,
            CourseEnded: self._push_course_end,
            CourseJudged: self._course.push_judged,
            Cue: self._push_cue,
        }

    def push_link(self, event: LinkEvent) -> None:
        """Take a change of a link."""
        picture = self._wearables.get(event.wearable)
        if picture is not None:
            picture.push_link(event)

    def push_notification(self, notification: Notification) -> None:
        """Take what a wearable sent, to count its bytes."""
        picture = self._wearables.get(notification.wearable)
        if picture is not None:
            picture.push_notification(notification)

    def push(self, event: Event) -> None:
        """Take what the engine found; what the screen has no use for is passed over."""
        take = self._takes.get(type(event))
        if take is not None:
            take(event)

    def _push_waveform(self, block: Waveform) -> None:
        self._wall.push_waveform(block, self._calibration)
        if block.sensor == self._sensor:
            self._trace.append(block)
            self._newest_ns = max(self._newest_ns, int(block.known_ns[-1]))

    def _push_samples(self, block: SampleBlock) -> None:
        self._has_samples = self._has_samples or block.sensor == self._sensor
        wearable = self._wearable_of.get(block.sensor)
        if wearable is not None:
            self._wearables[wearable].push_samples(block)

    def _push_hint(self, hint: PhaseHint) -> None:
        is_news = self._hint is None or hint.phase != self._hint.phase
        if hint.sensor == self._sensor and is_news:
            self._hint = hint

    def _push_quality(self, hint: QualityHint) -> None:
        if hint.sensor == self._sensor:
            self._trouble = hint.reason

    def _push_rate(self, point: RatePoint) -> None:
        if point.sensor == self._sensor:
            self._rate = point

    def _push_unscored(self, span: Unscored) -> None:
        if span.sensor == self._sensor:
            self._unscored = span

    def _push_calibrated(self, told: Calibrated) -> None:
        self._calibration = told.calibration

    def _push_posture(self, hint: PostureHint) -> None:
        self._wall.push_posture(hint)
        self._trunk.push_posture(hint)

    def _push_score(self, scored: HoldScored) -> None:
        self._wall.push_score(scored)
        self._course.push_hold(scored)

    def _push_set(self, scored: SetScored) -> None:
        self._wall.push_set(scored)
        self._course.push_set(scored)

    def _push_course(self, course: CourseBegan) -> None:
        self._wall.goal, self._cue = course.goal, None
        self._course.push_begin(course)

    def _push_course_end(self, ended: CourseEnded) -> None:
        self._wall.goal = ""
        self._course.push_end(ended)

    def _push_cue(self, cue: Cue) -> None:
        self._cue = cue if cue.key else None

    def _push_breath(self, breath: Breath) -> None:
        self._breaths.push_breath(breath)
        if breath.sensor == self._sensor:
            self._wall.push_breath(breath)

    def _push_brace(self, start: BraceStart) -> None:
        self._breaths.push_start(start)
        self._wall.push_start(start)

    def _push_inside(self, breath: BraceBreath) -> None:
        self._breaths.push_inside(breath)
        self._wall.push_inside(breath)

    def _push_brace_end(self, end: BraceEnd) -> None:
        self._breaths.push_end(end)
        self._wall.push_end(end)

    def view(
        self,
        now_ns: int | None,
        recording: RecordingView | None,
        problem: str | None,
        duration_ns: int | None = None,
    ) -> LiveView:
        """Return what is to be seen now.

        Parameters
        ----------
        now_ns : int or None
            Session time; ``None`` takes the newest sample's.
        recording : RecordingView or None
            What is being written.
        problem : str or None
            ``None`` while the session runs; else it is over, for this reason (``""``: as meant).
        duration_ns : int or None
            Length of the whole, where it is known.

        """
        now_ns = self._newest_ns if now_ns is None else now_ns
        since_ns = now_ns - TRACE_NS
        t_ns, values = self._trace.since(since_ns)
        rate_per_min, why = self._rate_now(now_ns)
        return LiveView(
            now_ns=now_ns,
            sensor=self._sensor,
            unit=self._unit,
            t_ns=t_ns,
            values=values,
            breaths=self._breaths.since(since_ns),
            n_breaths=self._breaths.n_breaths,
            phase=self._phase(),
            phase_since_ns=self._hint.t_ns if self._hint else 0,
            rate_per_min=rate_per_min,
            why_no_rate=why,
            gaps=tuple(gap for gap in self._gaps if gap.end_ns >= since_ns),
            wearables=tuple(one.view() for one in self._wearables.values()),
            recording=recording,
            is_over=problem is not None,
            problem=problem or "",
            duration_ns=duration_ns,
            calibration=self._calibration,
            judged=tuple(self._judged),
            trouble=self._trouble,
            wall=self._wall.view(since_ns),
            trunk=self._trunk.view(),
            cue=self._cue,
            course=self._course.view,
            marks=tuple(one for one in self._marks if one.start_ns + one.duration_ns >= since_ns),
        )

    def _is_link_lost(self) -> bool:
        wearable = self._wearable_of.get(self._sensor)
        return wearable is not None and self._wearables[wearable].link == "lost"

    def _phase(self) -> Phase:
        if self._hint is None or self._is_link_lost() or self._trouble in STANDSTILL:
            return "unknown"
        return self._hint.phase

    def _rate_now(self, now_ns: int) -> tuple[float | None, str]:
        if self._is_link_lost():
            return None, _("the link is lost")
        is_silent = now_ns - self._newest_ns > STALE_RATE_NS
        if self._trouble in STANDSTILL | {"no_breath"} and not is_silent:
            return None, say_reason(self._trouble)
        if self._rate is not None and now_ns - self._rate.t_ns <= STALE_RATE_NS:
            return self._rate.per_min, ""
        return None, self._why_no_rate(now_ns, is_silent=is_silent)

    def _why_no_rate(self, now_ns: int, *, is_silent: bool) -> str:
        if self._newest_ns == 0:
            return (
                _("looking for the breathing movement")
                if self._has_samples
                else _("no samples yet")
            )
        if is_silent:
            return _("no samples at the moment")
        if self._trouble and self._trouble != "settling":
            return say_reason(self._trouble)
        if self._unscored is not None and now_ns - self._unscored.end_ns <= STALE_RATE_NS:
            return say_reason(self._unscored.reason)
        if self._breaths.n_breaths:
            return _("waiting for breaths")
        return _("waiting for the first breaths")
