"""Pixel columns to braille cells: two pixels wide and four high, without a pixel raster.

For each cell row and pixel column the covered part of the cell is one of 15 spans; a table of
5 x 5 bytes (from, to) holds the dots of each.
"""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.int64]
Dots = NDArray[np.uint8]

BLANK = 0x2800
NOWHERE = np.int64(1 << 30)
"""Top of a pixel column with nothing in it."""
LEFT_BITS = (0x01, 0x02, 0x04, 0x40)
RIGHT_BITS = (0x08, 0x10, 0x20, 0x80)


def _build_table(bits: tuple[int, ...]) -> Dots:
    table = np.zeros((5, 5), dtype=np.uint8)
    for start in range(5):
        for end in range(start, 5):
            table[start, end] = sum(bits[start:end])
    return table


LEFT_SPANS, RIGHT_SPANS = _build_table(LEFT_BITS), _build_table(RIGHT_BITS)


def draw_spans(top: Pixels, bottom: Pixels, n_rows: int) -> Dots:
    """Draw one vertical span in each pixel column.

    Parameters
    ----------
    top, bottom : int64 arrays, shape (2 * n_cells,)
        First and last pixel row of the span, 0 at the top; nothing where ``top > bottom``.
    n_rows : int
        Height in cells.

    Returns
    -------
    uint8 array, shape (n_rows, n_cells)
        The dots of each cell; 0 is an empty one.

    """
    base = 4 * np.arange(n_rows, dtype=np.int64)[:, None]
    start = np.clip(top - base, 0, 4)
    end = np.maximum(np.clip(bottom + 1 - base, 0, 4), start)
    cells: Dots = LEFT_SPANS[start[:, 0::2], end[:, 0::2]]
    cells |= RIGHT_SPANS[start[:, 1::2], end[:, 1::2]]
    return cells


def join_spans(top: Pixels, bottom: Pixels) -> tuple[Pixels, Pixels]:
    """Stretch each span until it touches the one before it; columns with nothing stay so."""
    is_there = top <= bottom
    both = is_there[1:] & is_there[:-1]
    joined_top, joined_bottom = top.copy(), bottom.copy()
    falls = both & (bottom[:-1] < top[1:])
    rises = both & (top[:-1] > bottom[1:])
    joined_top[1:][falls] = bottom[:-1][falls] + 1
    joined_bottom[1:][rises] = top[:-1][rises] - 1
    return joined_top, joined_bottom


def draw_hatch(columns: NDArray[np.int64], is_hatched: NDArray[np.bool_], n_rows: int) -> Dots:
    """Draw thin diagonals where ``is_hatched``; they belong to the time, so they move with it.

    Parameters
    ----------
    columns : int64 array, shape (2 * n_cells,)
        Number of the column of time at each pixel column.
    is_hatched : bool array, shape (2 * n_cells,)
        Which of them are hatched.
    n_rows : int
        Height in cells.

    """
    rows = np.arange(n_rows * 4, dtype=np.int64)[:, None]
    dots = ((columns + rows) % 6 == 0) & is_hatched
    cells = np.zeros((n_rows, len(columns) // 2), dtype=np.uint8)
    for row, (left, right) in enumerate(zip(LEFT_BITS, RIGHT_BITS, strict=True)):
        cells |= dots[row::4, 0::2] * np.uint8(left)
        cells |= dots[row::4, 1::2] * np.uint8(right)
    return cells


def encode_dots(dots: Dots) -> NDArray[np.uint32]:
    """Return the code points of braille cells; an empty cell is a space."""
    return np.where(dots == 0, np.uint32(0x20), np.uint32(BLANK) + dots)
