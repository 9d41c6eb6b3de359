"""The posture watch: beside one's work, with long delays. It rewards change, not one posture."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from breathsense.session.texts import N_, _
from breathsense.session.view import TrunkView
from breathsense.tui.desk import LiveSession
from breathsense.tui.drawing.posture import (
    PostureFace,
    Stage,
    draw_posture_watch,
    read_posture,
)
from breathsense.tui.keys import Keyed
from breathsense.tui.screens.panel import plain
from breathsense.tui.screens.stopping import stop_beside
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.faced import Faced
from breathsense.tui.widgets.foot import Foot

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

LOOK_S = 0.5
S = 1_000_000_000
SHOW_NS = 5 * S
"""How long tall and slump are to be held."""
PRAISE_NS = 20 * S
PROMPT_NS = 300 * S
"""A prompt that nobody follows goes away by itself."""
CAUTION = N_(
    "An angle is no posture, and no posture is the right one for long. The recording goes on."
)


class PosturePicture(Faced[PostureFace]):
    """The figure and the words."""

    draw = staticmethod(draw_posture_watch)


class PostureScreen(Keyed, Screen[None]):
    """Watches the trunk of a session that runs; closing it leaves the session alone.

    Parameters
    ----------
    live : LiveSession
        The session.

    """

    app: "BreathSenseApp"
    ROOM = "posture"

    snooze_s = 1800.0
    """How long the snooze key keeps it silent."""

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_it", "I show it", tooltip="This is my tall, or my slump"),
        Binding("z", "snooze", "Snooze", tooltip="Say nothing for a while"),
        Binding("a", "again", "Anew", tooltip="Show tall and slump anew", show=False),
        Binding("x", "stop", "Stop", tooltip="Not well? Stop, and say why"),
        Binding("q,escape", "leave", "Close", tooltip="Back to the session, which goes on"),
    ]

    def __init__(self, live: LiveSession) -> None:
        super().__init__()
        self._live = live
        self._picture = PosturePicture(id="watch")
        self._hold_until_ns = 0
        self._snoozed_until_ns = 0
        self._prompted_ns: int | None = None
        self._asks: Stage | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self._picture
        yield plain(_(CAUTION), "caution")
        yield Foot()

    def on_mount(self) -> None:
        """Begin to watch."""
        self._picture.border_title = _("posture watch")
        view = self._live.view()
        # What was due before this screen was opened is no news.
        self._prompted_ns = view.trunk.reminded_ns
        self.set_interval(LOOK_S, self.look)
        self.call_after_refresh(self.look)

    def look(self) -> None:
        """Show the newest state; a reminder that is due is heard once."""
        if not self.is_active or not self._picture.size.width:
            return
        view = self._live.view()
        stage = self._find_stage(view.trunk, view.now_ns)
        self._picture.face_up(read_posture(view.trunk, stage))

    def _find_stage(self, trunk: TrunkView, now_ns: int) -> Stage:
        if trunk.posture is None:
            return "no_sensor"
        if now_ns < self._hold_until_ns:
            return "hold"
        if not trunk.is_tall_known or self._asks == "tall":
            return "tall"
        if trunk.posture.slouch_frac is None or self._asks == "slump":
            return "slump"
        return self._find_prompt(trunk, now_ns)

    def _find_prompt(self, trunk: TrunkView, now_ns: int) -> Stage:
        reminded_ns, changed_ns = trunk.reminded_ns, trunk.changed_ns
        is_snoozed = now_ns < self._snoozed_until_ns
        if reminded_ns is not None and reminded_ns != self._prompted_ns:
            self._prompted_ns = reminded_ns
            if not is_snoozed:
                self.app.sounder.play("bell")
        if is_snoozed:
            return "snoozed"
        if reminded_ns is None or now_ns - reminded_ns > PROMPT_NS:
            return "watching"
        if changed_ns is None or changed_ns < reminded_ns:
            return "change"
        return "changed" if now_ns - changed_ns < PRAISE_NS else "watching"

    def action_show_it(self) -> None:
        """Take the posture of the next seconds for tall, or for slump."""
        view = self._live.view()
        stage = self._find_stage(view.trunk, view.now_ns)
        if stage not in {"tall", "slump"}:
            return
        self._live.mark(f"calibration.{stage}", None, SHOW_NS)
        self._hold_until_ns = view.now_ns + SHOW_NS + S
        self._asks = "slump" if stage == "tall" and self._asks else None
        self.look()

    def action_snooze(self) -> None:
        """Say nothing for a while."""
        self._snoozed_until_ns = self._live.view().now_ns + round(self.snooze_s * S)
        self.look()

    def action_again(self) -> None:
        """Ask for tall and slump once more: the sensor has moved."""
        self._asks = "tall"
        self.look()

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Ask why and log it; for a reason of the body the session ends as well."""
        await stop_beside(self.app, self._live, self.action_leave)

    def action_leave(self) -> None:
        """Go back to the session."""
        self.dismiss(None)
