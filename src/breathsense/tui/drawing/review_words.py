"""What is at the cursor of a review, and the figures beside its trace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from breathsense.core.analysis import BreathSpan
from breathsense.core.model.bracing import HoldScored
from breathsense.exports.content import Content
from breathsense.session.bracing_words import BREATHING_WORDS, tell_way
from breathsense.session.moments import say_moment
from breathsense.session.review import Review
from breathsense.session.review_figures import FigureRow
from breathsense.session.review_window import ReviewWindow
from breathsense.session.score_words import say_set, say_whole
from breathsense.session.texts import _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.words import S, say_length, say_time

NS_PER_S = 1e9
DECIMALS_SPAN_NS = 30 * S
"""In shorter windows the cursor's time has hundredths."""


@dataclass(frozen=True, slots=True)
class HereFace:
    """What is at the cursor, a line each."""

    lines: tuple[str, ...]


def read_here(review: Review, window: ReviewWindow) -> HereFace:
    """Say which breath, brace, words and troubles are at the cursor."""
    t_ns = window.cursor_ns
    lines = [*_tell_breath(review, review.find_breath(t_ns))]
    analysis = review.told.analysis
    for start, end in analysis.braces:
        if start.start_ns <= t_ns and (end is None or t_ns <= end.end_ns):
            level = (
                ""
                if end is None or end.level is None
                else _(", level {level:.0f} %").format(level=100 * end.level)
            )
            held = "" if end is None else f", {(end.end_ns - start.start_ns) / NS_PER_S:.1f} s"
            breathing = "" if end is None else f", {BREATHING_WORDS[end.breathing]}"
            lines.append(
                _("brace: {way}{held}{level}{breathing}").format(
                    way=tell_way(start.direction),
                    held=held,
                    level=level,
                    breathing=breathing,
                )
            )
            lines += [_say_hold(one) for one in analysis.holds if one.number == start.number]
    lines += [
        say_set(number, one)
        for number, one in enumerate(analysis.sets, 1)
        if one.start_ns <= t_ns <= one.end_ns
    ]
    annotation = review.find_annotation(t_ns)
    if annotation is not None:
        day = annotation.signed.at[:10]
        lines.append(f"◇ {tidy_text(annotation.text)} ({tidy_text(annotation.signed.by)}, {day})")
    lines += [
        f"◆ {tidy_text(one.label)}"
        for one in review.told.marks
        if one.start_ns - S <= t_ns <= one.start_ns + max(one.duration_ns, S)
    ]
    for words, spans in ((_("no samples"), analysis.gaps), (_("not scored"), analysis.unscored)):
        lines += [
            f"{words}: {one.reason.replace('_', ' ')}, "
            f"{(one.end_ns - one.start_ns) / NS_PER_S:.1f} s"
            for one in spans
            if one.start_ns <= t_ns <= one.end_ns
        ]
    return HereFace(tuple(lines) or (_("nothing was found here"),))


def _say_hold(hold: HoldScored) -> str:
    return _("hold: {score}").format(score=say_whole(hold))


def _tell_breath(review: Review, span: BreathSpan | None) -> Iterable[str]:
    if span is None:
        return
    breath, end_ns = span
    rise_s = (breath.peak_ns - breath.inhale_start_ns) / NS_PER_S
    fall = _("open") if end_ns is None else f"{(end_ns - breath.peak_ns) / NS_PER_S:.1f} s"
    number = review.told.analysis.breaths.index(span) + 1
    yield (
        _(
            "breath {number} of {n}: in {rise_s:.1f} s, out {fall}, "
            "depth {depth:.3g} {unit}, quality {quality:.2f}"
        ).format(
            number=number,
            n=len(review.told.analysis.breaths),
            rise_s=rise_s,
            fall=fall,
            depth=breath.depth,
            unit=review.told.analysis.unit,
            quality=breath.quality,
        )
    )
    if breath.peak_ns in review.told.by_hand:
        for one in review.notes.corrections:
            if one.now is not None and one.now.peak_ns == breath.peak_ns:
                was = (
                    _("added")
                    if one.was is None
                    else _("found: peak at {peak_ns:.2f} s").format(
                        peak_ns=one.was.peak_ns / NS_PER_S
                    )
                )
                yield _("✎ by hand ({by}, {at}; {was})").format(
                    by=tidy_text(one.signed.by), at=one.signed.at[:10], was=was
                )


def draw_here(face: HereFace, width: int, height: int) -> Canvas:
    """Draw the lines that there is room for."""
    canvas = build_canvas(width, height)
    for row, line in enumerate(face.lines[:height]):
        canvas.write(row, 1, cut_text(line, width - 2), Ink.TEXT if row == 0 else Ink.NOTE)
    return canvas


@dataclass(frozen=True, slots=True)
class ReviewBarFace:
    """Where the cursor is in which session."""

    name: str
    place: str


def read_review_bar(review: Review, window: ReviewWindow) -> ReviewBarFace:
    """Say which session it is, where the cursor stands, and how much is shown."""
    return ReviewBarFace(
        tidy_text(name_session(review.told)),
        _("{cursor} of {time}   {length} shown").format(
            cursor=say_cursor(window),
            time=say_time(window.end_ns),
            length=say_length(window.span_ns),
        ),
    )


def name_session(content: Content) -> str:
    """Return what a person knows a session by: its title, its day, or its file's name."""
    started = content.provenance.started
    if content.notes.title:
        return content.notes.title
    if started:
        return say_moment(datetime.fromisoformat(started)).strip()
    return content.provenance.name


def say_cursor(window: ReviewWindow) -> str:
    """Return the time of the cursor, with hundredths where they can be seen."""
    told = say_time(window.cursor_ns)
    if window.span_ns > DECIMALS_SPAN_NS:
        return told
    return f"{told}.{window.cursor_ns % S // 10_000_000:02d}"


def draw_review_bar(face: ReviewBarFace, width: int, height: int = 1) -> Canvas:
    """Draw the bar; the name is cut first."""
    canvas = build_canvas(width, height)
    room = width - len(face.place) - 4
    canvas.write(0, 1, cut_text(face.name, max(room, 0)), Ink.TITLE)
    canvas.write_right(0, face.place, Ink.TEXT, margin=1)
    return canvas


@dataclass(frozen=True, slots=True)
class TableFace:
    """Figures of one session or of two, with a heading for each."""

    headings: tuple[str, ...]
    rows: tuple[FigureRow, ...]


def draw_table(face: TableFace, width: int, height: int) -> Canvas:
    """Draw names at the left, figures at the right; of two sessions both columns."""
    canvas = build_canvas(width, height)
    is_two = len(face.headings) > 1
    middle = width - 2 - (width - 2) // 3 if is_two else width - 1
    top = 0
    if is_two:
        _write_cells(canvas, 0, middle, face.headings, Ink.FAINT)
        top = 1
    for row, figure in enumerate(face.rows[: max(height - top, 0)], top):
        canvas.write(row, 1, figure.name, Ink.FAINT)
        told = (figure.one, figure.other) if is_two else (figure.one,)
        _write_cells(canvas, row, middle, told, Ink.TEXT)
    return canvas


def _write_cells(canvas: Canvas, row: int, middle: int, cells: Sequence[str], ink: Ink) -> None:
    for cell, end in zip(cells, (middle, canvas.width - 1), strict=False):
        text = cut_text(cell, 14)
        canvas.write(row, end - len(text), text, ink)
