"""The engine of a session and those who look at what it finds."""

from dataclasses import replace

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.setup import Setup
from breathsense.session.picture import Picture
from breathsense.session.view import LiveView, RecordingView


class Findings:
    """Everything that follows from the inputs so far; made anew when a replay starts over.

    Parameters
    ----------
    setup : Setup
        What the inputs mean.
    inputs : tuple of str
        What the analysis names as its inputs.

    """

    def __init__(self, setup: Setup, inputs: tuple[str, ...]) -> None:
        self._engine = build_engine(setup)
        self._picture = Picture(setup)
        self._analysis = AnalysisBuilder(setup, inputs)
        self._found: Analysis | None = None
        self._fault = ""

    def push(self, item: Item) -> None:
        """Take one input. An error of our own making is kept for the view, not raised."""
        if self._fault:
            return
        if isinstance(item, LinkEvent):
            self._picture.push_link(item)
        if isinstance(item, Notification):
            self._picture.push_notification(item)
        try:
            for event in self._engine.push(item):
                self._picture.push(event)
                self._analysis.push(event)
        except Exception as error:  # noqa: BLE001 - a bug in there must not end the recording
            self._fault = f"Internal error: {error!r}. The recording goes on."

    def view(
        self,
        now_ns: int,
        recording: RecordingView | None,
        ended: str | None,
        duration_ns: int | None,
    ) -> LiveView:
        """Return what is to be seen now; see ``Picture.view``."""
        view = self._picture.view(now_ns, recording, ended, duration_ns)
        return replace(view, problem=self._fault) if self._fault else view

    def finish(self) -> Analysis:
        """End the input; return all that was found (the same each time it is asked)."""
        if self._found is None:
            for event in self._engine.flush():
                self._analysis.push(event)
            self._found = self._analysis.finish()
        return self._found
