"""The app's way back through recordings: reviews and exports."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from breathsense.session.texts import _
from breathsense.tui.desk import Desk

if TYPE_CHECKING:  # they load the engine, which the first screen does not need
    from breathsense.exports.progress import Tell
    from breathsense.session.review import Review


class LookingBack(App[None]):
    """What the app does with recordings that are there; the rest is in ``BreathSenseApp``."""

    desk: Desk

    def read_review(self, path: Path, take: "Callable[[Review], None]") -> None:
        """Read a whole recording, which may be stopped, and hand it on."""
        from breathsense.tui.screens.working import Working

        def read(tell: "Tell") -> "Review":
            return self.desk.open_review(path, tell)

        def hand_on(review: "Review | None") -> None:
            if review is not None:
                take(review)

        self.push_screen(Working(_("Reading {name} ...").format(name=path.name), read), hand_on)

    def open_review(self, path: Path) -> None:
        """Look through a whole recording."""
        from breathsense.tui.screens.review import ReviewScreen

        def show(review: "Review") -> None:
            self.push_screen(ReviewScreen(review))

        self.read_review(path, show)

    def export_recordings(self, paths: Sequence[Path]) -> None:
        """Ask for a format and write recordings in it."""
        from breathsense.tui.screens.export import export_from

        export_from(self, paths)

    def action_library(self) -> None:
        """Open the library of recordings."""
        from breathsense.tui.screens.library import LibraryScreen

        self.push_screen(LibraryScreen(self.desk.open_library))
