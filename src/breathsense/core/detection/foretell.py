"""What a slow smoother will say, before it can: foretold from how the waveform changes.

A symmetric smoother needs as many values after a place as before it. Most of those after it can be
foretold: breath, heart and steps all come again, each with its own rhythm, and the changes of the
last second say where in them the waveform is. The best linear guess is the one of least squares
over what came (Wiener filter, doi 10.7551/mitpress/2946.001.0001), learnt as the waveform comes.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from breathsense.core.detection.smooth import build_hann
from breathsense.core.model.samples import Values


@dataclass(frozen=True, slots=True)
class ForetellParams:
    """How the waveform's changes are learnt; all lengths in grid values.

    Parameters
    ----------
    n_past : int
        The guess is made from so many last changes (1.4 s); at least the length of the smoothers.
    n_hop : int
        Learnt is once in so many values (8 s); before the first nothing is foretold.
    n_memory : int
        What was learnt fades by a factor of e in so many (60 s).
    ridge : float
        Share of the changes' power taken for noise that does not come again.
    most : float
        The power of a hop counts for no more than so many usual ones: a jerk is no rhythm.

    """

    n_past: int = 36
    n_hop: int = 200
    n_memory: int = 1500
    ridge: float = 0.03
    most: float = 4.0


@dataclass(slots=True)
class ForetellState:
    """The last value and the last changes, and how many of them the open hop has.

    ``products``, shape (lags, lags), are the faded sums of products of the changes with one
    another, from the last one ahead to the oldest, ``n_hops`` the faded number of hops in them;
    ``weights``, shape (n_past, rungs), what follows from them, ``None`` before anything is learnt.
    Up to number ``n_late`` since the start or the last gap nothing was foretold.
    """

    last: float | None = None
    changes: Values = field(default_factory=lambda: np.zeros(0))
    n_open: int = 0
    products: Values | None = None
    n_hops: float = 0.0
    weights: Values | None = None
    n_late: int = 0

    def begin_anew(self) -> "ForetellState":
        """Return the state for the other side of a gap: the rhythms are the wearer's still."""
        return ForetellState(products=self.products, n_hops=self.n_hops, weights=self.weights)


class Foreteller:
    """Hann smoothers of given lengths, some values ahead of what they could know.

    Parameters
    ----------
    lengths, n_ahead : tuple of int
        Length of each smoother, and how many of its values lie in the future.
    params : ForetellParams
        See there.

    """

    def __init__(
        self, lengths: tuple[int, ...], n_ahead: tuple[int, ...], params: ForetellParams
    ) -> None:
        self._params = params
        n_future = max(n_ahead, default=0)
        parts = [_split(*one, params.n_past) for one in zip(lengths, n_ahead, strict=True)]
        self._late = np.zeros((params.n_past, len(parts)))
        self._known = np.zeros((params.n_past, len(parts)))
        self._unknown = np.zeros((n_future, len(parts)))
        for column, (known, unknown) in enumerate(parts):
            self._late[:, column] = _split(lengths[column], 0, params.n_past)[0]
            self._known[:, column] = known
            self._unknown[: len(unknown), column] = unknown
        self._n_lags = n_lags = params.n_past + n_future
        self._n_tail = params.n_hop + n_lags
        lag, hop = np.arange(n_lags), np.arange(params.n_hop)
        self._back = (n_lags + hop)[:, None] - lag
        self._both = lag[:-1, None] + lag
        self._places = (np.minimum(lag[:, None], lag), np.abs(lag[:, None] - lag))
        self._recent = self._n_tail + hop - np.arange(params.n_past)[:, None]
        self._keep = math.exp(-params.n_hop / params.n_memory)

    def foretell(self, state: ForetellState, values: Values) -> list[Values]:
        """Take values, shape (n,), n > 0; give as many smoothed ones for each rung.

        Before anything is learnt these are the smoothers' own, which are late.
        """
        if not self._late.size:
            return []
        if state.last is None:
            state.changes = np.zeros(self._n_tail)
        changes = np.diff(values, prepend=values[0] if state.last is None else state.last)
        state.last = float(values[-1])
        ahead = np.repeat(values[None, :], self._late.shape[1], axis=0)
        begin = 0
        while begin < len(values):
            end = min(len(values), begin + self._params.n_hop - state.n_open)
            ahead[:, begin:end] += self._guess(state, changes[begin:end])
            begin = end
        return list(ahead)

    def _guess(self, state: ForetellState, changes: Values) -> Values:
        """Take changes of one hop; give the smoothed values less the newest, shape (rungs, n)."""
        n = len(changes)
        joined = np.concatenate((state.changes, changes))
        state.changes = joined[n:]
        recent = joined.take(self._recent[:, :n])
        weights = self._late if state.weights is None else state.weights
        # In rows, so that they are added up in one order, whatever the length of the piece.
        terms = np.multiply(recent[:, None, :], weights[:, :, None], order="C")
        total: Values = np.add.reduce(terms, axis=0)
        if state.weights is None:
            state.n_late += n
        state.n_open += n
        if state.n_open == self._params.n_hop:
            self._learn(state)
        return total

    def _learn(self, state: ForetellState) -> None:
        """Learn from a hop that is whole."""
        params, state.n_open = self._params, 0
        products = self._multiply(state.changes)
        power = float(np.trace(products))
        if state.products is not None:
            usual = params.most * float(np.trace(state.products)) / state.n_hops
            if 0 < usual < power:
                products *= usual / power
            products += self._keep * state.products
        state.products = products
        state.n_hops = state.n_hops * self._keep + 1.0
        power = float(np.trace(products)) / self._n_lags
        if power > 0:
            n_future = self._n_lags - params.n_past
            likeness = products[n_future:] / power
            later = likeness[:, :n_future][:, ::-1] @ self._unknown
            same = likeness[:, n_future:]
            same[np.diag_indices(params.n_past)] += params.ridge
            state.weights = self._known + np.linalg.solve(same, later)

    def _multiply(self, changes: Values) -> Values:
        """Return the sums over the hop of the products of changes, by how long ago each is.

        Not by lag alone: where steps give way to rest, such sums are no autocorrelation of
        anything, and a guess from them runs wild. Both one value longer ago is the same sum with
        a product more at the beginning of the hop and one less at its end.
        """
        lagged = changes.take(self._back)
        sums = np.add.reduce(lagged[:, :1] * lagged, axis=0)
        more, less = (
            one[:-1, None] * one.take(self._both, mode="clip")
            for one in (changes[self._n_lags - 1 :: -1], lagged[-1])
        )
        summed: Values = np.cumsum(np.vstack((sums, more - less)), axis=0)[self._places]
        return summed


def _split(n_taps: int, n_ahead: int, n_past: int) -> tuple[Values, Values]:
    """Write a smoother as a sum of changes: weights of the past ones, back from now, and ahead.

    The smoothed value less the newest one is that sum; the changes ahead are not known yet.
    """
    weights = build_hann(n_taps)
    places = np.arange(n_taps) - (n_taps - 1 - n_ahead)
    known = np.array([-weights[places < -back].sum() for back in range(n_past)])
    unknown = np.array([weights[places >= step].sum() for step in range(1, n_ahead + 1)])
    return known, unknown
