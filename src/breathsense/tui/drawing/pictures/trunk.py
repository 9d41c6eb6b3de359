"""The trunk: from the side, from the front, and the waist from above.

Shapes are drawings, not anatomy: shares of the height and width of the figure.
"""

from math import pi

import numpy as np

from breathsense.session.texts import _
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.raster import Box, Curve, Mask, Raster, bend_through, split_boxes

SIDE_ASPECT, FRONT_ASPECT, RING_ASPECT = 0.85, 0.85, 1.4
LABEL_ROOM = 14
NECK, GULLET = 0.08, 0.05
"""The lungs begin below the one and beside the other."""
SOFT, FIRM = 1.0, 4.5
"""Width of a wall, in dots of a figure of usual size."""


def draw_core(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw the trunk from the side with the names of its four parts."""
    room = Box(box.row, box.column, max(box.width - LABEL_ROOM, 8), box.height)
    figure = Raster(canvas, room)
    height = figure.box.n_y - 1.0
    width = min(height * SIDE_ASPECT, figure.box.n_x - 2.0)
    left = (figure.box.n_x - width) / 2
    v = np.linspace(0.0, 1.0, 80)
    front = _follow(
        v, (0.0, 0.12, 0.45, 0.58, 0.74, 0.9, 1.0),
        (0.46, 0.66, 0.74, 0.70 + 0.04 * breath, 0.72 + 0.2 * breath, 0.66 + 0.05 * breath, 0.5),
    )  # fmt: skip
    back = _follow(v, (0.0, 0.2, 0.45, 0.68, 0.88, 1.0), (0.24, 0.08, 0.12, 0.24, 0.12, 0.2))
    u = np.linspace(0.0, 1.0, 40)
    dome_left, dome_right = float(np.interp(0.62, v, back)), float(np.interp(0.5, v, front))
    dome_x = dome_left + u * (dome_right - dome_left)
    lift = 0.30 - 0.14 * breath
    dome_y = 0.62 - 0.12 * u - lift * np.sin(pi * u) ** 0.8
    floor_left, floor_right = float(np.interp(0.9, v, back)), float(np.interp(0.94, v, front))
    floor_x = floor_left + u * (floor_right - floor_left)
    floor_y = 0.91 + 0.03 * u + (0.045 + 0.015 * breath) * np.sin(pi * u)

    def put(x: Curve, y: Curve, ink: Ink, thick: float = 1.0) -> None:
        figure.stroke(left + x * width, y * height, ink, thick)

    at_x, at_y = (figure.x - left) / width, figure.y / height
    row_front, row_back = np.interp(at_y, v, front), np.interp(at_y, v, back)
    dome = np.interp(at_x, dome_x, dome_y, left=0.0, right=0.0)
    bottom = np.interp(at_x, floor_x, floor_y, left=0.0, right=0.0)
    is_in = (at_x > row_back + 0.12) & (at_x < row_front - 0.05)
    figure.fill(
        is_in & (at_y > dome + 0.03) & (at_y < bottom - 0.02) & _dotted(figure, 3), Ink.FILL
    )
    put(front, v, Ink.BRACE, 2.0)
    _draw_spine(figure, left + (back + 0.06) * width, v * height)
    put(dome_x, dome_y, Ink.INHALE, 2.0)
    put(floor_x, floor_y, Ink.EXHALE, 2.0)
    _label_parts(canvas, room, breath)


def _label_parts(canvas: Canvas, room: Box, breath: float) -> None:
    """Write the names beside the parts, each with what it is of the can."""
    column = room.column + room.width + 2
    taken = room.row
    for share, words, says, ink in (
        (0.32 + 0.13 * breath, _("diaphragm"), _("the lid"), Ink.INHALE),
        (0.58, _("belly wall"), _("the front"), Ink.BRACE),
        (0.76, _("spine and its"), _("muscles"), Ink.STRONG),
        (0.93, _("pelvic floor"), _("the bottom"), Ink.EXHALE),
    ):
        row = min(max(room.row + round(share * room.height), taken), room.row + room.height - 2)
        canvas.write(row, column - 2, "╴", Ink.FAINT)
        canvas.write(row, column - 1, words, ink)
        canvas.write(row + 1, column - 1, says, Ink.FAINT)
        taken = row + 2


def _draw_spine(figure: Raster, x: Curve, y: Curve) -> None:
    """Draw a chain of blocks along a line."""
    places = np.linspace(0, len(x) - 4, 17).astype(int)
    for first in places[1:]:
        figure.stroke(x[first : first + 3], y[first : first + 3], Ink.STRONG, 3.0)


def _dotted(figure: Raster, step: int) -> Mask:
    mask: Mask = figure.x % step == 0
    mask &= (figure.y + figure.x // step % 2 * step // 2) % step == 0
    return mask


def _follow(v: Curve, knots: tuple[float, ...], values: tuple[float, ...]) -> Curve:
    """Return a smooth course through a few values."""
    _, x = bend_through(list(zip(knots, values, strict=True)))
    y, _ = bend_through(list(zip(knots, values, strict=True)))
    course: Curve = np.interp(v, y, x)
    return course


def draw_fill(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw the trunk from the front: breathed out, and breathing in."""
    boxes = split_boxes(box, 2, FRONT_ASPECT)
    if boxes[0].row != boxes[1].row:
        boxes = [box]
    for part, level, words in zip(
        boxes[::-1], (breath, 0.0), (_("breathing in"), _("breathed out")), strict=False
    ):
        _draw_front(canvas, part, level, SOFT)
        canvas.write(
            part.row + part.height - 1, part.column + (part.width - len(words)) // 2, words
        )
        if level:
            _draw_arrows(canvas, part, level)


def _draw_arrows(canvas: Canvas, box: Box, level: float) -> None:
    """Show where things go while breathing in."""
    middle = box.column + box.width // 2
    height = box.height - 1
    half = round(min(box.n_x - 2.0, 4 * height * FRONT_ASPECT) / 4)
    canvas.write(box.row + round((0.28 + 0.1 * level) * height), middle, "↓", Ink.STRONG)
    row = box.row + round(0.7 * height)
    canvas.write(row, max(middle - half - 1, box.column), "←", Ink.STRONG)
    canvas.write(row, min(middle + half + 1, box.column + box.width - 1), "→", Ink.STRONG)


def _draw_front(canvas: Canvas, box: Box, breath: float, wall: float, ribs: float = 0.0) -> None:
    """Draw ribs, diaphragm, belly and pelvic floor; the last row is left free."""
    figure = Raster(canvas, Box(box.row, box.column, box.width, box.height - 1))
    height = figure.box.n_y - 1.0
    width = min(height * FRONT_ASPECT, figure.box.n_x - 2.0)
    middle = (figure.box.n_x - 1) / 2
    v = np.linspace(0.0, 1.0, 80)
    half = _follow(
        v, (0.0, 0.1, 0.3, 0.5, 0.7, 0.86, 1.0),
        (0.2, 0.31, 0.37 + ribs, 0.36 + ribs + 0.02 * breath, 0.33 + 0.11 * breath,
         0.37 + 0.03 * breath, 0.33),
    )  # fmt: skip
    edge = float(np.interp(0.52, v, half))
    x = np.linspace(-edge, edge, 60)
    dome = 0.54 - (0.26 - 0.17 * breath) * (1 - np.abs(x / edge) ** 2.4)
    floor_edge = float(np.interp(0.92, v, half))
    floor_x = np.linspace(-floor_edge, floor_edge, 60)
    floor = 0.91 + (0.05 + 0.02 * breath) * (1 - (floor_x / floor_edge) ** 2)
    at_x, at_y = (figure.x - middle) / width, figure.y / height
    row_half = np.interp(at_y, v, half) - (wall + 1.5) / width
    lid = np.interp(at_x, x, dome, left=0.54, right=0.54)
    is_in = np.abs(at_x) < row_half
    is_belly = is_in & (at_y > lid + 0.03) & (at_y < np.interp(at_x, floor_x, floor) - 0.02)
    figure.fill(is_belly & _dotted(figure, 3), Ink.FILL)
    is_lung = is_in & (np.abs(at_x) > GULLET) & (at_y < lid - 0.03) & (at_y > NECK)
    figure.fill(is_lung & _dotted(figure, 6), Ink.FAINT)
    for side in (-1.0, 1.0):
        is_wall = v >= 0.5  # noqa: PLR2004 - from the lower ribs on
        for part, thick, ink in ((~is_wall, 1.0, Ink.TEXT), (is_wall, wall, Ink.BRACE)):
            figure.stroke(middle + side * half[part] * width, v[part] * height, ink, thick)
    figure.stroke(middle + floor_x * width, floor * height, Ink.EXHALE, 2.0)
    figure.stroke(middle + x * width, dome * height, Ink.INHALE, 2.0)


def draw_firm(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw the waist from above: soft, firm, and drawn in."""
    del breath
    for part, (words, size, wall, ink) in zip(
        split_boxes(box, 3, RING_ASPECT),
        (
            (_("soft"), 1.0, 1.0, Ink.TEXT),
            (_("firm all round"), 1.0, FIRM, Ink.BRACE),
            (_("drawn in: narrower"), 0.78, 2.0, Ink.DRAW_IN),
        ),
        strict=True,
    ):
        _draw_ring(canvas, part, size, wall, ink)
        canvas.write(
            part.row + part.height - 1, part.column + (part.width - len(words)) // 2, words
        )


def _draw_ring(canvas: Canvas, box: Box, size: float, wall: float, ink: Ink) -> None:
    """Draw the waist from above, the spine at the lower edge: that is the back."""
    figure = Raster(canvas, Box(box.row, box.column, box.width, box.height - 1))
    most = min(figure.box.n_x - 4.0, (figure.box.n_y - 2.0) * RING_ASPECT)
    a, b = size * most / 2 - wall / 2, size * most / 2 / RING_ASPECT - wall / 2
    middle_x, middle_y = (figure.box.n_x - 1) / 2, (figure.box.n_y - 1) / 2
    angle = np.linspace(0.0, 2 * pi, 160)
    dent = 1.0 - 0.12 * np.exp(-(((angle - pi / 2) / 0.35) ** 2))
    figure.stroke(
        middle_x + a * np.cos(angle) * dent, middle_y + b * np.sin(angle) * dent, ink, wall
    )
    away = ((figure.x - middle_x) / (0.17 * a)) ** 2
    away = away + ((figure.y - middle_y - 0.52 * b) / (0.2 * b)) ** 2
    figure.fill(away <= 1.0, Ink.STRONG)
    row = box.row + (box.height - 1) // 2
    canvas.write(row - 1, box.column + box.width // 2 - 2, _("belly"), Ink.FAINT)


def draw_breathe(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw a firm wall with a smaller breath behind it, and the clock of the breath gap."""
    part = Box(box.row, box.column, box.width, box.height - 3)
    _draw_front(canvas, part, 0.25 + 0.3 * breath, FIRM, ribs=0.05 * breath)
    words = _("firm below, the ribs breathe")
    canvas.write(part.row + part.height - 1, part.column + (part.width - len(words)) // 2, words)
    _draw_gap(canvas, box.row + box.height - 2, box)


def _draw_gap(canvas: Canvas, row: int, box: Box) -> None:
    """Draw the line from the last breath seen: asks at 4 s, warns at 6 s."""
    length = min(box.width - 2, 40)
    left = box.column + (box.width - length) // 2
    canvas.write(row, left, "─" * length, Ink.FAINT)
    canvas.write(row, left, "●", Ink.GOOD)
    canvas.write(row + 1, left, _("breath"), Ink.FAINT)
    for seconds, glyph, ink in ((4, "?", Ink.WARNING), (6, "!", Ink.PROBLEM)):
        column = left + round(length * seconds / 7)
        canvas.write(row, column, glyph, ink)
        canvas.write(row + 1, column, f"{seconds} s", Ink.FAINT)
