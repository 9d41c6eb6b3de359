"""The can: a picture of the belly. Its fill is the belly, its wall the brace, bubbles are breaths.

It is to be read without colour: the wall is drawn with thicker characters, moves out or in, and
the words below it say the same.
"""

from dataclasses import dataclass

import numpy as np

from breathsense.core.model.bracing import Direction
from breathsense.session.texts import N_, _
from breathsense.session.view import LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.wall import is_blind
from breathsense.tui.drawing.words import S

LOOK_BACK_NS = 30 * S
"""The fill is out of what the belly did in this time."""
BUBBLE_NS = 20 * S
"""A breath rises through the can in this time."""
FINENESS = 64
WALLS = ("│", "┃", "▌", "█")
"""By firmness: soft, a little, firm, very firm; the right one is the mirror of it."""
MIRRORS = {"▌": "▐"}
FIRMNESS_WORDS = (N_("soft"), N_("light"), N_("firm"), N_("strong"))
FIRM_FROM = (0.2, 0.6, 1.3)
"""Shares of the wearer's own reference from which the wall is drawn thicker."""
SURFACES = " ▁▂▃▄▅▆▇"
BUBBLES = "·°oO"
LEAST_WIDTH, LEAST_HEIGHT = 9, 4


@dataclass(frozen=True, slots=True)
class CanFace:
    """What the can shows.

    Parameters
    ----------
    fill : int
        Out of 64; ``-1`` where there is nothing to go by.
    firmness : int or None
        Index of the wall; ``None`` where it cannot be told.
    way : Direction
        Where the wall goes.
    bubbles : tuple of int
        Age of each breath in the can, in twentieths of its way.

    """

    fill: int
    firmness: int | None
    way: Direction
    bubbles: tuple[int, ...]


def read_can(view: LiveView, *, is_plain: bool = False) -> CanFace:
    """Say how full, how firm and how lively the can is; a plain one moves in coarser steps."""
    wall = view.wall
    is_held = wall.state in {"brace", "draw_in"}
    firmness = None if wall.state == "cannot_tell" or is_blind(view) else 0
    if is_held:
        level = 1.0 if wall.level is None else wall.level
        firmness = max(sum(level >= limit for limit in FIRM_FROM), 1)
    step = 8 if is_plain else 1
    ages = [(view.now_ns - one.peak_ns) * 20 // BUBBLE_NS for one in view.breaths]
    return CanFace(
        fill=_measure_fill(view) // step * step,
        firmness=firmness,
        way=wall.direction if is_held else "unknown",
        bubbles=tuple(age for age in ages if 0 <= age < 20),  # noqa: PLR2004 - twentieths
    )


def _measure_fill(view: LiveView) -> int:
    first = int(np.searchsorted(view.t_ns, view.now_ns - LOOK_BACK_NS))
    recent = view.values[first:]
    if not len(recent):
        return -1
    low, high = float(recent.min()), float(recent.max())
    if high <= low:
        return -1
    return round(FINENESS * (float(recent[-1]) - low) / (high - low))


def draw_can(face: CanFace, width: int, height: int) -> Canvas:
    """Draw the can as large as there is room for it, with one row of words."""
    canvas = build_canvas(width, height)
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return canvas
    canvas.write_centred(height - 1, _say(face, width), Ink.TEXT)
    can_width = min(width - 4, 2 * height + 2)
    left = (width - can_width) // 2
    shift = {"expand": 1, "draw_in": -1}.get(face.way, 0)
    _draw_can_body(canvas, face, left, can_width, shift)
    return canvas


def _say(face: CanFace, width: int) -> str:
    if face.firmness is None:
        return cut_text(_("wall unseen"), width)
    words = _("wall {firmness}").format(firmness=_(FIRMNESS_WORDS[face.firmness]))
    way = {"expand": _(", wider"), "draw_in": _(", drawn in")}.get(face.way, "")
    return words + way if len(words + way) <= width else cut_text(words, width)


def _draw_can_body(canvas: Canvas, face: CanFace, left: int, can_width: int, shift: int) -> None:
    bottom = canvas.height - 2
    ink = {"expand": Ink.BRACE, "neutral": Ink.BRACE, "draw_in": Ink.DRAW_IN}.get(
        face.way, Ink.FAINT if face.firmness is None else Ink.TEXT
    )
    lid = "═" if face.firmness else "─"
    canvas.write(0, left, f"╭{lid * (can_width - 2)}╮", ink)
    canvas.write(bottom, left, f"╰{lid * (can_width - 2)}╯", ink)
    wall = "┆" if face.firmness is None else WALLS[face.firmness]
    rows = range(1, bottom)
    middle = rows[len(rows) // 4 : len(rows) - len(rows) // 4] if len(rows) > 2 else rows  # noqa: PLR2004 - a bend needs three
    inner_left = {row: left + 1 - (shift if row in middle else 0) for row in rows}
    inner_right = {row: 2 * left + can_width - inner_left[row] for row in rows}
    for row in rows:
        canvas.write(row, inner_left[row] - 1, wall, ink)
        canvas.write(row, inner_right[row], MIRRORS.get(wall, wall), ink)
    _draw_fill(canvas, face, inner_left, inner_right)
    _draw_bubbles(canvas, face, inner_left, inner_right)


def _draw_fill(canvas: Canvas, face: CanFace, starts: dict[int, int], ends: dict[int, int]) -> None:
    eighths = max(face.fill, 0) * 8 * len(starts) // FINENESS
    for place, row in enumerate(sorted(starts, reverse=True)):
        here = min(max(eighths - 8 * place, 0), 8)
        char = "▒" if here == 8 else SURFACES[here]  # noqa: PLR2004 - a cell has eight eighths
        canvas.write(row, starts[row], char * (ends[row] - starts[row]), Ink.FILL)


def _draw_bubbles(
    canvas: Canvas, face: CanFace, starts: dict[int, int], ends: dict[int, int]
) -> None:
    rows = sorted(starts, reverse=True)
    for number, age in enumerate(face.bubbles):
        row = rows[age * len(rows) // 20]
        room = ends[row] - starts[row]
        column = starts[row] + (number * 5 + 2) % room
        canvas.write(row, column, BUBBLES[min(age // 5, 3)], Ink.STRONG)
