"""What the screen needs of the abdominal wall: braces, holds, and how long no breath was seen."""

from collections import deque
from dataclasses import dataclass
from statistics import median

from breathsense.core.model.bracing import (
    BraceBreath,
    BraceEnd,
    BraceHint,
    BraceStart,
    HoldScored,
    PostureHint,
    SetScored,
)
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.events import Breath
from breathsense.core.model.samples import Waveform
from breathsense.session.view import BraceView, WallView

MAX_BRACES = 64
MOVED_FRAC = 0.15
"""A belly that has moved by this share of a quiet breath is breathing."""
N_DEPTHS = 9
"""Without a calibration, the usual depth is the median of so many breaths ..."""
LEAST_DEPTHS = 3
"""... and is known from so many on."""


@dataclass(slots=True)
class Stillness:
    """Since when a waveform has stood still: it moved less than ``limit`` from where it was."""

    value: float = 0.0
    since_ns: int = -1

    def push(self, block: Waveform, limit: float) -> None:
        """Take the block sample by sample."""
        for t_ns, value in zip(block.t_ns.tolist(), block.values.tolist(), strict=True):
            if self.since_ns < 0 or abs(value - self.value) > limit:
                self.value, self.since_ns = value, t_ns


class WallPicture:
    """Takes what concerns braces and breath gaps; gives a ``WallView`` of now.

    Parameters
    ----------
    leader : str
        The sensor whose breaths are reported.

    """

    def __init__(self, leader: str) -> None:
        self._leader = leader
        self._still: dict[str, Stillness] = {}
        self._depths: deque[float] = deque(maxlen=N_DEPTHS)
        self._starts: deque[BraceStart] = deque(maxlen=MAX_BRACES)
        self._ends: dict[int, BraceEnd] = {}
        self._scores: dict[int, HoldScored] = {}
        self._inside_ns = -1
        self._set: SetScored | None = None
        self._hint: BraceHint | None = None
        self._posture: PostureHint | None = None
        self._n_braces = 0
        self.goal = ""

    def push_waveform(self, block: Waveform, known: Calibration | None) -> None:
        """Take a waveform of any sensor that shows breathing."""
        depth = self._usual_depth(block.sensor, known)
        if depth is not None:
            still = self._still.setdefault(block.sensor, Stillness())
            still.push(block, MOVED_FRAC * depth)

    def _usual_depth(self, sensor: str, known: Calibration | None) -> float | None:
        levels = known.levels if known is not None else ()
        depth = next((one.quiet_depth for one in levels if one.sensor == sensor), None)
        if depth is not None:
            return depth
        is_known = sensor == self._leader and len(self._depths) >= LEAST_DEPTHS
        return median(self._depths) if is_known else None

    def push_breath(self, breath: Breath) -> None:
        """Learn how deep the wearer usually breathes."""
        self._depths.append(breath.depth)

    def push_inside(self, breath: BraceBreath) -> None:
        """Take a breath inside a brace: it was movement, however small the waveform was."""
        self._inside_ns = max(self._inside_ns, breath.peak_ns)

    def push_start(self, start: BraceStart) -> None:
        """Take the start of a brace; the oldest one is forgotten."""
        if len(self._starts) == MAX_BRACES:
            self._ends.pop(self._starts[0].number, None)
            self._scores.pop(self._starts[0].number, None)
        self._starts.append(start)
        self._n_braces += 1

    def push_end(self, end: BraceEnd) -> None:
        """Take the end of a brace."""
        self._ends[end.number] = end

    def push_score(self, scored: HoldScored) -> None:
        """Take the score of a hold."""
        self._scores[scored.number] = scored
        self._set = None

    def push_set(self, scored: SetScored) -> None:
        """Take the score of a set; it stands until the next hold."""
        self._set = scored

    def push_hint(self, hint: BraceHint) -> None:
        """Take what the wall seems to do."""
        self._hint = hint

    def push_posture(self, hint: PostureHint) -> None:
        """Take how the trunk leans."""
        self._posture = hint

    def view(self, since_ns: int) -> WallView:
        """Return what is to be seen now; braces that ended before ``since_ns`` are left out."""
        moved = [one.since_ns for one in self._still.values()]
        stills = [t_ns for t_ns in (*moved, self._inside_ns) if t_ns >= 0]
        hint = self._hint
        return WallView(
            state="cannot_tell" if hint is None else hint.state,
            reason="settling" if hint is None else hint.reason,
            direction="unknown" if hint is None else hint.direction,
            level=None if hint is None else hint.level,
            breathing="unknown" if hint is None else hint.breathing,
            moved_ns=max(stills, default=None),
            braces=self._braces_since(since_ns),
            n_braces=self._n_braces,
            hold=next(reversed(self._scores.values()), None),
            latest_set=self._set,
            posture=self._posture,
            goal=self.goal,
        )

    def _braces_since(self, since_ns: int) -> tuple[BraceView, ...]:
        braces = []
        for start in self._starts:
            end = self._ends.get(start.number)
            if end is None or end.end_ns >= since_ns:
                braces.append(self._join(start, end))
        return tuple(braces)

    def _join(self, start: BraceStart, end: BraceEnd | None) -> BraceView:
        scored = self._scores.get(start.number)
        return BraceView(
            start_ns=start.start_ns,
            end_ns=None if end is None else end.end_ns,
            direction=start.direction,
            breathing="unknown" if end is None else end.breathing,
            level=None if end is None else end.level,
            score=None if scored is None else scored.score,
        )
