"""Frames to braces and draw-ins."""

from collections import deque
from dataclasses import dataclass, field

from breathsense.core.bracing.params import BraceParams
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart, Direction
from breathsense.core.model.calibration import Calibrated, Calibration, LevelReference


@dataclass(slots=True)
class BraceState:
    """Calibration, the last levels, and the open brace (-1 as its start if there is none)."""

    calibration: Calibration = field(default_factory=Calibration)
    recent: deque[float] = field(default_factory=deque)
    n_up: int = 0
    n_down: int = 0
    n_off: int = 0
    number: int = 0
    start_ns: int = -1
    level: float = 0.0


class BraceDetector:
    """Tells braces; everything is passed on, braces before the frame that decided them."""

    def __init__(self, params: BraceParams) -> None:
        self._params = params
        self.state = BraceState()

    def push(self, item: object) -> list[object]:
        """Take an item."""
        if isinstance(item, Calibrated):
            self.state.calibration = item.calibration
        if isinstance(item, Frame):
            return [*self._follow(item), item]
        return [item]

    def flush(self) -> list[object]:
        """Nothing."""
        return []

    def _follow(self, frame: Frame) -> list[object]:
        s = self.state
        reference = next((r for r in s.calibration.levels if r.sensor == "abdomen"), None)
        if reference is None or frame.belly is None:
            return []
        s.recent.append(frame.belly)
        if len(s.recent) > 25:
            s.recent.popleft()
        up = min(s.recent) - reference.rest
        down = max(s.recent) - reference.rest
        return self._judge(frame, reference, up, down)

    def _judge(
        self, frame: Frame, reference: LevelReference, up: float, down: float
    ) -> list[object]:
        s, p = self.state, self._params
        shift = reference.brace_shift or 1e30
        drawn = reference.draw_in_shift or -1e30
        if s.start_ns < 0:
            s.n_up = s.n_up + 1 if up > p.onset_share * shift else 0
            s.n_down = s.n_down + 1 if down < p.onset_share * drawn else 0
            if max(s.n_up, s.n_down) < 3:
                return []
            s.start_ns, s.n_off, s.level = frame.t_ns - len(s.recent) * 160_000_000, 0, up / shift
            direction: Direction = "expand" if s.n_up else "draw_in"
            return [BraceStart(s.number, s.start_ns, direction, 0.5, frame.known_ns)]
        level = frame.belly or 0.0
        off = p.offset_share * (shift if s.n_up else drawn) + reference.rest
        s.n_off = s.n_off + 1 if (level < off) == bool(s.n_up) else 0
        if s.n_off < 4:
            return []
        end = BraceEnd(
            s.number, frame.t_ns, "unknown", s.level, None, None, 0, 0, 0.5, frame.known_ns
        )
        s.number += 1
        s.start_ns, s.n_up, s.n_down = -1, 0, 0
        return [end]
