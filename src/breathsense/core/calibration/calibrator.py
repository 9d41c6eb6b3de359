"""Frames and marks to a calibration: each step is judged when it is over."""

from dataclasses import replace

from breathsense.core.calibration.breathing import Figures, measure_rest
from breathsense.core.calibration.effort import Span
from breathsense.core.calibration.judging import JUDGES
from breathsense.core.calibration.learnt import put_rest
from breathsense.core.calibration.memory import Seen, get_level
from breathsense.core.calibration.params import CalibrationParams
from breathsense.core.calibration.plan import EFFORTS, EXERCISES, PLANS, STEP_OF
from breathsense.core.calibration.state import CalibratorState, OpenStep
from breathsense.core.frames.frame import Frame
from breathsense.core.model.calibration import Calibrated, Calibration, StepJudged
from breathsense.core.model.inputs import Mark

MOST_OPEN = 8
LOOK_EVERY_NS = 1_000_000_000
"""A new baseline is sought this often: a breath takes longer."""


class Calibrator:
    """Learns from what the wearer does within the marks of a calibration.

    A mark ``calibration.*`` or ``rezero`` opens a step; when its planned time is over (a little
    later for steps that end with a movement) it is judged, and ``StepJudged`` and, if anything new
    is known, ``Calibrated`` follow the frame that decided it. Any step may be tried again at any
    time; a step that is never done leaves what it would have told unknown.

    A calibration from before is told once three quiet breaths have shown where the level at rest is
    today: a band never sits twice the same. Where none of the sensors of its levels shows anything
    for 40 s, what it knows of the sound of muscles is told alone; the levels follow if they come.

    A hole in the frames only shortens what a step has to go by.

    Parameters
    ----------
    params : CalibrationParams
        The numbers.
    stored : Calibration or None
        What is known from before; with no levels and no sounds in it, only its posture and
        wearables are kept.

    """

    def __init__(self, params: CalibrationParams, stored: Calibration | None = None) -> None:
        self._params = params
        known = stored or Calibration()
        self.state = CalibratorState(known, is_stale=bool(known.levels or known.mmgs))

    def push(self, item: object) -> list[object]:
        """Take an item; what a frame has decided follows it."""
        if not isinstance(item, Frame):
            return [item]
        state = self.state
        state.memory.take(item)
        for mark in item.marks:
            self._open(mark)
        given: list[object] = [item]
        if state.is_stale:
            given += self._refresh(item)
        if state.steps:
            given += self._judge_due(item)
        self._forget(item.t_ns)
        return given

    def flush(self) -> list[object]:
        """Nothing: a step that is not over is not judged."""
        return []

    def _open(self, mark: Mark) -> None:
        state = self.state
        step = STEP_OF.get(mark.label)
        if step is None and mark.label not in EXERCISES:
            return
        lasts_ns = mark.duration_ns or (PLANS[step].lasts_ns if step else 0)
        end_ns = mark.start_ns + lasts_ns
        if step in EFFORTS or step is None:
            state.busy = [*state.busy, Span(mark.start_ns, end_ns)][-MOST_OPEN:]
        if step is not None:
            due_ns = end_ns + PLANS[step].after_ns
            state.steps = [*state.steps, OpenStep(step, mark.start_ns, end_ns, due_ns)][-MOST_OPEN:]

    def _judge_due(self, frame: Frame) -> list[object]:
        """Judge what is over; a new baseline is sought while its step goes on."""
        state = self.state
        given: list[object] = []
        is_look = frame.t_ns >= state.next_look_ns
        if is_look:
            state.next_look_ns = frame.t_ns + LOOK_EVERY_NS
        for one in state.steps:
            is_due = frame.t_ns >= one.due_ns
            if not is_due and not (one.step == "rezero" and is_look):
                continue
            judged = JUDGES[one.step](one, self._between(one, frame.t_ns), state, self._params)
            if not judged.is_accepted and not is_due:
                continue
            state.steps = [other for other in state.steps if other is not one]
            given.append(
                StepJudged(
                    one.step,
                    judged.is_accepted,
                    judged.advice,
                    one.start_ns,
                    one.end_ns,
                    frame.known_ns,
                )
            )
            given += self._learn(judged.known, frame.t_ns)
        return given

    def _learn(self, known: Calibration, t_ns: int) -> list[object]:
        if known == self.state.known:
            return []
        self.state.known = known
        return [] if self.state.is_stale else [Calibrated(known, t_ns)]

    def _refresh(self, frame: Frame) -> list[object]:
        """Look for the first quiet breaths of today."""
        state = self.state
        if state.stale_from_ns is None:
            state.stale_from_ns = frame.t_ns
        if frame.t_ns < state.next_look_ns:
            return []
        state.next_look_ns = frame.t_ns + LOOK_EVERY_NS
        rests: Figures = {}
        if state.known.levels:
            seen = state.quiet_before(frame.t_ns, 2 * self._params.lookback_ns)
            rests = measure_rest(
                seen, state.known.levels, self._params, fewest=self._params.n_rezero
            )
            if not rests:
                return self._go_without(seen, frame.t_ns)
        state.is_stale = False
        state.known = put_rest(state.known, rests)
        return [Calibrated(state.known, frame.t_ns)]

    def _go_without(self, seen: list[Seen], t_ns: int) -> list[object]:
        """Tell the sounds alone, once, where no level comes at all."""
        state = self.state
        since_ns = state.stale_from_ns if state.stale_from_ns is not None else t_ns
        is_early = t_ns - since_ns < 2 * self._params.lookback_ns
        if state.is_partial or is_early or not state.known.mmgs:
            return []
        levels = [get_level(one.sensor) for one in state.known.levels]
        if any(level(one) is not None for one in seen for level in levels):
            return []
        state.is_partial = True
        return [Calibrated(replace(state.known, levels=()), t_ns)]

    def _forget(self, t_ns: int) -> None:
        state, params = self.state, self._params
        first_ns = min([one.start_ns for one in state.steps], default=t_ns)
        first_ns = max(first_ns, t_ns - params.longest_ns) - params.lookback_ns
        if state.is_stale:
            first_ns = min(first_ns, t_ns - 2 * params.lookback_ns)
        state.memory.forget(first_ns)

    def _between(self, one: OpenStep, t_ns: int) -> list[Seen]:
        return self.state.memory.between(one.start_ns, min(t_ns, one.due_ns))
