"""The trace: waveform, rhythm to follow, gaps; below it a row of braces and one of marks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breathsense.session.view import LiveView
from breathsense.tui.drawing.brace_bars import draw_braces
from breathsense.tui.drawing.braille import (
    NOWHERE,
    draw_hatch,
    draw_spans,
    encode_dots,
    join_spans,
)
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.envelope import Envelope, measure_envelope
from breathsense.tui.drawing.marks import draw_axis, draw_marks
from breathsense.tui.drawing.pace_plan import Target
from breathsense.tui.drawing.scale import MARGIN, Scale, fit_scale, place_values
from breathsense.tui.drawing.timeline import Timeline, build_scroll, build_sweep
from breathsense.tui.drawing.zoom import CELL_NS

LONGEST_JOIN_NS = 1_500_000_000
"""Samples further apart than this are not joined by a line."""
AHEAD_SHARE = 0.2
"""Share of the width that shows the target yet to come."""
SWEEP_GAP_CELLS = 4
FURNITURE_ROWS = 3


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """How the trace is drawn: the person's choice, not the session's."""

    is_sweep: bool = False
    cell_ns: int = CELL_NS
    plan: Target | None = None


def draw_trace(
    view: LiveView, options: TraceOptions, scale: Scale | None, width: int, height: int
) -> tuple[Canvas, Scale | None]:
    """Draw one frame.

    Parameters
    ----------
    view : LiveView
        What is known.
    options : TraceOptions
        How to draw it.
    scale : Scale or None
        The scale of the last frame.
    width, height : int
        Size in cells; below 4 x 5 nothing is drawn.

    Returns
    -------
    Canvas, Scale or None
        The picture, and the scale to hand in for the next frame.

    """
    canvas = build_canvas(width, height)
    n_rows = height - FURNITURE_ROWS
    if width < 4 or n_rows < 2:  # noqa: PLR2004 - too small for any picture
        return canvas, scale
    timeline = lay_out_time(view.now_ns, options, width)
    envelope = measure_envelope(view.t_ns, view.values, timeline, longest_join_ns=LONGEST_JOIN_NS)
    is_gap = _find_gaps(view, timeline)
    is_drawn = envelope.is_known & ~is_gap & _is_past(timeline)
    if is_drawn.any():
        scale = fit_scale(
            scale, float(envelope.low[is_drawn].min()), float(envelope.high[is_drawn].max())
        )
    layers = _Layers(canvas, timeline, n_rows)
    layers.draw_gaps(is_gap)
    layers.draw_target(options.plan)
    if scale is not None and is_drawn.any():
        layers.draw_line(envelope, is_drawn, scale, _ink_columns(view, timeline))
    draw_braces(canvas, height - 3, view, timeline)
    draw_marks(canvas, height - 2, view, timeline)
    draw_axis(canvas, height - 1, timeline)
    return canvas, scale


def lay_out_time(now_ns: int, options: TraceOptions, width: int) -> Timeline:
    """Choose the columns of time for a width in cells."""
    column_ns = options.cell_ns // 2
    ahead_cells = round(width * AHEAD_SHARE) if options.plan is not None else 0
    if options.is_sweep:
        gap_cells = max(SWEEP_GAP_CELLS, ahead_cells)
        return build_sweep(now_ns, column_ns, 2 * width, 2 * min(gap_cells, width - 1))
    return build_scroll(now_ns, column_ns, 2 * width, 2 * ahead_cells)


def _is_past(timeline: Timeline) -> NDArray[np.bool_]:
    return np.arange(timeline.first, timeline.last + 1) <= timeline.now


def _find_gaps(view: LiveView, timeline: Timeline) -> NDArray[np.bool_]:
    is_gap = np.zeros(timeline.n, dtype=bool)
    for gap in view.gaps:
        start = gap.start_ns // timeline.column_ns + 1 - timeline.first
        end = min(gap.end_ns // timeline.column_ns, timeline.now) - timeline.first
        is_gap[max(start, 0) : max(end, 0)] = True
    return is_gap


def _ink_columns(view: LiveView, timeline: Timeline) -> NDArray[np.uint8]:
    """Tell for each column, oldest first, whether the person breathed in or out there."""
    inks = np.full(timeline.n, Ink.UNSURE, dtype=np.uint8)

    def paint(start_ns: int, end_ns: int, ink: Ink) -> None:
        start, end = (t // timeline.column_ns - timeline.first for t in (start_ns, end_ns))
        inks[max(start, 0) : max(end, 0)] = ink

    beyond_ns = (timeline.last + 1) * timeline.column_ns
    last_fact_ns = 0
    for breath in view.breaths:
        paint(breath.inhale_start_ns, breath.peak_ns, Ink.INHALE)
        paint(breath.peak_ns, beyond_ns if breath.end_ns is None else breath.end_ns, Ink.EXHALE)
        last_fact_ns = breath.end_ns or breath.peak_ns
    hint = {"inhale": Ink.INHALE, "exhale": Ink.EXHALE}.get(view.phase, Ink.UNSURE)
    if view.breaths or view.phase != "unknown":
        paint(max(view.phase_since_ns, last_fact_ns), beyond_ns, hint)
    return inks


@dataclass(slots=True, eq=False)
class _Layers:
    """The plot part of a canvas; later layers cover earlier ones."""

    canvas: Canvas
    timeline: Timeline
    n_rows: int

    def draw_gaps(self, is_gap: NDArray[np.bool_]) -> None:
        """Hatch the spans in which there are no samples."""
        if is_gap.any():
            shown = self.timeline.shown
            self._stamp(
                draw_hatch(shown, is_gap[shown - self.timeline.first], self.n_rows), Ink.GAP
            )

    def draw_target(self, plan: Target | None) -> None:
        """Draw the rhythm to follow as a dotted line, and a ring where it is now."""
        if plan is None:
            return
        timeline = self.timeline
        moments = timeline.shown * timeline.column_ns + timeline.column_ns // 2
        levels = plan.levels(moments)
        rows = self._place_levels(levels)
        is_dotted = ~np.isnan(levels) & (timeline.shown % 4 < 2)  # noqa: PLR2004 - two on, two off
        top = np.where(is_dotted, rows, NOWHERE)
        self._stamp(draw_spans(top, np.where(is_dotted, rows, -1), self.n_rows), Ink.TARGET)
        now_ns = timeline.now * timeline.column_ns
        cell = timeline.cell_of(now_ns)
        level = plan.levels(np.array([now_ns]))
        if cell is not None and not np.isnan(level[0]):
            row = int(self._place_levels(level)[0]) // 4
            self.canvas.write(row, cell, "○", Ink.TARGET_NOW)

    def draw_line(
        self, envelope: Envelope, is_drawn: NDArray[np.bool_], scale: Scale, inks: NDArray[np.uint8]
    ) -> None:
        """Draw the waveform, and a dot at its newest point."""
        n_pixels, first = 4 * self.n_rows, self.timeline.first
        top = np.where(is_drawn, place_values(envelope.high, scale, n_pixels), NOWHERE)
        bottom = np.where(is_drawn, place_values(envelope.low, scale, n_pixels), -1)
        top, bottom = join_spans(top, bottom)
        bottom = np.where(is_drawn, np.minimum(bottom + 1, n_pixels - 1), -1)
        order = self.timeline.shown - first
        dots = draw_spans(top[order], bottom[order], self.n_rows)
        newer = np.maximum(order[0::2], order[1::2])
        self._stamp(dots, inks[newer])
        head = int(np.flatnonzero(is_drawn)[-1])
        cell = self.timeline.cell_of((first + head) * self.timeline.column_ns)
        if cell is not None:
            self.canvas.write(int(top[head] + bottom[head]) // 8, cell, "●", Ink.HEAD)

    def _place_levels(self, levels: NDArray[np.float64]) -> NDArray[np.int64]:
        scale = Scale(-MARGIN / (1 - 2 * MARGIN), 1 + MARGIN / (1 - 2 * MARGIN))
        return place_values(np.nan_to_num(levels), scale, 4 * self.n_rows)

    def _stamp(self, dots: NDArray[np.uint8], inks: NDArray[np.uint8] | Ink) -> None:
        is_drawn = dots != 0
        plot = slice(0, self.n_rows)
        self.canvas.chars[plot][is_drawn] = encode_dots(dots)[is_drawn]
        self.canvas.inks[plot][is_drawn] = np.broadcast_to(inks, dots.shape)[is_drawn]
