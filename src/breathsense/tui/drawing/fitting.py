"""Texts that have to fit: foreign ones of one cell a character, long ones cut."""

from rich.cells import cell_len

STAND_IN = "·"


def tidy_text(text: str) -> str:
    """Return a foreign text (a name sent over the air) as characters of one cell each.

    Control characters and characters of other widths become a dot in the middle of the line.
    """
    return "".join(
        char if char.isprintable() and cell_len(char) == 1 else STAND_IN for char in text
    )


def cut_text(text: str, width: int) -> str:
    """Return the text, shortened with an ellipsis if it is wider than ``width``."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "…" if width > 0 else ""
