"""A guided calibration in a running session: step by step, each of them can be left out."""

from asyncio import to_thread
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Static

from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.guide import CalibrationGuide, GuideView, list_open, plan_steps
from breathsense.core.model.calibration import Calibration, Posture, StepName
from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.labels import OWN_WISH
from breathsense.core.setup import list_sensors
from breathsense.session.calibrating import GuidedCalibration, find_learnt
from breathsense.session.calibration_words import tell_able, tell_learnt
from breathsense.session.texts import N_, _
from breathsense.tui.desk import LiveSession
from breathsense.tui.keys import say_keys
from breathsense.tui.listening import Listener
from breathsense.tui.screens.panel import ErrorPanel, Notice
from breathsense.tui.screens.session import PICTURE_KEYS, SMALL_WORDS, SessionScreen
from breathsense.tui.screens.stopping import ask_to_stop
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.guide import Guide, Steps


class CalibrationScreen(SessionScreen):
    """Learn what the sensors can tell of this wearer, in about four minutes."""

    TITLE_WORDS = N_("Calibrate")
    ROOM = "calibrate"
    IS_LIVE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "begin", "Begin now", tooltip="Begin now: wait no longer"),
        Binding("n", "skip", "Leave out", tooltip="Leave this step out; it stays unknown"),
        Binding("a", "again", "Anew", tooltip="Do this step anew"),
        Binding("x", "stop", "Stop", tooltip="Not well? Stop, and say why"),
        *PICTURE_KEYS,
        Binding("q,escape", "leave", "Back", tooltip="Back to practising; what is done is kept"),
    ]

    def __init__(self, session: LiveSession, posture: Posture) -> None:
        super().__init__(session)
        self.live = session
        self._posture: Posture = posture
        self.guided = GuidedCalibration(session, CalibrationGuide(self._plan()))
        self.guide = Guide(id="guide")
        self.steps = Steps(id="steps")
        self.guide.border_title, self.steps.border_title = _("calibration"), _("steps")
        self._is_leaving = self._is_still = self._is_stopped = False
        self._stored: Path | None = None

    def _plan(self) -> tuple[StepName, ...]:
        """Return the steps that are open; all of them if all were done."""
        steps = plan_steps(list_sensors(self.live.setup))
        known = self.newest.calibration or Calibration()
        still_open = list_open(steps, known)
        return still_open if set(still_open) - {"fit"} else steps

    @cached_property
    def listener(self) -> Listener:
        """What is heard of the calibration: each try by its sound, as in a programme."""
        return Listener(self.app.sounder)

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self.link_bar
        yield Static(_(SMALL_WORDS), id="small")
        with Container(id="body"):
            yield self.trace
            yield self.steps
            yield self.guide
            yield self.phase
        yield Foot()

    def draw_frame(self) -> None:
        """Let the guide go on, whatever is in front; show where it is."""
        if self._is_leaving or self._is_still:
            return
        shown, self._newest = self.guided.poll()
        self.listener.hear_guide(self._newest, shown)
        if self.is_active:
            self.link_bar.show(self._newest)
            self.trace.show(self._newest, self.choose_options())
            self.phase.show(self._newest)
            self._show_guide(shown)
        if self.guided.guide.is_over:
            self.action_leave()

    def _show_guide(self, shown: GuideView) -> None:
        links = [wearable.link for wearable in self.newest.wearables]
        self.guide.show(shown, is_linked="streaming" in links)
        self.steps.show(shown)

    def action_begin(self) -> None:
        """Begin the step that is next."""
        self.guided.guide.begin()

    def action_skip(self) -> None:
        """Leave the step out."""
        self.guided.guide.skip()

    def action_again(self) -> None:
        """Do the step anew."""
        self.guided.guide.repeat()

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Let the guide stand still, ask why and log it; what is done is kept."""
        if self._is_leaving:
            return
        self._is_still = True
        reason = await ask_to_stop(self.app, self.live)
        self._is_still = False
        if reason is None:
            self.guided.guide.repeat()
            return
        self._is_stopped = reason != OWN_WISH
        self.action_leave()

    def action_leave(self) -> None:
        """Store what was learnt, say it, and go back."""
        if not self._is_leaving:
            self._is_leaving = True
            self._leave()

    @work(group="calibration")
    async def _leave(self) -> None:
        learnt = find_learnt(self.newest.calibration, self.live.setup, self._posture)
        panel: Notice = Notice(
            _("Calibration"),
            say_keys(
                "Nothing new was learnt; nothing is stored. {practise_calibrate} begins again."
            ),
        )
        if learnt is not None:
            try:
                await to_thread(self.keep)
            except BreathSenseError as error:
                panel = ErrorPanel(error)
            else:
                panel = self._tell(
                    learnt,
                    _("Stored as {name}").format(name=self._stored) if self._stored else "",
                )
        await self.app.push_screen_wait(panel)
        self.dismiss()
        if self._is_stopped:
            self.app.leave_session(asks=False)

    def keep(self) -> None:
        """Store what was learnt, as the command line does."""
        self._stored = self.app.desk.keep_learnt(self.live, self._posture)

    def _tell(self, learnt: Calibration, where: str) -> Notice:
        units = {
            one.id: "deg" if one.kind == "imu" else one.unit
            for one in list_sensors(self.live.setup)
        }
        able = "\n".join(tell_able(tell_abilities(learnt)))
        numbers = "\n".join(tell_learnt(learnt, units))
        return Notice(_("What your sensors can tell of you"), able, advice=numbers, where=where)
