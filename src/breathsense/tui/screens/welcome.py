"""The first calm screens: what this is, a few questions on health, what follows, what to wear."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from breathsense.session.safety_words import PRIVACY, WHAT_IT_IS, WHAT_IT_IS_NOT
from breathsense.session.texts import N_, Words, _
from breathsense.tui.keys import say_keys
from breathsense.tui.screens.panel import Notice, Panel, plain

Wear = Literal["wearable", "demo", "look"]
WEAR_WORDS: Mapping[Wear, str] = Words(
    {
        "wearable": "I have a belt or a motion sensor here",
        "demo": "Show me with the virtual belt first",
        "look": "Just let me look round",
    }
)
TICK_KEYS = N_("space  applies to me      enter  go on      esc  back")
ROWS_AROUND = 12
"""Rows of a panel that are not its list."""


class Welcome(Panel[bool]):
    """Says what this is and is not; true to go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", "Go on"),
        Binding("escape,q", "answer(False)", "Later"),
    ]

    def __init__(self) -> None:
        super().__init__(_("Welcome to BreathSense"))

    def compose_content(self) -> ComposeResult:
        """Give what it is, what it is not, and where things stay."""
        yield plain(_(WHAT_IT_IS))
        yield plain(_("What it is not"), "heading")
        yield plain(_(WHAT_IT_IS_NOT))
        yield plain(_(PRIVACY), "advice")
        yield plain(_("enter  go on: a few questions      esc  later"), "keys")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - written in a binding
        """Give the answer."""
        self.dismiss(answer)


class Ticks(Panel[frozenset[str] | None]):
    """A list in which what applies is ticked; ``None`` goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Applies", priority=True),
        Binding("enter", "take", "Go on", priority=True),
        Binding("escape,q", "leave", "Back"),
    ]

    def __init__(
        self, title: str, intro: str, words: Mapping[Any, str], ticked: Iterable[str] = ()
    ) -> None:
        super().__init__(title)
        self.add_class("-wide")
        self._intro, self._words = intro, words
        self._ticked = {one for one in ticked if one in words}

    def compose_content(self) -> ComposeResult:
        """Give the list."""
        yield plain(self._intro)
        yield OptionList(*(Option(self._say(one), id=one) for one in self._words))
        yield plain(_(TICK_KEYS), "keys")

    def on_mount(self) -> None:
        """Say how much of the list is below what is seen, whenever that changes."""
        listed = self.query_one(OptionList)
        self.watch(listed, "scroll_y", self._tell_below, init=False)

    def on_resize(self, event: Resize) -> None:
        """Leave room for the words around the list."""
        height = max(event.size.height - ROWS_AROUND, 3)
        self.query_one(OptionList).styles.max_height = height
        self.call_after_refresh(self._tell_below)

    def _tell_below(self) -> None:
        listed = self.query_one(OptionList)
        n_below = round(listed.max_scroll_y - listed.scroll_y)
        more = _("      ↓ {n} more").format(n=n_below) if n_below > 0 else ""
        self.query_one(".keys", Static).update(Content(f"{_(TICK_KEYS)}{more}"))

    def _say(self, name: str) -> Content:
        return Content(f"[{'x' if name in self._ticked else ' '}] {self._words[name]}")

    def action_tick(self) -> None:
        """Tick what is highlighted, or take the tick back."""
        listed = self.query_one(OptionList)
        at = listed.highlighted
        name = None if at is None else listed.get_option_at_index(at).id
        if at is not None and name is not None:
            self._ticked ^= {name}
            listed.replace_option_prompt_at_index(at, self._say(name))

    def action_take(self) -> None:
        """Go on with what is ticked."""
        self.dismiss(frozenset(self._ticked))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class Effects(Notice):
    """Says what follows from the answers."""

    def __init__(self, lines: list[str], *, is_emergency: bool) -> None:
        title = _("Please get help now") if is_emergency else _("What follows for you")
        super().__init__(title, "\n\n".join(lines), advice="" if is_emergency else (
            say_keys("{programmes_answers} in the list of programmes changes your answers.")
        ))  # fmt: skip
        if is_emergency:
            self.add_class("-error")


class WearQuestion(Panel[Wear]):
    """Asks how to begin."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "choose('look')", "Look round")]

    def __init__(self) -> None:
        super().__init__(_("How do you want to begin?"))

    def compose_content(self) -> ComposeResult:
        """Give the choices."""
        yield plain(
            _(
                "Either way you see your breath in a moment. Then, in about four minutes, the"
                " calibration learns what the sensors can tell of you; it can be left out."
            )
        )
        yield OptionList(*(Option(words, id=name) for name, words in WEAR_WORDS.items()))
        yield plain(_("enter  choose      esc  look round"), "keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the highlighted one."""
        self.action_choose(event.option.id or "look")

    def action_choose(self, chosen: str) -> None:
        """Give what was chosen."""
        self.dismiss(next((one for one in WEAR_WORDS if one == chosen), "look"))
