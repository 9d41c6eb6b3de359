"""What to do next in a calibration: the same for the app and the command line.

Pure: it is told the time and the judgements, and gives the marks that are to be made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from breathsense.core.calibration.plan import PLANS
from breathsense.core.model.calibration import Advice, Calibration, StepJudged, StepName
from breathsense.core.model.inputs import Mark
from breathsense.core.model.sensors import Sensor

S = 1_000_000_000
GuidePhase = Literal["ready", "doing", "judging", "over"]
StepResult = Literal["open", "done", "skipped", "given_up"]
REPEATS: dict[StepName, int] = {"full": 3, "brace": 3, "draw_in": 2}


@dataclass(frozen=True, slots=True)
class GuideParams:
    """How patient the guide is.

    Parameters
    ----------
    first_lead_ns : int
        Time to read what a step is about.
    again_lead_ns : int
        Time between two tries: breathing and band come to rest, about two breaths.
    judged_within_ns : int
        A judgement that takes longer does not come: no signal.
    most_refused : int
        Refused tries of a step after which it is left out, kindly.

    """

    first_lead_ns: int = 10 * S
    again_lead_ns: int = 9 * S
    judged_within_ns: int = 12 * S
    most_refused: int = 3


@dataclass(frozen=True, slots=True)
class GuideView:
    """What to show or to say now.

    Parameters
    ----------
    step : StepName or None
        ``None`` once all is over.
    phase : GuidePhase
        Getting ready, doing it, or waiting for the judgement.
    n_done, n_asked : int
        Accepted tries of this step, and how many there should be.
    left_ns : int
        Until the phase ends; while judging, at most.
    advice : Advice
        On the last try of this step; empty if it was good, or the first is to come.
    is_again : bool
        Whether a try of this step was judged before.
    results : mapping of step to StepResult
        How each step of the programme stands, in order.

    """

    step: StepName | None
    phase: GuidePhase
    n_done: int
    n_asked: int
    left_ns: int
    advice: Advice
    is_again: bool
    results: dict[StepName, StepResult]


@dataclass(slots=True)
class GuideState:
    """Where in the programme, and how this step went so far."""

    results: dict[StepName, StepResult]
    place: int = 0
    phase: GuidePhase = "ready"
    until_ns: int | None = None
    mark_ns: int = 0
    n_done: int = 0
    n_refused: int = 0
    advice: Advice = ""


def plan_steps(sensors: Sequence[Sensor]) -> tuple[StepName, ...]:
    """Return the steps that make sense for these sensors, in order."""
    has_band = any(one.kind == "band" for one in sensors)
    has_imu = any(one.kind == "imu" and one.place == "abdomen" for one in sensors)
    first: tuple[StepName, ...] = ("fit",) if has_band or not has_imu else ("fit", "polarity")
    last: tuple[StepName, ...] = ("tall", "slump") if has_imu else ()
    return (*first, "quiet", "full", "pause", "brace", "draw_in", *last)


def list_open(steps: Sequence[StepName], known: Calibration) -> tuple[StepName, ...]:
    """Return the steps of a programme that are still to be done; the fit is checked each time."""
    levels, mmgs = known.levels, known.mmgs
    is_done: dict[StepName, bool] = {
        "polarity": known.polarity != 0,
        "quiet": bool(levels or mmgs),
        "full": any(one.full_depth is not None for one in levels),
        "pause": any(one.hold_noise is not None for one in levels),
        "brace": any(one.brace_shift is not None for one in levels)
        or any(one.brace_log is not None for one in mmgs),
        "draw_in": any(one.draw_in_shift is not None for one in levels)
        or any(one.draw_in_log is not None for one in mmgs),
        "tall": known.tall_deg is not None,
        "slump": known.slump_deg is not None,
    }
    return tuple(step for step in steps if not is_done.get(step, False))


class CalibrationGuide:
    """Leads through the steps, one try after the other.

    Call ``tick`` a few times a second and make the marks that it gives; hand it every
    ``StepJudged``. A step is done after its number of accepted tries, and left out after a few
    refused ones or when it is skipped: whatever happens, the end is reached. ``repeat`` goes back
    to a step at any time; what it told before holds until a new try is accepted.

    Parameters
    ----------
    steps : sequence of StepName
        The programme, as ``plan_steps`` gives it, or what is left of one.
    params : GuideParams
        How patient it is.

    """

    def __init__(self, steps: Sequence[StepName], params: GuideParams | None = None) -> None:
        self._steps = list(steps)
        self._params = params or GuideParams()
        self.state = GuideState(dict.fromkeys(steps, "open"))
        if not self._steps:
            self.state.phase = "over"

    @property
    def is_over(self) -> bool:
        """Whether every step was done, skipped or given up."""
        return self.state.phase == "over"

    def tick(self, now_ns: int) -> list[Mark]:
        """Let time pass; give the marks to be made now."""
        state, step = self.state, self._step()
        if step is None:
            return []
        if state.until_ns is None:
            state.until_ns = now_ns + self._lead_ns()
        if now_ns < state.until_ns:
            return []
        if state.phase == "ready":
            return [self._begin(step, now_ns)]
        if state.phase == "doing":
            state.phase = "judging"
            state.until_ns += PLANS[step].after_ns + self._params.judged_within_ns
            return []
        self._refuse("no_signal")
        return []

    def take(self, judged: StepJudged) -> None:
        """Take a judgement; one of another try is passed over."""
        state = self.state
        is_open = state.phase in {"doing", "judging"}
        if not is_open or judged.step != self._step() or judged.start_ns != state.mark_ns:
            return
        if not judged.is_accepted:
            self._refuse(judged.advice)
            return
        state.n_done += 1
        state.n_refused = 0
        state.advice = judged.advice
        if state.n_done >= REPEATS.get(judged.step, 1):
            self._leave("done")
        else:
            self._get_ready()

    def begin(self) -> None:
        """Wait no longer: the wearer is ready for the next try."""
        if self.state.phase == "ready":
            self.state.until_ns = 0

    def skip(self) -> None:
        """Leave this step out; what it would have told stays unknown."""
        if self._step() is not None:
            self._leave("skipped")

    def repeat(self, step: StepName | None = None) -> None:
        """Do a step of the programme anew: by default this one, from its first try."""
        step = step or self._step() or self._steps[-1]
        self.state.place = self._steps.index(step)
        self.state.results[step] = "open"
        self._start_step()

    def view(self, now_ns: int) -> GuideView:
        """Return what to show now."""
        state, step = self.state, self._step()
        lead_ns = self._lead_ns() if state.until_ns is None else state.until_ns - now_ns
        return GuideView(
            step=step,
            phase=state.phase,
            n_done=state.n_done,
            n_asked=REPEATS.get(step, 1) if step else 0,
            left_ns=max(lead_ns, 0) if step else 0,
            advice=state.advice,
            is_again=state.n_done + state.n_refused > 0,
            results=dict(state.results),
        )

    def _step(self) -> StepName | None:
        if self.state.phase == "over":
            return None
        return self._steps[self.state.place]

    def _lead_ns(self) -> int:
        state = self.state
        is_first = state.n_done + state.n_refused == 0
        return self._params.first_lead_ns if is_first else self._params.again_lead_ns

    def _begin(self, step: StepName, now_ns: int) -> Mark:
        plan = PLANS[step]
        self.state.phase = "doing"
        self.state.mark_ns = now_ns
        self.state.until_ns = now_ns + plan.lasts_ns
        return Mark(now_ns, plan.label, plan.lasts_ns)

    def _refuse(self, advice: Advice) -> None:
        state = self.state
        state.n_refused += 1
        state.advice = advice
        if state.n_refused < self._params.most_refused:
            self._get_ready()
        else:
            self._leave("given_up")

    def _get_ready(self) -> None:
        self.state.phase, self.state.until_ns = "ready", None

    def _leave(self, result: StepResult) -> None:
        """Go to the next step that is still open."""
        state = self.state
        state.results[self._steps[state.place]] = result
        ahead = [*range(state.place + 1, len(self._steps)), *range(state.place)]
        place = next((one for one in ahead if state.results[self._steps[one]] == "open"), None)
        if place is None:
            state.phase, state.until_ns = "over", None
        else:
            state.place = place
            self._start_step()

    def _start_step(self) -> None:
        state = self.state
        state.n_done = state.n_refused = 0
        state.advice = ""
        self._get_ready()
