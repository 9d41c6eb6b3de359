"""The one line of words: safety, then the programme's cue, then why something is not scored."""

from dataclasses import dataclass

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.coaching.prompts import BRACED
from breathsense.session.calibration_words import tell_blindness
from breathsense.session.texts import _
from breathsense.session.view import LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text
from breathsense.tui.drawing.wall import WARN_S, grade_gap, is_blind, measure_gap_ns, say_why
from breathsense.tui.drawing.words import S, say_place
from breathsense.tui.keys import say_keys

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
    says += [_say_lost(view), _say_blindness(view), _say_unscored(view)]
    text, ink = next((one for one in says if one), ("", Ink.TEXT))
    return SaysFace(text, ink, say_known(view))


def _say_cue(view: LiveView) -> tuple[str, Ink] | None:
    if view.cue is None:
        return None
    is_urgent = view.cue.rank == SAFETY
    return f"{'●' if is_urgent else '▸'} {_(view.cue.text)}", Ink.PROBLEM if is_urgent else Ink.NOTE


def _say_safety(view: LiveView) -> tuple[str, Ink] | None:
    gap_ns = measure_gap_ns(view)
    grade = grade_gap(view.wall, gap_ns)
    if gap_ns is None or grade in {"calm", "unknown"}:
        return None
    seen = _("No {place} movement seen").format(place=say_place(view.sensor) or _("breathing"))
    if grade == "warn":
        return _("● Let go and breathe. {seen} for {gap_ns} s.").format(
            seen=seen, gap_ns=gap_ns // S
        ), Ink.PROBLEM
    if gap_ns >= WARN_S * S:
        return _("◐ {seen} for {gap_ns} s - are you breathing?").format(
            seen=seen, gap_ns=gap_ns // S
        ), Ink.WARNING
    return _("◐ {seen} - are you breathing?").format(seen=seen), Ink.WARNING


def _say_lost(view: LiveView) -> tuple[str, Ink] | None:
    """Say that one of several wearables is away; if all are, a programme waits and says so."""
    lost = [one.name for one in view.wearables if one.link == "lost"]
    if not lost or len(lost) == len(view.wearables):
        return None
    return _("? The link to {names} is lost: what it sees is not told until it is back.").format(
        names=", ".join(lost)
    ), Ink.WARNING


def _say_blindness(view: LiveView) -> tuple[str, Ink] | None:
    """Say in a brace of a programme that these sensors cannot see it."""
    step = None if view.course is None or not view.course.is_running else view.course.step
    if step is None or step.phase not in BRACED or not is_blind(view):
        return None
    return f"? {tell_blindness()}", Ink.WARNING


def _say_unscored(view: LiveView) -> tuple[str, Ink] | None:
    wall = view.wall
    if wall.state != "cannot_tell" or view.is_over:
        return None
    return _("? Braces are not told: {why}.").format(why=say_why(view)), Ink.FAINT


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
        return _("slumped") if slouch >= SLUMPED else _("upright")
    return _("lean {forward_deg:.0f}°").format(forward_deg=abs(posture.forward_deg))


def _say_calibration(view: LiveView) -> str:
    known = view.calibration
    if known is None or not (known.levels or known.mmgs):
        is_free = view.course is None or not view.course.is_running
        is_offered = view.recording is not None and is_free
        return (
            say_keys("not calibrated, {practise_calibrate} begins")
            if is_offered
            else _("not calibrated")
        )
    abilities = tell_abilities(known)
    told = [
        name
        for name, is_given in (
            (_("braces"), abilities.sees_braces),
            (
                _("draw-ins"),
                abilities.draw_in_by_level.is_given or abilities.draw_in_by_mmg.is_given,
            ),
        )
        if is_given
    ]
    return (
        _("calibrated: {things}").format(things=", ".join([_("breath"), *told]))
        if told
        else _("calibrated: breath only")
    )


def draw_says(face: SaysFace, width: int, height: int = 1) -> Canvas:
    """Draw the line; the sentence is cut last."""
    canvas = build_canvas(width, height)
    end = canvas.write(0, 1, cut_text(face.text, width - 2), face.ink)
    if len(face.known) + 3 <= width - end:
        canvas.write_right(0, face.known, Ink.FAINT, margin=1)
    return canvas
