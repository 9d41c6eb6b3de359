"""Where a waveform that rests begins to move."""

from functools import cache

import numpy as np

from breathsense.core.model.samples import Values

MOST = 64
"""The fit looks at so many values at most, in a longer piece at every second one, or fewer. The
ramps of all lengths up to it take 2 MB."""
FEWEST = 4
ROUNDNESS = (0.0, 0.5, 1.0)
"""Share of half a cosine in the ramps that are tried; the rest is a straight line."""


def find_corner(values: Values) -> int:
    """Find where a rest ends and a rise, or a fall, begins.

    Parameters
    ----------
    values : array, shape (n,), n > 0
        From within the rest to where half of the way is done; reversed in time, to find where a
        rise, or a fall, ends and the rest begins.

    Returns
    -------
    int
        The index of the corner.

    Notes
    -----
    Least squares of a level that passes into the first half of a ramp which is straight, half a
    cosine, or half way between: whichever fits best, from wherever it fits best. All values of rest
    and way have a share in it, so that ripple and noise move it little; they would cross a
    threshold near the level, and a rounded ramp takes long to cross one.

    """
    step = -(-len(values) // MOST)
    first = (len(values) - 1) % step
    piece = values[first::step]
    if len(piece) < FEWEST:
        return len(values) - 1
    explained = np.einsum("sci,i->sc", _build_ramps(len(piece)), piece - piece.mean()) ** 2
    corner = int(np.argmax(explained.max(axis=0)))
    return first + corner * step


@cache
def _build_ramps(n: int) -> Values:
    """Return ramps by roundness and corner, shape (3, n - 2, n), each of mean 0 and norm 1."""
    corner = np.arange(n - 2)[:, None]
    way = np.maximum(0.0, (np.arange(n) - corner) / (n - 1 - corner))
    round_way = 1.0 - np.cos(np.pi / 2 * way)
    ramps = np.stack([share * round_way + (1.0 - share) * way for share in ROUNDNESS])
    ramps -= ramps.mean(axis=2, keepdims=True)
    unit: Values = ramps / np.sqrt((ramps**2).sum(axis=2, keepdims=True))
    unit.flags.writeable = False
    return unit
