"""Tables (CSV, TSV, EDF) as input: sensors, and their samples in the order of time."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Gap, SampleBlock, Times, Values
from breathsense.core.model.sensors import Sensor
from breathsense.recordings.columns import Columns, parse_columns
from breathsense.recordings.rows import RowChunk, RowReader
from breathsense.recordings.series import (
    SeriesCutter,
    Spacing,
    describe_sensors,
    learn_spacing,
)

NS_PER_S = 1_000_000_000
BLOCK_NS = NS_PER_S
"""Blocks end where a second ends, so that several sensors come side by side."""

TABLE_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".edf")
_EXACT_NS = 4_000_000 * NS_PER_S
"""Up to here (46 days) a float64 of seconds gives each nanosecond; beyond, the text is read."""

_LARGEST_NS = 9_000_000_000 * NS_PER_S
LEAST_HZ, MOST_HZ = 1e-3, 1e5
_MAX_DENOMINATOR = 1_000_000


class Table(Protocol):
    """Sensors whose samples are all there already."""

    path: Path
    sensors: tuple[Sensor, ...]

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Read all samples; each call reads the file anew, in constant memory.

        Blocks of one series come in order of time; blocks of different sensors that cover the
        same second come side by side. Where no values are, a ``Gap`` comes before the block that
        follows it.

        Raises
        ------
        RefusedInput
            A row makes no sense: file, line and column are told.

        """
        ...


def read_table(path: Path, rate_hz: float | None = None, *, ignore_columns: bool = False) -> Table:
    """Open a table; reads the header and the start of it.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv`` (also with ``.gz``) or ``.edf``.
    rate_hz : float, optional
        Rows per second, for tables without a time column; not used for others.
    ignore_columns : bool
        Let columns pass that are not understood.

    Raises
    ------
    RefusedInput
        It cannot be read, or makes no sense.

    """
    if path.suffix.lower() == ".edf":
        from breathsense.recordings.edf import EdfTable  # noqa: PLC0415 - edfio only where needed

        return EdfTable(path, ignore_columns=ignore_columns)
    return TextTable(path, rate_hz, ignore_columns=ignore_columns)


