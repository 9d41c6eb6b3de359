"""The trace of a whole session under a cursor, at any zoom."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.core.analysis import BreathSpan, Span
from breathsense.exports.content import Content
from breathsense.session.pyramid import Pyramid
from breathsense.session.review_window import ReviewWindow
from breathsense.session.view import BraceView, BreathView
from breathsense.tui.drawing.brace_bars import draw_brace_row
from breathsense.tui.drawing.braille import (
    NOWHERE,
    draw_hatch,
    draw_spans,
    encode_dots,
    join_spans,
)
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.envelope import Envelope, measure_envelope
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.marks import MarkWriter, mark_breath
from breathsense.tui.drawing.scale import MARGIN, Scale, place_values
from breathsense.tui.drawing.timeline import Timeline
from breathsense.tui.drawing.words import say_time
from breathsense.tui.keys import say_keys

S = 1_000_000_000
LONGEST_JOIN_NS = 1_500_000_000
FURNITURE_ROWS = 5
LEAST_BREATH_CELLS = 3
"""Narrower breaths are not told one by one."""
GAIN_NS = 30 * S
GAIN_PCT = 75.0
TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
TICK_CELLS = 12
NOTE, ANNOTATION, HAND = "◆", "◇", "✎"
CURSOR, UNSCORED = "┊", "░"


@dataclass(frozen=True, slots=True, eq=False)
class ReviewTrace:
    """One trace and what is known about its session.

    Parameters
    ----------
    content : Content
        With the notes.
    pyramid : Pyramid
        The trace at all zooms.
    gain : float
        Height of the plot in the trace's unit, at least; see ``choose_gain``.

    """

    content: Content
    pyramid: Pyramid
    gain: float


def choose_gain(pyramid: Pyramid) -> float:
    """Return the usual range of half a minute: one gain for all windows, so that deep looks deep.

    Where a window holds more than that, its own range is shown.
    """
    bounds = pyramid.levels[0]
    if not len(bounds.t_ns):
        return 1.0
    starts = np.flatnonzero(np.diff(bounds.t_ns // GAIN_NS, prepend=-1))
    ranges = np.maximum.reduceat(bounds.highs, starts) - np.minimum.reduceat(bounds.lows, starts)
    return float(np.percentile(ranges, GAIN_PCT)) or 1.0


def lay_out_window(window: ReviewWindow, width: int) -> Timeline:
    """Choose the columns of time of a window."""
    column_ns = max(window.span_ns // (2 * width), 1)
    first = window.from_ns // column_ns
    shown = np.arange(first, first + 2 * width, dtype=np.int64)
    return Timeline(column_ns, max(window.end_ns // column_ns, first), first, shown, is_sweep=False)


def draw_review(trace: ReviewTrace, window: ReviewWindow, width: int, height: int) -> Canvas:
    """Draw the trace with its braces, breaths, words, what is not scored, and the clock.

    Parameters
    ----------
    trace : ReviewTrace
        What to draw.
    window : ReviewWindow
        Which part of it.
    width, height : int
        Size in cells; below 8 x 7 nothing is drawn.

    """
    canvas = build_canvas(width, height)
    n_rows = height - FURNITURE_ROWS
    if width < 8 or n_rows < 2:  # noqa: PLR2004 - too small for any picture
        return canvas
    timeline = lay_out_window(window, width)
    reach_ns = (timeline.last + 1) * timeline.column_ns
    told = _Told(trace.content, window.from_ns, reach_ns)
    _draw_plot(canvas, trace, told, timeline, n_rows)
    draw_brace_row(canvas, n_rows, (trace.content.marks, told.braces), timeline)
    _draw_breaths(canvas, n_rows + 1, told, timeline)
    _draw_words(canvas, n_rows + 2, trace.content, timeline)
    _draw_unscored(canvas, n_rows + 3, told.unscored, timeline)
    draw_clock(canvas, height - 1, timeline)
    _draw_cursor(canvas, window, timeline, n_rows)
    return canvas


class _Told:
    """What of a session lies in a window."""

    def __init__(self, content: Content, from_ns: int, to_ns: int) -> None:
        analysis = content.analysis
        first = bisect_left(analysis.breaths, from_ns, key=_find_end)
        end = bisect_left(analysis.breaths, to_ns, key=lambda one: one.breath.inhale_start_ns)
        self.breaths = analysis.breaths[first:end]
        self.by_hand = content.by_hand
        self.braces = [
            BraceView(
                one.start.start_ns,
                None if one.end is None else one.end.end_ns,
                one.start.direction,
                "unknown" if one.end is None else one.end.breathing,
            )
            for one in analysis.braces
            if one.start.start_ns < to_ns and (one.end is None or one.end.end_ns >= from_ns)
        ]
        self.gaps = _cut(analysis.gaps, from_ns, to_ns)
        self.unscored = _cut(analysis.unscored, from_ns, to_ns)


def _find_end(span: BreathSpan) -> int:
    return span.breath.peak_ns if span.end_ns is None else span.end_ns


def _cut(spans: tuple[Span, ...], from_ns: int, to_ns: int) -> list[Span]:
    return [one for one in spans if one.start_ns < to_ns and one.end_ns >= from_ns]


def _draw_plot(
    canvas: Canvas, trace: ReviewTrace, told: _Told, timeline: Timeline, n_rows: int
) -> None:
    column_ns, first = timeline.column_ns, timeline.first
    reach_ns = max(LONGEST_JOIN_NS, 2 * column_ns)
    bounds = trace.pyramid.read(
        first * column_ns - reach_ns, (timeline.last + 1) * column_ns + reach_ns, column_ns
    )
    envelope = measure_envelope(
        bounds.t_ns, bounds.lows, timeline, longest_join_ns=reach_ns, highs=bounds.highs
    )
    is_gap = np.zeros(timeline.n, dtype=bool)
    for gap in told.gaps:
        start, end = gap.start_ns // column_ns + 1 - first, gap.end_ns // column_ns - first
        is_gap[max(start, 0) : max(end, 0)] = True
    if is_gap.any():
        _stamp(canvas, draw_hatch(timeline.shown, is_gap, n_rows), Ink.GAP)
    is_drawn = envelope.is_known & ~is_gap
    if is_drawn.any():
        scale = fit_window(envelope, is_drawn, trace.gain)
        dots = _draw_line(envelope, is_drawn, scale, n_rows)
        _stamp(canvas, dots, _ink_breaths(told, timeline)[::2])


def fit_window(envelope: Envelope, is_drawn: NDArray[np.bool_], gain: float) -> Scale:
    """Return the scale of a window: the usual gain about its middle, or more if it needs more."""
    low, high = float(envelope.low[is_drawn].min()), float(envelope.high[is_drawn].max())
    half = max(high - low, gain, 1e-9) / 2 / (1 - 2 * MARGIN)
    middle = (low + high) / 2
    return Scale(middle - half, middle + half)


def _draw_line(
    envelope: Envelope, is_drawn: NDArray[np.bool_], scale: Scale, n_rows: int
) -> NDArray[np.uint8]:
    n_pixels = 4 * n_rows
    top = np.where(is_drawn, place_values(envelope.high, scale, n_pixels), NOWHERE)
    bottom = np.where(is_drawn, place_values(envelope.low, scale, n_pixels), -1)
    top, bottom = join_spans(top, bottom)
    bottom = np.where(is_drawn, np.minimum(bottom + 1, n_pixels - 1), -1)
    return draw_spans(top, bottom, n_rows)


def _ink_breaths(told: _Told, timeline: Timeline) -> NDArray[np.uint8]:
    """Tell breathing in from out; where breaths are narrow, all of it has one ink."""
    if 2 * LEAST_BREATH_CELLS * len(told.breaths) > timeline.n:
        return np.full(timeline.n, Ink.INHALE, dtype=np.uint8)
    inks = np.full(timeline.n, Ink.UNSURE, dtype=np.uint8)
    for span in told.breaths:
        turns = (span.breath.inhale_start_ns, span.breath.peak_ns, _find_end(span))
        start, peak, end = (max(t // timeline.column_ns - timeline.first, 0) for t in turns)
        inks[start:peak] = Ink.INHALE
        inks[peak:end] = Ink.EXHALE
    return inks


def _stamp(canvas: Canvas, dots: NDArray[np.uint8], inks: NDArray[np.uint8] | Ink) -> None:
    is_drawn = dots != 0
    plot = slice(0, len(dots))
    canvas.chars[plot][is_drawn] = encode_dots(dots)[is_drawn]
    canvas.inks[plot][is_drawn] = np.broadcast_to(inks, dots.shape)[is_drawn]


def _draw_breaths(canvas: Canvas, row: int, told: _Told, timeline: Timeline) -> None:
    """Mark each breath, where there is room for it; where not, tell how many there are."""
    n_breaths = len(told.breaths)
    if n_breaths * LEAST_BREATH_CELLS > canvas.width:
        words = say_keys("{n} breaths here; {review_closer} shows them one by one", n=n_breaths)
        canvas.write(row, 0, cut_text(words, canvas.width), Ink.FAINT)
    else:
        writer = MarkWriter(canvas, row, timeline)
        for span in told.breaths:
            breath = span.breath
            mark_breath(
                writer,
                BreathView(breath.inhale_start_ns, breath.peak_ns, span.end_ns, breath.depth),
            )
    for span in told.breaths:
        cell = timeline.cell_of(span.breath.peak_ns)
        if span.breath.peak_ns in told.by_hand and cell is not None:
            canvas.write(row, cell, HAND, Ink.NOTE)


def _draw_words(canvas: Canvas, row: int, content: Content, timeline: Timeline) -> None:
    """Write marks and annotations at their moments, each up to the next."""
    words = [(one.start_ns, NOTE, one.label) for one in content.marks]
    words += [(one.start_ns, ANNOTATION, one.text) for one in content.notes.annotations]
    shown = [
        (cell, glyph, text)
        for t_ns, glyph, text in sorted(words)
        if (cell := timeline.cell_of(t_ns)) is not None
    ]
    ends = [*(cell for cell, _, _ in shown), canvas.width][1:]
    for (cell, glyph, text), end in zip(shown, ends, strict=True):
        canvas.write(row, cell, glyph, Ink.NOTE)
        room = end - cell - 2
        if room > 2:  # noqa: PLR2004 - fewer letters say nothing
            canvas.write(row, cell + 1, cut_text(tidy_text(text), room), Ink.NOTE)


def _draw_unscored(canvas: Canvas, row: int, spans: list[Span], timeline: Timeline) -> None:
    cell_ns = 2 * timeline.column_ns
    first_ns = timeline.first * timeline.column_ns
    for span in spans:
        start = max((span.start_ns - first_ns) // cell_ns, 0)
        n_cells = max(min((span.end_ns - first_ns) // cell_ns, canvas.width) - start, 1)
        words = f" {span.reason.replace('_', ' ')} "
        fitting = words if len(words) + 2 <= n_cells else ""
        text = UNSCORED + fitting + UNSCORED * (n_cells - 1 - len(fitting))
        canvas.write(row, start, text, Ink.FAINT)


def draw_clock(canvas: Canvas, row: int, timeline: Timeline) -> None:
    """Write the session's time along the foot."""
    cell_ns = 2 * timeline.column_ns
    first_ns = timeline.first * timeline.column_ns
    step_ns = S * next((one for one in TICKS_S if one * S >= TICK_CELLS * cell_ns), TICKS_S[-1])
    tick_ns = -(-first_ns // step_ns) * step_ns
    while (cell := (tick_ns - first_ns) // cell_ns) < canvas.width - len(say_time(0)):
        canvas.write(row, int(cell), f"╵{say_time(tick_ns)}", Ink.FAINT)
        tick_ns += step_ns


def _draw_cursor(canvas: Canvas, window: ReviewWindow, timeline: Timeline, n_rows: int) -> None:
    cell = timeline.cell_of(window.cursor_ns)
    if cell is None:
        return
    column = canvas.chars[:n_rows, cell]
    is_free = column == ord(" ")
    column[is_free] = ord(CURSOR)
    canvas.inks[:n_rows, cell][is_free] = Ink.TARGET_NOW
    canvas.inks[:n_rows, cell][~is_free] = Ink.HEAD


def draw_overview(trace: ReviewTrace, window: ReviewWindow, width: int, height: int) -> Canvas:
    """Draw the whole session small, with the window on it as a bracket."""
    canvas = build_canvas(width, height)
    if width < 8 or height < 2:  # noqa: PLR2004 - too small for any picture
        return canvas
    whole = ReviewWindow(
        window.start_ns, window.end_ns, window.start_ns, window.length_ns, window.start_ns
    )
    timeline = lay_out_window(whole, width)
    _draw_plot(
        canvas, trace, _Told(trace.content, window.start_ns, window.end_ns), timeline, height - 1
    )
    first, last = (
        min(max((t - window.start_ns) * width // window.length_ns, 0), width - 1)
        for t in (window.from_ns, window.to_ns - 1)
    )
    bracket = "█" if first == last else "╰" + "─" * (last - first - 1) + "╯"
    canvas.write(height - 1, first, bracket, Ink.TARGET)
    for t_ns, glyph in [
        *((one.start_ns, ANNOTATION) for one in trace.content.notes.annotations),
        *((one.start.start_ns, "■") for one in trace.content.analysis.braces),
    ]:
        cell = timeline.cell_of(t_ns)
        if cell is not None:
            ink = Ink.BRACE if glyph == "■" else Ink.NOTE
            canvas.write(height - 1, cell, glyph, ink)
    cursor = min((window.cursor_ns - window.start_ns) * width // window.length_ns, width - 1)
    canvas.write(height - 1, cursor, "▲", Ink.TARGET_NOW)
    return canvas
