"""A figure is a number, or the reason why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from breathsense.core.model.samples import Values


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no number, and why; ``reason`` is one plain sentence without a full stop."""

    reason: str


Figure = float | Missing
Figures = Mapping[str, Figure]
"""Figures by name; each name ends in its unit (``_s``, ``_ms``, ``_pct``, ``_deg``)."""


def pick_numbers(figures: Iterable[Figure]) -> Values:
    """Return the numbers among the figures, in order; what is missing is left out."""
    return np.array([one for one in figures if not isinstance(one, Missing)], dtype=np.float64)


def need(n: int, fewest: int, what: str) -> Missing | None:
    """Return why ``n`` of something are too few; ``None`` if they are enough."""
    return Missing(f"too few {what}: {n}, at least {fewest} are needed") if n < fewest else None


def divide(over: float, under: float, reason: str) -> Figure:
    """Return the quotient; what is missing, and why, if it would not be finite."""
    if under == 0:
        return Missing(reason)
    quotient = over / under
    return quotient if np.isfinite(quotient) else Missing(reason)


def give_all(names: Iterable[str], missing: Missing) -> dict[str, Figure]:
    """Return the same reason for each name."""
    return dict.fromkeys(names, missing)


def settle(value: float, reason: str) -> Figure:
    """Return the value as a plain number if it is finite; the reason otherwise."""
    return float(value) if np.isfinite(value) else Missing(reason)
