"""The keys of the screen in one row at its foot.

Textual's own has a widget for each key and puts them together three times before they are shown: a
quarter of all that was done for the first frame.
"""

from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static


class Foot(Static):
    """Shows what can be done now: of each action its first key."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Content()

    def on_mount(self) -> None:
        """Tell the keys, and again whenever others do something."""
        self.screen.bindings_updated_signal.subscribe(self, self._tell)
        self._tell(self.screen)

    def _tell(self, screen: Screen[object]) -> None:
        told = self._describe_keys(screen)
        if told != self._shown:
            self._shown = told
            self.update(told, layout=False)

    def _describe_keys(self, screen: Screen[object]) -> Content:
        actions: dict[str, ActiveBinding] = {}
        for active in screen.active_bindings.values():
            if active.binding.show:
                actions.setdefault(active.binding.action, active)
        return Content.assemble(
            *(
                part
                for one in actions.values()
                for part in (
                    (f" {self.app.get_key_display(one.binding)} ", "$accent bold"),
                    (f"{one.binding.description} ", "" if one.enabled else "$faint"),
                )
            )
        )
