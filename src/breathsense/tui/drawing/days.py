"""Days of practice as a strip, a glyph a day, and the words to it."""

from dataclasses import dataclass

from breathsense.session.moments import say_day
from breathsense.session.progress.days import WEEK_DAYS, Week
from breathsense.session.progress.telling import DAY_GLYPHS, LEGEND
from breathsense.session.texts import _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text

WEEK_ROOM = WEEK_DAYS + 2
INKS = {
    "practised": Ink.GOOD,
    "not_worn": Ink.WARNING,
    "not_done": Ink.FAINT,
    "to_come": Ink.FAINT,
}
LEGEND_ROWS = 4


@dataclass(frozen=True, slots=True)
class DaysFace:
    """The weeks, oldest first; a sentence on them; stops, if there were any."""

    weeks: tuple[Week, ...]
    says: str
    stops: str = ""


def draw_days(face: DaysFace, width: int, height: int) -> Canvas:
    """Draw as many of the latest weeks as there is room for."""
    canvas = build_canvas(width, height)
    weeks = face.weeks[-max((width - 1) // WEEK_ROOM, 1) :]
    for number, week in enumerate(weeks):
        column = 1 + number * WEEK_ROOM
        first = week.days[0].day
        canvas.write(0, column, say_day(first), Ink.FAINT)
        for place, day in enumerate(week.days):
            canvas.write(1, column + place, DAY_GLYPHS[day.state], INKS[day.state])
    after = canvas.write(2, 1, face.says, Ink.STRONG)
    if face.stops:
        canvas.write(2, after + 2, cut_text(face.stops, width - after - 3), Ink.WARNING)
    if height >= LEGEND_ROWS:
        canvas.write(3, 1, cut_text(_(LEGEND), width - 2), Ink.FAINT)
    elif not face.stops and after + len(_(LEGEND)) + 3 < width:
        canvas.write_right(2, _(LEGEND), Ink.FAINT, margin=1)
    return canvas
