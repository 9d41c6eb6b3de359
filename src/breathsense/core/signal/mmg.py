"""The sound of the muscles under an accelerometer (mechanomyogram), every 160 ms.

Active muscle trembles across its fibres at about 5 to 50 Hz. What the sound of the abdominal wall
tells of bracing nobody has validated: experimental.

A window of two hops, its straight line taken off and a Hann window laid over it, is looked at
through a discrete Fourier transform. All of that is one matrix, the same for all windows of as many
samples; and a window holds the same samples in whatever pieces they came.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from breathsense.core.model.samples import (
    Mmg,
    SampleBlock,
    Times,
    Values,
    freeze_times,
    freeze_values,
)

LARGEST_G = 1e100
"""Values beyond this are cut to it, so that no square of them overflows; no sensor gives such."""
N_PARTS, PARTS_APART = 8, 3
"""Parts of a window that are compared, and how far apart: 0.12 s, half a syllable of speech."""
LEAST_POWER = 1e-24
"""Below what any sensor tells, in g^2: a window in which nothing changes flutters by 0."""
LOOK_BACK = 2
"""A median of three looks two windows back."""


@dataclass(frozen=True, slots=True)
class MmgParams:
    """How the sound of the muscles is measured.

    Parameters
    ----------
    hop_ns : int
        Distance of the values; value ``k`` is at ``k * hop_ns`` on the session axis. 160 ms is
        four steps of the analysis grid: a frame.
    low_hz, high_hz, top_hz : float
        The band is from the first to the last; its upper part begins at the second: beats of the
        heart and small movements are below.
    top_frac : float
        Nothing above this share of the sampling rate is used.
    least_hz : float
        Slower sensors cannot hear muscles. A little less than 50, which real clocks miss.
    hole_ns : int
        A longer hole between two samples spoils the window.
    least_g : float
        Less is told as this, so that a logarithm can be taken: below the noise of any sensor.

    """

    hop_ns: int = 160_000_000
    low_hz: float = 5.0
    high_hz: float = 14.0
    top_hz: float = 50.0
    top_frac: float = 0.45
    least_hz: float = 45.0
    hole_ns: int = 30_000_000
    least_g: float = 1e-6


class _Windows(NamedTuple):
    """Windows by number, when they were known, and what they tell.

    Each has a row in ``columns``, shape (n, 4): how far up it sees (``top_hz``), the power in the
    lower and in the upper part, in g^2, and its flutter.
    """

    numbers: Times
    known_ns: Times
    columns: Values


def _no_windows() -> _Windows:
    none = np.zeros(0, dtype=np.int64)
    return _Windows(none, none, np.zeros((0, 4)))


@dataclass(slots=True)
class MmgState:
    """The samples that the next window needs, the last window done, and the last whole ones."""

    t_ns: list[Times] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    done: int | None = None
    recent: _Windows = field(default_factory=_no_windows)


class MmgStage:
    """Acceleration of one sensor, in g, to the sound of the muscles under it.

    Blocks and all other items pass on unchanged; the sound follows its block. A value is the median
    of three windows, so that a single beat of the heart or knock does not count. There is none
    where the rate is below ``least_hz``, nor where a hole is in the windows; so after a gap the
    first is told half a second to 0.8 s later.
    """

    def __init__(self, sensor: str, params: MmgParams) -> None:
        self._sensor = sensor
        self._params = params
        self._window_s = 2e-9 * params.hop_ns
        self.state = MmgState()

    def push(self, item: object) -> list[object]:
        """Take an item; a block of this sensor's acceleration gives sound too."""
        if not isinstance(item, SampleBlock) or (item.sensor, item.signal) != (self._sensor, "acc"):
            return [item]
        return [item, *self._listen(item)]

    def flush(self) -> list[object]:
        """Nothing: a window that is not over yet would change with the next sample."""
        return []

    def _listen(self, block: SampleBlock) -> list[object]:
        if len(block.t_ns) == 0:
            return []
        s, hop_ns = self.state, self._params.hop_ns
        if s.done is None:
            s.done = 1 - int(block.t_ns[0]) // -hop_ns
        s.t_ns.append(block.t_ns)
        s.values.append(block.values)
        newest = int(block.t_ns[-1]) // hop_ns
        if newest <= s.done:
            return []
        numbers = np.arange(s.done + 1, newest + 1, dtype=np.int64)
        t_ns, values = np.concatenate(s.t_ns), np.concatenate(s.values)
        np.clip(values, -LARGEST_G, LARGEST_G, out=values)
        # The sample before the next window shows whether there is a hole at its start.
        first = max(0, int(np.searchsorted(t_ns, (newest - 1) * hop_ns, side="right")) - 1)
        s.done, s.t_ns, s.values = newest, [t_ns[first:].copy()], [values[first:].copy()]
        return self._tell(self._look(numbers, t_ns, values))

    def _look(self, numbers: Times, t_ns: Times, values: Values) -> _Windows:
        """Look at those of the windows that are whole."""
        ends_ns = numbers * self._params.hop_ns
        starts = np.searchsorted(t_ns, ends_ns - 2 * self._params.hop_ns, side="right")
        counts = np.searchsorted(t_ns, ends_ns, side="right") - starts
        last = np.searchsorted(t_ns, ends_ns)
        holes = np.concatenate(([0], np.cumsum(np.diff(t_ns) > self._params.hole_ns)))
        is_whole = holes[last] == holes[np.maximum(starts - 1, 0)]
        is_whole &= counts >= self._params.least_hz * self._window_s
        starts, counts = starts[is_whole], counts[is_whole]
        columns = np.empty((len(starts), 4))
        columns[:, 0] = np.minimum(
            self._params.top_hz, self._params.top_frac / self._window_s * counts
        )
        for count in np.unique(counts).tolist():
            alike = counts == count
            lens, n_low = _grind_lens(count, self._window_s, self._params)
            samples = values[starts[alike][:, None] + np.arange(count)]
            columns[alike, 3] = _measure_flutter(samples)
            seen = np.matmul(lens, samples)
            # A running sum adds one after the other, however many windows there are.
            sums = np.cumsum((seen * seen).reshape(len(seen), -1), axis=1)
            columns[alike, 1] = sums[:, 3 * n_low - 1]
            columns[alike, 2] = sums[:, -1] - sums[:, 3 * n_low - 1]
        return _Windows(numbers[is_whole], t_ns[last[is_whole]], columns)

    def _tell(self, fresh: _Windows) -> list[object]:
        """Tell the medians of three windows in a row."""
        s, least = self.state, self._params.least_g**2
        numbers, known_ns, columns = (
            np.concatenate(pair) for pair in zip(s.recent, fresh, strict=True)
        )
        s.recent = _Windows(
            numbers[-LOOK_BACK:].copy(), known_ns[-LOOK_BACK:].copy(), columns[-LOOK_BACK:].copy()
        )
        in_row = np.flatnonzero(numbers[LOOK_BACK:] - numbers[:-LOOK_BACK] == LOOK_BACK)
        if len(in_row) == 0:
            return []
        one, two, three = columns[in_row], columns[in_row + 1], columns[in_row + 2]
        in_row += LOOK_BACK
        middle = np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three))
        low, high = middle[:, 1], middle[:, 2]
        return [
            Mmg(
                self._sensor,
                freeze_times(numbers[in_row] * self._params.hop_ns),
                freeze_times(known_ns[in_row]),
                freeze_values(np.sqrt(np.maximum(low + high, least))),
                freeze_values(np.sqrt(np.maximum(high, least))),
                freeze_values(middle[:, 0]),
                freeze_values((one[:, 3] + two[:, 3] + three[:, 3]) / 3.0),
            )
        ]


