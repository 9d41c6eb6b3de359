"""A few numbers before and after: how the wearer feels. One key leaves it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from breathsense.core.coaching.spec import Question
from breathsense.core.model.labels import MOST, NOTE, CheckIn, CheckInTime, say_check_in
from breathsense.session.texts import Words, _
from breathsense.tui.screens.panel import Panel, plain

TITLES: Mapping[CheckInTime, str] = Words(
    {"before": "How are you now?", "after": "And how are you now?"}
)


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: numbers by name, and words."""

    answers: dict[str, int] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def list_labels(self, time: CheckInTime) -> list[str]:
        """Return the marks that keep it."""
        told = [say_check_in(CheckIn(time, self.answers))] if self.answers else []
        return told + [f"{NOTE} {one}" for one in self.words]


class Scale(Static, can_focus=True):
    """One question that is answered from 0 to 10."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "change(-1)", "Less"),
        Binding("right", "change(1)", "More"),
        Binding("backspace,delete", "clear", "No answer"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__(classes="scale")
        self.question = question
        self.answer: int | None = None
        self._is_lit = False

    def on_mount(self) -> None:
        """Show the empty scale."""
        self._show()

    def on_focus(self) -> None:
        """Show that the keys go here."""
        self._is_lit = True
        self._show()

    def on_blur(self) -> None:
        """Show that they go elsewhere."""
        self._is_lit = False
        self._show()

    def on_key(self, event: "object") -> None:
        """Take a digit; 1 and then 0 is 10."""
        digit = getattr(event, "character", None)
        if not digit or not digit.isdecimal() or not digit.isascii():
            return
        joined = 10 * (self.answer or 0) + int(digit)
        self.answer = joined if self.answer == 1 and joined == MOST else int(digit)
        self._show()

    def action_change(self, by: int) -> None:
        """Answer with a number less or more."""
        self.answer = min(max((-1 if self.answer is None else self.answer) + by, 0), MOST)
        self._show()

    def action_clear(self) -> None:
        """Take the answer back."""
        self.answer = None
        self._show()

    def _show(self) -> None:
        at = self.answer
        cells = [f"[{n}]" if n == at else f" {n} " for n in range(MOST + 1)]
        said = _("not answered") if at is None else _("{at} of {most}").format(at=at, most=MOST)
        lead = "▸" if self._is_lit else " "
        self.update(
            Content.assemble(
                f"{lead} {_(self.question.ask)}\n",
                ("   " + "".join(cells), "bold" if self._is_lit else ""),
                (f"  {said}", "$faint"),
            )
        )


class CheckInPanel(Panel[Told | None]):
    """Asks how the wearer feels; ``None`` if it was left out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it out"),
        Binding("enter", "take", "Keep"),
        Binding("down", "app.focus_next", "Next"),
        Binding("up", "app.focus_previous", "Back"),
    ]

    def __init__(self, time: CheckInTime, questions: tuple[Question, ...]) -> None:
        super().__init__(TITLES[time])
        asked = [one for one in questions if one.when in (time, "both")]
        self._scales = [Scale(one) for one in asked if not one.is_text]
        self._lines = [
            Input(placeholder=_(one.ask), max_length=120, select_on_focus=False)
            for one in asked
            if one.is_text
        ]

    def compose_content(self) -> ComposeResult:
        """Give the scales, then the lines to write on."""
        yield from self._scales
        yield from self._lines
        yield plain(_("←→ 0-9 answer   ↑↓ next   enter keep   esc leave it out"), "keys")

    def on_mount(self) -> None:
        """Begin with the first question."""
        first = next(iter([*self._scales, *self._lines]), None)
        if first is not None:
            first.focus()

    def on_input_submitted(self) -> None:
        """Keep it from the line as well."""
        self.action_take()

    def action_take(self) -> None:
        """Give what was answered."""
        answers = {one.question.name: one.answer for one in self._scales if one.answer is not None}
        words = tuple(one.value.strip() for one in self._lines if one.value.strip())
        self.dismiss(Told(answers, words) if answers or words else None)

    def action_leave(self) -> None:
        """Leave it out."""
        self.dismiss(None)
