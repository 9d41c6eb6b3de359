"""Which values the height of a trace spans, without fidgeting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.14
"""Share of the height that is left free above and below when a scale is chosen."""
EDGE = 0.02
"""The values may come this near to the edge before the scale grows."""
SMALLEST_FILL = 0.42
"""The scale shrinks when the values fill less than this share of it."""
GROWTH = 0.25
"""Extra room on the side to which the values have grown, so that a first breath does not make
the scale grow again at every step of it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at the bottom and at the top edge."""

    low: float
    high: float

    @property
    def span(self) -> float:
        """Height in the values' own unit."""
        return self.high - self.low


def fit_scale(scale: Scale | None, low: float, high: float) -> Scale:
    """Return a scale that holds ``low .. high``: the same one, as long as it still serves.

    Parameters
    ----------
    scale : Scale or None
        The one in use.
    low, high : float
        Smallest and largest value on the screen.

    """
    if scale is None:
        return _fit(low, high)
    edge = EDGE * scale.span
    sinks, rises = low < scale.low + edge, high > scale.high - edge
    if sinks or rises:
        room = GROWTH * (high - low)
        return _fit(low - room * sinks, high + room * rises)
    is_lost_in_it = high - low < SMALLEST_FILL * scale.span
    smaller = _fit(low, high)
    return smaller if is_lost_in_it and smaller.span < scale.span else scale


def _fit(low: float, high: float) -> Scale:
    spread = high - low
    least = max(abs(low), abs(high), 1e-6) * 1e-3
    if spread < least:
        middle, spread = (low + high) / 2, least
        low, high = middle - spread / 2, middle + spread / 2
    margin = spread * MARGIN / (1 - 2 * MARGIN)
    return Scale(low - margin, high + margin)


def place_values(values: NDArray[np.float64], scale: Scale, n_pixels: int) -> NDArray[np.int64]:
    """Return the pixel row of each value, 0 at the top; outside the scale means at its edge."""
    height = (values - scale.low) / scale.span * (n_pixels - 1)
    from_bottom = np.floor(np.clip(height, 0, n_pixels - 1) + 0.5).astype(np.int64)
    return n_pixels - 1 - from_bottom
