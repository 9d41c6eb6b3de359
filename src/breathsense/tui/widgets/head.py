"""The name of the app, over a calm breath. It is the first to be drawn, so it needs no numpy."""

from textual.content import Content
from textual.widget import Widget

from breathsense.session.texts import N_, _
from breathsense.tui.drawing.letters import HEIGHT, LETTERS, measure_word

NAME = "BREATHSENSE"
SAYING = N_("See your breath. Practise. Keep the record.")
BREATH = (
    "⠛⠛⠶⢦⣄⡀               ⣀⣤⠶⠞⠛",
    "    ⠈⠙⠳⣤⣀        ⢀⣠⡴⠛⠉    ",
    "        ⠉⠛⠶⢦⣤⣤⣤⠶⠞⠋⠁       ",
)
"""One breath, from the top of it to the next."""


def draw_head(width: int, height: int) -> Content:
    """Draw the name, a line of words, and a wave where there is room for it."""
    saying = (_(SAYING).center(width), "$faint")
    if width < measure_word(NAME) + 2:
        return _join([("BreathSense".center(width), "$strong bold")], [], [saying])
    rows = [_draw_row(row, width) for row in range(HEIGHT)]
    if height > HEIGHT + 2:
        return _join([], *rows, [], [saying])
    return _join(*rows, [saying])


def _draw_row(row: int, width: int) -> list[tuple[str, str]]:
    """Draw a row of the name with the breath on both sides of it."""
    start = (width - measure_word(NAME)) // 2
    turn, n_cells = width // 2, len(BREATH[row])
    wave = "".join(BREATH[row][(cell - turn) % n_cells] for cell in range(width))
    word = " ".join(LETTERS[letter][row] for letter in NAME)
    before, after = wave[: max(start - 2, 0)], wave[start + len(word) + 2 :]
    room = " " * (start - len(before))
    return [(before, "$breath-out"), (f"{room}{word}  ", "$breath-in"), (after, "$breath-out")]


def _join(*rows: list[tuple[str, str]]) -> Content:
    return Content("\n").join(Content.assemble(*row) for row in rows)


class Head(Widget):
    """The head of the home screen; it stands still."""

    def render(self) -> Content:
        """Draw it for its size."""
        return draw_head(*self.size)
