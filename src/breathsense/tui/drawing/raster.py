"""Lines and areas of braille dots, for drawn pictures: several inks, one for each cell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.tui.drawing.braille import LEFT_BITS, RIGHT_BITS, encode_dots
from breathsense.tui.drawing.canvas import Canvas, Ink

Curve = NDArray[np.float64]
Mask = NDArray[np.bool_]
STEP = 0.4
"""Dots between two places that are set on a line: closer than one, so that no line has holes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a canvas, in cells; a cell is two dots wide and four high."""

    row: int
    column: int
    width: int
    height: int

    @property
    def n_x(self) -> int:
        """Dots from left to right."""
        return 2 * max(self.width, 0)

    @property
    def n_y(self) -> int:
        """Dots from top to bottom."""
        return 4 * max(self.height, 0)


class Raster:
    """Dots over a box of a canvas; what is drawn later keeps the dots and gives its own ink."""

    def __init__(self, canvas: Canvas, box: Box) -> None:
        self._canvas = canvas
        self.box = box
        self.y, self.x = np.mgrid[0 : box.n_y, 0 : box.n_x]
        self._dots = np.zeros((max(box.height, 0), max(box.width, 0)), dtype=np.uint8)

    def stroke(self, x: Curve, y: Curve, ink: Ink, thick: float = 1.0) -> None:
        """Draw a line through points, in dots from the top left; ``thick`` is its width in dots."""
        along_x, along_y = _densify(np.asarray(x, float), np.asarray(y, float))
        across = np.arange(max(round(thick), 1)) - (max(round(thick), 1) - 1) / 2
        brush = [(a, b) for a in across for b in across if a * a + b * b <= thick * thick / 4]
        mask = np.zeros(self.x.shape, dtype=bool)
        for a, b in brush:
            column, row = np.floor(along_x + a).astype(int), np.floor(along_y + b).astype(int)
            is_in = (column >= 0) & (column < self.box.n_x) & (row >= 0) & (row < self.box.n_y)
            mask[row[is_in], column[is_in]] = True
        self.fill(mask, ink)

    def fill(self, mask: Mask, ink: Ink) -> None:
        """Set all dots of a mask, shape (n_y, n_x)."""
        dots = np.zeros_like(self._dots)
        for row, (left, right) in enumerate(zip(LEFT_BITS, RIGHT_BITS, strict=True)):
            dots |= mask[row::4, 0::2] * np.uint8(left)
            dots |= mask[row::4, 1::2] * np.uint8(right)
        self._dots |= dots
        self._stamp(dots != 0, ink)

    def _stamp(self, is_drawn: Mask, ink: Ink) -> None:
        self._write(is_drawn)
        box = self.box
        self._canvas.inks[box.row : box.row + box.height, box.column : box.column + box.width][
            is_drawn
        ] = ink

    def _write(self, is_drawn: Mask) -> None:
        box = self.box
        part = self._canvas.chars[
            box.row : box.row + box.height, box.column : box.column + box.width
        ]
        part[is_drawn] = encode_dots(self._dots)[is_drawn]


def _densify(x: Curve, y: Curve) -> tuple[Curve, Curve]:
    lengths = np.hypot(np.diff(x), np.diff(y))
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    places = np.arange(0.0, along[-1] + STEP, STEP)
    return np.interp(places, along, x), np.interp(places, along, y)


def bend_through(points: list[tuple[float, float]], n: int = 40) -> tuple[Curve, Curve]:
    """Return a smooth line through a few points (Catmull-Rom), as x and y."""
    ends = np.array([points[0], *points, points[-1]], dtype=float)
    t = np.linspace(0.0, 1.0, n)[:, None]
    pieces = []
    for before, first, last, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        pieces.append(
            0.5
            * (
                2 * first
                + (last - before) * t
                + (2 * before - 5 * first + 4 * last - after) * t**2
                + (3 * first - before - 3 * last + after) * t**3
            )
        )
    line = np.concatenate(pieces)
    return line[:, 0], line[:, 1]


def split_boxes(box: Box, n: int, aspect: float) -> list[Box]:
    """Return ``n`` boxes of one size, in the rows and columns in which they are largest.

    ``aspect`` is how wide a picture is for its height, in dots.
    """

    def measure(n_columns: int) -> float:
        n_rows = -(-n // n_columns)
        return min(2 * (box.width // n_columns) / aspect, 4 * (box.height // n_rows - 1))

    n_columns = max(range(1, n + 1), key=lambda one: (measure(one), one))
    width, height = box.width // n_columns, box.height // -(-n // n_columns)
    boxes = []
    for number in range(n):
        row, column = divmod(number, n_columns)
        in_row = min(n - row * n_columns, n_columns)
        left = box.column + (box.width - in_row * width) // 2
        boxes.append(Box(box.row + row * height, left + column * width, width, height))
    return boxes
