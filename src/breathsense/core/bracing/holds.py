"""The quality of held braces, each and as a set; definitions: docs/decisions/0012."""

from dataclasses import dataclass

from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart, HoldScored
from breathsense.core.model.calibration import Calibrated, LevelReference

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
    moved_frac, moved_noises : float
        The baseline has moved if it differs by more than the greater of this share of the
        calibrated shift and so many times its noise.

    """

    good_level: tuple[float, float] = (0.6, 1.3)
    fair_level: tuple[float, float] = (0.2, 1.9)
    good_steadiness: float = 0.15
    poor_steadiness: float = 0.45
    good_retention: float = 0.8
    poor_retention: float = 0.4
    good_gap_ns: int = 4_000_000_000
    poor_gap_ns: int = 10_000_000_000
    moved_frac: float = 0.2
    moved_noises: float = 3.0


@dataclass(slots=True)
class HoldState:
    """The belly's reference, the one before it, the last prompt, and the open brace's onset."""

    reference: LevelReference | None = None
    is_doubtful: bool = False
    prompt_ns: int = -1
    prompt_end_ns: int = -1
    start: BraceStart | None = None


class HoldScorer:
    """Braces to ``HoldScored``, right behind ``BraceEnd``; everything is passed on.

    A part that the sensors cannot tell is ``None``, and the others are stretched to 100. A baseline
    that is found elsewhere at the next ``rezero`` makes the level, steadiness and retention of the
    holds after it doubtful until it is calibrated afresh; which earlier holds it concerns, the
    marks of the set tell.
    """

    def __init__(self, params: HoldParams) -> None:
        self._params = params
        self.state = HoldState()

    def push(self, item: object) -> list[object]:
        """Take an item."""
        s = self.state
        if isinstance(item, Calibrated):
            self._compare(item)
        elif isinstance(item, Frame):
            for mark in item.marks:
                if mark.label == "exercise.brace":
                    s.prompt_ns = mark.start_ns
                    s.prompt_end_ns = mark.start_ns + mark.duration_ns
        elif isinstance(item, BraceStart):
            s.start = item
        elif isinstance(item, BraceEnd):
            return [item, *self._score(item)]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: a hold that goes on has no score."""
        return []

    def _compare(self, item: Calibrated) -> None:
        """See whether the baseline of the belly's band has moved."""
        s, p = self.state, self._params
        new = next((one for one in item.calibration.levels if one.sensor == "abdomen"), None)
        old, s.reference = s.reference, new
        if new is None or old is None:
            return
        if new.brace_shift != old.brace_shift or new.quiet_depth != old.quiet_depth:
            s.is_doubtful = False
            return
        shift = abs(new.brace_shift or new.draw_in_shift or 0.0)
        limit = max(p.moved_frac * shift, p.moved_noises * new.noise)
        s.is_doubtful = abs(new.rest - old.rest) > limit

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
        return [HoldScored(end.number, score, *parts, onset_ns, s.is_doubtful, end.decided_ns)]

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
