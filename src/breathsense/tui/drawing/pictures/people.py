"""People from the side: sitting, lifting, on hands and knees, bending."""

from dataclasses import dataclass, field
from math import pi

import numpy as np

from breathsense.session.texts import N_, _
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.raster import Box, Raster, bend_through, split_boxes

ASPECT = 1.0
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Person:
    """A figure in a square: places from its top left, 1 is its height.

    Parameters
    ----------
    says : str
        What it shows.
    head : tuple of float
        Middle of the head.
    spine : tuple of tuple of float
        From the pelvis to the neck.
    limbs : tuple of tuple of tuple of float
        Lines.
    things : tuple of tuple of tuple of float
        Chair, floor, load.

    """

    says: str
    head: Place
    spine: tuple[Place, ...]
    limbs: tuple[tuple[Place, ...], ...]
    things: tuple[tuple[Place, ...], ...] = field(default=())


FLOOR = ((0.02, 0.985), (0.98, 0.985))
CHAIR = ((0.16, 0.97), (0.16, 0.77), (0.6, 0.77), (0.6, 0.97))
LEGS = ((0.3, 0.7), (0.72, 0.7), (0.72, 0.96), (0.86, 0.96))
SLUMPED = Person(
    N_("slumped"),
    (0.6, 0.24),
    ((0.3, 0.7), (0.2, 0.55), (0.27, 0.4), (0.48, 0.34)),
    (LEGS, ((0.42, 0.38), (0.46, 0.56), (0.68, 0.62))),
    (CHAIR, FLOOR),
)
TALL = Person(
    N_("tall"),
    (0.34, 0.1),
    ((0.3, 0.7), (0.34, 0.56), (0.29, 0.38), (0.33, 0.2)),
    (LEGS, ((0.32, 0.28), (0.38, 0.5), (0.62, 0.58))),
    (CHAIR, FLOOR),
)
STANDING = Person(
    N_("stand"),
    (0.5, 0.08),
    ((0.48, 0.54), (0.51, 0.44), (0.47, 0.3), (0.5, 0.17)),
    (
        ((0.48, 0.54), (0.52, 0.75), (0.49, 0.96), (0.6, 0.96)),
        ((0.49, 0.24), (0.53, 0.4), (0.56, 0.54)),
    ),
    (FLOOR,),
)
LIFTING = Person(
    N_("load close"),
    (0.68, 0.2),
    ((0.26, 0.58), (0.36, 0.48), (0.48, 0.39), (0.6, 0.27)),
    (
        ((0.26, 0.58), (0.56, 0.7), (0.42, 0.96), (0.56, 0.96)),
        ((0.56, 0.33), (0.58, 0.5), (0.68, 0.64)),
    ),
    (((0.58, 0.62), (0.84, 0.62), (0.84, 0.8), (0.58, 0.8), (0.58, 0.62)), FLOOR),
)
BENDING = Person(
    N_("reach, 3 times"),
    (0.82, 0.54),
    ((0.34, 0.5), (0.46, 0.38), (0.6, 0.36), (0.73, 0.45)),
    (
        ((0.34, 0.5), (0.4, 0.72), (0.36, 0.96), (0.48, 0.96)),
        ((0.68, 0.41), (0.72, 0.6), (0.74, 0.78)),
    ),
    (FLOOR,),
)
HEAD, HALF = 0.085, 0.5


KNEELING = Person(
    N_("hip flexor"),
    (0.5, 0.12),
    ((0.48, 0.6), (0.51, 0.48), (0.47, 0.34), (0.5, 0.21)),
    (
        ((0.48, 0.6), (0.76, 0.66), (0.76, 0.95), (0.88, 0.95)),
        ((0.48, 0.6), (0.36, 0.94), (0.1, 0.95)),
        ((0.49, 0.28), (0.56, 0.46), (0.7, 0.62)),
    ),
    (FLOOR,),
)
HAMSTRING = Person(
    N_("heel in front"),
    (0.64, 0.2),
    ((0.36, 0.54), (0.42, 0.44), (0.48, 0.36), (0.57, 0.27)),
    (
        ((0.36, 0.54), (0.42, 0.75), (0.36, 0.96), (0.46, 0.96)),
        ((0.36, 0.54), (0.82, 0.96), (0.86, 0.88)),
        ((0.54, 0.31), (0.6, 0.5), (0.66, 0.68)),
    ),
    (FLOOR,),
)
OPEN_BOOK = Person(
    N_("open the book"),
    (0.12, 0.82),
    ((0.62, 0.88), (0.48, 0.86), (0.35, 0.88), (0.22, 0.84)),
    (
        ((0.62, 0.88), (0.82, 0.74), (0.92, 0.94)),
        ((0.3, 0.87), (0.42, 0.93), (0.56, 0.94)),
        ((0.3, 0.86), (0.28, 0.62), (0.16, 0.42)),
    ),
    (FLOOR,),
)
WALKING = Person(
    N_("walk about"),
    (0.52, 0.1),
    ((0.47, 0.55), (0.5, 0.44), (0.48, 0.31), (0.51, 0.19)),
    (
        ((0.47, 0.55), (0.62, 0.74), (0.66, 0.95), (0.76, 0.94)),
        ((0.47, 0.55), (0.42, 0.76), (0.22, 0.92), (0.28, 0.97)),
        ((0.5, 0.26), (0.62, 0.4), (0.74, 0.5)),
        ((0.5, 0.26), (0.4, 0.42), (0.34, 0.54)),
    ),
    (FLOOR,),
)
MOVES = (
    ("hip flexor", KNEELING),
    ("hamstring", HAMSTRING),
    ("open book", OPEN_BOOK),
    ("walk", WALKING),
    ("reach", BENDING),
    ("stand", STANDING),
)
"""Figures for what a programme says, found by a word of it; other words get cat and cow."""


