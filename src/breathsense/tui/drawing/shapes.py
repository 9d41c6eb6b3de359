"""Bars and the breathing disc."""

import numpy as np
from numpy.typing import NDArray

from breathsense.tui.drawing.braille import LEFT_BITS, RIGHT_BITS, encode_dots
from breathsense.tui.drawing.canvas import Canvas, Ink

EIGHTHS = " ▏▎▍▌▋▊▉█"
SMALLEST_DISC = 0.3
"""Share of the ring that the disc fills when all is breathed out."""
RING_GAP = 2.5
"""Pixels left between the full disc and its ring."""


def draw_bar(canvas: Canvas, row: int, column: int, width: int, share: float, ink: Ink) -> None:
    """Draw a bar that fills from the left, to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    canvas.write(row, column, "░" * width, Ink.FAINT)
    canvas.write(row, column, "█" * full + (EIGHTHS[rest] if rest else ""), ink)


def draw_position(canvas: Canvas, row: int, column: int, width: int, share: float) -> None:
    """Draw a line with a knob at a share of its width."""
    knob = round(min(max(share, 0.0), 1.0) * (width - 1))
    canvas.write(row, column, "━" * knob, Ink.INHALE)
    canvas.write(row, column + knob, "●", Ink.STRONG)
    canvas.write(row, column + knob + 1, "─" * (width - knob - 1), Ink.FAINT)


def draw_disc(canvas: Canvas, top: int, height: int, level: float, ink: Ink) -> None:
    """Draw a disc that grows with the level, inside a dotted ring that it fills at level 1.

    The disc is centred in the rows ``top .. top + height - 1`` of the canvas. A braille pixel is
    about as wide as it is high, so it looks round.
    """
    n_y, n_x = 4 * height, 2 * canvas.width
    y, x = np.arange(n_y)[:, None], np.arange(n_x)[None, :]
    distance = np.hypot(x - (n_x - 1) / 2, y - (n_y - 1) / 2)
    largest = (min(n_y, n_x) - 1) / 2
    smallest = SMALLEST_DISC * largest
    radius = round(2 * (smallest + (largest - RING_GAP - smallest) * level)) / 2
    is_ring = (np.floor(np.abs(distance - largest) + 0.5) == 0) & ((x + y) % 2 == 0)
    _stamp(canvas, top, is_ring, Ink.FAINT)
    _stamp(canvas, top, distance <= radius, ink)


def _stamp(canvas: Canvas, top: int, pixels: NDArray[np.bool_], ink: Ink) -> None:
    dots = np.zeros((len(pixels) // 4, canvas.width), dtype=np.uint8)
    for row, (left, right) in enumerate(zip(LEFT_BITS, RIGHT_BITS, strict=True)):
        dots |= pixels[row::4, 0::2] * np.uint8(left)
        dots |= pixels[row::4, 1::2] * np.uint8(right)
    is_drawn = dots != 0
    part = slice(top, top + len(dots))
    canvas.chars[part][is_drawn] = encode_dots(dots)[is_drawn]
    canvas.inks[part][is_drawn] = ink
