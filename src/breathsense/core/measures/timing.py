"""Times within one breath."""

from typing import NamedTuple

import numpy as np

from breathsense.core.measures.figures import Figure, Missing, divide
from breathsense.core.model.samples import Values

NO_END = Missing("the end of the breath is not known: the input ended, or a gap came, before it")


class Timing(NamedTuple):
    """Durations of a breath; see ``time_breath``."""

    ti_s: Figure
    te_s: Figure
    ttot_s: Figure
    duty_cycle: Figure
    ie_ratio: Figure


def time_breath(inhale_start_s: float, peak_s: float, end_s: float | None) -> Timing:
    """Return the durations of one breath and their ratios.

    Parameters
    ----------
    inhale_start_s, peak_s : float
        Start and end of inspiration.
    end_s : float or None
        End of expiration: where the next inspiration begins; ``None`` if it was not seen.

    Returns
    -------
    Timing
        ``ti_s``: inspiratory time, from the start to the end of inspiration, in s.
        ``te_s``: expiratory time, from there to the end, the pause after expiration included, in s.
        ``ttot_s``: their sum, in s. ``duty_cycle``: Ti / Ttot, no unit. ``ie_ratio``: Ti / Te, no
        unit; differences below 0.25 are noise.

    Notes
    -----
    Duty cycle and its spread: Tobin 1988, doi:10.1152/jappl.1988.65.1.309. Noise of I:E:
    PubMed Central PMC11655103.

    """
    ti_s = peak_s - inhale_start_s
    if end_s is None:
        return Timing(ti_s, NO_END, NO_END, NO_END, NO_END)
    te_s, ttot_s = end_s - peak_s, end_s - inhale_start_s
    return Timing(
        ti_s,
        te_s,
        ttot_s,
        divide(ti_s, ttot_s, "the breath has no length"),
        divide(ti_s, te_s, "the expiration has no length"),
    )


class PauseParams(NamedTuple):
    """What counts as the pause after expiration.

    ``flow_frac``: the waveform rests while it moves slower than this share of its quickest fall.
    ``level_frac``: the fall is over below this share of its height, at the earliest; a halt higher
    up is no pause after expiration. ``smooth_s``: movement is taken over this time, which a heart
    beat hardly disturbs. ``shortest_s``: a shorter rest is the turn itself, and no pause.
    """

    flow_frac: float = 0.1
    level_frac: float = 0.2
    smooth_s: float = 0.4
    shortest_s: float = 0.25


DEFAULT_PAUSE = PauseParams()
FEWEST_VALUES = 5


def measure_pause(expiration: Values, step_s: float, params: PauseParams = DEFAULT_PAUSE) -> Figure:
    """Return how long the breath rested between its fall and the next rise.

    Parameters
    ----------
    expiration : float64 array, shape (n,)
        Waveform from the end of inspiration to the start of the next one, in any unit.
    step_s : float
        Distance of its values, in s.
    params : PauseParams
        What counts as rest.

    Returns
    -------
    float or Missing
        In s; 0 where the rise follows the fall at once.

    Notes
    -----
    From the first moment, low in the fall, at which the wall moves slower than ``flow_frac`` of the
    quickest fall, to the last such moment before the next inspiration. That a pause is where flow
    is about zero is Noto 2018, doi:10.1093/chemse/bjy045; the limits are this project's own.

    """
    reach = max(1, round(params.smooth_s / step_s / 2))
    if len(expiration) < max(FEWEST_VALUES, 2 * reach + 2):
        return Missing("the expiration is too short to look for a pause")
    flow = (expiration[2 * reach :] - expiration[: -2 * reach]) / (2 * reach * step_s)
    middle = expiration[reach:-reach]
    quickest = -float(flow.min())
    if quickest <= 0:
        return Missing("the waveform does not fall")
    low = float(expiration.min())
    ceiling = low + params.level_frac * (float(expiration[0]) - low)
    above = np.flatnonzero(middle > ceiling)
    after = int(above[-1]) + 1 if len(above) and above[-1] < np.argmin(middle) else 0
    if not len(above) or after == 0:
        # The next inspiration has lifted the end above the ceiling: look before the least value.
        before = above[above < np.argmin(middle)]
        after = int(before[-1]) + 1 if len(before) else 0
    limit = params.flow_frac * quickest
    ended = np.flatnonzero(flow[after:] >= -limit)
    resting = np.flatnonzero(flow[after:] <= limit)
    if not len(ended) or not len(resting):
        return 0.0
    pause_s = float(resting[-1] - ended[0]) * step_s
    return pause_s if pause_s >= params.shortest_s else 0.0
