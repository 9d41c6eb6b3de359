"""The quality of held braces, each and as a set; definitions: docs/decisions/0012."""

import math
from dataclasses import dataclass

from breathsense.core.calibration.baseline import is_baseline_moved
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored, LevelDoubt
from breathsense.core.model.calibration import Calibrated, LevelReference, StepJudged
from breathsense.core.model.events import QualityHint

Lean = tuple[float, float]
RESTS = frozenset({"quiet", "rezero"})
"""Steps in which the wearer sits as in the set that follows."""
WEIGHTS = (35.0, 20.0, 20.0, 25.0)
"""Of level, steadiness, retention and breathing."""


@dataclass(frozen=True, slots=True)
class HoldParams:
    """From figures to parts of a score, each between 1 where it is good and 0.

    Parameters
    ----------
    good_level, fair_level : tuple of float
        Shares of the own reference between which the level is good; beyond the second it is 0.
    good_steadiness, poor_steadiness : float
        Coefficient of variation that is still good, and that is 0.
    good_retention, poor_retention : float
        The same for the share of the level that is left.
    good_gap_ns, poor_gap_ns : int
        The same for the longest time without a breath.
    lean_deg : float
        Where the trunk leans so much otherwise than at the last baseline, for most of a hold, the
        level is not comparable.

    """

    good_level: tuple[float, float] = (0.6, 1.3)
    fair_level: tuple[float, float] = (0.2, 1.9)
    good_steadiness: float = 0.15
    poor_steadiness: float = 0.45
    good_retention: float = 0.8
    poor_retention: float = 0.4
    good_gap_ns: int = 4_000_000_000
    poor_gap_ns: int = 10_000_000_000
    lean_deg: float = 5.0


@dataclass(slots=True)
class HoldState:
    """The belly's reference, the last prompt, the open brace's onset, and what makes doubt.

    ``lean`` is that of the trunk at the last baseline, forward and to the right, ``lean_now`` the
    newest; of ``n_frames`` of the open brace the trunk leaned otherwise in ``n_leaned``.
    """

    reference: LevelReference | None = None
    has_moved: bool = False
    has_slipped: bool = False
    lean: Lean | None = None
    lean_now: Lean | None = None
    n_frames: int = 0
    n_leaned: int = 0
    prompt_ns: int = -1
    prompt_end_ns: int = -1
    start: BraceStart | None = None


class HoldScorer:
    """Braces to ``HoldScored``, right behind ``BraceEnd``; everything is passed on.

    A part that the sensors cannot tell is ``None``, and the others are stretched to 100. A baseline
    that is found elsewhere at the next ``rezero`` makes the level, steadiness and retention of the
    holds after it doubtful until it is calibrated afresh (those before it: ``SetScorer``); a slip
    of the band, or another lean, does until the next ``rezero``.
    """

    def __init__(self, params: HoldParams) -> None:
        self._params = params
        self.state = HoldState()

    def push(self, item: object) -> list[object]:
        """Take an item."""
        s = self.state
        if isinstance(item, Calibrated):
            self._compare(item)
        elif isinstance(item, StepJudged):
            self._settle(item)
        elif isinstance(item, Frame):
            self._take(item)
        elif isinstance(item, BraceStart):
            s.start, s.n_frames, s.n_leaned = item, 0, 0
        elif isinstance(item, BraceEnd):
            return [item, *self._score(item)]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: a hold that goes on has no score."""
        return []

    def _take(self, frame: Frame) -> None:
        s = self.state
        for mark in frame.marks:
            if mark.label == "exercise.brace":
                s.prompt_ns = mark.start_ns
                s.prompt_end_ns = mark.start_ns + mark.duration_ns
        s.has_slipped |= any(
            isinstance(one, QualityHint) and one.reason == "slip" for one in frame.events
        )
        if frame.forward_deg is None or frame.sideways_deg is None:
            return
        s.lean_now = (frame.forward_deg, frame.sideways_deg)
        s.lean = s.lean or s.lean_now
        s.n_frames += 1
        s.n_leaned += math.dist(s.lean, s.lean_now) > self._params.lean_deg

    def _settle(self, judged: StepJudged) -> None:
        """Take it that the wearer sits, and the band lies, as they did in this step."""
        if judged.is_accepted and judged.step in RESTS:
            self.state.has_slipped, self.state.lean = False, self.state.lean_now

    def _compare(self, item: Calibrated) -> None:
        """See whether the baseline of the belly's band has moved."""
        s = self.state
        old, s.reference = s.reference, find_belly(item)
        if s.reference is not None and old is not None:
            s.has_moved = has_moved(old, s.reference)

    def _find_doubt(self) -> LevelDoubt:
        s = self.state
        if s.has_moved:
            return "drift"
        if s.has_slipped:
            return "slip"
        return "posture" if 2 * s.n_leaned > s.n_frames else ""

    def _score(self, end: BraceEnd) -> list[HoldScored]:
        s, p = self.state, self._params
        start, s.start = s.start, None
        if start is None or start.number != end.number:
            return []
        parts = (
            None if end.level is None else self._grade_level(end.level),
            _grade(end.steadiness, p.good_steadiness, p.poor_steadiness),
            _grade(end.retention, p.good_retention, p.poor_retention),
            self._grade_breathing(end),
        )
        told = [
            (weight, one) for weight, one in zip(WEIGHTS, parts, strict=True) if one is not None
        ]
        if not told:
            return []
        score = 100.0 * sum(w * one for w, one in told) / sum(w for w, _ in told)
        is_prompted = s.prompt_ns <= start.start_ns <= s.prompt_end_ns
        onset_ns = start.start_ns - s.prompt_ns if is_prompted else None
        doubt = self._find_doubt()
        return [HoldScored(end.number, score, *parts, onset_ns, bool(doubt), end.decided_ns, doubt)]

    def _grade_level(self, level: float) -> float:
        (low, high), (least, most) = self._params.good_level, self._params.fair_level
        if level < low:
            return max(0.0, (level - least) / (low - least))
        return min(1.0, max(0.0, (most - level) / (most - high)))

    def _grade_breathing(self, end: BraceEnd) -> float | None:
        if end.breathing == "unknown":
            return None
        p = self._params
        return _grade(float(end.longest_gap_ns), float(p.good_gap_ns), float(p.poor_gap_ns))


def _grade(value: float | None, good: float, poor: float) -> float | None:
    """Return 1 up to what is good, 0 from what is poor on, and between them in proportion."""
    if value is None:
        return None
    return min(1.0, max(0.0, (poor - value) / (poor - good)))


def find_belly(known: Calibrated) -> LevelReference | None:
    """Return the reference of the band on the belly."""
    return next((one for one in known.calibration.levels if one.sensor == "abdomen"), None)


def has_moved(old: LevelReference, new: LevelReference) -> bool:
    """Return whether a baseline is elsewhere than before; one calibrated afresh is not."""
    if new.brace_shift != old.brace_shift or new.quiet_depth != old.quiet_depth:
        return False
    return is_baseline_moved(old.rest, new.rest, new)
