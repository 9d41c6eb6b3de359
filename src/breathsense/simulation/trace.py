"""A body that was recorded: a table is played to whoever measures."""

import csv
import gzip
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.vectors import Vector
from breathsense.simulation.body import Beat, BeltPlace, Quantity

_COLUMN = re.compile(r"(?P<name>[a-z_]+)\[(?P<unit>[^\]]+)\]")
_PER_TIME = {"t_s": 1e9, "t_ms": 1e6}
_ACC_UNITS = {"g": 1.0, "mg": 1e-3, "m/s2": 1.0 / 9.80665}
_GYR_UNITS = {"deg/s": 1.0, "rad/s": 180.0 / math.pi}
_ACC_COLUMNS = ("acc_x", "acc_y", "acc_z")
_GYR_COLUMNS = ("gyr_x", "gyr_y", "gyr_z")
_KNOWN = (
    "t_s (or t_ms), abdomen[N], chest[N], acc_x[g], acc_y[g], acc_z[g], gyr_x[deg/s] .., rr[ms]"
)


@dataclass(frozen=True, slots=True)
class _Curve:
    """Values over time; NaN where there is none."""

    t_ns: list[int]
    values: list[float]

    def at(self, t_ns: int) -> float | None:
        """Return the value, on a straight line between samples, exact at a sample."""
        position = bisect_right(self.t_ns, t_ns) - 1
        if position < 0:
            return None
        left = self.values[position]
        if self.t_ns[position] == t_ns:
            return None if math.isnan(left) else left
        if position + 1 == len(self.t_ns):
            return None
        part = (t_ns - self.t_ns[position]) / (self.t_ns[position + 1] - self.t_ns[position])
        value = left + (self.values[position + 1] - left) * part
        return None if math.isnan(value) else value


class Trace:
    """A recorded body (see ``Body``), played from its first row when a stream begins.

    Each stream of each wearable plays from the beginning, by the wearable's own clock: a belt
    sampling every 100 ms meets the rows of a 10 Hz table exactly. Between rows the value lies on
    a straight line. Beyond the last row there is nothing: the wearable then falls silent, as one
    that lost its sensor; it neither repeats the table nor holds the last value, since both would
    be breathing that nobody did. Empty cells and NaN are packets that never come.

    Parameters
    ----------
    columns : dict of str to _Curve
        ``abdomen`` and ``chest`` in N, ``acc_x`` .. in g, ``gyr_x`` .. in deg/s, ``rr`` in ms,
        over ns from the first row.

    """

    def __init__(self, columns: dict[str, _Curve]) -> None:
        self._belts = {name: columns[name] for name in ("abdomen", "chest") if name in columns}
        self._axes = [columns[name] for name in _ACC_COLUMNS if name in columns]
        self._rates = [columns[name] for name in _GYR_COLUMNS if name in columns]
        rr = columns.get("rr", _Curve([], []))
        self._beats = [
            Beat(t_ns, rr_ms)
            for t_ns, rr_ms in zip(rr.t_ns, rr.values, strict=True)
            if not math.isnan(rr_ms)
        ]
        self._beat_times = [beat.t_ns for beat in self._beats]

    @property
    def measurable(self) -> frozenset[Quantity]:
        """What the table has columns for."""
        has: dict[Quantity, bool] = {
            "belt_force": "abdomen" in self._belts,
            "acceleration": bool(self._axes),
            "rotation": bool(self._rates),
            "beats": bool(self._beats),
        }
        return frozenset(quantity for quantity, is_there in has.items() if is_there)

    def moment_ns(self, started_ns: int, true_ns: int, nominal_ns: int) -> int:
        """Return the wearable's own count of time since its stream began."""
        del started_ns, true_ns
        return nominal_ns

    def belt_force_n(self, t_ns: int, place: BeltPlace = "abdomen") -> float | None:
        """Return a belt's tension, ``None`` in a gap, after the end and without such a column."""
        belt = self._belts.get(place)
        return None if belt is None else belt.at(t_ns)

    def acceleration_g(self, t_ns: int) -> Vector | None:
        """Return the three axes, ``None`` in a gap and after the end."""
        return _vector_at(self._axes, t_ns)

    def rotation_dps(self, t_ns: int) -> Vector | None:
        """Return the three rates, ``None`` in a gap and after the end."""
        return _vector_at(self._rates, t_ns)

    def beats(self, after_ns: int, until_ns: int) -> list[Beat]:
        """Return the rows with a beat interval in ``(after_ns, until_ns]``."""
        first = bisect_right(self._beat_times, after_ns)
        return self._beats[first : bisect_right(self._beat_times, until_ns)]


