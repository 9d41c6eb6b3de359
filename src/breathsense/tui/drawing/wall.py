"""The wall: what it does, a meter with the goal zone, the breath-gap clock, the last hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.model.bracing import WallState
from breathsense.session.reasons import say_reason
from breathsense.session.score_words import explain_score, say_score
from breathsense.session.texts import Words, _
from breathsense.session.view import LiveView, WallView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.shapes import draw_bar
from breathsense.tui.drawing.words import S

GOAL = (0.6, 1.3)
"""Shares of the wearer's own reference between which a hold's level counts as good."""
METER_END = 1.6
"""Share at the right end of the meter."""
LEVEL_STEP = 0.05
PROMPT_S, WARN_S, CLOCK_END_S = 4, 6, 10
"""In a brace: from here on a word, a warning, and the end of the clock."""
ROOM_FOR_TITLES = 9
LABEL_ROOMS = (7, 13)
"""Column of the bars in a narrow panel, and in a wide one."""
FIGURE_ROOM = 9
WIDE = 40
TALL = 8

Gap = Literal["calm", "prompt", "warn", "unknown"]
GAP_GLYPHS: dict[Gap, str] = {"calm": "○", "prompt": "◐", "warn": "●", "unknown": "·"}
GAP_INKS = {"calm": Ink.GOOD, "prompt": Ink.WARNING, "warn": Ink.PROBLEM, "unknown": Ink.FAINT}
STATE_WORDS: Mapping[WallState, tuple[str, str]] = Words(
    {
        "rest": ("○", "At rest"),
        "brace": ("■", "Brace"),
        "draw_in": ("◧", "Draw-in"),
        "full_hold": ("◍", "Filled and still"),
        "cannot_tell": ("?", "Cannot tell"),
    }
)
WAY_WORDS: Mapping[str, str] = Words(
    {
        "expand": "widening",
        "neutral": "firm, not wider",
        "draw_in": "inward",
        "unknown": "",
    }
)


@dataclass(frozen=True, slots=True)
class WallFace:
    """What the panel shows; ``level`` in steps of 0.05, ``gap_ds`` in tenths of a second.

    ``hold`` is how the newest hold or set went, ``why`` what of it cannot be told.
    """

    state: WallState
    says: str
    level: float | None
    gap: Gap
    gap_ds: int
    hold: str
    why: str = ""
    is_off_goal: bool = False


def read_wall(view: LiveView, *, is_plain: bool = False) -> WallFace:
    """Say what the wall does; a plain face changes less often."""
    wall = view.wall
    gap_ns = measure_gap_ns(view)
    step = 5 if is_plain else 1
    hold, why = _say_newest(wall)
    return WallFace(
        state="cannot_tell" if wall.state == "rest" and is_blind(view) else wall.state,
        says=_say_state(view),
        level=None if wall.level is None else round(wall.level / LEVEL_STEP) * LEVEL_STEP,
        gap=grade_gap(wall, gap_ns),
        gap_ds=0 if gap_ns is None else min(gap_ns * 10 // S // step * step, 10 * CLOCK_END_S),
        hold=hold,
        why=why,
        is_off_goal=is_off_goal(wall),
    )


def is_blind(view: LiveView) -> bool:
    """Tell whether this wearer is calibrated, and these sensors cannot see a brace of theirs."""
    known = view.calibration
    is_calibrated = known is not None and bool(known.levels or known.mmgs)
    return is_calibrated and not tell_abilities(known).sees_braces


def is_off_goal(wall: WallView) -> bool:
    """Tell whether the belly goes another way than asked for; without a goal no way is wrong."""
    is_told = wall.state in {"brace", "draw_in"} and wall.direction != "unknown"
    return bool(wall.goal) and is_told and wall.direction != wall.goal


def measure_gap_ns(view: LiveView) -> int | None:
    """Return for how long no breathing movement was seen; ``None`` where that cannot be told."""
    links = [wearable.link for wearable in view.wearables]
    is_blind = view.is_over or (links and "streaming" not in links)
    if is_blind or view.wall.moved_ns is None or _is_in_gap(view):
        return None
    return max(view.now_ns - view.wall.moved_ns, 0)


def _is_in_gap(view: LiveView) -> bool:
    return any(gap.end_ns >= view.now_ns for gap in view.gaps)


def grade_gap(wall: WallView, gap_ns: int | None) -> Gap:
    """Grade a breath gap: a pause is free outside an effort, up to where a warning would begin."""
    if gap_ns is None:
        return "unknown"
    if wall.state in {"brace", "draw_in"}:
        return "warn" if gap_ns >= WARN_S * S else "prompt" if gap_ns >= PROMPT_S * S else "calm"
    return "prompt" if gap_ns >= WARN_S * S else "calm"


def _say_state(view: LiveView) -> str:
    wall = view.wall
    if wall.state == "rest" and is_blind(view):
        return _("these sensors cannot see your brace")
    if wall.state == "cannot_tell":
        return say_why(view)
    if wall.state in {"brace", "draw_in"}:
        open_one = next((one for one in reversed(wall.braces) if one.end_ns is None), None)
        since = "" if open_one is None else f"{max(view.now_ns - open_one.start_ns, 0) // S} s"
        way = WAY_WORDS[wall.direction] if wall.state == "brace" else ""
        goal = (
            _("goal: {way}").format(way=WAY_WORDS.get(wall.goal, wall.goal))
            if is_off_goal(wall)
            else ""
        )
        return ", ".join(part for part in (since, way, goal) if part)
    return ""


def say_why(view: LiveView) -> str:
    """Say why braces cannot be told; a calibration holds once today's level at rest is known."""
    known = view.calibration
    if view.wall.reason == "no_reference" and known is not None and (known.levels or known.mmgs):
        if is_blind(view):
            return _("these sensors cannot see your brace")
        return _("a few quiet breaths first")
    return say_reason(view.wall.reason)


