"""The row of braces below the plot: what was asked for, and what was done."""

from collections.abc import Iterable, Mapping

from breathsense.core.model.bracing import Direction
from breathsense.core.model.inputs import Mark
from breathsense.session.texts import Words, _
from breathsense.session.view import BraceView, LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.timeline import Timeline

S = 1_000_000_000
FILLS: Mapping[Direction, tuple[str, Ink, str]] = Words(
    {
        "expand": ("█", Ink.BRACE, "brace"),
        "neutral": ("▓", Ink.BRACE, "firm"),
        "draw_in": ("▚", Ink.DRAW_IN, "draw-in"),
        "unknown": ("░", Ink.BRACE, "brace?"),
    }
)
"""Pattern, ink and word of each way a brace can go."""
ASKED = "┄"
ASKED_WORDS = Words(
    {
        "brace": "brace",
        "breathe": "breathe",
        "draw_in": "draw-in",
        "quiet": "quiet",
        "full": "full",
        "pause": "pause",
        "polarity": "breathe in",
        "tall": "tall",
        "slump": "slump",
    }
)
BRACED = frozenset({"brace", "brace_breathe"})
"""Phases of a programme in which the wall is to be firm."""


def draw_braces(canvas: Canvas, row: int, view: LiveView, timeline: Timeline) -> None:
    """Draw what was asked for as a dotted line, and each brace as a bar with its word on it."""
    for span_ns in _list_coming(view, timeline.now * timeline.column_ns):
        _stretch(canvas, row, timeline, span_ns, (ASKED, _("brace")))
    draw_brace_row(canvas, row, (view.marks, view.wall.braces), timeline)


def draw_brace_row(
    canvas: Canvas,
    row: int,
    told: tuple[Iterable[Mark], Iterable[BraceView]],
    timeline: Timeline,
) -> None:
    """Draw marks (what was asked for) and braces into a row."""
    marks, braces = told
    now_ns = timeline.now * timeline.column_ns
    for mark in marks:
        if mark.duration_ns and name_mark(mark):
            end_ns = mark.start_ns + mark.duration_ns
            _stretch(canvas, row, timeline, (mark.start_ns, end_ns), (ASKED, name_mark(mark)))
    for brace in braces:
        end_ns = now_ns if brace.end_ns is None else brace.end_ns
        fill, ink, word = FILLS[brace.direction]
        words = f"{word} {_say_more(brace, end_ns)}"
        _stretch(canvas, row, timeline, (brace.start_ns, end_ns), (fill, words), ink)


def _list_coming(view: LiveView, now_ns: int) -> list[tuple[int, int]]:
    """Return when braces will be asked for, as far as it is planned."""
    spans = () if view.course is None else view.course.ahead
    coming = [
        (one.start_ns, one.end_ns) for one in spans if one.phase in BRACED and one.start_ns > now_ns
    ]
    joined: list[tuple[int, int]] = []
    for start_ns, end_ns in coming:
        if joined and joined[-1][1] == start_ns:
            start_ns, _ = joined.pop()  # noqa: PLW2901 - it goes on
        joined.append((start_ns, end_ns))
    return joined


def name_mark(mark: Mark) -> str:
    """Return what a mark asks for in a word or two; empty for one that asks for nothing."""
    head, _dot, what = mark.label.partition(".")
    if head in {"exercise", "calibration"}:
        return ASKED_WORDS.get(what, what.replace("_", "-"))
    return _("rest") if mark.label == "rezero" else ""


def _say_more(brace: BraceView, end_ns: int) -> str:
    seconds = f"{max(end_ns - brace.start_ns, 0) // S} s"
    return (
        _("{seconds} no breath seen").format(seconds=seconds)
        if brace.breathing == "not_seen"
        else seconds
    )


def _stretch(
    canvas: Canvas,
    row: int,
    timeline: Timeline,
    span_ns: tuple[int, int],
    look: tuple[str, str],
    ink: Ink = Ink.FAINT,
) -> None:
    """Fill a span of time, with as much of the words on it as there is room for."""
    fill, words = look
    cell_ns = 2 * timeline.column_ns
    first = max(span_ns[0] // cell_ns, timeline.first * timeline.column_ns // cell_ns)
    n_cells = max(span_ns[1] // cell_ns - first, 1)
    label = next((f" {one} " for one in _shorten(words) if len(one) + 4 <= n_cells), "")
    text = fill + label + fill * (n_cells - 1 - len(label))
    for offset, char in enumerate(text[: canvas.width]):
        cell = timeline.cell_of((first + offset) * cell_ns)
        if cell is not None:
            is_word = 0 < offset <= len(label) and ink != Ink.FAINT
            canvas.write(row, cell, char, Ink.STRONG if is_word else ink)


def _shorten(words: str) -> list[str]:
    """Return the words, and ever fewer of them."""
    parts = words.split()
    return [" ".join(parts[:n]) for n in range(len(parts), 0, -1)]
