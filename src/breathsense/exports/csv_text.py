"""Cells of CSV files: numbers in full, words that no spreadsheet takes for a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[ ]*[-=+@\t\r\uff1d\uff0b\uff0d\uff20])")
"""Where one begins: at the start of a cell, or behind what spreadsheets of other countries take
for the end of one; written narrow or wide."""

Cell = str | float | int | None


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file: UTF-8, a comma between cells, a point in numbers, an empty cell for None.

    Words that a spreadsheet would run as a formula (``= + - @`` at the start, or after a ``;``)
    get a ``'`` in front.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow([format_cell(cell) for cell in row])


def write_tsv(path: Path, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a tab-separated file as BIDS wants it: ``n/a`` for None, a cell is one line."""

    def tell(cell: Cell) -> str:
        return "n/a" if cell is None else " ".join(format_cell(cell).split()) or "n/a"

    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(names) + "\n")
        file.writelines("\t".join(tell(cell) for cell in row) + "\n" for row in rows)


def format_cell(cell: Cell) -> str:
    """Return the text of one cell; reading a number back gives the same number."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _FORMULA.sub("'", cell)
    return repr(cell)
