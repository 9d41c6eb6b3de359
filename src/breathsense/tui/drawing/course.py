"""Where a programme is: what to do now and for how long, which repetition of which set."""

from dataclasses import dataclass

from breathsense.session.coaching_words import PHASE_WORDS
from breathsense.session.course import CourseView
from breathsense.session.texts import Words, _
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.shapes import draw_bar
from breathsense.tui.drawing.words import S, say_clock
from breathsense.tui.keys import say_keys

PHASE_LOOKS: dict[str, tuple[str, Ink]] = {
    "inhale": ("▲", Ink.INHALE),
    "exhale": ("▼", Ink.EXHALE),
    "hold_full": ("◆", Ink.TARGET),
    "hold_empty": ("◇", Ink.TARGET),
    "brace": ("■", Ink.BRACE),
    "brace_breathe": ("■", Ink.BRACE),
    "move": ("»", Ink.BRACE),
    "release": ("○", Ink.EXHALE),
    "rest": ("‖", Ink.FAINT),
}
"""A glyph and an ink for each phase; the others are quiet breathing."""
QUIET = ("~", Ink.TEXT)
MOST_DOTS = 12
"""More repetitions than these are counted, not drawn."""
BAR_CELLS = 16
SOON_S = 3
PAUSES = Words(
    {
        "key": "Paused. {programme_pause} goes on; the repetition is begun anew.",
        "link_lost": "The link is lost: the programme waits.",
    }
)


@dataclass(frozen=True, slots=True)
class CourseFace:
    """What the bar shows; ``done`` is the share of the step that is over, in sixteenths."""

    name: str
    place: str
    left: str
    phase: str = ""
    says: str = ""
    left_s: int | None = None
    done: int = 0
    following: str = ""
    hint: str = ""


def read_course(course: CourseView | None, now_ns: int, waiting: str) -> CourseFace:
    """Say where the course is; before there is one, what is waited for."""
    if course is None:
        return CourseFace(waiting, "", "")
    begun, step = course.begun, course.step
    name = tidy_text(_(begun.name)) + (
        _(", level {level}").format(level=begun.level) if begun.level else ""
    )
    if course.ended is not None:
        says = _("Stopped.") if course.ended.reason else _("Done.")
        return CourseFace(name, "", "", says=_("{says} One moment ...").format(says=says))
    if step is None:
        return CourseFace(name, "", "")
    left_ns = course.find_left_ns(now_ns)
    left = _("{clock} left").format(clock=say_clock(left_ns + course.left_ns))
    if course.pause:
        return CourseFace(name, _say_place(course), left, "pause", say_keys(PAUSES[course.pause]))
    says = tidy_text(_(step.say)) or f"{PHASE_WORDS[step.phase]}."
    effort = _(" Effort {effort}.").format(effort=step.effort) if step.effort else ""
    return CourseFace(
        name,
        _say_place(course),
        left,
        step.phase,
        says + effort,
        -(-left_ns // S),
        16 - round(16 * left_ns / max(step.length_ns, 1)),
        _say_following(course),
        say_keys("{programme_go_on}: when you are done") if step.is_open else "",
    )


def _say_place(course: CourseView) -> str:
    step = course.step
    assert step is not None  # noqa: S101 - asked by the caller
    if step.phase == "rest":
        return _("Rest before set {set} of {n_sets}").format(set=step.set + 2, n_sets=step.n_sets)
    parts = (
        [_("Set {set} of {n_sets}").format(set=step.set + 1, n_sets=step.n_sets)]
        if step.n_sets > 1
        else []
    )
    if step.n_reps > 1:
        dots = "●" * step.rep + "◐" + "○" * (step.n_reps - step.rep - 1)
        count = _("{rep} of {n_reps}").format(rep=step.rep + 1, n_reps=step.n_reps)
        parts.append(f"{dots} {count}" if step.n_reps <= MOST_DOTS else count)
    return "   ".join(parts)


def _say_following(course: CourseView) -> str:
    if course.following is None:
        return _("then: the end")
    return _("then: {phase}").format(phase=PHASE_WORDS[course.following.phase.do])


def draw_course(face: CourseFace, width: int, height: int) -> Canvas:
    """Draw two rows: where it is; what to do, for how long, and what follows."""
    canvas = build_canvas(width, height)
    end = canvas.write_right(0, face.left, Ink.FAINT, margin=1) if face.left else width - 1
    column = canvas.write(0, 1, cut_text(face.name, end - 2), Ink.TITLE) + 3
    if column + len(face.place) < end:
        canvas.write(0, column, face.place, Ink.STRONG)
    if height > 1:
        _draw_step(canvas, height - 1, face)
    return canvas


def _draw_step(canvas: Canvas, row: int, face: CourseFace) -> None:
    glyph, ink = ("‖", Ink.WARNING) if face.phase == "pause" else PHASE_LOOKS.get(face.phase, QUIET)
    end = canvas.width - 1
    if face.left_s is not None:
        says_left = f"{face.left_s} s"
        urgent = face.left_s <= SOON_S
        canvas.write_right(row, says_left, Ink.STRONG if urgent else Ink.TEXT, margin=1)
        end -= 6 + BAR_CELLS
        draw_bar(canvas, row, end, BAR_CELLS, face.done / 16, ink)
        end -= 2
    for extra in (face.hint, face.following):
        if extra and len(face.says) + len(extra) + 6 < end:
            end = canvas.write_right(row, extra, Ink.NOTE if extra == face.hint else Ink.FAINT,
                                     margin=canvas.width - end) - 2  # fmt: skip
            break
    words = f"{glyph} {face.says}" if face.phase else face.says
    canvas.write(row, 1, cut_text(words, end - 1), ink)
