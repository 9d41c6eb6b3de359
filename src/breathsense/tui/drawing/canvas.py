"""A picture made of cells: one character and one ink each. Everything on the screen is one.

Drawing is pure: a widget turns what it shows into a canvas, compares it with the last one, and
sends only what changed to the terminal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Chars = NDArray[np.uint32]
Inks = NDArray[np.uint8]

SPACE = 0x20


class Ink(IntEnum):
    """What a cell is, never which colour it has: themes say that.

    No meaning is carried by an ink alone: a glyph, a place or a word always says the same.
    """

    TEXT = 0
    FAINT = 1
    TITLE = 2
    STRONG = 3
    INHALE = 4
    EXHALE = 5
    UNSURE = 6
    TARGET = 7
    TARGET_NOW = 8
    GAP = 9
    HEAD = 10
    NOTE = 11
    GOOD = 12
    WARNING = 13
    PROBLEM = 14
    BRACE = 15
    DRAW_IN = 16
    FILL = 17


@dataclass(slots=True, eq=False)
class Canvas:
    """Cells of a picture.

    Parameters
    ----------
    chars : uint32 array, shape (height, width)
        Unicode code points, each one cell wide.
    inks : uint8 array, shape (height, width)
        An ``Ink`` for each cell.

    """

    chars: Chars
    inks: Inks

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.chars.shape[1])

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.chars.shape[0])

    def write(self, row: int, column: int, text: str, ink: Ink = Ink.TEXT) -> int:
        """Write a text; what lies outside is cut off. Returns the column after it."""
        end = column + len(text)
        if 0 <= row < self.height:
            first, last = max(column, 0), min(end, self.width)
            if first < last:
                self.chars[row, first:last] = encode_text(text[first - column : last - column])
                self.inks[row, first:last] = ink
        return end

    def write_right(self, row: int, text: str, ink: Ink = Ink.TEXT, *, margin: int = 0) -> int:
        """Write a text against the right edge. Returns its first column."""
        column = self.width - margin - len(text)
        self.write(row, column, text, ink)
        return column

    def write_centred(self, row: int, text: str, ink: Ink = Ink.TEXT) -> None:
        """Write a text in the middle of a row."""
        self.write(row, (self.width - len(text)) // 2, text, ink)

    def read_row(self, row: int) -> str:
        """Return a row as text."""
        return decode_text(self.chars[row])

    def read(self) -> str:
        """Return all rows as text, without the blanks at their ends."""
        return "\n".join(self.read_row(row).rstrip() for row in range(self.height))


def build_canvas(width: int, height: int) -> Canvas:
    """Return an empty canvas."""
    return Canvas(
        np.full((height, width), SPACE, dtype=np.uint32),
        np.zeros((height, width), dtype=np.uint8),
    )


def encode_text(text: str) -> Chars:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)


def decode_text(chars: Chars) -> str:
    """Return the text of code points."""
    return chars.astype("<u4").tobytes().decode("utf-32-le")


@dataclass(frozen=True, slots=True)
class Span:
    """Cells ``start`` to ``end`` (exclusive) of a row."""

    row: int
    start: int
    end: int


def find_changes(old: Canvas, new: Canvas, *, bridge: int = 20) -> list[Span]:
    """Find what must be sent again, one or more spans a row.

    Unchanged stretches shorter than ``bridge`` cells are sent along: moving the cursor and
    setting a colour again costs about that many bytes.
    """
    changed = (old.chars != new.chars) | (old.inks != new.inks)
    rows, columns = np.nonzero(changed)
    if not len(rows):
        return []
    is_cut = (np.diff(rows) != 0) | (np.diff(columns) > bridge)
    cuts = np.flatnonzero(is_cut)
    firsts, lasts = np.append(0, cuts + 1), np.append(cuts, len(rows) - 1)
    ends = (columns[lasts] + 1).tolist()
    return [
        Span(row, start, end)
        for row, start, end in zip(
            rows[firsts].tolist(), columns[firsts].tolist(), ends, strict=True
        )
    ]


Run = tuple[str, Ink]
INKS = tuple(Ink)


def split_runs(canvas: Canvas, rows: Sequence[int]) -> list[list[Run]]:
    """Cut each of these rows into runs of one ink, as few as can be.

    A blank has no colour to show, so it is given to the run on its left.
    """
    chars = canvas.chars[list(rows)]
    inks = spread_inks(chars, canvas.inks[list(rows)])
    width = canvas.width
    text = decode_text(chars)
    flat = inks.ravel()
    is_start = np.empty(flat.shape, dtype=bool)
    is_start[1:] = flat[1:] != flat[:-1]
    is_start[::width] = True
    starts = np.flatnonzero(is_start)
    runs: list[list[Run]] = [[] for _ in rows]
    ends = np.append(starts[1:], len(flat)).tolist()
    of_row = (starts // width).tolist()
    for row, start, end, ink in zip(
        of_row, starts.tolist(), ends, flat[starts].tolist(), strict=True
    ):
        runs[row].append((text[start:end], INKS[ink]))
    return runs


def spread_inks(chars: Chars, inks: Inks) -> Inks:
    """Return the inks with every blank in that of the nearest character before it in its row.

    Blanks before the first character take its ink; in an empty row all are ``Ink.TEXT``.
    """
    is_written = chars != SPACE
    places = np.arange(chars.shape[1])
    source = np.maximum.accumulate(np.where(is_written, places, 0), axis=1)
    source = np.maximum(source, np.argmax(is_written, axis=1)[:, None])
    spread = np.take_along_axis(inks, source, axis=1)
    spread[~is_written.any(axis=1)] = Ink.TEXT
    return spread
