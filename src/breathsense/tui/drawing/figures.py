"""Rate, depth and times of the last breath; where a number is missing, why."""

from dataclasses import dataclass

from breathsense.session.texts import _
from breathsense.session.view import BreathView, LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.words import S

MISSING = "—"
FIGURE_ROOM = 8
RATE_END = 6
"""Column after the word "Rate"."""


@dataclass(frozen=True, slots=True)
class FiguresFace:
    """The figures as texts; ``why`` says why the rate is missing."""

    rate: str
    why: str
    depth: str
    unit: str
    in_s: str
    out_s: str
    n_breaths: str


def read_figures(view: LiveView) -> FiguresFace:
    """Read the figures of the newest breath that is known whole, and the rate."""
    last = view.breaths[-1] if view.breaths else None
    ended = next((one for one in reversed(view.breaths) if one.end_ns is not None), None)
    return FiguresFace(
        rate=MISSING if view.rate_per_min is None else f"{view.rate_per_min:.1f}",
        why=view.why_no_rate if view.rate_per_min is None else "",
        depth=MISSING if last is None else _say_depth(last.depth),
        unit=view.unit,
        in_s=MISSING if last is None else _say_seconds(last.peak_ns - last.inhale_start_ns),
        out_s=MISSING if ended is None else _say_out(ended),
        n_breaths=str(view.n_breaths),
    )


def _say_out(breath: BreathView) -> str:
    return MISSING if breath.end_ns is None else _say_seconds(breath.end_ns - breath.peak_ns)


def _say_seconds(span_ns: int) -> str:
    return f"{span_ns / S:.1f}"


def _say_depth(depth: float) -> str:
    return f"{depth:.2f}" if abs(depth) < 10 else f"{depth:.0f}"  # noqa: PLR2004 - three digits either way


def draw_figures(face: FiguresFace, width: int, height: int) -> Canvas:
    """Draw one figure a row, with a blank row between them where there is room."""
    canvas = build_canvas(width, height)
    rows = [
        (_("Rate"), face.rate, _("a minute")),
        (_("Depth"), face.depth, face.unit),
        (_("Last in"), face.in_s, "s"),
        (_("Last out"), face.out_s, "s"),
        (_("Breaths"), face.n_breaths, ""),
    ]
    step = 2 if height >= 2 * len(rows) + 1 else 1
    top = step - 1
    figure_end = min(width // 2 + 2, 10 + FIGURE_ROOM)
    for place, (name, figure, unit) in enumerate(rows):
        row = top + place * step
        canvas.write(row, 1, name, Ink.FAINT)
        ink = Ink.FAINT if figure == MISSING else Ink.STRONG
        canvas.write(row, figure_end - len(figure), figure, ink)
        canvas.write(row, figure_end + 1, cut_text(unit, width - figure_end - 1), Ink.FAINT)
    if face.why and top:
        canvas.write(top + 1, 1, cut_text(face.why, width - 2), Ink.WARNING)
    elif face.why:
        text = cut_text(f"{MISSING} {face.why}", width - RATE_END)
        canvas.write(0, RATE_END, text.ljust(width - RATE_END), Ink.WARNING)
    return canvas
