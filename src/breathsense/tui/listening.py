"""What of a view can be heard, handed on to the sounder with every frame."""

from collections.abc import Mapping
from typing import Protocol

from breathsense.core.calibration.guide import GuideView
from breathsense.core.calibration.plan import PLANS
from breathsense.core.model.calibration import StepName
from breathsense.session.sound.hearing import TASK, Ears, Moment, Step
from breathsense.session.sound.tones import SoundName
from breathsense.session.view import LiveView
from breathsense.tui.drawing.pace_plan import PacePlan
from breathsense.tui.drawing.wall import grade_gap, measure_gap_ns

S = 1_000_000_000
LONGEST_LEAD_NS = 10 * S
TRY_PHASES: Mapping[StepName, tuple[str, ...]] = {
    "fit": ("rest",),
    "polarity": ("inhale",),
    "quiet": ("rest",),
    "full": ("inhale", "exhale"),
    "brace": ("brace",),
}
"""What the tries of a calibration sound like, one part after the other; others are a task."""


class Plays(Protocol):
    """Plays sounds by their names; see ``tui.sound.Sounder``."""

    @property
    def is_eyes_closed(self) -> bool:
        """Whether sound alone has to be enough."""
        ...

    def play(self, name: SoundName, length_s: float = 0.0) -> None:
        """Play a sound; returns at once."""
        ...


class Listener:
    """Lets a session be heard; each thing once.

    Parameters
    ----------
    sounder : Plays
        Knows whether sound is wanted.

    """

    def __init__(self, sounder: Plays) -> None:
        self._sounder = sounder
        self._ears = Ears()

    def hear(self, view: LiveView, plan: PacePlan | None = None) -> None:
        """Play what begins in this view; ``plan`` is the pacer, where no programme runs."""
        self._play(read_moment(view, plan))

    def hear_guide(self, view: LiveView, guide: GuideView) -> None:
        """Play what begins in a guided calibration."""
        self._play(read_guide_moment(view, guide))

    def _play(self, moment: Moment) -> None:
        self._ears.is_eyes_closed = self._sounder.is_eyes_closed
        for sound in self._ears.listen(moment):
            self._sounder.play(sound.name, sound.length_s)


def read_moment(view: LiveView, plan: PacePlan | None = None) -> Moment:
    """Return what of a view can be heard."""
    course, cue = view.course, view.cue
    return Moment(
        now_ns=view.now_ns,
        step=_find_step(view, plan),
        gap=grade_gap(view.wall, measure_gap_ns(view)),
        cue="" if cue is None else cue.key,
        cue_ns=0 if cue is None else cue.since_ns,
        cue_rank=0 if cue is None else cue.rank,
        is_linked=_is_linked(view),
        ended=None if course is None or course.ended is None else course.ended.reason,
    )


def read_guide_moment(view: LiveView, guide: GuideView) -> Moment:
    """Return what of a calibration can be heard: its tries, and that it is over."""
    is_linked = _is_linked(view)
    return Moment(
        now_ns=view.now_ns,
        step=_find_try(view.now_ns, guide) if is_linked else None,
        is_linked=is_linked,
        ended="" if guide.phase == "over" else None,
    )


def _is_linked(view: LiveView) -> bool:
    links = [wearable.link for wearable in view.wearables]
    return not links or "streaming" in links


def _find_try(now_ns: int, guide: GuideView) -> Step | None:
    """Return the try that runs, or the wait before it; ``None`` while one is judged."""
    until_ns = now_ns + guide.left_ns
    if guide.phase == "ready":
        phase = "again" if guide.advice else "ready"
        return Step(phase, until_ns - LONGEST_LEAD_NS, LONGEST_LEAD_NS)
    if guide.step is None or guide.phase != "doing":
        return None
    phases = TRY_PHASES.get(guide.step, (TASK,))
    length_ns = PLANS[guide.step].lasts_ns // len(phases)
    place = min(max(-(-guide.left_ns // length_ns), 1), len(phases))
    return Step(phases[-place], until_ns - place * length_ns, length_ns)


def _find_step(view: LiveView, plan: PacePlan | None) -> Step | None:
    """Return what is asked for: by the programme that runs, else by the pacer."""
    course = view.course
    if course is not None and course.is_running:
        step = course.step
        if step is None or course.pause:
            return None
        return Step(step.phase, step.start_ns, step.length_ns, step.is_open)
    if plan is None or view.is_over:
        return None
    part = next((one for one in reversed(plan.parts) if one.since_ns <= view.now_ns), plan.parts[0])
    pace = part.pace
    begun_ns = view.now_ns - (view.now_ns - part.zero_ns) % pace.period_ns
    if plan.at(view.now_ns).step == "inhale":
        return Step("inhale", begun_ns, pace.in_ns)
    return Step("exhale", begun_ns + pace.in_ns, pace.period_ns - pace.in_ns)
