"""CSV files of Vernier Graphical Analysis: one session for each data set.

The columns are called ``Data Set 1:Time(s)``, ``Data Set 1:Force(N)`` ...; each data set begins at
its own time 0, and the cells of shorter ones are empty. A single one may stand without its name:
``Time (s)``, ``Force (N)``.
"""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Times
from breathsense.recordings.columns import Columns, add_others, parse_columns, split_unit
from breathsense.recordings.foreign.session import (
    NS_PER_S,
    ForeignSession,
    Rows,
    Stream,
)
from breathsense.recordings.rows import RowReader

ORIGIN = "Vernier Graphical Analysis CSV"
_COLUMN = re.compile(r"(?:(?P<set>[^:]+):\s*)?(?P<name>[^:]+)")
_NS_PER = {"s": NS_PER_S, "ms": 1_000_000, "min": 60 * NS_PER_S, "h": 3600 * NS_PER_S}
_AXIS = re.compile(r"([xyz])-axis (acceleration|gyroscope|gyro)\b", re.IGNORECASE)
_UNITS = {"m/s²": "m/s2", "m/s^2": "m/s2", "°/s": "deg/s", "rad/s": "rad/s", "g": "g"}
_LARGEST_NS = 9_000_000_000 * NS_PER_S


def is_vernier(names: Sequence[str]) -> bool:
    """Tell such a file by the names of its columns."""
    return any(
        name == "time" and (own or unit in _NS_PER) for own, name, unit in map(_split, names)
    )


def read_vernier(path: Path) -> list[ForeignSession]:
    """Read such a file; raises RefusedInput where it makes no sense."""
    names = RowReader(path).read_names()
    sets = dict.fromkeys(_split(name)[0] for name in names)
    sessions = []
    for own in sets:
        times = [at for at, name in enumerate(names) if _split(name)[:2] == (own, "time")]
        if times:
            sessions.append(_build(path, names, own, times[0]))
    return sessions


def _build(path: Path, names: tuple[str, ...], own: str, time_at: int) -> ForeignSession:
    unit = _split(names[time_at])[2]
    if unit not in _NS_PER:
        raise RefusedInput(
            f"column {names[time_at]!r} has the unit {unit!r}",
            where=f"{path}:1",
            advice=f"Times are understood in {', '.join(_NS_PER)}.",
        )
    kept = [at for at, name in enumerate(names) if _split(name)[0] == own and at != time_at]
    columns = parse_columns(
        [_translate(*_split(names[at])[1:]) for at in kept], f"{path}:1", ignore_unknown=True
    )
    moved = Columns(columns.names, None, 0, columns.series)
    labels = [names[at].split(":", 1)[-1] for at in kept]
    series = add_others(moved, labels, set())
    read = partial(_read, path, names, time_at, tuple(kept), _NS_PER[unit])
    return ForeignSession(ORIGIN, (Stream(series, read),))


def _read(
    path: Path, names: tuple[str, ...], time_at: int, kept: tuple[int, ...], ns_per_unit: int
) -> Rows:
    reader = RowReader(path)
    newest_ns = -_LARGEST_NS
    for chunk in reader.read_chunks(names):
        told = chunk.values[:, time_at]
        there = np.flatnonzero(~np.isnan(told))
        if not there.size:
            continue
        if np.abs(told[there]).max() >= _LARGEST_NS / ns_per_unit:
            raise reader.refuse("a time is out of range", chunk.first_line, "Export it again.")
        times: Times = np.rint(told[there] * ns_per_unit).astype(np.int64)
        steps = np.diff(times, prepend=newest_ns)
        if (steps <= 0).any():
            line = chunk.first_line + int(there[int(np.argmax(steps <= 0))])
            raise reader.refuse("time runs backwards", line, "Export the data sets again.")
        newest_ns = int(times[-1])
        yield times, chunk.values[there][:, kept]


def _split(column: str) -> tuple[str, str, str]:
    """Return data set, name (lower case) and unit of a column; empty where it is no such one."""
    match = _COLUMN.fullmatch(column.strip())
    if match is None:
        return "", "", ""
    name, unit = split_unit(match["name"])
    return (match["set"] or "").strip(), name.lower(), unit


def _translate(name: str, unit: str) -> str:
    """Return the column as tables call it, or as it is."""
    axis = _AXIS.match(name)
    if axis is not None:
        signal = "acc" if axis[2].lower() == "acceleration" else "gyr"
        return f"{signal}_{axis[1].lower()}[{_UNITS.get(unit, unit)}]"
    return f"abdomen[{unit or 'N'}]" if name == "force" else f"{name}[{unit}]"
