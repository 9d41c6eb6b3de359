"""How far the trunk reaches: four ways, three tries each, in degrees."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen

from breathsense.session.texts import N_, _
from breathsense.session.view import LiveView
from breathsense.tui.desk import LiveSession
from breathsense.tui.drawing.canvas import Canvas, build_canvas
from breathsense.tui.drawing.pictures.people import BENDING, STANDING, blend_people, draw_person
from breathsense.tui.drawing.raster import Box
from breathsense.tui.drawing.reach import WAYS, ReachFace, draw_reaches, read_reaches
from breathsense.tui.keys import Keyed
from breathsense.tui.screens.panel import plain
from breathsense.tui.screens.stopping import stop_beside
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.faced import Faced
from breathsense.tui.widgets.foot import Foot

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

LOOK_S = 0.25
S = 1_000_000_000
SPAN_NS = 15 * S
"""Room for three tries."""
FINE = 60
"""Steps of the bar."""
CAUTION = N_(
    "As far as is comfortable, never further. Degrees of the whole trunk, hips and spine together; "
    "how the sensor sits makes some of it."
)
NO_SENSOR = N_("This needs a motion sensor on the trunk.")


class ReachBars(Faced[ReachFace]):
    """What was reached."""

    draw = staticmethod(draw_reaches)


class Bender(Faced[int]):
    """Somebody who bends; the face is how far, in tenths."""

    @staticmethod
    def draw(face: int, width: int, height: int) -> Canvas:
        """Draw the figure."""
        canvas = build_canvas(width, height)
        draw_person(canvas, Box(0, 0, width, height), blend_people(STANDING, BENDING, face / 10))
        return canvas


class ReachScreen(Keyed, Screen[None]):
    """Asks for bends each way and tells how far they went; the session goes on.

    Parameters
    ----------
    live : LiveSession
        The session; its recording keeps what was asked for, and so the reaches.

    """

    app: "BreathSenseApp"
    ROOM = "reach"

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "begin", "Begin", tooltip="Begin: fifteen seconds for three tries"),
        Binding("down,n", "turn(1)", "Next way", tooltip="Another way"),
        Binding("up,p", "turn(-1)", "Way before", tooltip="The way before", show=False),
        Binding("x", "stop", "Stop", tooltip="Not well? Stop, and say why"),
        Binding("q,escape", "leave", "Close", tooltip="Back to the session, which goes on"),
    ]

    def __init__(self, live: LiveSession) -> None:
        super().__init__()
        self._live = live
        self._at = 0
        self._began_ns: int | None = None
        self._bars = ReachBars(id="reaches")
        self._figure = Bender(id="picture")
        self._says = plain(_(CAUTION), "caution")

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Horizontal(id="body"):
            yield self._bars
            yield self._figure
        yield self._says
        yield Foot()

    def on_mount(self) -> None:
        """Begin to look."""
        self._bars.border_title = _("how far you reach")
        self.set_interval(LOOK_S, self.look)
        self.call_after_refresh(self.look)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 72, "-thin")  # noqa: PLR2004 - columns
        self.call_after_refresh(self.look)

    def look(self) -> None:
        """Show the newest state, and go on to the next way when one is over."""
        if not self.is_active or not self._bars.size.width:
            return
        view = self._live.view()
        share = self._find_share(view)
        if share is not None and share >= 1.0:
            self._began_ns, share = None, None
            self.app.sounder.play("done")
            self._at = (self._at + 1) % len(WAYS)
        self._says.update(Content(_(NO_SENSOR if view.trunk.posture is None else CAUTION)))
        fine = None if share is None else round(share * FINE) / FINE
        self._bars.face_up(read_reaches(view.trunk.reaches, self._at, fine))
        posture = view.trunk.posture
        lean_deg = 0.0 if posture is None else abs(posture.forward_deg)
        self._figure.face_up(min(round(lean_deg / 9), 10))

    def _find_share(self, view: LiveView) -> float | None:
        if self._began_ns is None:
            return None
        return (view.now_ns - self._began_ns) / SPAN_NS

    def action_begin(self) -> None:
        """Begin the way that is next."""
        view = self._live.view()
        if view.trunk.posture is None:
            self.notify(_(NO_SENSOR), timeout=4)
        if self._began_ns is not None or view.trunk.posture is None:
            return
        self._began_ns = view.now_ns
        self._live.mark(f"assess.bend_{WAYS[self._at]}", None, SPAN_NS)
        self.look()

    def action_turn(self, ways: int) -> None:
        """Choose another way, unless one runs."""
        if self._began_ns is None:
            self._at = (self._at + ways) % len(WAYS)
            self.look()

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Ask why and log it; for a reason of the body the session ends as well."""
        await stop_beside(self.app, self._live, self.action_leave)

    def action_leave(self) -> None:
        """Go back to the session."""
        self.dismiss(None)
