"""The keys of the screen in one row at its foot.

Textual's own has a widget for each key and puts them together three times before they are shown: a
quarter of all that was done for the first frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

N_LAST = 2
"""The last ones are never left out: how to go back, and help, which lists all."""
KEPT = frozenset({"stop"})
"""Actions that are never left out either: stopping is always one key away."""


@dataclass(frozen=True, slots=True)
class FootKey:
    """A key and what it does, with a blank at either end; ``is_kept`` if it is never left out."""

    words: Content
    is_kept: bool = False


class Foot(Static):
    """Shows what can be done now: of each action its first key, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Content()

    def on_mount(self) -> None:
        """Tell the keys, and again whenever others do something."""
        self.screen.bindings_updated_signal.subscribe(self, self._tell)
        self._tell(self.screen)

    def on_resize(self) -> None:
        """Tell as many as there is room for now."""
        self._tell(self.screen)

    def _tell(self, screen: Screen[object]) -> None:
        told = fit_keys(self._list_keys(screen), self.app.size.width)
        if told != self._shown:
            self._shown = told
            self.update(told, layout=False)

    def _list_keys(self, screen: Screen[object]) -> list[FootKey]:
        rank = _rank_actions(screen)
        shown = [one for one in screen.active_bindings.values() if one.binding.show]
        actions: dict[str, ActiveBinding] = {}
        for active in sorted(shown, key=rank):
            actions.setdefault(active.binding.action, active)
        return [
            FootKey(
                Content.assemble(
                    (f" {self.app.get_key_display(one.binding)} ", "$accent bold"),
                    (f"{one.binding.description} ", "" if one.enabled else "$faint"),
                ),
                is_kept=action in KEPT or number >= len(actions) - N_LAST,
            )
            for number, (action, one) in enumerate(actions.items())
        ]


def _rank_actions(screen: Screen[object]) -> Callable[[ActiveBinding], int]:
    """Return where an action stands: of the focused widget, of the screen as it lists them, others.

    Textual has a key of the screen where the focused widget has the same one.
    """
    listed = [
        one for cls in reversed(type(screen).__mro__) for one in vars(cls).get("BINDINGS", ())
    ]
    places = {one.action: place for place, one in enumerate(listed)}

    def rank(active: ActiveBinding) -> int:
        if active.node is screen:
            return places.get(active.binding.action, len(places))
        return -1 if active.node in screen.walk_children() else len(listed)

    return rank


def fit_keys(keys: Sequence[FootKey], width: int) -> Content:
    """Put keys in a row: closer if they must be, and only then without the last that may go."""
    row = Content().join([one.words for one in keys])
    if row.cell_length <= width:
        return row
    shown = list(keys)
    row = _join_closely(shown)
    while row.cell_length > width and not all(one.is_kept for one in shown):
        shown.remove(next(one for one in reversed(shown) if not one.is_kept))
        row = _join_closely(shown)
    return row


def _join_closely(keys: Sequence[FootKey]) -> Content:
    return Content(" ") + Content().join([one.words[1:] for one in keys]).rstrip()
