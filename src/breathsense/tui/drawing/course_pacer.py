"""The pacer of a programme: a disc where the breath is led, else what is done and how long."""

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from breathsense.session.coaching_words import PHASE_WORDS
from breathsense.session.course import CourseView
from breathsense.session.texts import _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.course import PHASE_LOOKS, QUIET
from breathsense.tui.drawing.course_pace import CoursePace
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.pacer import DISC_ROWS, FINENESS, PLAIN_STEP
from breathsense.tui.drawing.shapes import draw_bar, draw_disc
from breathsense.tui.drawing.words import S

BAR_ROWS = 2


@dataclass(frozen=True, slots=True)
class CoursePacerFace:
    """What it shows; ``level`` is out of 128, ``None`` where the breath is not led."""

    phase: str
    left_s: int
    level: int | None
    done: int
    says: str
    is_plain: bool = False


def read_course_pacer(
    course: CourseView | None, pace: CoursePace, now_ns: int, *, is_plain: bool
) -> CoursePacerFace:
    """Say what to do now; between courses nothing."""
    step = None if course is None or not course.is_running or course.pause else course.step
    if course is None or step is None:
        is_paused = course is not None and course.is_running and bool(course.pause)
        return CoursePacerFace("pause" if is_paused else "", 0, None, 0, "")
    left_ns = course.find_left_ns(now_ns)
    level = float(pace.levels(np.array([now_ns]))[0])
    fine = PLAIN_STEP if is_plain else 1
    return CoursePacerFace(
        step.phase,
        -(-left_ns // S),
        None if np.isnan(level) else round(level * FINENESS / fine) * fine,
        32 - round(32 * left_ns / max(step.length_ns, 1)),
        tidy_text(_(step.say)),
        is_plain,
    )


def draw_course_pacer(face: CoursePacerFace, width: int, height: int) -> Canvas:
    """Draw it as large as there is room for it."""
    canvas = build_canvas(width, height)
    if face.phase in {"", "pause"}:
        words = _("‖ Paused") if face.phase else ""
        canvas.write_centred(max((height - 1) // 2, 0), words, Ink.WARNING)
        return canvas
    glyph, ink = PHASE_LOOKS.get(face.phase, QUIET)
    words = f"{glyph} {PHASE_WORDS[face.phase]}"
    if face.level is not None and not face.is_plain and height >= DISC_ROWS:
        canvas.write_centred(0, f"{words} · {face.left_s}", ink)
        draw_disc(canvas, 2, height - 3, face.level / FINENESS, ink)
        return canvas
    _draw_as_bar(canvas, face, words, ink)
    return canvas


def _draw_as_bar(canvas: Canvas, face: CoursePacerFace, words: str, ink: Ink) -> None:
    width, height = canvas.width, canvas.height
    says = wrap(face.says, max(width - 2, 8))
    says = says if len(says) <= height - 4 else []  # half a sentence helps nobody
    left = f"{face.left_s}"
    heads = _fit_words(words, width - len(left) - 3, 1 if says else height - 3)
    n_bars = 1 if face.is_plain or height < BAR_ROWS + 3 else BAR_ROWS
    top = max((height - len(heads) - n_bars - (len(says) + 1 if says else 0)) // 2, 0)
    for row, line in enumerate(heads, top):
        canvas.write(row, 1, line, ink)
    canvas.write_right(top, left, Ink.STRONG, margin=1)
    share = face.done / 32 if face.level is None else face.level / FINENESS
    top += len(heads)
    for row in range(top, top + n_bars):
        draw_bar(canvas, row, 1, width - 2, share, ink)
    for at, line in enumerate(says):
        canvas.write(top + n_bars + 1 + at, 1, line, Ink.TEXT)


def _fit_words(words: str, width: int, n_rows: int) -> list[str]:
    """Return what is done in one row or two; cut if it needs more than there are."""
    rows = wrap(words, max(width, 1), subsequent_indent="  ", break_long_words=False)
    if len(rows) <= min(n_rows, 2) and all(len(one) <= width for one in rows):
        return rows
    return [cut_text(words, width)]
