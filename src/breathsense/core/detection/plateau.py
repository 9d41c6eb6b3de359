"""Whether somebody who braces breathes away from where they breathe otherwise.

A brace or a draw-in shifts the waveform by up to two breaths, and what goes on there are breaths of
15 to 80 % of the usual depth: too small to be told elsewhere, where ripple and restlessness are as
large. So less is asked of a breath while the waveform stays away from its usual troughs, and only
of somebody who is known, by a mark, to practise bracing.
"""

from dataclasses import dataclass, field
from statistics import median_high

FEWEST_TROUGHS = 3
"""With fewer known there is no saying where somebody breathes."""


@dataclass(frozen=True, slots=True)
class PlateauParams:
    """What is away, and how much less is asked there.

    Parameters
    ----------
    off_frac : float
        A trough is away if it is this share of the usual rise below or above the usual ones ...
    least_fall : int
        ... above only so many grid values (1 s) after the peak: else any top with a notch would be.
    share : float
        So much of the rises and drops asked elsewhere are asked there.
    n_troughs, n_away : int
        The usual trough is the median of the last ``n_troughs`` that were not away. More than
        ``n_away`` away in a row are a new place to breathe at, which is then learnt afresh.

    """

    off_frac: float = 0.3
    least_fall: int = 25
    share: float = 0.4
    n_troughs: int = 7
    n_away: int = 6


@dataclass(slots=True)
class PlateauState:
    """The last troughs at the usual place; ``begin`` is the index from which less is asked.

    ``begin`` is -1 as long as nobody is known to brace.
    """

    begin: int = -1
    troughs: list[float] = field(default_factory=list)
    level: float = 0.0
    n_away: int = 0


def is_away(
    state: PlateauState, low: float, low_at: int, n_fall: int, usual: float, params: PlateauParams
) -> bool:
    """Whether a low value, ``n_fall`` values after the peak before it, is away."""
    if len(state.troughs) < FEWEST_TROUGHS or not 0 <= state.begin <= low_at:
        return False
    off, least = low - state.level, params.off_frac * usual
    return off < -least or (off > least and n_fall > params.least_fall)


def learn_trough(state: PlateauState, low: float, params: PlateauParams, *, away: bool) -> None:
    """Take a trough that was told."""
    state.n_away = state.n_away + 1 if away else 0
    if state.n_away > params.n_away:
        state.troughs = []
    if not away:
        state.troughs = [*state.troughs, low][-params.n_troughs :]
        state.level = median_high(state.troughs)
