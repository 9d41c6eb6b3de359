"""Breaths told inside braces put in place of those that the leading sensor told meanwhile."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from breathsense.core.model.bracing import BraceBreath, BraceEnd, BraceStart
from breathsense.core.model.events import Breath

SAME_NS = 1_000_000_000
"""Ends of inspiration that are this near, told by the leading sensor and in a brace, are one."""
NEWEST = 3
"""So many that were told before may be the same."""

Told = tuple[Breath, int | None]
"""A breath and its end."""


def _remember() -> deque[int]:
    return deque(maxlen=NEWEST)


@dataclass(slots=True)
class Rivals:
    """The newest ends of inspiration that count: those told outside of braces, and inside."""

    outer_ns: deque[int] = field(default_factory=_remember)
    inner_ns: deque[int] = field(default_factory=_remember)

    def takes(self, peak_ns: int, *, is_inside: bool, is_led: bool) -> bool:
        """Return whether a breath counts; to be asked in the order in which they are decided.

        Parameters
        ----------
        peak_ns : int
            Its end of inspiration.
        is_inside : bool
            Whether it was told as a ``BraceBreath``.
        is_led : bool
            Whether it was decided while a brace tells the breaths.

        """
        mine, others = (
            (self.inner_ns, self.outer_ns) if is_inside else (self.outer_ns, self.inner_ns)
        )
        is_told = any(abs(peak_ns - other_ns) < SAME_NS for other_ns in others)
        counts = not is_told and (is_inside or not is_led)
        if counts:
            mine.append(peak_ns)
        return counts


def join_breaths(
    told: Iterable[Told],
    braces: Iterable[tuple[BraceStart, BraceEnd | None]],
    inner: Sequence[BraceBreath],
) -> list[Told]:
    """Return all breaths that count, in order of their ends of inspiration.

    Whether one counts follows from what had been decided when it was: none is ever withdrawn. A
    breath inside a brace ends where the next one begins.

    Parameters
    ----------
    told : iterable of (Breath, int or None)
        Those of the leading sensor, in order of time.
    braces : iterable of (BraceStart, BraceEnd or None)
        In order of time.
    inner : sequence of BraceBreath
        Those inside of them.

    """
    led = [one for one in braces if one[0].tells_breaths]
    outer = list(told)
    if not led:
        return outer
    number = outer[-1][0].number if outer else -1
    inside: list[Told] = [(_build(one, number + n), None) for n, one in enumerate(inner, 1)]
    kept = _keep(outer, inside, led)
    kept.sort(key=lambda one: one[1][0].peak_ns)
    next_starts_ns = [*(breath.inhale_start_ns for _, (breath, _) in kept), -1][1:]
    return [
        (breath, next_ns if next_ns > breath.peak_ns else None) if is_inside else (breath, end_ns)
        for (is_inside, (breath, end_ns)), next_ns in zip(kept, next_starts_ns, strict=True)
    ]


def _build(one: BraceBreath, number: int) -> Breath:
    return Breath(
        one.sensor,
        number,
        one.inhale_start_ns,
        one.peak_ns,
        one.depth,
        one.decided_ns,
        "unknown",
        one.quality,
    )


def _keep(
    outer: Sequence[Told],
    inside: Sequence[Told],
    led: Sequence[tuple[BraceStart, BraceEnd | None]],
) -> list[tuple[bool, Told]]:
    """Return those that count, and whether each was told inside a brace, as they were decided."""
    begun_ns = [start.decided_ns for start, _ in led]
    rivals = chain(((False, one) for one in outer), ((True, one) for one in inside))
    counted = Rivals()
    kept = []
    for is_inside, one in sorted(rivals, key=lambda rival: (rival[1][0].decided_ns, rival[0])):
        breath = one[0]
        at = bisect_left(begun_ns, breath.decided_ns) - 1
        end = led[at][1]
        is_led = at >= 0 and (end is None or breath.decided_ns <= end.decided_ns)
        if counted.takes(breath.peak_ns, is_inside=is_inside, is_led=is_led):
            kept.append((is_inside, one))
    return kept
