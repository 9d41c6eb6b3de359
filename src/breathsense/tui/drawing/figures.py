"""Rate, depth and times of the last breath; where a number is missing, why."""

from collections.abc import Mapping
from dataclasses import dataclass

from breathsense.session.texts import Words, _
from breathsense.session.view import BreathView, LiveView
from breathsense.session.wording import Wording, find_wording, say_share
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.words import S

MISSING = "—"
FIGURE_ROOM = 8
RATE_END = 6
"""Column after the word "Rate"."""
NAMES: Mapping[Wording, tuple[str, ...]] = Words(
    {
        "usual": ("Rate", "a minute", "Depth", "Last in", "Last out"),
        "plain": ("Pace", "breaths a minute", "Belly rose", "Breath in", "Breath out"),
        "metric": ("RR", "1/min", "Depth", "Ti", "Te"),
    }
)
"""Names of the rate, its unit, and names of depth and times, in each wording."""


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
    depth, unit = _tell_depth(view, last)
    rate_digits = 0 if find_wording() == "plain" else 1
    return FiguresFace(
        rate=MISSING if view.rate_per_min is None else f"{view.rate_per_min:.{rate_digits}f}",
        why=view.why_no_rate if view.rate_per_min is None else "",
        depth=depth,
        unit=unit,
        in_s=MISSING if last is None else _say_seconds(last.peak_ns - last.inhale_start_ns),
        out_s=MISSING if ended is None else _say_out(ended),
        n_breaths=str(view.n_breaths),
    )


def _tell_depth(view: LiveView, last: BreathView | None) -> tuple[str, str]:
    """Return the depth and what it is out of; without a calibration the deepest breath shown."""
    if last is None:
        return MISSING, view.unit
    wording, full = find_wording(), _find_full(view)
    if wording == "plain":
        deepest = full or max(one.depth for one in view.breaths)
        of = _("of your range") if full else _("of the deepest")
        return (say_share(last.depth / deepest), of) if deepest > 0 else (MISSING, "")
    if wording == "metric" and full:
        return f"{100 * last.depth / full:.0f}", _("% of own range")
    return _say_depth(last.depth), view.unit


def _find_full(view: LiveView) -> float | None:
    """Return the biggest comfortable breath of the sensor, where it was calibrated."""
    levels = view.calibration.levels if view.calibration else ()
    return next((one.full_depth for one in levels if one.sensor == view.sensor), None)


def _say_out(breath: BreathView) -> str:
    return MISSING if breath.end_ns is None else _say_seconds(breath.end_ns - breath.peak_ns)


def _say_seconds(span_ns: int) -> str:
    return f"{span_ns / S:.0f}" if find_wording() == "plain" else f"{span_ns / S:.1f}"


def _say_depth(depth: float) -> str:
    return f"{depth:.2f}" if abs(depth) < 10 else f"{depth:.0f}"  # noqa: PLR2004 - three digits either way


def draw_figures(face: FiguresFace, width: int, height: int) -> Canvas:
    """Draw one figure a row, with a blank row between them where there is room."""
    canvas = build_canvas(width, height)
    names = NAMES[find_wording()]
    rows = [
        (names[0], face.rate, names[1]),
        (names[2], face.depth, face.unit),
        (names[3], face.in_s, _("s")),
        (names[4], face.out_s, _("s")),
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
