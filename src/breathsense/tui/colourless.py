"""What ``NO_COLOR`` asks for: not one colour code, and everything still to be understood."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


@lru_cache(1024)
def strip_style(style: Style) -> Style:
    """Return the style with its colours left out; bold, underline and reverse stay."""
    return Style(
        bold=style.bold,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse,
        strike=style.strike,
        meta=style.meta or None,
    )


class Colourless(LineFilter):
    """Takes all colours out of what is sent to the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        del background
        return [
            Segment(text, None if style is None else strip_style(style), control)
            for text, style, control in segments
        ]
