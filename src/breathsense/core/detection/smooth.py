"""Low-pass of fixed length and known delay, the same bits however the input is cut."""

from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.samples import Values

FEW = 256
"""Up to so many values one table of all terms is quicker than an array for each tap."""


def build_hann(n_taps: int) -> Values:
    """Return the weights of a Hann window of odd length that sum to one."""
    phase = np.arange(1, n_taps + 1) / (n_taps + 1)
    weights = 0.5 - 0.5 * np.cos(2 * np.pi * phase)
    weights /= weights.sum()
    weights.flags.writeable = False
    return weights


@dataclass(slots=True)
class SmootherState:
    """The last values that came in; ``None`` before the first."""

    tail: Values | None = field(default=None)


class Smoother:
    """Hann-weighted mean of the last ``n_taps`` values; the delay is ``(n_taps - 1) / 2`` values.

    It starts at rest on the first value. The terms are added up tap by tap, in one order:
    ``numpy.convolve`` chooses its order by the length of the block.
    """

    def __init__(self, n_taps: int) -> None:
        self._weights = build_hann(n_taps)
        self._column = self._weights[:, None]
        self._lags = np.arange(n_taps)[:, None]
        self.delay = (n_taps - 1) // 2

    def smooth(self, state: SmootherState, values: Values) -> Values:
        """Take values, shape (n,), n > 0; give as many smoothed ones."""
        n_before = len(self._weights) - 1
        tail = state.tail
        if tail is None:
            tail = np.full(n_before, values[0])
        joined = np.concatenate((tail, values))
        state.tail = joined[len(joined) - n_before :].copy()
        if len(values) <= FEW:
            terms = self._column * joined[self._lags + np.arange(len(values))]
            total: Values = np.cumsum(terms, axis=0)[-1]  # one after the other, as below
            return total
        smoothed = np.zeros(len(values))
        for lag, weight in enumerate(self._weights):
            smoothed += weight * joined[lag : lag + len(values)]
        return smoothed
