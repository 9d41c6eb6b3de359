"""The two rows below the plot: what happened when, and how long ago that is."""

from breathsense.core.model.labels import NOTE
from breathsense.core.model.samples import Gap
from breathsense.session.texts import Words, _
from breathsense.session.view import BreathView, LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink
from breathsense.tui.drawing.timeline import Timeline

S = 1_000_000_000
INHALE_GLYPH, EXHALE_GLYPH, NOTE_GLYPH = "▲", "▼", "◆"
LABEL_ROOM = 5
"""Cells that a glyph and its seconds need."""
TICK_S = 5

GAP_WORDS = Words(
    {
        "no_data": "no signal",
        "link_lost": "link lost",
        "packet_loss": "packets lost",
        "missing_values": "no values",
    }
)


def name_gap(gap: Gap) -> str:
    """Say in words why there are no samples."""
    return GAP_WORDS.get(gap.reason, gap.reason.replace("_", " "))


def draw_marks(canvas: Canvas, row: int, view: LiveView, timeline: Timeline) -> None:
    """Mark where each breath in and out began, with its seconds where there is room for them."""
    writer = MarkWriter(canvas, row, timeline)
    for gap in view.gaps:
        writer.write(gap.start_ns, gap.end_ns, name_gap(gap), Ink.GAP)
    oldest_ns = timeline.first * timeline.column_ns
    for breath in view.breaths:
        if (breath.end_ns or timeline.now * timeline.column_ns) >= oldest_ns:
            mark_breath(writer, breath)
    for mark in view.marks:
        if mark.label.startswith(NOTE):
            writer.write(mark.start_ns, mark.start_ns, NOTE_GLYPH, Ink.NOTE)


def mark_breath(writer: "MarkWriter", breath: BreathView) -> None:
    """Mark where a breath in and a breath out began, with their seconds."""
    start_ns, peak_ns, end_ns = breath.inhale_start_ns, breath.peak_ns, breath.end_ns
    writer.write(start_ns, peak_ns, INHALE_GLYPH + _seconds(peak_ns - start_ns), Ink.INHALE)
    out = "" if end_ns is None else _seconds(end_ns - peak_ns)
    writer.write(peak_ns, peak_ns if end_ns is None else end_ns, EXHALE_GLYPH + out, Ink.EXHALE)


def _seconds(span_ns: int) -> str:
    return f" {span_ns / S:.1f}"


class MarkWriter:
    """Writes texts at moments; a text that does not fit its span is cut to its glyph."""

    def __init__(self, canvas: Canvas, row: int, timeline: Timeline) -> None:
        self._canvas, self._row, self._timeline = canvas, row, timeline

    def write(self, start_ns: int, end_ns: int, text: str, ink: Ink) -> None:
        """Write a text that may fill the cells of a span."""
        cell_ns = 2 * self._timeline.column_ns
        n_cells = max((end_ns - start_ns) // cell_ns, 1)
        fitting = text if len(text) < n_cells or n_cells > LABEL_ROOM else text[:1]
        for offset, char in enumerate(fitting[:n_cells]):
            cell = self._timeline.cell_of(start_ns + offset * cell_ns)
            if cell is not None:
                self._canvas.write(self._row, cell, char, ink)


def draw_axis(canvas: Canvas, row: int, timeline: Timeline) -> None:
    """Say how long ago each place is (scroll), or how wide a second is (sweep)."""
    cell_ns = 2 * timeline.column_ns
    tick_cells = TICK_S * S // cell_ns
    if timeline.is_sweep:
        canvas.write(row, 0, "├" + "─" * (tick_cells - 1) + f"┤ {TICK_S} s", Ink.FAINT)
        return
    now_cell = timeline.cell_of(timeline.now * timeline.column_ns)
    assert now_cell is not None  # noqa: S101 - the present is always on the paper
    for n_ticks in range(-(now_cell // tick_cells), (canvas.width - now_cell) // tick_cells + 1):
        label = _("now") if n_ticks == 0 else f"{n_ticks * TICK_S:+d} s"
        column = now_cell + n_ticks * tick_cells
        start = min(max(column - len(label) // 2, 0), canvas.width - len(label))
        canvas.write(row, start, label, Ink.TEXT if n_ticks == 0 else Ink.FAINT)
