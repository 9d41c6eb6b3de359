"""A repetition as it was done, with all that was seen in it: what the figures are taken from."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from breathsense.core.coaching.notes import BraceSeen, BreathSeen, Moment, Notes
from breathsense.core.coaching.prompts import BRACED, KEPT
from breathsense.core.model.bracing import BraceBeforeLoad
from breathsense.core.model.calibration import LevelReference
from breathsense.core.model.events import Pause

APART = frozenset({"settle", "rest", "recover", "release"})
"""Phases whose breaths are nobody's business."""
SLACK_NS = 1_000_000_000
"""So much earlier or later than asked still belongs to what was asked."""
LATE_NS = 2_000_000_000
"""A led breath has reached its top by then."""


class Stretch(NamedTuple):
    """A phase as it was done; ``place`` is that in the schedule."""

    place: int
    phase: str
    start_ns: int
    end_ns: int
    is_open: bool


class Span(NamedTuple):
    """From when to when."""

    start_ns: int
    end_ns: int

    def holds(self, t_ns: int, slack_ns: int = 0) -> bool:
        """Whether a time lies in it."""
        return self.start_ns - slack_ns <= t_ns <= self.end_ns + slack_ns


@dataclass(frozen=True, slots=True)
class Wearer:
    """What is known of the wearer and the sensors.

    Parameters
    ----------
    is_band : bool
        Whether the leading sensor is a band, whose level at rest means something.
    reference : LevelReference or None
        Of the leading sensor; ``None`` as long as it is not calibrated.
    rate_per_min : float or None
        Quiet breathing rate.
    has_chest, sees_braces, has_imu : bool
        What the sensors, and the calibration, allow.

    """

    is_band: bool
    reference: LevelReference | None = None
    rate_per_min: float | None = None
    has_chest: bool = False
    sees_braces: bool = False
    has_imu: bool = False


@dataclass(frozen=True, slots=True)
class Rep:
    """A repetition; everything oldest first, ``breaths`` with the one before the first."""

    stretches: tuple[Stretch, ...]
    goal: str
    wearer: Wearer
    breaths: tuple[BreathSeen, ...]
    turns_ns: tuple[int, ...]
    pauses: tuple[Pause, ...]
    braces: tuple[BraceSeen, ...]
    loads: tuple[BraceBeforeLoad, ...]
    moments: tuple[Moment, ...]
    comforts: tuple[int, ...] = ()

    def list_counted(self) -> list[BreathSeen]:
        """Return the breaths that have their top in a phase that counts."""
        spans = [Span(one.start_ns, one.end_ns) for one in self.stretches if one.phase not in APART]
        return [one for one in self.breaths if any(span.holds(one.peak_ns) for span in spans)]

    def list_led(self) -> list[tuple[Span, BreathSeen | None]]:
        """Return the breaths in that were asked for, each with the breath that was taken then."""
        return [(span, self._find_led(span)) for span in self.list_runs(frozenset({"inhale"}))]

    def list_shown(self) -> list[BreathSeen]:
        """Return the breaths that were asked for, or, if none was, all that count."""
        led = self.list_led()
        return [breath for _, breath in led if breath] if led else self.list_counted()

    def list_braced(self) -> list[Span]:
        """Return when the wall was to be firm: from a brace on until it may be let go."""
        kept = [list(group) for is_kept, group in self._group(KEPT) if is_kept]
        spans = []
        for run in kept:
            first = next((one for one in run if one.phase in BRACED), None)
            if first is not None:
                spans.append(Span(first.start_ns, run[-1].end_ns))
        return spans

    def list_runs(self, phases: frozenset[str]) -> list[Span]:
        """Return the stretches of these phases; those in a row are one."""
        runs = [list(group) for is_one, group in self._group(phases) if is_one]
        return [Span(run[0].start_ns, run[-1].end_ns) for run in runs]

    def list_braces(self, span: Span) -> list[BraceSeen]:
        """Return the braces that were held in a span."""
        return [
            one
            for one in self.braces
            if one.start.start_ns < span.end_ns
            and (one.end is None or one.end.end_ns > span.start_ns)
        ]

    def is_wrong_way(self, brace: BraceSeen) -> bool:
        """Whether the belly went against the goal; a neutral brace is never wrong."""
        return {self.goal, brace.start.direction} == {"expand", "draw_in"}

    def _group(self, phases: frozenset[str]) -> Iterator[tuple[bool, Iterator[Stretch]]]:
        return iter(groupby(self.stretches, key=lambda one: one.phase in phases))

    def _find_led(self, span: Span) -> BreathSeen | None:
        near = [one for one in self.breaths if span.start_ns < one.peak_ns <= span.end_ns + LATE_NS]
        return max(near, key=lambda one: one.depth, default=None)


def gather_rep(
    stretches: tuple[Stretch, ...], since_ns: int, goal: str, wearer: Wearer, notes: Notes
) -> Rep:
    """Put together what was seen in a repetition.

    The breath before its first is taken with it if that too was taken since ``since_ns``.
    """
    span = Span(stretches[0].start_ns, stretches[-1].end_ns)
    breaths = [one for one in notes.breaths if one.peak_ns >= since_ns]
    near = [at for at, one in enumerate(breaths) if span.holds(one.peak_ns, LATE_NS)]
    first = max(near[0] - 1, 0) if near else 0
    return Rep(
        stretches=stretches,
        goal=goal,
        wearer=wearer,
        breaths=tuple(breaths[first : near[-1] + 1]) if near else (),
        turns_ns=tuple(one for one in notes.turns_ns if span.holds(one)),
        pauses=tuple(one for one in notes.pauses if span.holds(one.start_ns)),
        braces=tuple(notes.braces),
        loads=tuple(one for one in notes.loads if span.holds(one.bend_start_ns)),
        moments=tuple(one for one in notes.moments if span.holds(one.t_ns)),
        comforts=tuple(value for t_ns, value in notes.comforts if span.holds(t_ns)),
    )
