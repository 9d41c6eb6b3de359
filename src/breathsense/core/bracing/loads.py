"""Whether a brace came before a bend or a lift."""

from dataclasses import dataclass, field

from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import Bend, BraceBeforeLoad, BraceEnd, BraceStart

N_KEPT = 8
"""Braces, and bends, that are remembered."""


@dataclass(frozen=True, slots=True)
class LoadParams:
    """When a brace is in time.

    Parameters
    ----------
    earliest_ns, latest_ns : int
        It begins at least the second and at most the first before the movement.

    """

    earliest_ns: int = 2_000_000_000
    latest_ns: int = 200_000_000


@dataclass(slots=True)
class LoadState:
    """The newest braces by number with their ends, and the bends that wait to be judged."""

    starts: list[BraceStart] = field(default_factory=list)
    ends: dict[int, BraceEnd] = field(default_factory=dict)
    bends: list[Bend] = field(default_factory=list)


class LoadJudge:
    """Each ``Bend`` is followed by ``BraceBeforeLoad``; everything is passed on.

    It is judged by what had been decided of braces when the bend was decided, as soon as the frames
    have got so far. A brace held since longer counts as one, though not in time; one that was let
    go before the movement does not. At the end, bends that the frames have not reached are not
    judged.
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
        elif isinstance(item, Frame) and s.bends:
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
        if not held:
            return BraceBeforeLoad(bend.start_ns, None, None, is_in_time=False, decided_ns=known_ns)
        newest = held[-1]
        lead_ns = bend.start_ns - newest.start_ns
        is_in_time = self._params.latest_ns <= lead_ns <= self._params.earliest_ns
        return BraceBeforeLoad(bend.start_ns, newest.number, lead_ns, is_in_time, known_ns)

    def _is_held(self, start: BraceStart, bend: Bend) -> bool:
        """Whether this brace was known to be held when the bend began."""
        if start.decided_ns > bend.decided_ns or start.start_ns > bend.start_ns:
            return False
        end = self.state.ends.get(start.number)
        return end is None or end.decided_ns > bend.decided_ns or end.end_ns >= bend.start_ns
