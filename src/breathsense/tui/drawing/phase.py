"""What the person is doing right now, in one large word."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from breathsense.session.texts import Words, _
from breathsense.session.view import LiveView
from breathsense.tui.drawing.canvas import Canvas, Ink, build_canvas
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.letters import HEIGHT, LETTERS, draw_word, measure_word
from breathsense.tui.drawing.words import S, say_place

UNSEEN_S = 3
"""Not before this does the screen say that no breath is seen."""

Word = Literal["in", "out", "none"]
LARGE = Words({"in": "▲ IN", "out": "▼ OUT", "none": "···"})
INKS = {"in": Ink.INHALE, "out": Ink.EXHALE, "none": Ink.UNSURE}


@dataclass(frozen=True, slots=True)
class PhaseFace:
    """What the phase panel shows: a large word, and one or two lines in words."""

    word: Word
    says: str
    since: str = ""


def read_phase(view: LiveView) -> PhaseFace:
    """Say what the view knows of the present phase, or why it is not known."""
    since_s = max(view.now_ns - view.phase_since_ns, 0) / S
    if view.is_over:
        return PhaseFace("none", _("The session is over"), tidy_text(view.problem))
    if view.phase != "unknown":
        is_in = view.phase == "inhale"
        says = _("Breathing in") if is_in else _("Breathing out")
        since = _("for {since_s:.0f} s").format(since_s=since_s)
        return PhaseFace("in" if is_in else "out", says, since)
    return _explain_silence(view)


def _explain_silence(view: LiveView) -> PhaseFace:
    if any(gap.end_ns >= view.now_ns for gap in view.gaps):
        return PhaseFace("none", _("No signal from the sensor"))
    links = [wearable.link for wearable in view.wearables]
    if links and "streaming" not in links:
        return PhaseFace("none", _("Waiting for the sensor"))
    if not view.n_breaths:
        return PhaseFace("none", _("Listening for your breath"))
    unseen_s = _count_unseen_s(view)
    if unseen_s < UNSEEN_S:
        return PhaseFace("none", _("Listening"))
    name = _("{place} breath").format(place=say_place(view.sensor)).strip()
    return PhaseFace(
        "none",
        _("No {name} seen").format(name=name),
        _("for {unseen_s} s").format(unseen_s=unseen_s),
    )


def _count_unseen_s(view: LiveView) -> int:
    newest_ns = view.phase_since_ns
    if view.breaths:
        last = view.breaths[-1]
        newest_ns = last.peak_ns if last.end_ns is None else last.end_ns
    return max(view.now_ns - newest_ns, 0) // S


def draw_phase(face: PhaseFace, width: int, height: int) -> Canvas:
    """Draw the large word with the words below it, or only the words where it is low."""
    canvas = build_canvas(width, height)
    ink, large = INKS[face.word], LARGE[face.word]
    sentence = f"{face.says} {face.since}".strip()
    if not LETTERS.keys() >= set(large):  # a language with other letters: the glyph alone is large
        large = large[0]
    if measure_word(large) > width:
        large = large.split()[-1]
    if height < HEIGHT + 1 or width < measure_word(large):
        glyph = LARGE[face.word][0]
        canvas.write(0, 0, cut_text(f"{glyph} {sentence}", width), ink)
        return canvas
    is_one = len(sentence) <= width
    top = (height - HEIGHT - 1) // 2
    below = top + HEIGHT + 1 if is_one or height > HEIGHT + 2 else top + HEIGHT
    draw_word(canvas, top, (width - measure_word(large)) // 2, large, ink)
    says = [face.says, face.since] if face.since else wrap(face.says, width)
    for row, line in enumerate([sentence] if is_one else says, below):
        canvas.write_centred(row, cut_text(line, width), Ink.TEXT)
    return canvas
