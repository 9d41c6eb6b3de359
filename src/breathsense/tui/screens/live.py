"""A live session: see your breath, follow the pacer, mark a moment, stop and save."""

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from breathsense.core.model.calibration import Posture
from breathsense.core.model.labels import say_pacer
from breathsense.session.texts import N_, _
from breathsense.session.view import LiveView
from breathsense.tui.desk import LiveSession
from breathsense.tui.drawing.fitting import tidy_text
from breathsense.tui.drawing.pace import Pace, change_pace
from breathsense.tui.drawing.pace_plan import begin_pace
from breathsense.tui.drawing.words import say_time
from breathsense.tui.keys import say_keys
from breathsense.tui.listening import Listener
from breathsense.tui.screens.panel import Panel
from breathsense.tui.screens.questions import NoteQuestion, PostureQuestion
from breathsense.tui.screens.session import PICTURE_KEYS, SessionScreen
from breathsense.tui.widgets.bars import RecordingBar

if TYPE_CHECKING:  # it loads the engine
    from breathsense.session.today import Offer


class LiveScreen(SessionScreen):
    """Practise with a wearable, real or virtual."""

    TITLE_WORDS = N_("Practise")
    ROOM = "practise"
    IS_LIVE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "hold", "Hold", tooltip="Hold the picture; the recording goes on"),
        Binding("m", "mark", "Mark", tooltip="Mark this moment, with a note if you like"),
        Binding("c", "calibrate", "Calibrate", tooltip="Learn what your sensors can tell of you"),
        Binding("p", "pacer", "Pacer", tooltip="Switch the rhythm to follow on or off"),
        Binding(
            "left", "pace(-1, 0)", "Shorter in", tooltip="Pacer: half a second less in", show=False
        ),
        Binding(
            "right", "pace(1, 0)", "Longer in", tooltip="Pacer: half a second more in", show=False
        ),
        Binding(
            "down",
            "pace(0, -1)",
            "Shorter out",
            tooltip="Pacer: half a second less out",
            show=False,
        ),
        Binding(
            "up", "pace(0, 1)", "Longer out", tooltip="Pacer: half a second more out", show=False
        ),
        *PICTURE_KEYS,
        Binding("w", "watch", "Posture", tooltip="Watch your posture, quietly", show=False),
        Binding("r", "reach", "Reach", tooltip="Measure how far you can bend", show=False),
        Binding("e", "exercise", "Programme", tooltip="Choose a programme to be led through"),
        Binding("x", "stop", "Stop", tooltip="Not well? Stop, and say why"),
        Binding("q,escape", "leave", "Leave", tooltip="Stop and save, after a question"),
    ]

    def __init__(
        self, session: LiveSession, *, is_calibration: bool = False, wanted: "Offer | None" = None
    ) -> None:
        super().__init__(session)
        self.live = session
        self._is_calibration = is_calibration
        self._wanted = wanted
        self.recording_bar = RecordingBar(id="recording")
        self._is_held = False
        self._told_pace: Pace | None = None
        self._has_told_end = False
        self._told_links: dict[str, str] = {}
        self._told_warnings: set[str] = set()

    def build_bar(self) -> Widget:
        """Return the bar that says what is recorded."""
        return self.recording_bar

    @cached_property
    def listener(self) -> Listener:
        """What is heard of the session."""
        return Listener(self.app.sounder)

    def on_mount(self) -> None:
        """Begin the pacer with the session; the screens below have handlers of their own."""
        if self.app.choices.is_paced:
            self.plan = begin_pace(self.app.choices.pace, self.newest.now_ns)
        if self._is_calibration:
            self.app.is_new = False
            self.call_after_refresh(self.action_calibrate)
        if self._wanted is not None:
            self.call_after_refresh(self.app.follow_programme, self.live, self._wanted)

    def show(self, view: LiveView) -> None:
        """Show the view; while the picture is held, only the recording goes on."""
        if not self._is_held:
            super().show(view)
        self.recording_bar.show(view)
        self.hear(view)
        self._tell_links(view)
        self._tell_warnings(view)
        has_ended_by_itself = view.is_over and self.app.keeper.has_session
        if has_ended_by_itself and self.is_current and not self._has_told_end:
            self._has_told_end = True
            words = view.problem or _("The wearable has stopped.")
            self.notify(
                say_keys("{words} Press {practise_leave} to save and leave.", words=words),
                title=_("The session is over"),
                timeout=20,
            )

    def hear(self, view: LiveView) -> None:
        """Let the pacer be heard, and what matters."""
        self.listener.hear(view, self.plan)
        self._tell_pacer(view.now_ns)

    def _tell_pacer(self, now_ns: int) -> None:
        """Mark the rhythm that is shown, when it changes: a breath that is led is none at rest."""
        plan = self.plan
        pace = None if plan is None else plan.pace
        if pace == self._told_pace:
            return
        self._told_pace = pace
        if plan is None or pace is None:
            self.live.mark(say_pacer(0.0, 0.0))
            return
        begun_ns = now_ns - (now_ns - plan.parts[-1].zero_ns) % pace.period_ns
        self.live.mark(say_pacer(pace.in_s, pace.out_s), max(begun_ns, 0))

    def on_screen_suspend(self) -> None:
        """Nobody follows a rhythm that something else covers, but for a small panel."""
        if not isinstance(self.app.screen, Panel) and self._told_pace is not None:
            self._told_pace = None
            self.live.mark(say_pacer(0.0, 0.0))

    def _tell_links(self, view: LiveView) -> None:
        """Say once for each lost link what to do about it; the bar has room for the reason only."""
        for wearable in view.wearables:
            told = self._told_links.get(wearable.id)
            if wearable.link == "lost" and wearable.detail != told:
                self._told_links[wearable.id] = wearable.detail
                self.notify(
                    tidy_text(wearable.detail),
                    title=_("{name}: link lost").format(name=tidy_text(wearable.name)),
                    severity="warning",
                    timeout=12,
                )
            elif wearable.link == "streaming":
                self._told_links.pop(wearable.id, None)

    def _tell_warnings(self, view: LiveView) -> None:
        """Say each warning once: battery, firmware."""
        for wearable in view.wearables:
            for warning in wearable.warnings:
                words = f"{tidy_text(wearable.name)}: {tidy_text(warning)}"
                if words not in self._told_warnings:
                    self._told_warnings.add(words)
                    self.notify(words, severity="warning", timeout=12)

    def action_hold(self) -> None:
        """Hold the picture, or let it go on."""
        self._is_held = not self._is_held
        words = (
            _("The picture is held. The recording goes on.") if self._is_held else _("Going on.")
        )
        self.notify(words, timeout=3)

    def action_pacer(self) -> None:
        """Switch the pacer; it begins with a breath in."""
        is_paced = self.plan is None
        self.app.choices.is_paced = is_paced
        self.plan = begin_pace(self.app.choices.pace, self.newest.now_ns) if is_paced else None

    def action_pace(self, in_steps: int, out_steps: int) -> None:
        """Make the pacer slower or faster."""
        choices = self.app.choices
        choices.pace = change_pace(choices.pace, in_steps=in_steps, out_steps=out_steps)
        if self.plan is not None:
            self.plan = self.plan.changed_to(choices.pace, self.newest.now_ns)

    @work(group="calibration")
    async def action_calibrate(self) -> None:
        """Begin the guided calibration."""
        await self.calibrate()

    async def calibrate(self) -> None:
        """Lead through the calibration; in a posture that is asked for if it is not known."""
        # The guide loads the engine: late, that the first frame need not wait for it.
        from breathsense.tui.screens.calibration import CalibrationScreen

        known = self.newest.calibration
        posture: Posture | None = "unknown" if known is None else known.posture
        if posture == "unknown":
            posture = await self.app.push_screen_wait(PostureQuestion())
        if posture is not None:
            await self.app.push_screen_wait(CalibrationScreen(self.live, posture))

    def action_mark(self) -> None:
        """Mark this moment; the note may be written afterwards."""
        at_ns = self.session.view().now_ns

        def mark(note: str | None) -> None:
            if note is None:
                return
            self.live.mark(f"note: {note or 'mark'}", at_ns)
            self.notify(_("Marked at {time}.").format(time=say_time(at_ns)), timeout=2)

        self.app.push_screen(NoteQuestion(say_time(at_ns)), mark)

    def action_watch(self) -> None:
        """Watch the posture."""
        self.app.open_posture(self.live)

    def action_reach(self) -> None:
        """Measure the reach of bends."""
        self.app.open_reach(self.live)

    def action_exercise(self) -> None:
        """Choose a programme."""
        self.app.open_practise(self.live)

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Ask why, log it, say what to do, and end the session."""
        from breathsense.tui.screens.stopping import ask_to_stop

        if await ask_to_stop(self.app, self.live) is not None:
            self.app.leave_session(asks=False)

    def action_leave(self) -> None:
        """Stop and save, after a question."""
        self.app.leave_session()
