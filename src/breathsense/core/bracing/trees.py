"""What many small trees make of clues: log odds that a brace has begun, or of what it is like.

Each tree asks three questions, each by the answers before, and adds what it learnt to answer
(gradient boosting, doi 10.1214/aos/1013203451). What they learnt, and the clues that they ask
about, are in ``trees.json``; ``tests/benchmarks/learn_braces.py`` makes it.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple, Protocol

from breathsense.core.bracing.breathing import BREATH_CLUES
from breathsense.core.bracing.clues import LEVEL_CLUES, SOUND_CLUES, WAY_CLUES
from breathsense.core.bracing.swings import SWING_CLUES

FILE = "trees.json"
N_NUMBERS = 22
"""Of a tree: seven pairs of a clue and up to where it says yes, root first, and eight answers."""

Tree = tuple[tuple[tuple[int, float], ...], tuple[float, ...]]


class Weigher(Protocol):
    """Weighs clues."""

    def weigh(self, clues: Sequence[float]) -> float:
        """Return the natural log odds that these clues come from what is asked about."""
        ...


class Trees:
    """Adds up what the trees answer, one after the other.

    Parameters
    ----------
    rows : sequence of sequence of float
        ``N_NUMBERS`` each. Below question ``k`` are ``2 * k + 1`` for yes and ``2 * k + 2`` for no.

    """

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        self._trees = [
            (
                tuple((int(row[k]), row[k + 1]) for k in range(0, 14, 2)),
                tuple(row[14:N_NUMBERS]),
            )
            for row in rows
        ]

    def weigh(self, clues: Sequence[float]) -> float:
        """Return the natural log odds; clues are in the order in which they were learnt."""
        odds = 0.0
        for asks, answers in self._trees:
            clue, most = asks[0]
            at = 1 if clues[clue] <= most else 2
            clue, most = asks[at]
            at += at + (1 if clues[clue] <= most else 2)
            clue, most = asks[at]
            at += at + (1 if clues[clue] <= most else 2)
            odds += answers[at - 7]
        return odds


class Weighers(NamedTuple):
    """Whether a brace began, by sound or by a level that goes out or in; and what it is like.

    The next three, which way it goes, are asked where the sound tells the brace and a band shows
    the level; then whether breathing goes on, of a brace that is over, and whether a swing in it is
    a breath.
    """

    sound: Weigher
    outward: Weigher
    inward: Weigher
    expand: Weigher
    neutral: Weigher
    draw_in: Weigher
    breathing: Weigher
    swing: Weigher


ASKED = {
    "sound": SOUND_CLUES,
    "outward": LEVEL_CLUES,
    "inward": LEVEL_CLUES,
    "expand": WAY_CLUES,
    "neutral": WAY_CLUES,
    "draw_in": WAY_CLUES,
    "breathing": BREATH_CLUES,
    "swing": SWING_CLUES,
}
"""The clues that each of them weighs."""


@cache
def load_trees() -> Weighers:
    """Return what was learnt.

    Raises
    ------
    ValueError
        If it was learnt of other clues than there are.

    """
    learnt = json.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))
    for name, clues in ASKED.items():
        if tuple(learnt[name]["clues"]) != clues:
            raise ValueError(f"{FILE}: {name} was learnt of other clues; run learn_braces.py anew")
    return Weighers(*(Trees(learnt[name]["trees"]) for name in Weighers._fields))
