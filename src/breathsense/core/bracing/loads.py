"""Whether a brace came before a bend or a lift."""

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import Bend, BraceBeforeLoad, BraceEnd, BraceStart
from breathsense.core.model.calibration import Calibrated, MmgReference

N_KEPT = 8
"""Braces, and bends, that are remembered."""
N_FRAMES = 256
"""Frames that are remembered: the longest bend, the stillness after it, and what came before."""


@dataclass(frozen=True, slots=True)
class LoadParams:
    """When a brace is in time.

    Parameters
    ----------
    earliest_ns, latest_ns : int
        It begins at least the second and at most the first before the movement.
    least_log : float
        A wall that was less louder than this in the calibrated brace, in powers of ten, is not
        listened to.
    firm_frac : float
        Firm is from this share of the calibrated rise on.
    late_ns : int
        The sound comes so much later than the wall is firmed.

    """

    earliest_ns: int = 2_000_000_000
    latest_ns: int = 200_000_000
    least_log: float = 0.176
    firm_frac: float = 0.5
    late_ns: int = 300_000_000


Heard = tuple[int, bool]
"""When, and whether the wall sounded firm."""


@dataclass(slots=True)
class LoadState:
    """The newest braces by number with their ends, the bends that wait to be judged, the sound."""

    starts: list[BraceStart] = field(default_factory=list)
    ends: dict[int, BraceEnd] = field(default_factory=dict)
    bends: list[Bend] = field(default_factory=list)
    reference: MmgReference | None = None
    heard: deque[Heard] = field(default_factory=partial(deque, maxlen=N_FRAMES))


class LoadJudge:
    """Each ``Bend`` is followed by ``BraceBeforeLoad``; everything is passed on.

    It is judged by what had been decided of braces when the bend was decided, as soon as the frames
    have got so far. A brace held since longer counts as one, though not in time; one that was let
    go before the movement does not. One begun less than a second or so before the movement is
    seldom told, for the movement drowns it: where the calibration shows that a brace is heard, how
    long the wall had sounded firm gives ``lead_ns``, without a number. At the end, bends that the
    frames have not reached are not judged.
    """

    def __init__(self, params: LoadParams) -> None:
        self._params = params
        self.state = LoadState()

    def push(self, item: object) -> list[object]:
        """Take an item."""
        s = self.state
        if isinstance(item, BraceStart):
            s.starts = [*s.starts[1 - N_KEPT :], item]
        elif isinstance(item, BraceEnd):
            kept = {one.number for one in s.starts}
            s.ends = {number: end for number, end in s.ends.items() if number in kept}
            s.ends[item.number] = item
        elif isinstance(item, Bend):
            s.bends = [*s.bends[1 - N_KEPT :], item]
        elif isinstance(item, Calibrated):
            s.reference = next(iter(item.calibration.mmgs), None)
        elif isinstance(item, Frame):
            s.heard.append((item.t_ns, self._is_firm(item)))
            return [*self._judge_all(item.known_ns), item]
        return [item]

    def flush(self) -> list[object]:
        """Nothing: see above."""
        return []

    def _judge_all(self, known_ns: int) -> list[BraceBeforeLoad]:
        s = self.state
        due = [one for one in s.bends if one.decided_ns <= known_ns]
        s.bends = [one for one in s.bends if one.decided_ns > known_ns]
        return [self._judge(one, known_ns) for one in due]

    def _judge(self, bend: Bend, known_ns: int) -> BraceBeforeLoad:
        held = [one for one in self.state.starts if self._is_held(one, bend)]
        number = held[-1].number if held else None
        lead_ns = bend.start_ns - held[-1].start_ns if held else self._hear_lead(bend)
        is_in_time = (
            lead_ns is not None and self._params.latest_ns <= lead_ns <= self._params.earliest_ns
        )
        return BraceBeforeLoad(bend.start_ns, number, lead_ns, is_in_time, known_ns)

    def _is_firm(self, frame: Frame) -> bool:
        """Return whether the wall sounds as in the calibrated brace."""
        known, p = self.state.reference, self._params
        if known is None or known.brace_log is None or frame.mmg_log is None:
            return False
        span = known.brace_log - known.rest_log
        return span >= p.least_log and frame.mmg_log - known.rest_log >= p.firm_frac * span

    def _hear_lead(self, bend: Bend) -> int | None:
        """Return since when the wall had sounded firm as the trunk bent; ``None`` if not before.

        Sound without a beginning in what a brace in time may take is none: who talks or walks is
        heard all the while.
        """
        p = self._params
        until_ns = bend.start_ns + p.late_ns
        before = [one for one in self.state.heard if one[0] <= until_ns]
        firm = list(takewhile(lambda one: one[1], reversed(before)))
        if not firm or len(firm) == len(before):
            return None
        lead_ns = bend.start_ns - (firm[-1][0] - p.late_ns)
        return lead_ns if 0 < lead_ns <= p.earliest_ns else None

    def _is_held(self, start: BraceStart, bend: Bend) -> bool:
        """Whether this brace was known to be held when the bend began."""
        if start.decided_ns > bend.decided_ns or start.start_ns > bend.start_ns:
            return False
        end = self.state.ends.get(start.number)
        return end is None or end.decided_ns > bend.decided_ns or end.end_ns >= bend.start_ns