def _say_newest(wall: WallView) -> tuple[str, str]:
    """Say how the newest hold or set went, and why a part of it cannot be told."""
    one, hold = wall.latest_set, wall.hold
    if one is not None and one.n_holds > 1:
        said = _("Last set {score}").format(score=say_score(one))
        return said, explain_score(one)
    newest = one or hold
    if newest is None:
        return "", ""
    return _("Last hold {hold}").format(hold=say_score(newest)), explain_score(newest)


def draw_wall(face: WallFace, width: int, height: int) -> Canvas:
    """Draw state, meter, clock and hold, with blank rows between them where there is room."""
    canvas = build_canvas(width, height)
    is_tall = height >= TALL
    row = 1 if height >= ROOM_FOR_TITLES else 0
    _draw_state(canvas, row, face)
    row += 2 if is_tall else 1
    _draw_meter(canvas, row, face)
    row += 3 if is_tall else 2
    _draw_clock(canvas, row, face)
    row += 3 if is_tall else 2
    said = [(line, Ink.TEXT) for line in wrap(face.hold, max(width - 1, 1))]
    said += [(line, Ink.FAINT) for line in wrap(face.why, max(width - 1, 1))]
    for at, (line, ink) in enumerate(said[: max(height - row, 0)]):
        is_cut = at + 1 == height - row and len(said) > at + 1
        canvas.write(row + at, 1, cut_text(f"{line}…" if is_cut else line, width - 1), ink)
    return canvas


def _draw_state(canvas: Canvas, row: int, face: WallFace) -> None:
    glyph, words = STATE_WORDS[face.state]
    ink = {"brace": Ink.BRACE, "draw_in": Ink.DRAW_IN, "cannot_tell": Ink.FAINT}.get(
        face.state, Ink.TEXT
    )
    ink = Ink.WARNING if face.is_off_goal else ink
    column = canvas.write(row, 1, f"{glyph} {words}", ink)
    room = canvas.width - column - 2
    if face.state != "cannot_tell" or not face.says:
        canvas.write(row, column, f" {cut_text(face.says, room)}", ink)
    elif len(face.says) <= room:
        canvas.write(row, column, f": {face.says}", ink)
    else:  # the question mark says that it cannot be told; why, and what to do, is news
        why = cut_text(face.says, canvas.width - 4)
        canvas.write(row, 3, why.ljust(canvas.width - 3), ink)


def _draw_meter(canvas: Canvas, row: int, face: WallFace) -> None:
    """Draw the level out of the wearer's own, and below it where it shall be."""
    label_room = _write_label(canvas, row, _("Level"), _("Level"))
    room = canvas.width - label_room - FIGURE_ROOM
    ink = Ink.DRAW_IN if face.state == "draw_in" else Ink.BRACE
    draw_bar(canvas, row, label_room, room, (face.level or 0.0) / METER_END, ink)
    said = "—" if face.level is None else f"{100 * face.level:.0f} %"
    canvas.write_right(row, said, Ink.FAINT if face.level is None else Ink.STRONG, margin=1)
    start, end = (label_room + round(room * share / METER_END) for share in GOAL)
    inner = end - start - 2
    word = _(" goal ")
    is_wide = inner >= len(word)
    zone = word.center(inner, "─") if is_wide else "─" * inner
    column = canvas.write(row + 1, start, f"╰{zone}╯", Ink.TARGET)
    if not is_wide:
        column = canvas.write(row + 1, column, word.rstrip(), Ink.TARGET)
    if face.level is not None and GOAL[0] <= face.level <= GOAL[1] and not face.is_off_goal:
        canvas.write(row + 1, column, " ✓", Ink.GOOD)


def _draw_clock(canvas: Canvas, row: int, face: WallFace) -> None:
    """Draw how long no breath was seen, with a tick at each of the two limits."""
    label_room = _write_label(canvas, row, _("Gap"), _("Breath gap"))
    room = canvas.width - label_room - FIGURE_ROOM
    ink = GAP_INKS[face.gap]
    draw_bar(canvas, row, label_room, room, face.gap_ds / (10 * CLOCK_END_S), ink)
    said = "—" if face.gap == "unknown" else f"{GAP_GLYPHS[face.gap]} {face.gap_ds / 10:.1f} s"
    canvas.write_right(row, said, ink, margin=1)
    for seconds in (PROMPT_S, WARN_S):
        column = label_room + round(room * seconds / CLOCK_END_S)
        is_last = seconds == WARN_S or label_room > LABEL_ROOMS[0]
        canvas.write(row + 1, column, f"╵{seconds} s" if is_last else "╵", Ink.FAINT)


def _write_label(canvas: Canvas, row: int, short: str, long: str) -> int:
    """Write what a row is about; return the column of its bar."""
    is_wide = canvas.width >= WIDE
    room = LABEL_ROOMS[is_wide]
    canvas.write(row, 1, cut_text(long if is_wide else short, room - 2), Ink.FAINT)
    return room
