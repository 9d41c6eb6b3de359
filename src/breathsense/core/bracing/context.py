"""What the app and the signal's judge say about a moment: prompts, calibrations, troubles."""

from dataclasses import dataclass

from breathsense.core.calibration.memory import TROUBLE
from breathsense.core.frames.frame import Frame
from breathsense.core.model.events import QualityHint
from breathsense.core.model.inputs import Mark


@dataclass(frozen=True, slots=True)
class ContextParams:
    """When a mark is felt.

    Parameters
    ----------
    react_ns : int
        Nobody firms the wall sooner after a prompt.
    eager_ns : int
        So long after a prompt a brace is awaited.
    settle_ns : int
        After a step of the calibration nothing is looked for.

    """

    react_ns: int = 150_000_000
    eager_ns: int = 4_000_000_000
    settle_ns: int = 1_000_000_000


@dataclass(slots=True)
class ContextState:
    """Ends of what the newest marks announced, and the trouble that was hinted at last."""

    prompt_ns: int = -1
    prompt_end_ns: int = -1
    calibration_end_ns: int = -1
    quiet_end_ns: int = -1
    breathe_end_ns: int = -1
    trouble: str = ""


class Context:
    """Keeps the marks and hints of the frames."""

    def __init__(self, params: ContextParams) -> None:
        self._params = params

    def take(self, state: ContextState, frame: Frame) -> None:
        """Take a frame's marks and events."""
        for mark in frame.marks:
            self._mark(state, mark)
        for event in frame.events:
            if isinstance(event, QualityHint):
                state.trouble = event.reason if event.reason in TROUBLE else ""

    def is_awaited(self, state: ContextState, t_ns: int) -> bool:
        """Return whether a prompt was given just now."""
        p = self._params
        if state.prompt_ns < 0:
            return False
        return state.prompt_ns + p.react_ns <= t_ns <= state.prompt_ns + p.eager_ns

    def is_prompted(self, state: ContextState, t_ns: int) -> bool:
        """Return whether the time of a prompt is on."""
        return state.prompt_ns <= t_ns <= state.prompt_end_ns

    def is_calibrating(self, state: ContextState, t_ns: int) -> bool:
        """Return whether a step of the calibration is on, or just over."""
        return t_ns < state.calibration_end_ns + self._params.settle_ns

    def is_quiet(self, state: ContextState, t_ns: int) -> bool:
        """Return whether the quiet minute of a calibration is on."""
        return t_ns <= state.quiet_end_ns

    def is_paced(self, state: ContextState, t_ns: int) -> bool:
        """Return whether a breathing exercise is on: slow breaths, held breaths."""
        return t_ns <= state.breathe_end_ns

    @staticmethod
    def _mark(state: ContextState, mark: Mark) -> None:
        end_ns = mark.start_ns + mark.duration_ns
        if mark.label == "exercise.brace":
            state.prompt_ns, state.prompt_end_ns = mark.start_ns, end_ns
        elif mark.label == "exercise.breathe":
            state.breathe_end_ns = end_ns
        elif mark.label.startswith("calibration."):
            state.quiet_end_ns = end_ns if mark.label == "calibration.quiet" else mark.start_ns
            state.calibration_end_ns = max(state.calibration_end_ns, end_ns)
