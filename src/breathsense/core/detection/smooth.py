"""Low-passes of fixed length and known delay, the same bits however the input is cut."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from breathsense.core.model.samples import Values

FEW = 64
"""Up to so many values one table of all terms is quicker than an array for each tap."""


@cache
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


class Smoothers:
    """Hann-weighted means of the last values, of several lengths at once.

    ``delays`` are their delays in values, ``(n_taps - 1) / 2`` each. They start at rest on the
    first value. The terms are added up tap by tap, in one order: ``numpy.convolve`` chooses its
    order by the length of the block.
    """

    def __init__(self, lengths: tuple[int, ...]) -> None:
        self._windows = [build_hann(n_taps) for n_taps in lengths]
        self._longest = max(lengths)
        table = np.zeros((self._longest, 1, len(lengths)))
        for column, window in enumerate(self._windows):
            table[self._longest - len(window) :, 0, column] = window
        self._table = table
        self._lags = np.arange(self._longest)[:, None]
        self.delays = [(n_taps - 1) // 2 for n_taps in lengths]

    def smooth(self, state: SmootherState, values: Values) -> list[Values]:
        """Take values, shape (n,), n > 0; give as many smoothed ones for each length."""
        n_before, n = self._longest - 1, len(values)
        tail = np.full(n_before, values[0]) if state.tail is None else state.tail
        joined = np.concatenate((tail, values))
        state.tail = joined[n:].copy()
        if n <= FEW:
            recent = joined[:, None] if n == 1 else joined[self._lags + np.arange(n)]
            total = np.cumsum(self._table * recent[:, :, None], axis=0)[-1]
            return list(total.T)
        smoothed = []
        for window in self._windows:
            total = np.zeros(n)
            for lag, weight in enumerate(window.tolist(), self._longest - len(window)):
                total += weight * joined[lag : lag + n]
            smoothed.append(total)
        return smoothed
