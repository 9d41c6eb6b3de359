"""After a programme: how it went, part by part, in plain words."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from breathsense.core.model.coaching import CourseJudged, Figure
from breathsense.session.coaching_words import tell_figure
from breathsense.session.texts import N_, _, say_n
from breathsense.tui.screens.panel import Panel

WAITING = N_("One moment: the last breaths are being looked at ...")
NOT_JUDGED = N_("It could not be scored: too little of it was seen.")
GOOD = 0.999
"""A part of at least this share was reached."""


class Summary(Panel[None]):
    """Shows the score once it is there; closing it earlier does no harm."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,q,space", "close", "Go on")]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.judged: CourseJudged | None = None
        self._is_told = False
        self._how = Static(Content(_(WAITING)))

    def compose_content(self) -> ComposeResult:
        """Give the place for the words."""
        with VerticalScroll(id="pages"):
            yield self._how
        yield Static(Content(_("enter  go on      ↑↓  scroll")), classes="keys")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def tell(
        self, judged: CourseJudged | None, *, is_late: bool, braces: Sequence[str] = ()
    ) -> None:
        """Show how it went, if it is known; say that it will not be if it is too late for that.

        ``braces`` says how its holds and sets went, line by line.
        """
        if self._is_told or (judged is None and not is_late):
            return
        self._is_told, self.judged = True, judged
        words = Content(_(NOT_JUDGED)) if judged is None else describe_judged(judged)
        if braces:
            listed = "".join(f"\n{line}" for line in (_("Your braces"), *braces))
            words = Content.assemble(words, "\n", listed)
        self._how.update(words)

    def action_close(self) -> None:
        """Go on."""
        self.dismiss(None)


def describe_judged(judged: CourseJudged) -> Content:
    """Say how a course went: the score, its parts, and what was only told."""
    said = _("{count}, {usable_frac:.0%} of it was readable.").format(
        count=say_n("{n} repetition", "{n} repetitions", judged.n_reps),
        usable_frac=judged.usable_frac,
    )
    parts: list[tuple[str, str]] = [(f"{_say_score(judged)}\n", "bold"), (f"{said}\n\n", "$faint")]
    aimed = [one for one in judged.figures if _is_aimed(one)]
    told = [one for one in judged.figures if one not in aimed]
    parts += [_describe_part(one) for one in aimed]
    if told:
        parts.append(("\n", ""))
    parts += [(f"  {tell_figure(one)}\n", "$faint") for one in told]
    return Content.assemble(*parts).rstrip()


def _is_aimed(figure: Figure) -> bool:
    return (figure.least, figure.most) != (None, None)


def _say_score(judged: CourseJudged) -> str:
    if not judged.ended and judged.n_reps and not any(map(_is_aimed, judged.figures)):
        return _("Measured: it has no score, there is nothing to aim at")
    if judged.score is None:
        return _("No score - {why}").format(why=_say_why_none(judged))
    if judged.ended:
        return _("Stopped early: {score:.0f} of 100 until then").format(score=judged.score)
    return _("{score:.0f} of 100").format(score=judged.score)


def _say_why_none(judged: CourseJudged) -> str:
    if judged.ended:
        return _("it was stopped early")
    return (
        _("too little of it could be read") if judged.n_reps else _("nothing of it could be read")
    )


def _describe_part(figure: Figure) -> tuple[str, str]:
    if figure.share is None:
        return f"? {tell_figure(figure)}\n", "$faint"
    if figure.share >= GOOD:
        return f"✓ {tell_figure(figure)}\n", "$success"
    glyph = "◐" if figure.share > 0 else "○"
    return f"{glyph} {tell_figure(figure)}\n", "$warning"
