"""Which way the belly went in a brace that the muscles' sound has told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from breathsense.core.bracing.level import LevelState
from breathsense.core.frames.frame import FRAME_S
from breathsense.core.model.bracing import Direction

DIRECTIONS: tuple[Direction, ...] = ("expand", "neutral", "draw_in")
NEWEST = 4
"""Levels whose mean is looked at."""
QUICK = 2
"""Frames of the quickest change."""


@dataclass(frozen=True, slots=True)
class ChoiceParams:
    """How a direction is chosen; levels are in quiet depths from rest.

    Parameters
    ----------
    vague, firm : float
        Spread of the level about what breathing lets expect, and about rest.
    weak : float
        A brace goes at least this share of its calibrated shift.
    usual : float
        Taken for the shift where none was calibrated.
    strange : float
        What speaks against a direction that the calibration has not shown.
    quick_factor, quick : float
        A change this much quicker than breathing makes it speaks for its direction by the second.
    deep : float
        A belly at ease is not further out than this many usual breaths.
    clear, wait_ns : float, int
        The likeliest direction is told once it is this much likelier (natural logarithm), or this
        much later.
    doubtful : float
        If it is less likelier than this even then, the direction is unknown.

    """

    vague: float = 0.35
    firm: float = 0.12
    weak: float = 0.75
    usual: float = 0.8
    strange: float = 2.5
    quick_factor: float = 1.6
    quick: float = 1.5
    deep: float = 1.4
    clear: float = 1.5
    wait_ns: int = 700_000_000
    doubtful: float = 0.2


class Choice:
    """Weighs the three directions."""

    def __init__(self, params: ChoiceParams) -> None:
        self._params = params

    def choose(self, level: LevelState, beyond: Sequence[float]) -> tuple[Direction, float]:
        """Return the likeliest direction, and how much likelier it is than the next.

        Parameters
        ----------
        level : LevelState
            Now.
        beyond : sequence of float
            What breathing has not explained of the levels since the brace is suspected.

        """
        p = self._params
        newest = beyond[-NEWEST:]
        mean = sum(newest) / len(newest)
        now = list(level.recent)[-NEWEST:]
        x = sum(now) / len(now)
        out, inward = level.up or p.usual, level.down or p.usual
        rise, fall = self._find_quickest(level)
        likely = [
            self._square(p.weak * out - mean, p.vague) + self._square(0.5 * out - x, p.firm),
            self._square(abs(mean), p.vague)
            + self._square(-x, p.firm)
            + self._square(x - p.deep * level.belly.usual, p.firm),
            self._square(p.weak * inward + mean, p.vague) + self._square(0.25 * inward + x, p.firm),
        ]
        likely[0] += p.quick * rise - (0.0 if level.up else p.strange)
        likely[1] -= p.strange if level.up else 0.0
        likely[2] += p.quick * fall
        ranked = sorted(likely, reverse=True)
        return DIRECTIONS[likely.index(ranked[0])], ranked[0] - ranked[1]

    @staticmethod
    def _square(off: float, spread: float) -> float:
        """Log-likelihood of being off by so much, 0 where it is below nothing."""
        share = max(0.0, off) / spread
        return -0.5 * min(share * share, 20.0)

    def _find_quickest(self, level: LevelState) -> tuple[float, float]:
        """Return whether the level lately rose, and fell, quicker than breathing makes it."""
        recent, belly = list(level.recent), level.belly
        changes = [b - a for a, b in zip(recent, recent[QUICK:], strict=False)]
        if not changes:
            return 0.0, 0.0
        top = 0.5 * math.pi * belly.usual * QUICK * FRAME_S * self._params.quick_factor
        rise = float(max(changes) > top / belly.rise_s)
        fall = float(-min(changes) > top / belly.fall_s)
        return rise, fall
