"""What counts in a trend, on paper and on the screen alike; it loads nothing of the program."""

from collections.abc import Sequence
from datetime import date

LEAST_USABLE = 0.7
FEWEST_BREATHS = 15
"""Sessions of which less could be gone by, or with fewer breaths, give no point of the body."""

FIRST_DAYS = 7
"""The wearer's own first week is what later weeks are compared with."""
FEWEST_WEEKS = 2
"""A shorter time has no first and last week."""
FEWEST_FOR_BAND = 3
"""So many points in it make a first week."""

Dated = tuple[date, float]
"""A figure and its day."""


def find_band(points: Sequence[Dated]) -> tuple[float, float] | None:
    """Return the least and the most of the first week; ``None`` where it has too few points.

    Parameters
    ----------
    points : sequence of (date, float)
        In order of time.

    """
    first = [value for day, value in points if (day - points[0][0]).days < FIRST_DAYS]
    return (min(first), max(first)) if len(first) >= FEWEST_FOR_BAND else None


def find_ends(days: Sequence[date]) -> tuple[slice, slice] | None:
    """Return which of some days, in order, are in their first week, and which in their last.

    ``None`` where the weeks are fewer than two.
    """
    if not days or (days[-1] - days[0]).days < FEWEST_WEEKS * FIRST_DAYS:
        return None
    n_first = sum((day - days[0]).days < FIRST_DAYS for day in days)
    n_last = sum((days[-1] - day).days < FIRST_DAYS for day in days)
    return slice(n_first), slice(len(days) - n_last, None)
