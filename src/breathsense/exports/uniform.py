"""Tracks on a uniform grid: what formats need that know one rate and no holes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Times, Values
from breathsense.exports.content import Track

NS_PER_S = 1_000_000_000
STEADY_FRAC = 0.02
"""Samples this near to the grid, as a share of its step, are taken as they are."""
HOLE_STEPS = 2.5
"""Samples further apart than this many steps have a hole between them."""


MOST_ROWS = 5_000_000
"""A grid has so many rows at most, ..."""
MOST_STRETCHED = 3
"""... or so many times as many as there are samples: with holes, not of holes."""


@dataclass(frozen=True, slots=True, eq=False)
class Uniform:
    """A track on a uniform grid.

    Parameters
    ----------
    names, unit
        As in ``Track``.
    start_ns : int
        Session time of the first row.
    rate_hz : float
        Rows a second.
    values : float64 array, shape (n, n_channels)
        Finite; in a hole the last value before it.
    is_valid : bool array, shape (n,)
        Whether there were samples about this row.

    """

    names: tuple[str, ...]
    unit: str
    start_ns: int
    rate_hz: float
    values: Values
    is_valid: NDArray[np.bool_]

    @property
    def t_ns(self) -> Times:
        """Session time of each row."""
        return self.start_ns + _grid(len(self.values), self.rate_hz)


def make_uniform(track: Track, start_ns: int, end_ns: int, rate_hz: float | None = None) -> Uniform:
    """Bring a track to a uniform grid from one session time to another.

    Samples that lie on the grid, but for a fiftieth of a step, are kept bit for bit; others are
    interpolated linearly.

    Parameters
    ----------
    track : Track
        With one sample or more.
    start_ns, end_ns : int
        The grid's first time, and its last one or the nearest to it.
    rate_hz : float, optional
        Of the grid; the track's own (to 0.1 %) by default.

    Raises
    ------
    RefusedInput
        The grid would be mostly hole, and longer than memory should hold.

    """
    rate = rate_hz or track.rate_hz or 1.0
    n_rows = round((end_ns - start_ns) / NS_PER_S * rate) + 1
    if n_rows > max(MOST_ROWS, MOST_STRETCHED * len(track.t_ns)):
        raise RefusedInput(
            f"{len(track.t_ns)} samples lie over {n_rows} steps of time",
            where=track.key.sensor,
            advice="Choose csv or json, which need no even steps.",
        )
    grid = start_ns + _grid(n_rows, rate)
    step_ns = NS_PER_S / rate
    after = np.searchsorted(track.t_ns, grid).clip(0, len(track.t_ns) - 1)
    before = (after - 1).clip(0)
    gap_before, gap_after = grid - track.t_ns[before], track.t_ns[after] - grid
    nearest = np.where(np.abs(gap_before) <= np.abs(gap_after), before, after)
    distance = np.abs(grid - track.t_ns[nearest])
    is_within = (grid >= track.t_ns[0] - step_ns) & (grid <= track.t_ns[-1] + step_ns)
    is_hole = track.t_ns[after] - track.t_ns[before] > HOLE_STEPS * step_ns
    is_valid = is_within & ((distance <= step_ns) | ~is_hole)
    values = np.stack([np.interp(grid, track.t_ns, channel) for channel in track.values.T], axis=1)
    is_steady = distance <= STEADY_FRAC * step_ns
    values[is_steady] = track.values[nearest[is_steady]]
    held = ~is_valid & ~is_steady
    values[held] = track.values[before[held]]
    return Uniform(track.names, track.unit, start_ns, rate, values, is_valid)


def _grid(n_rows: int, rate_hz: float) -> Times:
    times: Times = np.round(np.arange(n_rows) * (NS_PER_S / rate_hz)).astype(np.int64)
    return times
