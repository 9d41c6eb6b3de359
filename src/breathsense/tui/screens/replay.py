"""A recording, played again by the same stages that ran live."""

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from breathsense.session.texts import N_
from breathsense.session.view import LiveView
from breathsense.tui.desk import ReplaySession
from breathsense.tui.drawing.words import S
from breathsense.tui.screens.session import PICTURE_KEYS, SessionScreen
from breathsense.tui.widgets.bars import ReplayBar

ARRIVED_NS = S
"""So near to where it was sent, a replay has arrived."""
LONGEST_WAY_FRAMES = 30
"""After a second it is elsewhere for another reason: it plays fast, say."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


class ReplayScreen(SessionScreen):
    """Look at a recording: pause, seek, play it faster or slower."""

    TITLE_WORDS = N_("Recording")
    ROOM = "recording"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause", tooltip="Pause or go on"),
        Binding("left", "skip(-5)", "-5 s", tooltip="Back 5 seconds", id="recording.back"),
        Binding("right", "skip(5)", "+5 s", tooltip="On 5 seconds", id="recording.on"),
        Binding(
            "shift+left,ctrl+left",
            "skip(-30)",
            "-30 s",
            tooltip="Back 30 s",
            show=False,
            id="recording.back_far",
        ),
        Binding(
            "shift+right,ctrl+right",
            "skip(30)",
            "+30 s",
            tooltip="On 30 s",
            show=False,
            id="recording.on_far",
        ),
        Binding("home", "begin", "Start", tooltip="Go to the start", show=False),
        Binding("end", "finish", "End", tooltip="Go to the end", show=False),
        Binding(
            "plus,equals_sign", "speed(1)", "Faster", tooltip="Play faster", id="recording.faster"
        ),
        Binding(
            "minus", "speed(-1)", "Slower", tooltip="Play slower", show=False, id="recording.slower"
        ),
        Binding("v", "review", "Review", tooltip="Look through all of it, annotate, correct"),
        Binding("e", "export", "Export", tooltip="Write it in another format", show=False),
        *PICTURE_KEYS,
        Binding("q,escape", "leave", "Back", tooltip="Close the recording"),
    ]

    def __init__(self, session: ReplaySession, path: Path | None = None) -> None:
        super().__init__(session)
        self.path = path
        self.replay = session
        self.replay_bar = ReplayBar(id="replay")
        self._sought_ns: int | None = None
        self._n_frames_on_way = 0

    def build_bar(self) -> Widget:
        """Return the bar that says where the replay is."""
        return self.replay_bar

    def show(self, view: LiveView) -> None:
        """Show the view and its place in the recording."""
        super().show(view)
        self._look_for_arrival(view.now_ns)
        self.replay_bar.show(view, is_paused=self.replay.is_paused, speed=self.replay.speed)

    def _look_for_arrival(self, now_ns: int) -> None:
        if self._sought_ns is None:
            return
        self._n_frames_on_way += 1
        is_there = abs(now_ns - self._sought_ns) <= ARRIVED_NS
        if is_there or self._n_frames_on_way > LONGEST_WAY_FRAMES:
            self._sought_ns = None

    def action_pause(self) -> None:
        """Pause or go on; at the end, begin again."""
        if self.newest.is_over:
            self.action_begin()
        if self.replay.is_paused:
            self.replay.resume()
        elif not self.newest.is_over:
            self.replay.pause()

    def action_skip(self, seconds: int) -> None:
        """Go back or on by some seconds, from where the replay is on its way to."""
        from_ns = self.newest.now_ns if self._sought_ns is None else self._sought_ns
        self._seek(from_ns + seconds * S)

    def action_begin(self) -> None:
        """Go to the start."""
        self._seek(0)

    def action_finish(self) -> None:
        """Go to the end."""
        if self.newest.duration_ns is not None:
            self._seek(self.newest.duration_ns)

    def action_speed(self, steps: int) -> None:
        """Play at the next speed up or down."""
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - self.replay.speed))
        self.replay.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def go_to(self, t_ns: int) -> None:
        """Go to a session time, and play from there."""
        self._seek(t_ns)
        self.replay.resume()

    def action_review(self) -> None:
        """Look through the whole recording; the replay waits meanwhile."""
        if self.path is not None:
            self.replay.pause()
            self.app.open_review(self.path)

    def action_export(self) -> None:
        """Write the recording in another format; the replay waits meanwhile."""
        if self.path is not None:
            self.replay.pause()
            self.app.export_recordings([self.path])

    def action_leave(self) -> None:
        """Close the recording."""
        self.app.leave_session()

    def _seek(self, t_ns: int) -> None:
        last_ns = self.newest.duration_ns
        self._sought_ns = max(t_ns, 0) if last_ns is None else min(max(t_ns, 0), last_ns)
        self._n_frames_on_way = 0
        self.replay.seek(self._sought_ns)
        self.trace.rescale()
