"""The one line of words: safety, then the programme's cue, then why something is not scored."""

from dataclasses import dataclass

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.session.view import LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas, cut_text
from breathsense.tui.drawing.wall import WARN_S, grade_gap, measure_gap_ns, say_why
from breathsense.tui.drawing.words import S, say_place

SAFETY = 0
"""Rank of a cue that comes before everything else."""
SLUMPED = 0.8
"""From here on between tall and slumped the lean is told in words."""


@dataclass(frozen=True, slots=True)
class SaysFace:
    """A glyph, a sentence and how urgent it is; at the right what is known of the wearer."""

    text: str
    ink: Ink
    known: str


def read_says(view: LiveView) -> SaysFace:
    """Say the one thing that matters most now."""
    cue = _say_cue(view)
    is_urgent = view.cue is not None and view.cue.rank == SAFETY
    says = [cue, _say_safety(view)] if is_urgent else [_say_safety(view), cue]
    text, ink = next((one for one in [*says, _say_unscored(view)] if one), ("", Ink.TEXT))
    return SaysFace(text, ink, say_known(view))


def _say_cue(view: LiveView) -> tuple[str, Ink] | None:
    if view.cue is None:
        return None
    is_urgent = view.cue.rank == SAFETY
    return f"{'●' if is_urgent else '▸'} {view.cue.text}", Ink.PROBLEM if is_urgent else Ink.NOTE


def _say_safety(view: LiveView) -> tuple[str, Ink] | None:
    gap_ns = measure_gap_ns(view)
    grade = grade_gap(view.wall, gap_ns)
    if gap_ns is None or grade in {"calm", "unknown"}:
        return None
    seen = f"No {say_place(view.sensor) or 'breathing'} movement seen"
    if grade == "warn":
        return f"● Let go and breathe. {seen} for {gap_ns // S} s.", Ink.PROBLEM
    if gap_ns >= WARN_S * S:
        return f"◐ {seen} for {gap_ns // S} s - are you breathing?", Ink.WARNING
    return f"◐ {seen} - are you breathing?", Ink.WARNING


def _say_unscored(view: LiveView) -> tuple[str, Ink] | None:
    wall = view.wall
    if wall.state != "cannot_tell" or view.is_over:
        return None
    return f"? Braces are not told: {say_why(view)}.", Ink.FAINT


def say_known(view: LiveView) -> str:
    """Say what is known of the wearer and how the trunk leans, in a few words."""
    parts = [_say_posture(view), _say_calibration(view)]
    return "   ".join(part for part in parts if part)


def _say_posture(view: LiveView) -> str:
    posture = view.wall.posture
    if posture is None:
        return ""
    slouch = posture.slouch_frac
    if slouch is not None:
        return "slumped" if slouch >= SLUMPED else "upright"
    return f"lean {abs(posture.forward_deg):.0f}°"


def _say_calibration(view: LiveView) -> str:
    known = view.calibration
    if known is None or not (known.levels or known.mmgs):
        is_free = view.course is None or not view.course.is_running
        is_offered = view.recording is not None and is_free
        return "not calibrated, c begins" if is_offered else "not calibrated"
    abilities = tell_abilities(known)
    told = [
        name
        for name, is_given in (
            ("braces", abilities.sees_braces),
            (
                "draw-ins",
                abilities.draw_in_by_level.is_given or abilities.draw_in_by_mmg.is_given,
            ),
        )
        if is_given
    ]
    return f"calibrated: {', '.join(['breath', *told])}" if told else "calibrated: breath only"


def draw_says(face: SaysFace, width: int, height: int = 1) -> Canvas:
    """Draw the line; the sentence is cut last."""
    canvas = build_canvas(width, height)
    end = canvas.write(0, 1, cut_text(face.text, width - 2), face.ink)
    if len(face.known) + 3 <= width - end:
        canvas.write_right(0, face.known, Ink.FAINT, margin=1)
    return canvas
