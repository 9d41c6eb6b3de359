"""A picture of the guide by its name."""

from collections.abc import Callable, Mapping
from math import cos, pi

from breathsense.tui.drawing.canvas import Canvas, build_canvas
from breathsense.tui.drawing.pictures.calm import draw_calm, draw_help
from breathsense.tui.drawing.pictures.cans import draw_cans
from breathsense.tui.drawing.pictures.people import draw_mobility, draw_posture
from breathsense.tui.drawing.pictures.trunk import draw_breathe, draw_core, draw_fill, draw_firm
from breathsense.tui.drawing.raster import Box

PICTURES: Mapping[str, Callable[[Canvas, Box, float], None]] = {
    "core": draw_core,
    "cans": draw_cans,
    "fill": draw_fill,
    "firm": draw_firm,
    "breathe": draw_breathe,
    "posture": draw_posture,
    "mobility": draw_mobility,
    "calm": draw_calm,
    "help": draw_help,
}
MOST_WIDTH, MOST_HEIGHT = 84, 34
"""Larger than this no picture gains anything."""
LEAST_WIDTH, LEAST_HEIGHT = 20, 8
STILL = 1.0
"""The breath at which a picture that does not move is drawn: all in."""
IN_FRAC = 0.4


def draw_picture(name: str, width: int, height: int, breath: float = STILL) -> Canvas:
    """Draw a picture in the middle of so many cells; too few of them stay empty.

    ``breath`` is 0 when all is breathed out and 1 when all is in.
    """
    canvas = build_canvas(width, height)
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return canvas
    wide, high = min(width, MOST_WIDTH), min(height, MOST_HEIGHT)
    box = Box((height - high) // 2, (width - wide) // 2, wide, high)
    PICTURES[name](canvas, box, breath)
    return canvas


def find_breath(place: float) -> float:
    """Return how far in a breath is at a place in its cycle, both from 0 to 1."""
    in_frac = IN_FRAC
    if place < in_frac:
        return (1 - cos(pi * place / in_frac)) / 2
    return (1 + cos(pi * (place - in_frac) / (1 - in_frac))) / 2
