"""One column group of a table, cut into blocks and gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.samples import (
    Gap,
    SampleBlock,
    Times,
    Values,
    freeze_times,
    freeze_values,
)
from breathsense.core.model.sensors import Sensor
from breathsense.recordings.columns import Series

_NS_PER_S = 1_000_000_000
_ADJACENT_FRAC = 0.9
_ENOUGH = 10
"""With fewer values than that a series is taken for dense."""

_SPARSE_FACTOR = 2.5
_SILENT_FACTOR = 5
_SILENT_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart a series' values usually are, learned from the start of the table.

    Parameters
    ----------
    typical_ns : int or None
        Median distance of two values; ``None`` if there were fewer than two.
    is_dense : bool
        Whether nearly every row has a value. Then each empty cell is a hole. A series that is
        slower than its table has empty cells by nature; there only long ones are holes.

    """

    typical_ns: int | None
    is_dense: bool


def learn_spacing(t_ns: Times, values: Values) -> Spacing:
    """Learn the spacing of a series from the first rows of its table."""
    rows = np.flatnonzero(_is_present(values))
    if rows.size <= 1:
        return Spacing(None, is_dense=True)
    n_rows_on = np.diff(rows)
    is_dense = rows.size < _ENOUGH or bool(np.mean(n_rows_on == 1) >= _ADJACENT_FRAC)
    return Spacing(int(np.median(np.diff(t_ns[rows]))), is_dense)


def describe_sensors(series: Sequence[Series], spacings: Sequence[Spacing]) -> tuple[Sensor, ...]:
    """Return the sensors of a table's series, each with the rate that its values come at."""
    described: dict[str, Sensor] = {}
    for one, spacing in zip(series, spacings, strict=True):
        rate_hz = None
        if spacing.typical_ns and one.signal != "rr":
            rate_hz = float(f"{_NS_PER_S / spacing.typical_ns:.5g}")
        described.setdefault(one.sensor.id, replace(one.sensor, rate_hz=rate_hz))
    return tuple(described.values())


class SeriesCutter:
    """Turns rows of one series into blocks, with a ``Gap`` before each block that follows a hole.

    A hole lies between two values: rows without a value (``"missing_values"``), or a second or
    more without rows (``"no_data"``). Beat intervals (``rr``) are rare by nature and have none.
    """

    def __init__(self, series: Series, spacing: Spacing) -> None:
        self._series = series
        self._has_holes = series.signal != "rr"
        typical_ns = spacing.typical_ns or 0
        self._missing_ns = 0 if spacing.is_dense else int(_SPARSE_FACTOR * typical_ns)
        self._silent_ns = max(_SILENT_NS, _SILENT_FACTOR * typical_ns)
        self._n_rows = 0
        self._last_row = -1
        self._last_ns: int | None = None
        self._newest_ns: int | None = None

    def push(self, t_ns: Times, values: Values) -> list[SampleBlock | Gap]:
        """Take the next rows, shape (n,) and (n, n_channels); empty values are NaN."""
        if not t_ns.size:
            return []
        if self._last_ns is None:
            self._last_ns = int(t_ns[0])
        if self._goes_on(t_ns, values):
            self._n_rows += t_ns.size
            self._last_row = self._n_rows - 1
            self._last_ns = self._newest_ns = int(t_ns[-1])
            return [self._block(t_ns, values)]
        present = np.flatnonzero(_is_present(values))
        rows = present + self._n_rows
        self._n_rows += t_ns.size
        self._newest_ns = int(t_ns[-1])
        if not present.size:
            return []
        times = t_ns[present]
        steps_ns = np.diff(times, prepend=self._last_ns)
        n_skipped = np.diff(rows, prepend=self._last_row) - 1
        found = self._cut(times, values[present], steps_ns, n_skipped)
        self._last_row, self._last_ns = int(rows[-1]), int(times[-1])
        return found

    def flush(self) -> list[SampleBlock | Gap]:
        """Give the hole at the end of the table, if there is one."""
        if self._last_ns is None or self._newest_ns is None:
            return []
        n_skipped = self._n_rows - 1 - self._last_row
        if not n_skipped or not self._is_hole(self._newest_ns - self._last_ns):
            return []
        return [self._gap(self._last_ns, self._newest_ns, "missing_values")]

    def _goes_on(self, t_ns: Times, values: Values) -> bool:
        """Tell whether there is no hole before or within these rows: the usual, quick case."""
        if self._last_ns is None or self._last_row != self._n_rows - 1:
            return False
        if int(t_ns[0]) - self._last_ns >= self._silent_ns:
            return False
        is_close = t_ns.size == 1 or int((t_ns[1:] - t_ns[:-1]).max()) < self._silent_ns
        return is_close and bool(np.isfinite(values).all())

    def _cut(
        self, times: Times, values: Values, steps_ns: Times, n_skipped: Times
    ) -> list[SampleBlock | Gap]:
        is_missing = self._has_holes & (n_skipped > 0) & (steps_ns > self._missing_ns)
        is_silent = self._has_holes & (n_skipped == 0) & (steps_ns >= self._silent_ns)
        cuts = np.flatnonzero(is_missing | is_silent).tolist()
        found: list[SampleBlock | Gap] = []
        starts = cuts if cuts[:1] == [0] else [0, *cuts]
        for start, end in zip(starts, [*starts[1:], times.size], strict=True):
            if is_missing[start] or is_silent[start]:
                reason = "missing_values" if is_missing[start] else "no_data"
                end_ns = int(times[start])
                found.append(self._gap(end_ns - int(steps_ns[start]), end_ns, reason))
            found.append(self._block(times[start:end], values[start:end]))
        return found

    def _is_hole(self, length_ns: int) -> bool:
        return self._has_holes and length_ns > self._missing_ns

    def _gap(self, start_ns: int, end_ns: int, reason: str) -> Gap:
        return Gap(self._series.sensor.id, self._series.signal, start_ns, end_ns, reason)

    def _block(self, times: Times, values: Values) -> SampleBlock:
        return SampleBlock(
            self._series.sensor.id,
            self._series.signal,
            freeze_times(times.copy()),
            freeze_values(values.copy()),
        )


def _is_present(values: Values) -> NDArray[np.bool_]:
    present: NDArray[np.bool_] = np.isfinite(values).min(axis=1)
    return present
