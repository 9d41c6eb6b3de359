"""The rhythm to follow: a disc that grows and shrinks, or a bar where there is little room."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from breathsense.session.texts import Words, _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.pace import Pace
from breathsense.tui.drawing.pace_plan import PacePlan, PaceStep
from breathsense.tui.drawing.shapes import draw_bar, draw_disc
from breathsense.tui.keys import say_keys

DISC_ROWS = 9
"""With fewer rows than this the pacer is a bar."""
FINENESS = 128
"""Levels that can be told apart; the picture is drawn again when this changes."""
WORDS: Mapping[PaceStep, str] = Words({"inhale": "▲ Breathe in", "exhale": "▼ Breathe out"})
INKS: dict[PaceStep, Ink] = {"inhale": Ink.INHALE, "exhale": Ink.EXHALE}
BAR_ROWS = 3
PLAIN_STEP = 8
"""A plain pacer is one row and moves in coarser steps: about four a second."""


@dataclass(frozen=True, slots=True)
class PacerFace:
    """What the pacer shows.

    ``step`` is ``None`` while it is off; ``level`` is out of 128; a plain one is a bar even where
    there is room for the disc, because a bar costs a slow terminal little.
    """

    pace: Pace
    step: PaceStep | None = None
    left_s: int = 0
    level: int = 0
    is_plain: bool = False


def read_pacer(plan: PacePlan | None, pace: Pace, now_ns: int, *, is_plain: bool) -> PacerFace:
    """Say what to do now; without a plan the pacer is off."""
    if plan is None:
        return PacerFace(pace)
    moment = plan.at(now_ns)
    step = PLAIN_STEP if is_plain else 1
    level = round(moment.level * FINENESS / step) * step
    return PacerFace(pace, moment.step, ceil(moment.left_s), level, is_plain)


def draw_pacer(face: PacerFace, width: int, height: int) -> Canvas:
    """Draw the pacer as large as there is room for it."""
    canvas = build_canvas(width, height)
    if face.step is None:
        middle = max((height - 2) // 2, 0)
        canvas.write_centred(middle, _("The pacer is off"), Ink.FAINT)
        canvas.write_centred(middle + 1, say_keys("{practise_pacer} begins it"), Ink.FAINT)
    elif face.is_plain or height < DISC_ROWS:
        _draw_as_bar(canvas, face, face.step)
    else:
        _draw_as_disc(canvas, face, face.step)
    return canvas


def _draw_as_bar(canvas: Canvas, face: PacerFace, step: PaceStep) -> None:
    n_rows = min(max(canvas.height - 3, 1), 1 if face.is_plain else BAR_ROWS)
    top = max((canvas.height - n_rows - 3) // 2, 0)
    canvas.write(top, 1, WORDS[step], INKS[step])
    canvas.write_right(top, f"{face.left_s}", Ink.STRONG, margin=1)
    for row in range(top + 1, top + 1 + n_rows):
        draw_bar(canvas, row, 1, canvas.width - 2, face.level / FINENESS, INKS[step])
    rhythm, keys = _say_rhythm(face.pace), " · ←→ ↑↓"
    keys = keys if len(rhythm + keys) < canvas.width else ""
    canvas.write(top + n_rows + 2, 1, cut_text(rhythm + keys, canvas.width - 1), Ink.FAINT)


def _draw_as_disc(canvas: Canvas, face: PacerFace, step: PaceStep) -> None:
    height, pace = canvas.height, face.pace
    canvas.write_centred(0, f"{WORDS[step]} · {face.left_s}", INKS[step])
    draw_disc(canvas, 2, height - 5, face.level / FINENESS, INKS[step])
    rhythm = _("{rhythm}, {per_min:.1f} a minute").format(
        rhythm=_say_rhythm(pace), per_min=pace.per_min
    )
    canvas.write_centred(height - 2, rhythm, Ink.FAINT)
    canvas.write_centred(
        height - 1,
        say_keys(
            "{practise_shorter_in}{practise_longer_in} in   "
            "{practise_longer_out}{practise_shorter_out} out   {practise_pacer} off"
        ),
        Ink.FAINT,
    )


def _say_rhythm(pace: Pace) -> str:
    return _("{in_s:g} s in, {out_s:g} s out").format(in_s=pace.in_s, out_s=pace.out_s)
