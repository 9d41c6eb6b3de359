"""A breath that becomes slow; and whom to ask when."""

import numpy as np

from breathsense.session.texts import N_, _
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.raster import Box, Raster

FAST_HZ, SLOW_HZ = 16 / 60, 6 / 60
SPAN_S = 45.0


def draw_calm(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw most of a minute in which a quick breath becomes a slow one; a dot goes with it."""
    rows = Box(box.row + 1, box.column, box.width, max(min(box.height - 3, box.width // 3), 2))
    figure = Raster(canvas, rows)
    t_s = np.linspace(0.0, SPAN_S, 4 * figure.box.n_x)
    share = np.clip((t_s / SPAN_S - 0.2) / 0.45, 0.0, 1.0)
    share = share * share * (3 - 2 * share)
    phase = 2 * np.pi * np.cumsum(FAST_HZ + (SLOW_HZ - FAST_HZ) * share) * (t_s[1] - t_s[0])
    height = (1 - np.cos(phase)) / 2 * (0.55 + 0.3 * share) + 0.05 * (1 - share) * np.sin(
        3.7 * phase
    )
    x = t_s / SPAN_S * (figure.box.n_x - 1)
    y = (0.95 - 0.9 * height) * (figure.box.n_y - 1)
    is_rising = np.gradient(height) > 0
    for ink, is_part in ((Ink.INHALE, is_rising), (Ink.EXHALE, ~is_rising)):
        for part in np.split(np.arange(len(x)), np.flatnonzero(np.diff(is_part.astype(int))) + 1):
            if is_part[part[0]]:
                figure.stroke(x[part], y[part], ink)
    at = round(len(x) * (0.75 + 0.2 * breath))
    row = rows.row + int(y[at]) // 4
    canvas.write(row, rows.column + int(x[at]) // 2, "●", Ink.STRONG)
    canvas.write(box.row, box.column, _("quick"), Ink.FAINT)
    end = _("slow, not deep")
    canvas.write(box.row, box.column + box.width - len(end), end)
    foot = rows.row + rows.height
    canvas.write(foot, box.column, _("16 a minute"), Ink.FAINT)
    words = _("6 a minute")
    canvas.write(foot, box.column + box.width - len(words), words, Ink.FAINT)


SIGNS = (
    ("╔═╗║╚╝", N_("!  NOW"), N_("emergency services"), Ink.PROBLEM),
    ("┏━┓┃┗┛", N_("◆  THIS WEEK"), N_("doctor"), Ink.WARNING),
    ("╭─╮│╰╯", N_("●  NEXT VISIT"), N_("physio"), Ink.TEXT),
)
"""Frame, when, whom to ask: the heavier the frame, the sooner."""


def draw_help(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw three signs: now, this week, at the next visit."""
    del breath
    width = min(box.width, 34)
    left = box.column + (box.width - width) // 2
    step = max(box.height // len(SIGNS), 4)
    for number, (frame, when, whom, ink) in enumerate(SIGNS):
        top = box.row + number * step + max(step - 5, 0) // 2
        a, edge, b, side, c, d = tuple(frame)
        canvas.write(top, left, a + edge * (width - 2) + b, ink)
        for row, words in ((1, _(when)), (2, f"   {_(whom)}")):
            canvas.write(top + row, left, side + " " * (width - 2) + side, ink)
            canvas.write(top + row, left + 3, words, Ink.STRONG if row == 1 else Ink.TEXT)
        canvas.write(top + 3, left, c + edge * (width - 2) + d, ink)
