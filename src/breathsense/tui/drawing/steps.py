"""A list of things to do, the one that is done now, and how long it still takes."""

from dataclasses import dataclass

from breathsense.session.coaching_words import PHASE_WORDS
from breathsense.session.texts import N_, _
from breathsense.session.unworn import Part, UnwornView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.shapes import draw_bar
from breathsense.tui.keys import say_keys

S = 1_000_000_000
MARKS = {"done": "✓", "now": "▸", "to_come": "·"}
INKS = {"done": Ink.GOOD, "now": Ink.STRONG, "to_come": Ink.FAINT}
TIME_ROOM = 8
PAUSED, OVER = N_("paused: {steps_pause} goes on"), N_("Done.")


@dataclass(frozen=True, slots=True)
class StepsFace:
    """What is shown; times in whole seconds, so that it is drawn once a second."""

    parts: tuple[Part, ...]
    index: int
    done_s: int
    is_paused: bool
    is_over: bool


def read_steps(view: UnwornView) -> StepsFace:
    """Take from a practice what is shown."""
    return StepsFace(view.parts, view.index, view.done_ns // S, view.is_paused, view.is_over)


def name_part(part: Part) -> str:
    """Return what is done, in the programme's words if it has any."""
    return _(part.say) or PHASE_WORDS[part.phase]


def draw_steps(face: StepsFace, width: int, height: int) -> Canvas:
    """Draw all steps; as many of them as there is room for, about the one that is done now."""
    canvas = build_canvas(width, height)
    n_free = max(height - 3, 1)
    first = min(max(face.index - n_free // 2, 0), max(len(face.parts) - n_free, 0))
    row = 0
    for number in range(first, min(first + n_free, len(face.parts))):
        row = _draw_part(canvas, row, face, number)
    if face.is_over:
        canvas.write(height - 1, 1, _(OVER), Ink.GOOD)
    elif face.is_paused:
        canvas.write(height - 1, 1, say_keys(PAUSED), Ink.WARNING)
    return canvas


def _draw_part(canvas: Canvas, row: int, face: StepsFace, number: int) -> int:
    part = face.parts[number]
    length_s = part.length_ns // S
    state = "to_come" if number > face.index else "done"
    if number == face.index and not face.is_over:
        state = "now"
    words = cut_text(name_part(part), canvas.width - TIME_ROOM - 4)
    canvas.write(row, 1, f"{MARKS[state]} {words}", INKS[state])
    left_s = max(length_s - face.done_s, 0) if state == "now" else length_s
    said = f"{left_s // 60}:{left_s % 60:02d}"
    canvas.write_right(row, said, INKS[state], margin=1)
    if state != "now":
        return row + 1
    room = canvas.width - 4
    draw_bar(canvas, row + 1, 3, room, face.done_s / max(length_s, 1), Ink.INHALE)
    return row + 2
