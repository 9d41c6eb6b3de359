"""Low-passes of first order over many values at once, the same bits however the input is cut.

``y[k] = keep y[k-1] + gain x[k]``, unrolled over pieces of fixed length: within a piece it is
``keep^j (sum of gain keep^-i x[i])`` beside what is left of the value before the piece. A running
sum adds one after the other, and pieces are counted from the first value; so it does not matter
where the input is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.model.samples import Values

PIECE = 32
"""Values of a piece: the powers of ``keep`` stay near one, and little is left to be looped over."""


@dataclass(slots=True)
class LeakState:
    """The value before the open piece, the piece's sum so far, and how many values are in it."""

    before: list[float] = field(default_factory=list)
    total: Values = field(default_factory=lambda: np.zeros(0))
    n: int = 0


class Leak:
    """Several low-passes side by side, a column each.

    Parameters
    ----------
    keep, gain : sequence of float, one for each column
        What stays of the value before (above 0, below 1), and what comes of the new one.

    """

    def __init__(self, keep: Sequence[float], gain: Sequence[float]) -> None:
        powers: Values = np.array(keep) ** np.arange(1.0, PIECE + 1.0)[:, None]
        self._down = powers
        self._up = np.array(gain) / powers
        self._whole: list[float] = powers[-1].tolist()

    def begin(self, before: Sequence[float]) -> LeakState:
        """Return the state after a value of each column."""
        return LeakState([float(one) for one in before], np.zeros(len(self._whole)))

    def follow(self, state: LeakState, values: Values) -> Values:
        """Take values, shape (n, columns), n > 0; return as many low-passed ones."""
        n, n_columns = values.shape
        begin, end = state.n, state.n + n
        n_pieces = -(-end // PIECE)
        terms = np.zeros((n_pieces * PIECE, n_columns))
        terms[begin:end] = values
        terms = terms.reshape(n_pieces, PIECE, n_columns)
        terms *= self._up
        terms[0, begin] += state.total
        sums = np.cumsum(terms, axis=1)
        fresh = sums * self._down
        before = [state.before]
        for row in fresh[:, -1].tolist():
            steps = zip(self._whole, before[-1], row, strict=True)
            before.append([whole * value + one for whole, value, one in steps])
        fresh += np.array(before[:-1])[:, None] * self._down
        state.n = end % PIECE
        if state.n:
            state.before, state.total = before[-2], sums[-1, state.n - 1].copy()
        else:
            state.before, state.total = before[-1], np.zeros(n_columns)
        given: Values = fresh.reshape(-1, n_columns)[begin:end]
        return given
