"""Panels that ask for something: place of a wearable, posture, a note for a moment."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from breathsense.core.model.calibration import Posture
from breathsense.core.model.sensors import Place
from breathsense.session.texts import Words, _
from breathsense.tui.screens.panel import Panel, plain

PLACES: Mapping[Place, str] = Words(
    {
        "abdomen": "b   Belly: round the waist, at the navel",
        "chest": "r   Ribs: round the lower ribs",
        "back": "k   Back: at the small of the back",
    }
)
POSTURES: Mapping[Posture, str] = Words(
    {
        "sitting": "Sitting",
        "standing": "Standing",
        "supine": "Lying on the back",
        "prone": "Lying on the front",
        "kneeling": "Kneeling",
    }
)


class PlaceQuestion(Panel[Place | None]):
    """Asks where the wearable is worn: the words on the screen and in the record follow from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "choose('abdomen')", "Belly"),
        Binding("r", "choose('chest')", "Ribs"),
        Binding("k", "choose('back')", "Back"),
        Binding("escape,q", "choose('')", "Back"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(_("Where do you wear it?"))
        self._wearable_name = name

    def compose_content(self) -> ComposeResult:
        """Give the places."""
        yield plain(self._wearable_name)
        yield OptionList(*(Option(text, id=place) for place, text in PLACES.items()))
        yield plain(_("enter  choose      esc  back"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the highlighted place."""
        self.action_choose(event.option.id or "")

    def action_choose(self, place: str) -> None:
        """Give the place, or nothing."""
        self.dismiss(next((known for known in PLACES if known == place), None))


class PostureQuestion(Panel[Posture | None]):
    """Asks how the wearer sits or lies: a calibration holds in one posture only."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "choose('')", "Back")]

    def __init__(self) -> None:
        super().__init__(_("How do you sit or lie?"))

    def compose_content(self) -> ComposeResult:
        """Give the postures."""
        yield plain(
            _(
                "In about four minutes you learn what your sensors can tell of you. Every step can"
                " be left out. It holds in this posture, until you take the wearable off."
            )
        )
        yield OptionList(*(Option(text, id=posture) for posture, text in POSTURES.items()))
        yield plain(_("enter  begin      esc  back"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the highlighted posture."""
        self.action_choose(event.option.id or "")

    def action_choose(self, posture: str) -> None:
        """Give the posture, or nothing."""
        self.dismiss(next((known for known in POSTURES if known == posture), None))


class NoteQuestion(Panel[str | None]):
    """Asks for a note; the moment it is about is the one at which it was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "No mark")]

    def __init__(self, moment: str) -> None:
        super().__init__(_("Mark at {moment}").format(moment=moment))

    def compose_content(self) -> ComposeResult:
        """Give one line to write on."""
        yield plain(_("A note, if you like:"))
        yield Input(max_length=120, select_on_focus=False)
        yield plain(_("enter  mark      esc  no mark"), "keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the note; it may be empty."""
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Mark nothing."""
        self.dismiss(None)
