"""Samples to the lowest and highest value of each pixel column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import Times, Values
from breathsense.tui.drawing.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """What a line through the samples covers in each pixel column, oldest first.

    Parameters
    ----------
    low, high : float64 arrays, shape (n,)
        Only meaningful where ``is_known``.
    is_known : bool array, shape (n,)
        Whether there is a line in that column at all.

    """

    low: Values
    high: Values
    is_known: NDArray[np.bool_]


def measure_envelope(
    t_ns: Times,
    values: Values,
    timeline: Timeline,
    *,
    longest_join_ns: int,
    highs: Values | None = None,
) -> Envelope:
    """Measure the envelope of the columns ``timeline.first .. timeline.last``.

    Columns without a sample lie on the straight line between their neighbours, unless those are
    further apart than ``longest_join_ns``: there the samples are missing and nothing is drawn.

    Parameters
    ----------
    t_ns, values : arrays, shape (m,)
        Increasing times, and a value for each.
    timeline : Timeline
        The columns.
    longest_join_ns : int
        See above.
    highs : array, shape (m,), optional
        Where each time stands for several samples: the highest of them; ``values`` are the lowest.

    """
    tops = values if highs is None else highs
    n, column_ns = timeline.n, timeline.column_ns
    reach = max(longest_join_ns // column_ns, 1)
    begin, end = np.searchsorted(
        t_ns,
        [(timeline.first - reach) * column_ns, (timeline.last + 1 + reach) * column_ns],
    ).tolist()
    if begin == end:
        return Envelope(np.zeros(n), np.zeros(n), np.zeros(n, dtype=bool))
    columns = t_ns[begin:end] // column_ns - timeline.first
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    lows = np.minimum.reduceat(values[begin:end], starts)
    highest = np.maximum.reduceat(tops[begin:end], starts)
    return _join(columns[starts], lows, highest, n, reach)


def _join(columns: NDArray[np.int64], lows: Values, highs: Values, n: int, reach: int) -> Envelope:
    places = np.arange(n)
    before = np.searchsorted(columns, places, side="right") - 1
    after = np.searchsorted(columns, places, side="left")
    is_inside = (before >= 0) & (after < len(columns))
    width = columns[np.minimum(after, len(columns) - 1)] - columns[np.maximum(before, 0)]
    return Envelope(
        np.interp(places, columns, lows),
        np.interp(places, columns, highs),
        is_inside & (width <= reach),
    )
