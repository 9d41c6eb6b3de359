"""Three cans under a weight: empty, full, and full with a firm wall."""

from math import pi

import numpy as np

from breathsense.session.texts import N_, _
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.raster import Box, Raster, split_boxes

ASPECT = 0.75
CANS = (
    (N_("open: dents"), 0.0, 1.0, 0.2),
    (N_("full: holds"), 0.9, 1.0, 0.06),
    (N_("full and firm"), 0.9, 4.0, 0.0),
)
"""What it does, how full it is, how thick its wall is in dots, and how far it dents."""
N_BUBBLES = 4


def draw_cans(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw the three side by side; in the last one bubbles rise with the breath."""
    for part, (told, fill, wall, dent) in zip(split_boxes(box, 3, ASPECT), CANS, strict=True):
        words = _(told)
        figure = Raster(canvas, Box(part.row, part.column, part.width, part.height - 1))
        _draw_can(figure, fill, wall, dent)
        if wall > 1:
            _draw_bubbles(canvas, figure, breath)
        canvas.write(
            part.row + part.height - 1, part.column + (part.width - len(words)) // 2, words
        )


def _draw_can(figure: Raster, fill: float, wall: float, dent: float) -> None:
    height = figure.box.n_y - 2.0
    width = min(height * ASPECT, figure.box.n_x - 4.0)
    middle = (figure.box.n_x - 1) / 2
    sink = dent * 0.45
    top, bottom = (0.3 + sink) * height, height
    v = np.linspace(0.0, 1.0, 60)
    half = 0.5 * width * (1 - dent * 2.2 * np.sin(pi * v) * np.abs(np.sin(2.5 * pi * v)))
    y = top + v * (bottom - top)
    ink = Ink.BRACE if wall > 1 else Ink.TEXT
    share = (figure.y - top) / (bottom - top)
    row_half = np.interp(share, v, half) - wall / 2 - 1.5
    is_in = (np.abs(figure.x - middle) < row_half) & (share < 0.97) & (share > 1.0 - fill)  # noqa: PLR2004 - the bottom stays clear
    figure.fill(is_in & ((figure.x + 2 * figure.y) % 4 == 0), Ink.FILL)
    for side in (-1, 1):
        figure.stroke(middle + side * half, y, ink, wall)
    for at, thick in ((top, wall), (bottom, wall)):
        end = 0.5 * width
        figure.stroke(np.array([middle - end, middle + end]), np.array([at, at]), ink, thick)
    is_weight = (np.abs(figure.x - middle) < 0.36 * width) & (figure.y < top - wall / 2 - 1)
    is_weight &= figure.y > top - 0.24 * height
    figure.fill(is_weight, Ink.STRONG)


def _draw_bubbles(canvas: Canvas, figure: Raster, breath: float) -> None:
    box = figure.box
    rows = max(round(0.5 * box.height), 1)
    for number in range(N_BUBBLES):
        rise = (number / N_BUBBLES + breath / 2) % 1.0
        row = box.row + box.height - 2 - int(rise * rows)
        column = box.column + box.width // 2 + (-2, 1, -1, 2)[number]
        canvas.write(row, column, "·°oO"[min(int(rise * 4), 3)], Ink.STRONG)
