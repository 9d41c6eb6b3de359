"""The rhythm to follow: a disc that grows and shrinks, or a bar where there is little room."""

from dataclasses import dataclass
from math import ceil

from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas, cut_text
from breathsense.tui.drawing.pace import Pace, PacePlan, PaceStep
from breathsense.tui.drawing.shapes import draw_bar, draw_disc

DISC_ROWS = 9
"""With fewer rows than this the pacer is a bar."""
FINENESS = 128
"""Levels that can be told apart; the picture is drawn again when this changes."""
WORDS: dict[PaceStep, str] = {"inhale": "▲ Breathe in", "exhale": "▼ Breathe out"}


@dataclass(frozen=True, slots=True)
class PacerFace:
    """What the pacer shows; ``step`` is ``None`` while it is off. ``level`` is out of 128."""

    pace: Pace
    step: PaceStep | None = None
    left_s: int = 0
    level: int = 0


def read_pacer(plan: PacePlan | None, pace: Pace, now_ns: int) -> PacerFace:
    """Say what to do now; without a plan the pacer is off."""
    if plan is None:
        return PacerFace(pace)
    moment = plan.at(now_ns)
    return PacerFace(pace, moment.step, ceil(moment.left_s), round(moment.level * FINENESS))


def draw_pacer(face: PacerFace, width: int, height: int) -> Canvas:
    """Draw the pacer as large as there is room for it."""
    canvas = build_canvas(width, height)
    rhythm = f"{face.pace.in_s:g} s in, {face.pace.out_s:g} s out"
    if face.step is None:
        middle = max((height - 2) // 2, 0)
        canvas.write_centred(middle, "The pacer is off", Ink.FAINT)
        canvas.write_centred(middle + 1, "p begins it", Ink.FAINT)
        return canvas
    ink = Ink.INHALE if face.step == "inhale" else Ink.EXHALE
    share = face.level / FINENESS
    if height < DISC_ROWS:
        canvas.write(0, 1, WORDS[face.step], ink)
        canvas.write_right(0, f"{face.left_s}", Ink.STRONG, margin=1)
        for row in range(1, max(height - 2, 2)):
            draw_bar(canvas, row, 1, width - 2, share, ink)
        canvas.write(height - 1, 1, cut_text(f"{rhythm} · ←→ ↑↓", width - 1), Ink.FAINT)
        return canvas
    canvas.write_centred(0, f"{WORDS[face.step]} · {face.left_s}", ink)
    draw_disc(canvas, 2, height - 5, share, ink)
    canvas.write_centred(height - 2, f"{rhythm}, {face.pace.per_min:.1f} a minute", Ink.FAINT)
    canvas.write_centred(height - 1, "←→ in   ↑↓ out   p off", Ink.FAINT)
    return canvas