class TextTable:
    """A CSV or TSV file; see ``read_table``."""

    def __init__(self, path: Path, rate_hz: float | None, *, ignore_columns: bool) -> None:
        self.path = path
        reader = RowReader(path)
        self._columns = parse_columns(
            reader.read_names(), f"{path}:1", ignore_unknown=ignore_columns
        )
        self._rate = _check_rate(self._columns, rate_hz, path)
        self._spacings = self._learn(reader)
        self.sensors = describe_sensors(self._columns.series, self._spacings)

    def items(self) -> Iterator[SampleBlock | Gap]:
        """Read all samples; see ``Table``."""
        cutters = [
            SeriesCutter(series, spacing)
            for series, spacing in zip(self._columns.series, self._spacings, strict=True)
        ]
        for t_ns, values in self._read(RowReader(self.path)):
            picked = [series.pick(values) for series in self._columns.series]
            for start, end in cut_seconds(t_ns):
                for cutter, own in zip(cutters, picked, strict=True):
                    yield from cutter.push(t_ns[start:end], own[start:end])
        for cutter in cutters:
            yield from cutter.flush()

    def _learn(self, reader: RowReader) -> list[Spacing]:
        t_ns, values = next(self._read(reader), (None, None))
        if t_ns is None or values is None:
            raise reader.refuse("no row follows the header", 1, "Give a table with rows.")
        return [learn_spacing(t_ns, series.pick(values)) for series in self._columns.series]

    def _read(self, reader: RowReader) -> Iterator[tuple[Times, Values]]:
        n_rows = 0
        newest_ns: int | None = None
        for chunk in reader.read_chunks(self._columns.names):
            if self._rate is None:
                t_ns = self._time_rows(reader, chunk)
                self._check_order(reader, chunk, t_ns, newest_ns)
                newest_ns = int(t_ns[-1])
            else:
                t_ns = count_times(n_rows, len(chunk.values), self._rate)
            n_rows += len(chunk.values)
            yield t_ns, chunk.values

    def _time_rows(self, reader: RowReader, chunk: RowChunk) -> Times:
        """Return each row's time, exact to the nanosecond."""
        column = self._columns.time_column or 0
        told = chunk.values[:, column]
        scaled = told * self._columns.ns_per_unit
        wrong = np.flatnonzero(~(np.abs(scaled) < _LARGEST_NS))
        if wrong.size:
            problem = "has no value" if np.isnan(told[wrong[0]]) else "is out of range"
            raise reader.refuse(
                f"column {self._columns.names[column]} {problem}",
                chunk.first_line + int(wrong[0]),
                "Each row needs its time.",
            )
        t_ns: Times = np.rint(scaled).astype(np.int64)
        if np.abs(scaled).max() >= _EXACT_NS:
            lines = chunk.text.split(b"\n")
            for row in np.flatnonzero(np.abs(scaled) >= _EXACT_NS).tolist():
                t_ns[row] = _parse_time(reader.split(lines[row])[column], self._columns)
        return t_ns

    def _check_order(
        self, reader: RowReader, chunk: RowChunk, t_ns: Times, newest_ns: int | None
    ) -> None:
        before = int(t_ns[0]) - 1 if newest_ns is None else newest_ns
        steps = np.diff(t_ns, prepend=before)
        wrong = np.flatnonzero(steps <= 0)
        if not wrong.size:
            return
        row = int(wrong[0])
        now_s = int(t_ns[row]) / NS_PER_S
        before_s = (int(t_ns[row]) - int(steps[row])) / NS_PER_S
        what = "time is repeated" if steps[row] == 0 else "time runs backwards"
        raise reader.refuse(
            f"{what}: {now_s:.10g} s after {before_s:.10g} s",
            chunk.first_line + row,
            "Sort the rows by time; each time may stand there once.",
        )


def cut_seconds(t_ns: Times) -> Iterator[tuple[int, int]]:
    """Give start and end positions of the stretches that lie within one second each."""
    cuts = (np.flatnonzero(np.diff(t_ns // BLOCK_NS)) + 1).tolist()
    return zip([0, *cuts], [*cuts, t_ns.size], strict=True)


def count_times(first: int, n_rows: int, rate: Fraction) -> Times:
    """Return the times of rows ``first`` ... at a fixed rate, each rounded once."""
    scaled = np.arange(first, first + n_rows, dtype=np.int64) * rate.denominator
    seconds, rest = np.divmod(scaled, rate.numerator)
    times: Times = seconds * NS_PER_S + (rest * NS_PER_S + rate.numerator // 2) // rate.numerator
    return times


def parse_rate(rate_hz: float, where: str) -> Fraction:
    """Return the rate as a fraction with a denominator up to a million (25.6 is 128/5).

    Raises
    ------
    RefusedInput
        Nobody measures at it; the times of rows would not fit either.

    """
    if not LEAST_HZ <= rate_hz <= MOST_HZ:
        raise RefusedInput(
            f"a rate of {rate_hz} Hz makes no sense",
            where=where,
            advice=f"Give the rows per second, between {LEAST_HZ} and {MOST_HZ:.0f}.",
        )
    return Fraction(str(rate_hz)).limit_denominator(_MAX_DENOMINATOR)


def _check_rate(columns: Columns, rate_hz: float | None, path: Path) -> Fraction | None:
    if columns.time_column is not None:
        return None
    if rate_hz is None:
        raise RefusedInput(
            "there is no column t_s (or t_ms)",
            where=f"{path}:1",
            advice="Add one, or tell how many rows make a second with --rate HZ.",
        )
    return parse_rate(rate_hz, "--rate")


def _parse_time(cell: bytes, columns: Columns) -> int:
    exact = Decimal(cell.decode()) * columns.ns_per_unit
    return int(exact.to_integral_value(ROUND_HALF_EVEN))
