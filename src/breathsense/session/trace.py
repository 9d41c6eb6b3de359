"""The last values of a waveform, as a trace on a screen needs them."""

import numpy as np

from breathsense.core.model.samples import (
    Times,
    Values,
    Waveform,
    freeze_times,
    freeze_values,
)


class TraceBuffer:
    """The last values of one waveform, appended to and copied out in one piece."""

    def __init__(self, capacity: int = 8192) -> None:
        self._t_ns = np.zeros(capacity, dtype=np.int64)
        self._values = np.zeros(capacity)
        self._end = 0

    def append(self, block: Waveform) -> None:
        """Take the block; the oldest values make room."""
        n = min(len(block.t_ns), len(self._t_ns) // 2)
        if self._end + n > len(self._t_ns):
            keep = len(self._t_ns) // 2
            self._t_ns[:keep] = self._t_ns[self._end - keep : self._end].copy()
            self._values[:keep] = self._values[self._end - keep : self._end].copy()
            self._end = keep
        self._t_ns[self._end : self._end + n] = block.t_ns[-n:]
        self._values[self._end : self._end + n] = block.values[-n:]
        self._end += n

    def since(self, t_ns: int) -> tuple[Times, Values]:
        """Return copies of the times and values from ``t_ns`` on."""
        first = int(np.searchsorted(self._t_ns[: self._end], t_ns))
        window = slice(first, self._end)
        return freeze_times(self._t_ns[window].copy()), freeze_values(self._values[window].copy())
