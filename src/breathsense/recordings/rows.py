"""Rows of numbers out of CSV and TSV files, a megabyte at a time."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.samples import Values

CHUNK_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class RowChunk:
    """Some consecutive rows.

    Parameters
    ----------
    values : float64 array, shape (n, n_columns)
        NaN where a cell is empty or says NaN.
    first_line : int
        Line of the file (from 1) that the first row stands in; each row is one line.
    text : bytes
        The lines as they stand in the file.

    """

    values: Values
    first_line: int
    text: bytes


class RowReader:
    """Reads the header row and then the rows of one file.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, or either with ``.gz``.

    Raises
    ------
    RefusedInput
        By any method: the file cannot be read, or a row makes no sense (with line and column).

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._delimiter = b"\t" if ".tsv" in path.suffixes else b","
        self._fills_empty = False

    def read_names(self) -> tuple[str, ...]:
        """Read the names of the columns."""
        first = next(self._read_text(), b"").split(b"\n", 1)[0]
        try:
            header = first.decode()
        except UnicodeDecodeError as error:
            raise self.refuse("the header row is not UTF-8", 1, _SAVE_AS) from error
        if not header.strip():
            raise self.refuse("the file is empty", None, "A table begins with a header row.")
        names = tuple(cell.strip().strip('"').strip() for cell in header.split(self._delim_text))
        self._check_header(header, names)
        return names

    def read_chunks(self, names: tuple[str, ...]) -> Iterator[RowChunk]:
        """Read the rows; each has as many cells as there are names."""
        line = 2
        is_first = True
        for text in self._read_text():
            body = text
            if is_first:
                body = text.split(b"\n", 1)[1] if b"\n" in text else b""
                is_first = False
            if body:
                values = self._parse(body, names, line)
                yield RowChunk(values, line, body)
                line += len(values)

    def refuse(self, what: str, line: int | None, advice: str) -> RefusedInput:
        """Return the error for something wrong in a line."""
        where = f"{self.path}:{line}" if line else str(self.path)
        return RefusedInput(what, where=where, advice=advice)

    def split(self, line: bytes) -> list[bytes]:
        """Split a line into its cells."""
        return [cell.strip().strip(b'"').strip() for cell in line.split(self._delimiter)]

    @property
    def _delim_text(self) -> str:
        return self._delimiter.decode()

    def _check_header(self, header: str, names: tuple[str, ...]) -> None:
        if len(names) == 1 and ";" in header:
            raise self.refuse(
                "the columns are separated by semicolons",
                1,
                "Save the table with commas between the columns and points in the numbers.",
            )
        if len(names) == 1 and "\t" in header:
            raise self.refuse("the columns are separated by tabs", 1, "Name the file .tsv.")
        if all(_is_number(name) for name in names):
            raise self.refuse(
                "the first row holds numbers, not the names of the columns",
                1,
                "Begin with a header row such as t_s,abdomen[N].",
            )

    def _read_text(self) -> Iterator[bytes]:
        """Give whole lines, ends as newlines, no empty ones at the end of the file."""
        carried = b""
        try:
            with _open(self.path) as file:
                start = file.read(CHUNK_BYTES)
                self._check_encoding(start)
                block = start.removeprefix(_BOM)
                while block:
                    text = (carried + block).replace(b"\r\n", b"\n")
                    cut = len(text[: text.rfind(b"\n") + 1].rstrip(b"\n"))
                    if cut:
                        yield text[:cut]
                        # The newline after the last row stays, so that empty rows are seen.
                        cut += 1
                    carried = text[cut:]
                    self._check_line_length(carried)
                    block = file.read(CHUNK_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self.refuse(
                f"the packed file ends early or is damaged ({error})", None, "Pack it again."
            ) from error
        except OSError as error:
            raise self.refuse(
                f"the file cannot be read ({error.strerror or error})",
                None,
                "Check the name and that you may read it.",
            ) from error
        rest = carried.rstrip(b"\n\r")
        if rest:
            yield rest

    def _check_encoding(self, start: bytes) -> None:
        if start.startswith(_WIDE_BOMS) or b"\0" in start:
            raise self.refuse("this is no table of UTF-8 text", None, _SAVE_AS)

    def _check_line_length(self, carried: bytes) -> None:
        if len(carried) > MAX_LINE_BYTES:
            raise self.refuse(
                "a line is longer than a megabyte", None, "Each row of a table is one line."
            )

    def _parse(self, text: bytes, names: tuple[str, ...], line: int) -> Values:
        """Parse quickly where nothing is unusual, else cell by cell, which finds what is wrong."""
        n_rows = text.count(b"\n") + 1
        shape = (n_rows, len(names))
        if not self._fills_empty:
            values = self._parse_quickly(text, shape)
            if values is not None:
                return values
        values = self._parse_quickly(self._fill_empty(text), shape)
        if values is not None:
            self._fills_empty = True
            return values
        return self._parse_carefully(text, names, line)

    def _parse_quickly(self, text: bytes, shape: tuple[int, int]) -> Values | None:
        if b"\n\n" in text or text.startswith(b"\n") or not text.strip():
            return None
        try:
            values: NDArray[np.float64] = np.loadtxt(
                io.BytesIO(text), delimiter=self._delim_text, comments=None, ndmin=2
            )
        except ValueError:
            return None
        return None if values.shape != shape or np.isinf(values).any() else values

    def _fill_empty(self, text: bytes) -> bytes:
        mark = self._delimiter
        text = text.replace(b'"', b"")
        for _ in range(2):
            text = text.replace(mark + mark, mark + b"nan" + mark)
        text = text.replace(b"\n" + mark, b"\nnan" + mark).replace(mark + b"\n", mark + b"nan\n")
        start = b"nan" if text.startswith(mark) else b""
        end = b"nan" if text.endswith(mark) else b""
        return start + text + end

    def _parse_carefully(self, text: bytes, names: tuple[str, ...], line: int) -> Values:
        rows = []
        for number, row in enumerate(text.split(b"\n"), start=line):
            cells = self.split(row)
            if len(cells) != len(names):
                raise self.refuse(
                    f"{len(cells)} cells, but the header has {len(names)} columns",
                    number,
                    "Each row has one cell for each column; numbers have points, not commas.",
                )
            rows.append(
                [self._parse_cell(*cell, number) for cell in zip(cells, names, strict=True)]
            )
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))

    def _parse_cell(self, cell: bytes, name: str, line: int) -> float:
        if not cell:
            return np.nan
        try:
            value = float(cell) if b"_" not in cell else np.inf
        except ValueError:
            value = np.inf
        if np.isinf(value):
            shown = cell.decode(errors="replace")
            shown = shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "..."
            hint = "Write numbers with a point. " if b"," in cell else ""
            raise self.refuse(
                f"column {name}: {shown!r} is no number",
                line,
                f"{hint}Leave the cell empty where there is no value.",
            )
        return value


_SAVE_AS = "Save the table as UTF-8 text (CSV)."
_LONGEST_SHOWN = 40


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return gzip.open(path, "rb") if is_packed else path.open("rb")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
