"""What the live screen and the replay screen share: the picture of a session, 30 times a second."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from breathsense.session.texts import N_, _
from breathsense.session.view import LiveView
from breathsense.tui.desk import ViewedSession
from breathsense.tui.drawing.pace_plan import PacePlan
from breathsense.tui.drawing.trace import TraceOptions
from breathsense.tui.drawing.zoom import zoom_on
from breathsense.tui.keys import Keyed
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.trimmed import TrimmedCompositor
from breathsense.tui.widgets.bars import LinkBar
from breathsense.tui.widgets.figures import BreathFigures
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.pacer import Pacer
from breathsense.tui.widgets.phase import Phase
from breathsense.tui.widgets.trace import Trace
from breathsense.tui.widgets.wall import Can, SaysBar, Wall

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

FRAME_S = 1 / 30
SMALL_WORDS = N_("A larger window (80 x 24 or more) shows more.")
PICTURE_KEYS: tuple[BindingType, ...] = (
    Binding(
        "s",
        "sweep",
        "Sweep",
        tooltip="Let the trace scroll, or sweep like a monitor",
        show=False,
    ),
    Binding("z", "zoom", "Zoom", tooltip="Show less or more time", show=False),
)
"""What works on every picture of a session."""


class SessionScreen(Keyed, Screen[None]):
    """Pulls a view at its own rate and draws it: drops frames, never samples."""

    app: "BreathSenseApp"
    IS_LIVE: ClassVar[bool] = False
    """Whether leaving it ends a recording."""

    CSS_PATH = LATER_STYLES

    def __init__(self, session: ViewedSession) -> None:
        super().__init__(classes="SessionScreen")
        self._compositor = TrimmedCompositor()
        self.session = session
        self.plan: PacePlan | None = None
        self._newest: LiveView | None = None
        self.link_bar = LinkBar(id="link")
        self.trace = Trace(id="trace")
        self.phase = Phase(id="phase")
        self.figures = BreathFigures(id="figures")
        self.pacer = Pacer(id="pacer")
        self.can = Can(id="can")
        self.wall = Wall(id="wall")
        self.says = SaysBar(id="says")
        for widget, title in (
            (self.phase, _("you")),
            (self.figures, _("breath")),
            (self.pacer, _("follow")),
            (self.can, _("can")),
            (self.wall, _("wall")),
        ):
            widget.border_title = title

    @property
    def newest(self) -> LiveView:
        """The view that is shown."""
        if self._newest is None:
            self._newest = self.session.view()
        return self._newest

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self.link_bar
        yield Static(_(SMALL_WORDS), id="small")
        with Container(id="body"):
            yield self.trace
            yield self.phase
            yield self.figures
            yield self.pacer
            yield self.can
            yield self.wall
        yield self.says
        yield self.build_bar()
        yield Foot()

    def build_bar(self) -> Widget:
        """Return the bar at the foot."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin to draw."""
        self.set_interval(FRAME_S, self.draw_frame)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        width, height = event.size
        self.set_class(width < 100, "-narrow")  # noqa: PLR2004 - columns, as in the style sheet
        self.set_class(width >= 100, "-wide")  # noqa: PLR2004 - columns
        self.set_class(height < 30, "-low")  # noqa: PLR2004 - rows
        self.set_class(width < 80 or height < 24, "-small")  # noqa: PLR2004 - the size that is asked for
        self.set_class(height < 18, "-flat")  # noqa: PLR2004 - no room for more than the trace
        self.set_class(width < 64, "-thin")  # noqa: PLR2004 - no room for three frames in a row
        self.set_class(width >= 150 and height >= 40, "-large")  # noqa: PLR2004 - room to be generous

    def draw_frame(self) -> None:
        """Pull the newest view and show it."""
        if not self.is_active and self._newest is not None:
            return
        self._newest = self.session.view()
        self.show(self._newest)

    def show(self, view: LiveView) -> None:
        """Hand the view to the widgets; each draws only what has changed."""
        choices = self.app.choices
        self.link_bar.show(view)
        self.trace.show(view, self.choose_options())
        self.phase.show(view)
        self.figures.show(view)
        self.show_pacer(view)
        self.can.show(view, is_plain=choices.is_sweep)
        self.wall.show(view, is_plain=choices.is_sweep)
        self.says.show(view)

    def show_pacer(self, view: LiveView) -> None:
        """Show the rhythm to follow."""
        choices = self.app.choices
        self.pacer.show(self.plan, choices.pace, view.now_ns, is_plain=choices.is_sweep)

    def keep(self) -> None:
        """Store what would be lost when the session ends; may take its time."""

    def choose_options(self) -> TraceOptions:
        """Return how the trace is to be drawn."""
        choices = self.app.choices
        return TraceOptions(choices.is_sweep, choices.cell_ns, self.plan)

    def action_sweep(self) -> None:
        """Change between scrolling and sweeping."""
        self.app.choices.is_sweep = not self.app.choices.is_sweep

    def action_zoom(self) -> None:
        """Show another length of time."""
        self.app.choices.cell_ns = zoom_on(self.app.choices.cell_ns)
        self.trace.rescale()
