"""CSV files of respyra: a row a sample, phases of which each begins at its own time 0.

The columns are ``timestamp``, ``frame``, ``force_n``, ``target_force``, ``error``, ``phase``,
``condition``, ``trial_num`` and ``feedback_gain`` (its user guide). How long it was from one phase
to the next is not in the file: they are laid one after the other with a hole between.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.recordings.columns import Columns, Series, add_others, parse_columns
from breathsense.recordings.foreign.session import (
    NS_PER_S,
    ForeignSession,
    Rows,
    Stream,
    name_mark,
)
from breathsense.recordings.rows import RowReader

ORIGIN = "respyra CSV"
NUMBERS = ("frame", "force_n", "target_force", "error", "trial_num", "feedback_gain")
WORDS = ("phase", "condition", "trial_num")
HOLE_NS = 2 * NS_PER_S
"""Between two phases; the real time is not known, and no breath is told across it."""
_ROWS_AT_ONCE = 4096
_LARGEST_S = 1e9
_NAME_TIME = "%Y-%m-%d_%H%M%S"


def is_respyra(names: Sequence[str]) -> bool:
    """Tell such a file by the names of its columns."""
    return {"timestamp", "force_n"} <= set(names)


def read_respyra(path: Path) -> list[ForeignSession]:
    """Read such a file; raises RefusedInput where it makes no sense."""
    names = RowReader(path).read_names()
    kept = tuple(name for name in NUMBERS if name in names)
    told = ["abdomen[N]" if name == "force_n" else name for name in kept]
    parsed = parse_columns(told, f"{path}:1", ignore_unknown=True)
    labels = [f"{name} (N)" if name in {"target_force", "error"} else name for name in kept]
    series: tuple[Series, ...] = add_others(
        Columns(parsed.names, None, 0, parsed.series), labels, set()
    )
    stream = Stream(series, partial(_read, path, kept))
    warning = "the time between phases is not in the file: 2 s were put there"
    marks = tuple(_read_marks(path))
    return [
        ForeignSession(
            ORIGIN, (stream,), marks, _read_started(path), (warning,) if len(marks) > 1 else ()
        )
    ]


@dataclass(slots=True)
class _Clock:
    """Lays the phases one after the other."""

    shift_ns: int = 0
    newest_ns: int | None = None
    step_ns: int = NS_PER_S // 10

    def place(self, told_ns: int) -> tuple[int, bool]:
        """Return when a sample was, and whether a phase began with it."""
        if self.newest_ns is None:
            self.shift_ns, self.newest_ns = -told_ns, 0
            return 0, True
        t_ns = told_ns + self.shift_ns
        begins = t_ns <= self.newest_ns
        if begins:
            self.shift_ns = self.newest_ns + HOLE_NS - told_ns
            t_ns = told_ns + self.shift_ns
        self.newest_ns = t_ns
        return t_ns, begins


@dataclass(frozen=True, slots=True)
class _Row:
    t_ns: int
    begins: bool
    cells: dict[str, str]
    where: str


def _read(path: Path, kept: tuple[str, ...]) -> Rows:
    times: list[int] = []
    values: list[list[float]] = []
    for row in _read_rows(path):
        times.append(row.t_ns)
        values.append([_parse(row.cells.get(name, ""), name, row.where) for name in kept])
        if len(times) == _ROWS_AT_ONCE:
            yield np.array(times, dtype=np.int64), np.array(values)
            times, values = [], []
    if times:
        yield np.array(times, dtype=np.int64), np.array(values)


def _read_marks(path: Path) -> Iterator[Mark]:
    """Give a note where a phase, condition or trial begins."""
    before = ""
    for row in _read_rows(path):
        words = [row.cells[name] for name in WORDS if row.cells.get(name)]
        told = " ".join(words)
        if told and (row.begins or told != before):
            before = told
            yield Mark(row.t_ns, name_mark(told))


def _read_rows(path: Path) -> Iterator[_Row]:
    clock = _Clock()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _place_rows(path, file, clock)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RefusedInput(
            f"the table cannot be read ({error})", where=str(path), advice="Export it again."
        ) from error


def _place_rows(path: Path, file: TextIO, clock: _Clock) -> Iterator[_Row]:
    reader = csv.reader(file)
    names = [name.strip() for name in next(reader, [])]
    if not is_respyra(names):
        raise RefusedInput(
            "the names of its columns cannot be read", where=f"{path}:1", advice="Export it again."
        )
    for line, cells in enumerate(reader, start=2):
        where = f"{path}:{line}"
        if not cells:
            continue
        if len(cells) != len(names):
            raise RefusedInput(
                f"{len(cells)} cells, but the header has {len(names)} columns",
                where=where,
                advice="Export the table again.",
            )
        told = dict(zip(names, (one.strip() for one in cells), strict=True))
        seconds = _parse(told["timestamp"], "timestamp", where)
        if not abs(seconds) < _LARGEST_S:
            raise RefusedInput("a row has no time", where=where, advice="Export the table again.")
        t_ns, begins = clock.place(round(seconds * NS_PER_S))
        yield _Row(t_ns, begins, told, where)


def _parse(cell: str, name: str, where: str) -> float:
    """Read a number; an empty cell, as respyra leaves outside tracking, is none."""
    if cell in {"", "None", "nan", "NaN"}:
        return np.nan
    try:
        value = float(cell)
    except ValueError:
        value = np.inf
    if np.isinf(value):
        raise RefusedInput(
            f"column {name}: {cell[:40]!r} is no number",
            where=where,
            advice="Leave the cell empty where there is no value.",
        )
    return value


def _read_started(path: Path) -> datetime | None:
    """Return the time in the name of the file, if it has one."""
    try:
        return datetime.strptime(path.stem[-17:], _NAME_TIME).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
