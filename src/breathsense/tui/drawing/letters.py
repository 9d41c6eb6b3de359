"""A few large letters out of half blocks, three rows high: to be read from a mat on the floor."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the first screen, which has large letters, needs no canvas
    from breathsense.tui.drawing.canvas import Canvas, Ink

HEIGHT = 3

LETTERS = {
    "I": ("▀█▀", " █ ", "▀▀▀"),
    "N": ("█▄ █", "█ ▀█", "▀  ▀"),
    "O": ("▄▀▀▄", "█  █", " ▀▀ "),
    "U": ("█  █", "█  █", " ▀▀ "),
    "T": ("▀█▀", " █ ", " ▀ "),
    "B": ("█▀▄", "█▀▄", "▀▀ "),
    "R": ("█▀▄", "█▀▄", "▀ ▀"),
    "E": ("█▀▀", "█▀ ", "▀▀▀"),
    "A": ("▄▀▄", "█▀█", "▀ ▀"),
    "H": ("█ █", "█▀█", "▀ ▀"),
    "S": ("▄▀▀", " ▀▄", "▀▀ "),
    "▲": ("  ▄  ", " ███ ", "▀▀▀▀▀"),
    "▼": ("█████", " ███ ", "  ▀  "),
    "·": ("   ", " ▄ ", "   "),
    " ": (" ", " ", " "),
}
"""Each letter, row by row."""


def measure_word(word: str) -> int:
    """Return the width of a word in cells."""
    return sum(len(LETTERS[letter][0]) + 1 for letter in word) - 1


def draw_word(canvas: "Canvas", row: int, column: int, word: str, ink: "Ink") -> int:
    """Draw a word with its upper left corner at a cell. Returns the column after it.

    Raises
    ------
    KeyError
        If there is no such large letter.

    """
    for letter in word:
        for line, text in enumerate(LETTERS[letter]):
            canvas.write(row + line, column, text, ink)
        column += len(LETTERS[letter][0]) + 1
    return column - 1
