"""The breaths that a screen shows: those of the leading sensor, and in a brace those told there."""

from collections import deque

from breathsense.core.inside import Rivals
from breathsense.core.model.bracing import BraceBreath, BraceEnd, BraceStart
from breathsense.core.model.events import Breath, BreathEnd
from breathsense.session.view import BreathView

MAX_BREATHS = 256


class BreathsPicture:
    """Takes what one sensor tells of breaths, and what is told inside braces; counts each once.

    While a brace tells its breaths (``BraceStart.tells_breaths``), those of the leading sensor do
    not count. None is ever withdrawn. A breath inside a brace ends where the next one begins.

    Parameters
    ----------
    leader : str
        The sensor whose breaths are reported.

    """

    def __init__(self, leader: str) -> None:
        self._leader = leader
        self._breaths: deque[tuple[int | None, BreathView]] = deque(maxlen=MAX_BREATHS)
        self._ends_ns: dict[int, int] = {}
        self._counted = Rivals()
        self._brace: BraceStart | None = None
        self.n_breaths = 0

    def push_start(self, start: BraceStart) -> None:
        """Take the start of a brace."""
        self._brace = start

    def push_end(self, end: BraceEnd) -> None:
        """Take the end of a brace."""
        if self._brace is not None and self._brace.number == end.number:
            self._brace = None

    def push_breath(self, breath: Breath) -> None:
        """Take a breath of any sensor."""
        if breath.sensor != self._leader:
            return
        self._ends_ns.pop(breath.number - MAX_BREATHS, None)
        brace = self._brace
        is_led = brace is not None and brace.tells_breaths and brace.decided_ns < breath.decided_ns
        if self._counted.takes(breath.peak_ns, is_inside=False, is_led=is_led):
            self._add(breath.number, breath)

    def push_inside(self, breath: BraceBreath) -> None:
        """Take a breath inside a brace."""
        if self._counted.takes(breath.peak_ns, is_inside=True, is_led=True):
            self._add(None, breath)

    def push_breath_end(self, end: BreathEnd) -> None:
        """Take the end of a breath of any sensor."""
        if end.sensor == self._leader:
            self._ends_ns[end.number] = end.end_ns

    def _add(self, number: int | None, one: Breath | BraceBreath) -> None:
        self.n_breaths += 1
        self._breaths.append(
            (number, BreathView(one.inhale_start_ns, one.peak_ns, None, one.depth))
        )

    def since(self, since_ns: int) -> tuple[BreathView, ...]:
        """Return the breaths with their end of inspiration from ``since_ns`` on, oldest first."""
        seen = [one for one in self._breaths if one[1].peak_ns >= since_ns]
        seen.sort(key=lambda one: one[1].peak_ns)
        next_starts_ns = [*(one.inhale_start_ns for _, one in seen), None][1:]
        return tuple(
            BreathView(one.inhale_start_ns, one.peak_ns, self._find_end(number, one, next_ns),
                       one.depth)
            for (number, one), next_ns in zip(seen, next_starts_ns, strict=True)
        )  # fmt: skip

    def _find_end(self, number: int | None, one: BreathView, next_ns: int | None) -> int | None:
        if number is not None:
            return self._ends_ns.get(number)
        return next_ns if next_ns is not None and next_ns > one.peak_ns else None
