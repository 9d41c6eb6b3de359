"""Arrays in memory as a table: for notebooks."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Gap, SampleBlock, Times, Values
from breathsense.recordings.columns import parse_columns
from breathsense.recordings.series import SeriesCutter, describe_sensors, learn_spacing
from breathsense.recordings.tables import NS_PER_S, count_times, cut_seconds, parse_rate

WHERE = "the arrays"
_LEARNT_ROWS = 50_000


class ArrayTable:
    """Columns of numbers, named as the columns of a CSV (``abdomen[N]``, ``acc_x[g]``, ``t_s``).

    Parameters
    ----------
    columns : mapping of str to array, shape (n,)
        NaN is a missing value.
    rate_hz : float, optional
        Rows a second; needed where there is no column ``t_s`` or ``t_ms``.
    ignore_columns : bool
        Let columns pass that are not understood.

    Raises
    ------
    RefusedInput
        The names, shapes, times or the rate make no sense.

    """

    def __init__(
        self,
        columns: Mapping[str, ArrayLike],
        rate_hz: float | None = None,
        *,
        ignore_columns: bool = False,
    ) -> None:
        self.path = Path(WHERE)
        names = tuple(str(name) for name in columns)
        self._columns = parse_columns(names, WHERE, ignore_unknown=ignore_columns)
        self._values = _stack(columns)
        self._t_ns = self._find_times(rate_hz)
        learnt = slice(_LEARNT_ROWS)
        self._spacings = [
            learn_spacing(self._t_ns[learnt], one.pick(self._values[learnt]))
            for one in self._columns.series
        ]
        self.sensors = describe_sensors(self._columns.series, self._spacings)

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Give all samples, as a CSV of them would; see ``tables.Table``."""
        cutters = [
            SeriesCutter(series, spacing)
            for series, spacing in zip(self._columns.series, self._spacings, strict=True)
        ]
        picked = [series.pick(self._values) for series in self._columns.series]
        for start, end in cut_seconds(self._t_ns):
            for cutter, own in zip(cutters, picked, strict=True):
                yield from cutter.push(self._t_ns[start:end], own[start:end])
        for cutter in cutters:
            yield from cutter.flush()

    def _find_times(self, rate_hz: float | None) -> Times:
        column = self._columns.time_column
        if column is None:
            if rate_hz is None:
                raise RefusedInput(
                    "there is no rate, nor a column of times",
                    where="rate_hz",
                    advice="Give rows a second, or a column t_s of seconds.",
                )
            return count_times(0, len(self._values), parse_rate(rate_hz, "rate_hz"))
        scaled = self._values[:, column] * self._columns.ns_per_unit
        is_told = np.abs(scaled) < 9e9 * NS_PER_S
        if not is_told.all():
            raise RefusedInput(
                f"row {int(np.argmin(is_told))} has no time", where=self._columns.names[column]
            )
        t_ns: Times = np.rint(scaled).astype(np.int64)
        steps = np.diff(t_ns)
        if (steps <= 0).any():
            raise RefusedInput(
                f"time stands or runs backwards at row {int(np.argmax(steps <= 0)) + 1}",
                where=self._columns.names[column],
                advice="Sort the rows by time; each time may stand there once.",
            )
        return t_ns


def _stack(columns: Mapping[str, ArrayLike]) -> Values:
    arrays = [np.asarray(column, dtype=np.float64) for column in columns.values()]
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or any(len(shape) != 1 for shape in shapes) or not arrays[0].size:
        told = ", ".join(str(array.shape) for array in arrays)
        raise RefusedInput(
            f"the columns have the shapes {told}",
            where=WHERE,
            advice="Give columns of one length, with one value a row, and one row at least.",
        )
    return np.stack(arrays, axis=1)
