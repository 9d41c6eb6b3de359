"""How far a brace that was told can be trusted: about how many of its like were right."""

import math
from dataclasses import dataclass
from typing import Literal

Witness = Literal["sound", "level"]


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Natural log odds, fitted to 1,484 told braces of generated people (decision 12).

    Parameters
    ----------
    heard, seen : tuple of float
        By the muscles' sound, by the level alone: after a prompt, and without one.
    seconds, usual_s, most_s : float
        For each second that a brace lasted longer than the second (shorter: against), as far as the
        third.
    strength, usual_strength : float
        For what it was short of its calibrated loudness or level, against what is usual.
    begun : float
        Less is sure as it begins: it may be short.

    """

    heard: tuple[float, float] = (4.0, 2.2)
    seen: tuple[float, float] = (2.8, 1.4)
    seconds: float = 0.6
    usual_s: float = 6.0
    most_s: float = 3.0
    strength: float = 1.45
    usual_strength: float = 0.9
    begun: float = 0.4


def weigh_witness(witness: Witness, params: QualityParams, *, is_awaited: bool) -> float:
    """Return the log odds by what told the brace, and whether a prompt had been given."""
    prompted, unprompted = params.heard if witness == "sound" else params.seen
    return prompted if is_awaited else unprompted


def tell_at_start(odds: float, params: QualityParams) -> float:
    """Return the quality of a brace that has begun."""
    return _share(odds + params.begun)


def tell_at_end(
    odds: float, lasted_s: float, strength: float | None, params: QualityParams
) -> float:
    """Return the quality of a brace that is over; ``strength`` is a share of the calibrated one."""
    longer_s = min(max(lasted_s - params.usual_s, -params.most_s), params.most_s)
    odds += params.seconds * longer_s
    if strength is not None:
        odds += params.strength * (min(max(strength, 0.0), 1.0) - params.usual_strength)
    return _share(odds)


def _share(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))
