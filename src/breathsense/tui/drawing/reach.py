"""How far the trunk reached each way: bars, tries, and how much of a change may be chance."""

from dataclasses import dataclass
from textwrap import wrap

from breathsense.core.model.bracing import MobilityReach, ReachWay
from breathsense.core.posture.mobility import find_repeatability
from breathsense.session.texts import N_, Words, _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.shapes import draw_bar

WAYS: tuple[ReachWay, ...] = ("forward", "back", "left", "right")
WAY_WORDS = Words({"forward": "forward", "back": "back", "left": "left", "right": "right"})
MOST_DEG = 120.0
LABEL_ROOM, FIGURE_ROOM = 11, 7
ROWS_EACH = 3
NOT_YET, NOT_SEEN = N_("not yet"), N_("no bend was seen")


@dataclass(frozen=True, slots=True)
class ReachFace:
    """What is shown.

    Parameters
    ----------
    tries : tuple
        For each way of ``WAYS`` the tries in degrees, ``None`` where there was no span yet.
    at : int
        Which way is next, or running.
    share : float or None
        How far the running span is; ``None`` if none runs.

    """

    tries: tuple[tuple[float, ...] | None, ...]
    at: int
    share: float | None = None


def read_reaches(
    reaches: tuple[MobilityReach, ...], at: int, share: float | None = None
) -> ReachFace:
    """Take from a view what is shown."""
    known = {one.way: one.tries_deg for one in reaches}
    return ReachFace(tuple(known.get(way) for way in WAYS), at, share)


def draw_reaches(face: ReachFace, width: int, height: int) -> Canvas:
    """Draw three rows for each way: its bar, its tries, a blank one."""
    canvas = build_canvas(width, height)
    step = ROWS_EACH if height >= ROWS_EACH * len(WAYS) else 2
    for number, way in enumerate(WAYS):
        row = number * step
        is_next = number == face.at
        canvas.write(
            row,
            1,
            f"{'▸' if is_next else ' '} {WAY_WORDS[way]}",
            Ink.STRONG if is_next else Ink.TEXT,
        )
        tries = face.tries[number]
        room = width - LABEL_ROOM - FIGURE_ROOM - 1
        if is_next and face.share is not None:
            draw_bar(canvas, row, LABEL_ROOM, room, face.share, Ink.TARGET_NOW)
            _write_below(canvas, row, _("bend, stay a moment, come back: three times"), step)
            continue
        best = max(tries, default=0.0) if tries else 0.0
        draw_bar(canvas, row, LABEL_ROOM, room, best / MOST_DEG, Ink.INHALE)
        if best:
            canvas.write_right(row, f"{best:.0f}°", Ink.STRONG, margin=1)
        _write_below(canvas, row, say_tries(tries), step, Ink.FAINT)
    return canvas


def _write_below(canvas: Canvas, row: int, words: str, step: int, ink: Ink = Ink.TEXT) -> None:
    """Write what belongs to a bar into the rows down to the next one; cut if they are too few."""
    width = canvas.width - LABEL_ROOM - 1
    rows = wrap(words, max(width, 1))
    rows = rows if len(rows) < step else [words]
    for below, line in enumerate(rows, row + 1):
        canvas.write(below, LABEL_ROOM, cut_text(line, width), ink)


def say_tries(tries: tuple[float, ...] | None) -> str:
    """Say the tries, and what change is more than chance."""
    if tries is None:
        return _(NOT_YET)
    if not tries:
        return _(NOT_SEEN)
    told = _("tries {angles}").format(angles=" ".join(f"{one:.0f}°" for one in tries))
    repeat = find_repeatability(tries)
    if repeat is None:
        return told
    return _("{told}; {detectable_deg}° more may be chance").format(
        told=told, detectable_deg=max(round(repeat.detectable_deg), 1)
    )
