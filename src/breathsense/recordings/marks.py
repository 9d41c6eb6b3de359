"""Marks from a CSV file, for analysis."""

import csv
import difflib
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

from breathsense.core.calibration.plan import STEP_OF
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.core.posture.spans import REACHES

LABELS = (
    *STEP_OF,
    "exercise.brace",
    "exercise.breathe",
    *REACHES,
)
NOTE = "note:"
COLUMNS = ("t_s", "duration_s", "label")
_NS_PER_S = 1_000_000_000
_LARGEST_S = Decimal(9_000_000_000)


def read_marks(path: Path) -> list[Mark]:
    """Read marks from a CSV with the columns ``t_s``, ``duration_s`` and ``label``.

    An empty duration is 0. A label that begins with ``note:`` is free text, and may hold commas
    without quotes if it is the last column.

    Returns
    -------
    list of Mark
        In order of time; marks of the same time in the order of the file.

    Raises
    ------
    RefusedInput
        File, line and what is wrong; for a label, the nearest known one.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            marks = list(_read(path, csv.reader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RefusedInput(
            f"the marks cannot be read ({error})",
            where=str(path),
            advice=f"Give a CSV in UTF-8 with the columns {','.join(COLUMNS)}.",
        ) from error
    return sorted(marks, key=lambda mark: mark.start_ns)


def check_label(label: str, where: str) -> str:
    """Return the label if it is a known one or a note; else raises RefusedInput."""
    if label in LABELS or label.startswith(NOTE):
        return label
    near = difflib.get_close_matches(label, (*LABELS, NOTE), n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise RefusedInput(
        f"unknown label {label!r}",
        where=where,
        advice=f"{hint}Known are {', '.join(LABELS)} and 'note: free text'.",
    )


def _read(path: Path, rows: Iterator[list[str]]) -> Iterator[Mark]:
    names = [name.strip() for name in next(rows, [])]
    if sorted(names) != sorted(COLUMNS):
        raise RefusedInput(
            f"the columns are {', '.join(names) or 'missing'}",
            where=f"{path}:1",
            advice=f"Marks have the columns {','.join(COLUMNS)}.",
        )
    for line, row in enumerate(rows, start=2):
        if row:
            yield _parse_row(row, names, f"{path}:{line}")


def _parse_row(row: list[str], names: list[str], where: str) -> Mark:
    cells = row
    if len(row) > len(names) and names[-1] == "label":
        cells = [*row[: len(names) - 1], ",".join(row[len(names) - 1 :])]
    if len(cells) != len(names):
        raise RefusedInput(
            f"{len(row)} cells, but the header has {len(names)} columns",
            where=where,
            advice=f"Each row has {','.join(names)}.",
        )
    told = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    duration_ns = _parse_seconds(told["duration_s"] or "0", "duration_s", where)
    if duration_ns < 0:
        raise RefusedInput("duration_s is negative", where=where, advice="Swap start and end.")
    label = check_label(told["label"], where)
    return Mark(_parse_seconds(told["t_s"], "t_s", where), label, duration_ns)


def _parse_seconds(cell: str, name: str, where: str) -> int:
    try:
        seconds = Decimal(cell)
    except InvalidOperation:
        seconds = Decimal("NaN")
    if not seconds.is_finite() or seconds.copy_abs() > _LARGEST_S:
        raise RefusedInput(
            f"column {name}: {cell!r} is no time in seconds",
            where=where,
            advice="Write seconds with a point, such as 12.5.",
        )
    return int((seconds * _NS_PER_S).to_integral_value(ROUND_HALF_EVEN))
