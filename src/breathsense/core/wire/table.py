"""Repeated rows of plain numbers, read at once: what a walk along the table would give."""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from breathsense.core.model.samples import Values
from breathsense.core.profiles.spec import Field, Part, Stream

ORDERS = {"little": "<", "big": ">"}
KINDS = {"u8": "u1", "i8": "i1", "u16": "u2", "i16": "i2", "u32": "u4", "i32": "i4", "f32": "f4"}
"""Types that a double holds exactly."""
LETTERS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "f32": "f"}
"""The same for ``struct``."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the number of a field goes, and what is made of it; ``number`` counts without pads."""

    column: str
    number: int
    channel: int
    scale: float
    offset: float
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RowTable:
    """The rows of one part, if they are plain: all of one size, with nothing to be decided.

    Parameters
    ----------
    row : dtype
        One row of bytes.
    cells : tuple of (str, int, tuple of Cell)
        By stream: its name, its number of channels, and its numbers within the row.
    names : tuple of (str, str, int)
        Whole numbers that are known by a name (a stamp, a count): name, column, and their number
        without pads.
    one : struct.Struct or None
        One row again, for few of them: arrays take longer to set up. ``None`` where the fields
        differ in byte order.

    """

    row: np.dtype[np.void]
    cells: tuple[tuple[str, int, tuple[Cell, ...]], ...]
    names: tuple[tuple[str, str, int], ...]
    one: struct.Struct | None

    def read_few(
        self, payload: bytes, start: int, named: dict[str, int]
    ) -> Iterator[tuple[str, list[float]]]:
        """Yield name and values of each stream in one row; only where there is ``one``.

        Numbers with a name are written into ``named``.
        """
        assert self.one is not None  # noqa: S101 - asked before
        numbers = self.one.unpack_from(payload, start)
        for name, _, number in self.names:
            named[name] = numbers[number]
        for name, n_channels, cells in self.cells:
            values = [math.nan] * n_channels
            for cell in cells:
                raw = numbers[cell.number]
                if raw not in cell.missing and math.isfinite(raw):
                    plain = cell.scale == 1 and not cell.offset
                    values[cell.channel] = float(raw) if plain else raw * cell.scale + cell.offset
            yield name, values

    def take(self, payload: bytes, start: int, n_rows: int) -> np.ndarray:
        """Return rows as they are, of the type ``row``."""
        return np.frombuffer(payload, self.row, n_rows, start)

    def list_named(self, rows: np.ndarray) -> Iterator[tuple[str, list[int]]]:
        """Yield the numbers of each name, one a row."""
        for name, column, _ in self.names:
            yield name, rows[column].tolist()

    def scale(self, rows: np.ndarray) -> Iterator[tuple[str, Values]]:
        """Yield name and values, shape (n_rows, n_channels), of each stream; NaN: no value."""
        for name, n_channels, cells in self.cells:
            values = np.full((len(rows), n_channels), np.nan)
            for cell in cells:
                values[:, cell.channel] = _scale(rows[cell.column], cell)
            yield name, values


def _scale(raw: np.ndarray, cell: Cell) -> Values:
    with np.errstate(invalid="ignore"):  # a pattern may be a signalling NaN
        numbers = raw.astype(np.float64)
    is_missing = ~np.isfinite(numbers)
    for one in cell.missing:
        is_missing |= numbers == one
    if cell.scale != 1 or cell.offset:
        with np.errstate(over="ignore", invalid="ignore"):
            numbers = numbers * cell.scale + cell.offset
    numbers[is_missing] = np.nan
    return numbers


def build_row_table(
    part: Part, byte_order: str, streams: Mapping[str, Stream], settings: Mapping[str, float]
) -> RowTable | None:
    """Return the table of a part; ``None`` where its rows have to be walked one by one."""
    if not all(_is_plain(field) for field in part.fields):
        return None
    columns: list[tuple[str, str]] = []
    letters: list[str] = []
    n_numbers = 0
    cells: dict[str, list[Cell]] = {}
    names: list[tuple[str, str, int]] = []
    for number, field in enumerate(part.fields):
        column = f"f{number}"
        order = ORDERS[field.byte_order or byte_order]
        kind = f"V{field.n_bytes}" if field.type == "pad" else order + KINDS[field.type]
        columns.append((column, kind))
        letters.append(f"{field.n_bytes}x" if field.type == "pad" else LETTERS[field.type])
        if field.type == "pad":
            continue
        n_numbers += 1
        if field.name is not None and field.type[0] != "f":
            names.append((field.name, column, n_numbers - 1))
        if field.to is None:
            continue
        name, channel = field.to.split(".", 1)
        position = streams[name].channels.index(channel)
        scale = find_scale(field, settings)
        cells.setdefault(name, []).append(
            Cell(column, n_numbers - 1, position, scale, field.offset, field.missing)
        )
    orders = {ORDERS[field.byte_order or byte_order] for field in part.fields}
    one = struct.Struct(orders.pop() + "".join(letters)) if len(orders) == 1 else None
    return RowTable(
        np.dtype(columns),
        tuple((name, len(streams[name].channels), tuple(each)) for name, each in cells.items()),
        tuple(names),
        one,
    )


def find_scale(field: Field, settings: Mapping[str, float]) -> float:
    """Return the scale of a field under the settings in use."""
    choice = field.scale_choice
    if choice is None:
        return field.scale
    scales = dict(zip(choice.values, choice.scales, strict=True))
    return field.scale * scales[settings[choice.setting]]


def _is_plain(field: Field) -> bool:
    decides = (field.when, field.reading, field.equals, field.same_as, field.mask)
    is_known = field.type == "pad" or field.type in KINDS
    is_whole = not field.shift and not field.peek
    return is_known and is_whole and field.steps is None and all(one is None for one in decides)
