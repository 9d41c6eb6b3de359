"""The engine of a session and those who look at what it finds."""

from collections import deque
from dataclasses import replace

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.coaching import CoachingEvent
from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.setup import Setup
from breathsense.session.picture import Picture
from breathsense.session.texts import _
from breathsense.session.view import LiveView, RecordingView

MOST_COACHING = 500
"""Of the coaching, so many events are kept for whoever tells them one by one."""


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
        self._coaching: deque[CoachingEvent] = deque(maxlen=MOST_COACHING)
        self._n_coaching = 0

    def push(self, item: Item) -> list[object]:
        """Take one input; return what follows from it.

        An error of our own making is kept for the view, not raised.
        """
        if self._fault:
            return []
        if isinstance(item, LinkEvent):
            self._picture.push_link(item)
        if isinstance(item, Notification):
            self._picture.push_notification(item)
        found: list[object] = []
        try:
            for event in self._engine.push(item):
                found.append(event)
                self._picture.push(event)
                self._analysis.push(event)
                if isinstance(event, CoachingEvent):
                    self._coaching.append(event)
                    self._n_coaching += 1
        except Exception as error:  # noqa: BLE001 - a bug in there must not end the recording
            self._fault = _("Internal error: {error!r}. The recording goes on.").format(error=error)
        return found

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

    def list_coaching(self, n_known: int) -> tuple[CoachingEvent, ...]:
        """Return what the coach told after its first ``n_known`` events."""
        n_new = min(max(self._n_coaching - n_known, 0), len(self._coaching))
        return tuple(self._coaching)[len(self._coaching) - n_new :]

    def finish_if_sound(self) -> Analysis | None:
        """Return all that was found; ``None`` where an error of our own making cut it short."""
        if self._fault:
            return None
        try:
            return self.finish()
        except Exception as error:  # noqa: BLE001 - the recording is closed; it must be told of
            self._fault = _("Internal error: {error!r}. The recording is whole.").format(
                error=error
            )
            return None

    def finish(self) -> Analysis:
        """End the input; return all that was found (the same each time it is asked)."""
        if self._found is None:
            for event in self._engine.flush():
                self._analysis.push(event)
            self._found = self._analysis.finish()
        return self._found
