"""A calibration on the screen: what to do now, how long for, and which steps are done."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

from breathsense.core.calibration.guide import GuidePhase, GuideView, StepResult
from breathsense.core.calibration.plan import PLANS
from breathsense.core.model.calibration import StepName
from breathsense.session.calibration_words import ADVICE_WORDS, STEP_ORDERS, STEP_TITLES
from breathsense.session.texts import Words, _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.shapes import draw_bar
from breathsense.tui.drawing.words import S

RESULT_GLYPHS: Mapping[StepResult, tuple[str, str, Ink]] = Words(
    {
        "open": ("·", "", Ink.FAINT),
        "done": ("✓", "good", Ink.GOOD),
        "skipped": ("-", "left out", Ink.FAINT),
        "given_up": ("-", "not today", Ink.FAINT),
    }
)
HEADS: Mapping[GuidePhase, str] = Words(
    {
        "ready": "Get ready",
        "doing": "Now",
        "judging": "Let go, and breathe",
        "over": "Done",
    }
)
GLYPHS: dict[GuidePhase, str] = {"ready": "○", "doing": "●", "judging": "◌", "over": "✓"}
MOST_COLUMNS = 72


@dataclass(frozen=True, slots=True)
class GuideFace:
    """What the panel shows; ``share`` is out of 64."""

    head: str
    title: str
    words: tuple[str, ...]
    left_s: int
    share: int
    ink: Ink


def read_guide(shown: GuideView, *, is_linked: bool) -> GuideFace:
    """Say what to do now."""
    if not is_linked:
        return GuideFace(_("◌ Waiting for the sensor"), "", (), 0, 0, Ink.WARNING)
    if shown.step is None:
        return GuideFace(_("✓ Done"), "", (), 0, 0, Ink.GOOD)
    times = (
        _(" ({n_done} of {n_asked})").format(n_done=shown.n_done + 1, n_asked=shown.n_asked)
        if shown.n_asked > 1
        else ""
    )
    if shown.phase == "judging":
        times = ""
    left_s = -(-shown.left_ns // S)
    ink = Ink.STRONG if shown.phase == "doing" else Ink.TEXT
    return GuideFace(
        head=f"{GLYPHS[shown.phase]} {HEADS[shown.phase]}",
        title=f"{STEP_TITLES[shown.step]}{times}",
        words=_find_words(shown, shown.step),
        left_s=left_s if shown.phase != "judging" else 0,
        share=_measure_share(shown, shown.step),
        ink=ink,
    )


def _find_words(shown: GuideView, step: StepName) -> tuple[str, ...]:
    """Return the order; after a try what to do about it comes first."""
    if shown.phase == "judging":
        return (_("A moment: this try is being looked at."),)
    order = STEP_ORDERS[step]
    if not shown.is_again or shown.phase == "doing":
        return (order,)
    return (ADVICE_WORDS[shown.advice], order)


def _measure_share(shown: GuideView, step: StepName) -> int:
    if shown.phase != "doing":
        return 0
    return round(64 * (1 - shown.left_ns / PLANS[step].lasts_ns))


def draw_guide(face: GuideFace, width: int, height: int) -> Canvas:
    """Draw what to do, and a bar that fills while it is to be done."""
    canvas = build_canvas(width, height)
    column = canvas.write(0, 1, face.head, face.ink)
    if face.title:
        canvas.write(0, column, f"   {face.title}", Ink.TITLE)
    if face.left_s:
        canvas.write_right(0, f"{face.left_s} s", Ink.STRONG, margin=1)
    row = 1 if height <= 5 else 2  # noqa: PLR2004 - a blank row where there is room
    draw_bar(canvas, row, 1, width - 2, face.share / 64, Ink.TARGET_NOW)
    row += row
    columns = min(width - 2, MOST_COLUMNS)
    for place, text in enumerate(face.words):
        ink = Ink.NOTE if place < len(face.words) - 1 else Ink.TEXT
        for line in wrap(text, columns):
            canvas.write(row, 1, line, ink)
            row += 1
    return canvas


@dataclass(frozen=True, slots=True)
class StepsFace:
    """Each step, what came of it, and its ink; the one that is being done is pointed at."""

    rows: tuple[tuple[str, str, Ink], ...]


def read_steps(shown: GuideView) -> StepsFace:
    """Say how the steps stand."""
    rows = []
    for step, result in shown.results.items():
        glyph, words, ink = RESULT_GLYPHS[result]
        if step == shown.step:
            glyph, ink = "▶", Ink.STRONG
            words = f"{shown.n_done}/{shown.n_asked}" if shown.n_asked > 1 else ""
        rows.append((f"{glyph} {STEP_TITLES[step]}", f", {words}" if words else "", ink))
    return StepsFace(tuple(rows))


def draw_steps(face: StepsFace, width: int, height: int) -> Canvas:
    """Draw one step a row; where the room is short, those around the present one.

    A title is cut before what came of the step is.
    """
    canvas = build_canvas(width, height)
    at = next((n for n, (title, *_) in enumerate(face.rows) if title.startswith("▶")), 0)
    first = min(max(at - height // 2, 0), max(len(face.rows) - height, 0))
    for row, (title, words, ink) in enumerate(face.rows[first : first + height]):
        canvas.write(row, 1, cut_text(title, width - 2 - len(words)) + words, ink)
    return canvas