def draw_move(canvas: Canvas, box: Box, words: str) -> None:
    """Draw the figure that goes with the words of a step."""
    said = words.lower()
    for word, person in MOVES:
        if word in said:
            draw_person(canvas, box, person)
            return
    _draw_all(
        canvas, box, (build_on_all_fours(N_("cat"), 0.35), build_on_all_fours(N_("cow"), -0.35))
    )


def draw_posture(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw four ways to sit and stand; an arrow leads from each to the next."""
    del breath
    _draw_all(canvas, box, (SLUMPED, TALL, STANDING, LIFTING))


def draw_mobility(canvas: Canvas, box: Box, breath: float) -> None:
    """Draw cat and cow, one into the other with the breath, and a bend."""
    _draw_all(
        canvas,
        box,
        (
            build_on_all_fours(N_("cat"), 0.35 * breath),
            build_on_all_fours(N_("cow"), -0.1 - 0.25 * breath),
            BENDING,
        ),
    )


def build_on_all_fours(says: str, round_up: float) -> Person:
    """Return somebody on hands and knees; the back is round upwards, or hangs if negative."""
    top = 0.42
    middle = top + 0.02 - 0.53 * round_up
    return Person(
        says,
        (0.9, top + 0.05 + 0.6 * round_up),
        ((0.2, top + 0.06), (0.36, middle), (0.56, middle), (0.78, top + 0.06)),
        (((0.2, top + 0.06), (0.24, 0.95), (0.04, 0.95)), ((0.76, top + 0.06), (0.77, 0.95))),
        (FLOOR,),
    )


def blend_people(one: Person, other: Person, share: float) -> Person:
    """Return somebody between two figures of the same build; 0 is the first, 1 the other."""

    def blend(a: Place, b: Place) -> Place:
        return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))

    return Person(
        one.says if share < HALF else other.says,
        blend(one.head, other.head),
        tuple(blend(a, b) for a, b in zip(one.spine, other.spine, strict=True)),
        tuple(
            tuple(blend(a, b) for a, b in zip(limb, moved, strict=True))
            for limb, moved in zip(one.limbs, other.limbs, strict=True)
        ),
        one.things,
    )


def draw_person(canvas: Canvas, box: Box, person: Person) -> None:
    """Draw one figure, its name in the last row."""
    figure = Raster(canvas, Box(box.row, box.column, box.width, box.height - 1))
    size = min(figure.box.n_x - 1.0, (figure.box.n_y - 1.0) * ASPECT)
    left, top = (figure.box.n_x - size) / 2, figure.box.n_y - 1 - size

    def put(points: tuple[Place, ...], ink: Ink, thick: float, *, is_bent: bool = False) -> None:
        x, y = bend_through(list(points)) if is_bent else np.array(points, dtype=float).T
        figure.stroke(left + x * size, top + y * size, ink, thick)

    for thing in person.things:
        put(thing, Ink.FAINT, 1.0)
    for limb in person.limbs:
        put(limb, Ink.TEXT, 1.0)
    put(person.spine, Ink.BRACE, 3.0 if size > 40 else 2.0, is_bent=True)  # noqa: PLR2004 - dots
    angle = np.linspace(0.0, 2 * pi, 40)
    x, y = person.head
    figure.stroke(
        left + (x + HEAD * np.cos(angle)) * size, top + (y + HEAD * np.sin(angle)) * size, Ink.TEXT
    )
    says = _(person.says)
    column = box.column + (box.width - len(says)) // 2
    canvas.write(box.row + box.height - 1, column, says)


def _draw_all(canvas: Canvas, box: Box, people: tuple[Person, ...]) -> None:
    for part, person in zip(split_boxes(box, len(people), ASPECT), people, strict=True):
        draw_person(canvas, part, person)