def _measure_flutter(samples: Values) -> Values:
    """Return how unevenly each window sounds; samples have the shape (windows, samples, axes).

    The changes from sample to sample are squared and added up in parts of 40 ms; two parts that
    are as far apart as half a syllable differ by a share of what both have, whose mean square it
    is. Running sums add one after the other, however many windows there are.
    """
    change = np.diff(samples, axis=1)
    change *= change
    power = np.cumsum(change[:, :, 0] + change[:, :, 1] + change[:, :, 2], axis=1)
    n_changes = power.shape[1]
    ends = [n_changes * k // N_PARTS - 1 for k in range(1, N_PARTS + 1)]
    parts = np.diff(power[:, ends], axis=1, prepend=0.0)
    one, other = parts[:, :-PARTS_APART], parts[:, PARTS_APART:]
    share = (other - one) / np.maximum(one + other, LEAST_POWER)
    share *= share
    flutter: Values = np.cumsum(share, axis=1)[:, -1] / share.shape[1]
    return flutter


@lru_cache(maxsize=64)
def _grind_lens(n: int, window_s: float, params: MmgParams) -> tuple[Values, int]:
    """Return the matrix for windows of n samples, shape (n_rows, n), and how many rows are low.

    The squares of what it gives, added up over rows and axes, are the power in the band.
    """
    lines = np.arange(math.ceil(params.low_hz * window_s), n)
    top_hz = min(params.top_hz, params.top_frac * n / window_s)
    lines = lines[lines <= top_hz * window_s]
    n_low = int(np.sum(lines < params.high_hz * window_s))
    at = (np.arange(n) + 0.5) / n
    hann = np.sin(np.pi * at) ** 2
    waves = np.concatenate(
        [(np.cos(2 * np.pi * k * at), np.sin(2 * np.pi * k * at)) for k in lines.tolist()]
    )
    line = np.stack([np.ones(n), at - 0.5])
    line /= np.sqrt(np.sum(line * line, axis=1))[:, None]
    shaped = waves * hann
    lens = (shaped - (shaped @ line.T) @ line) * math.sqrt(2.0 / (n * np.sum(hann * hann)))
    lens.flags.writeable = False
    return lens, 2 * n_low
