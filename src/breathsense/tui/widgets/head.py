"""The name of the app, over a calm breath."""

import numpy as np

from breathsense.tui.drawing.braille import draw_spans, encode_dots, join_spans
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.letters import HEIGHT, draw_word, measure_word
from breathsense.tui.widgets.painted import Painted

NAME = "BREATHSENSE"
SAYING = "See your breath. Practise. Keep the record."
WAVE_CELLS = 26
"""Length of one drawn breath."""


def draw_head(width: int, height: int) -> Canvas:
    """Draw the name, a line of words, and a wave where there is room for it."""
    canvas = build_canvas(width, height)
    if width < measure_word(NAME) + 2:
        canvas.write_centred(0, "BreathSense", Ink.TITLE)
        canvas.write_centred(2, SAYING, Ink.FAINT)
        return canvas
    top = 1 if height > HEIGHT + 2 else 0
    _draw_wave(canvas, top)
    start = (width - measure_word(NAME)) // 2
    for row in range(HEIGHT):
        canvas.write(top + row, start - 2, " " * (measure_word(NAME) + 4))
    draw_word(canvas, top, start, NAME, Ink.INHALE)
    canvas.write_centred(height - 1 if top == 0 else top + HEIGHT + 1, SAYING, Ink.FAINT)
    return canvas


def _draw_wave(canvas: Canvas, top: int) -> None:
    x = np.arange(2 * canvas.width) - canvas.width
    height = (1 + np.cos(2 * np.pi * x / (2 * WAVE_CELLS))) / 2
    pixel = np.round((4 * HEIGHT - 2) * (1 - height)).astype(np.int64)
    dots = draw_spans(*join_spans(pixel, pixel + 1), HEIGHT)
    canvas.chars[top : top + HEIGHT] = encode_dots(dots)
    canvas.inks[top : top + HEIGHT] = Ink.EXHALE


class Head(Painted):
    """The head of the home screen; it stands still."""

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self.paint(draw_head(self.size.width, self.size.height))