def _vector_at(axes: list[_Curve], t_ns: int) -> Vector | None:
    if not axes:
        return None
    x, y, z = (axis.at(t_ns) for axis in axes)
    return None if x is None or y is None or z is None else (x, y, z)


def read_trace(path: Path) -> Trace:
    """Read a trace from a CSV table (``.csv``, ``.csv.gz``; ``.tsv`` with tabs).

    Raises
    ------
    RefusedInput
        If the file cannot be read, a column is not understood, a cell is no number, or time
        does not increase. Names the file, the line and the column.

    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            return parse_trace(file, where=str(path), is_tabbed=".tsv" in path.suffixes)
    except FileNotFoundError:
        raise RefusedInput("there is no such file", where=str(path)) from None
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RefusedInput(f"this cannot be read as a table ({error})", where=str(path)) from error


def parse_trace(lines: Iterable[str], *, where: str, is_tabbed: bool = False) -> Trace:
    """Read a trace from the lines of a table; raises ``RefusedInput`` like ``read_trace``."""
    rows = csv.reader(lines, delimiter="\t" if is_tabbed else ",")
    header = [name.strip() for name in next(rows, [])]
    time_at = _find_time(header, where)
    factors = {
        position: _parse_column(name, where)
        for position, name in enumerate(header)
        if position != time_at
    }
    times, cells = _read_rows(rows, header, time_at, where)
    columns = {
        name: _Curve(times, [value * factor for value in cells[position]])
        for position, (name, factor) in factors.items()
    }
    for what, names in (("accelerometer", _ACC_COLUMNS), ("gyroscope", _GYR_COLUMNS)):
        missing = set(names) - set(columns)
        if missing and len(missing) < len(names):
            raise RefusedInput(
                f"an axis of the {what} is missing: {', '.join(sorted(missing))}", where=where
            )
    return Trace(columns)


def _find_time(header: list[str], where: str) -> int:
    found = [position for position, name in enumerate(header) if name in _PER_TIME]
    if len(found) != 1:
        raise RefusedInput(
            "a trace needs one column t_s or t_ms",
            where=f"{where}, line 1",
            advice=f"Columns understood: {_KNOWN}.",
        )
    return found[0]


def _parse_column(column: str, where: str) -> tuple[str, float]:
    """Return the column's quantity and what its values are multiplied with."""
    match = _COLUMN.fullmatch(column)
    name, unit = (match["name"], match["unit"]) if match else (column, "")
    if name in {"abdomen", "chest"} and unit == "N":
        return name, 1.0
    if name in _ACC_COLUMNS and unit in _ACC_UNITS:
        return name, _ACC_UNITS[unit]
    if name == "rr" and unit == "ms":
        return name, 1.0
    if name in _GYR_COLUMNS and unit in _GYR_UNITS:
        return name, _GYR_UNITS[unit]
    raise RefusedInput(
        f"the column '{column}' is not understood",
        where=f"{where}, line 1",
        advice=f"Columns understood: {_KNOWN}.",
    )


def _read_rows(
    rows: Iterator[list[str]], header: list[str], time_at: int, where: str
) -> tuple[list[int], list[list[float]]]:
    """Return the times in ns from the first row, and the cells by column."""
    per_time = _PER_TIME[header[time_at]]
    times: list[int] = []
    cells: list[list[float]] = [[] for _ in header]
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(header):
            raise RefusedInput(
                f"there are {len(row)} cells, but {len(header)} columns",
                where=f"{where}, line {line}",
            )
        for position, cell in enumerate(row):
            cells[position].append(_parse_cell(cell, header[position], f"{where}, line {line}"))
        t_s = cells[time_at][-1]
        if not math.isfinite(t_s):
            raise RefusedInput("the time is missing", where=f"{where}, line {line}")
        times.append(round(t_s * per_time))
        if len(times) > 1 and times[-1] <= times[-2]:
            raise RefusedInput("time does not increase", where=f"{where}, line {line}")
    if not times:
        raise RefusedInput("the table has no rows", where=where)
    first = times[0]
    return [t_ns - first for t_ns in times], cells


def _parse_cell(cell: str, column: str, where: str) -> float:
    try:
        value = float(cell) if cell.strip() else math.nan
    except ValueError:
        value = math.inf
    if math.isinf(value):
        raise RefusedInput(f"'{cell}' in column '{column}' is not a number", where=where)
    return value
