"""A sheet of paper: what is drawn on it, in millimetres from its top left corner.

The same sheet is written as PDF and as SVG, so that paper and screen show one and the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Anchor = Literal["start", "middle", "end"]
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
MARGIN_MM = 15.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
"""180 mm: a minute at 3 mm a second."""

INK, SOFT, LINE, WAVE = "#1b2530", "#5b6876", "#d5dce3", "#0b5c8a"
INHALE, BRACE, DRAW_IN, BAD, ALARM = "#dcecf7", "#c9781f", "#7a4fa3", "#e3e3e3", "#b3261e"
_MM_PER_POINT = 0.352778
_LETTER = 0.52
"""Mean width of a letter as a share of its size."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; ``y`` is its base line, ``size`` in points."""

    x: float
    y: float
    text: str
    size: float = 8.0
    colour: str = INK
    is_bold: bool = False
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, hatched instead if ``is_hatched``, with a rim if it has a colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    rim: str = ""
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Lines from point to point."""

    points: tuple[tuple[float, float], ...]
    colour: str = INK
    width: float = 0.25
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a trend."""

    x: float
    y: float
    radius: float = 0.8
    fill: str = WAVE


Mark = Words | Box | Path | Dot


@dataclass(slots=True)
class Sheet:
    """Everything on the sheet, in the order in which it is drawn."""

    title: str
    marks: list[Mark] = field(default_factory=list)

    def add(self, *marks: Mark) -> None:
        """Draw on top of what is there."""
        self.marks += marks

    def line(self, x: float, y: float, x_end: float, y_end: float, colour: str = LINE) -> None:
        """Draw a straight line."""
        self.marks.append(Path(((x, y), (x_end, y_end)), colour))

    def paragraph(
        self, x: float, y: float, width: float, text: str, size: float = 8.0, colour: str = INK
    ) -> float:
        """Write text in lines that fit; returns the base line of the next paragraph."""
        step = size * _MM_PER_POINT * 1.3
        for row in wrap(text, width, size):
            self.marks.append(Words(x, y, row, size, colour))
            y += step
        return y


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break text into lines of about this width in mm; a word that is too long is cut."""
    most = max(4, int(width / (size * _MM_PER_POINT * _LETTER)))
    rows: list[str] = []
    row = ""
    for word in _cut_words(text.split(), most):
        if row and len(row) + 1 + len(word) > most:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, row] if row else rows


def _cut_words(words: Sequence[str], most: int) -> list[str]:
    return [word[at : at + most] for word in words for at in range(0, len(word), most)]
