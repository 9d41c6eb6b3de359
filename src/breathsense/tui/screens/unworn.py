"""A programme that needs no sensor: its steps, one after the other, by the clock."""

from asyncio import to_thread
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.screen import Screen

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.texts import N_, _
from breathsense.session.unworn import UnwornPractice, UnwornView
from breathsense.tui.drawing.canvas import Canvas, build_canvas
from breathsense.tui.drawing.pictures.people import draw_move
from breathsense.tui.drawing.raster import Box
from breathsense.tui.drawing.steps import StepsFace, draw_steps, name_part, read_steps
from breathsense.tui.keys import Keyed
from breathsense.tui.screens.panel import ErrorPanel, Notice, plain
from breathsense.tui.screens.stopping import StopQuestion, StopText
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.faced import Faced
from breathsense.tui.widgets.foot import Foot

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

LOOK_S = 0.2
WORDS = N_("No sensor needed. Easy range, no forcing; stop whenever it is enough.")
STOPPED, DONE = N_("Stopped. What was done counts."), N_("Done. Thank you for moving.")
MOST_HEIGHT = 24


class StepList(Faced[StepsFace]):
    """The steps."""

    draw = staticmethod(draw_steps)


class MoveFigure(Faced[str]):
    """Somebody who does what the words of the step say."""

    @staticmethod
    def draw(face: str, width: int, height: int) -> Canvas:
        """Draw the figure in the middle of its room."""
        canvas = build_canvas(width, height)
        high = min(height, MOST_HEIGHT)
        draw_move(canvas, Box((height - high) // 2, 0, width, high), face)
        return canvas


class UnwornScreen(Keyed, Screen[None]):
    """Leads through a programme; it goes on by itself.

    Parameters
    ----------
    practice : UnwornPractice
        It has begun.

    """

    app: "BreathSenseApp"
    ROOM = "steps"

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause", tooltip="Pause or go on"),
        Binding("n,right", "next", "Next", tooltip="On to the next one"),
        Binding("x", "stop", "Stop now", tooltip="Not well? Stop, and say why"),
        Binding("q,escape", "leave", "Enough", tooltip="Enough; what was done counts"),
    ]

    def __init__(self, practice: UnwornPractice) -> None:
        super().__init__()
        self._practice = practice
        self._steps = StepList(id="steps")
        self._picture = MoveFigure(id="picture")
        self._is_leaving = False
        self._index = -1

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Horizontal(id="body"):
            yield self._steps
            yield self._picture
        yield plain(_(WORDS), "caution")
        yield Foot()

    def on_mount(self) -> None:
        """Begin to show."""
        self._steps.border_title = _(self._practice.view().name)
        self.set_interval(LOOK_S, self._look)
        self.call_after_refresh(self._look)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 72, "-thin")  # noqa: PLR2004 - columns
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        if self._is_leaving:
            return  # it is being written to its end, elsewhere
        view = self._practice.view()
        if self._steps.size.width:
            self._steps.face_up(read_steps(view))
            self._picture.face_up(view.parts[view.index].say)
        if view.index != self._index and not view.is_over:
            if self._index >= 0:
                self.app.sounder.play("tick")
            self._index = view.index
            self._steps.border_subtitle = name_part(view.parts[view.index])
        if view.is_over:
            self._end(view)

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._practice.toggle()

    def action_next(self) -> None:
        """Go on to the next step."""
        self._practice.next()

    def action_leave(self) -> None:
        """Stop here."""
        if not self._is_leaving:
            self._end(self._practice.view())

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Stand still, ask why, log it and say what to do."""
        view = self._practice.view()
        if self._is_leaving or view.is_over:
            return
        if not view.is_paused:
            self._practice.toggle()
        reason = await self.app.push_screen_wait(StopQuestion())
        if reason is None:
            if not view.is_paused:
                self._practice.toggle()
            return
        self._is_leaving = True
        await to_thread(self._practice.stop, reason)
        await self.app.push_screen_wait(StopText(reason))
        self.dismiss(None)

    @work(group="unworn")
    async def _end(self, view: UnwornView) -> None:
        self._is_leaving = True
        try:
            await to_thread(self._practice.stop)
        except BreathSenseError as error:
            await self.app.push_screen_wait(ErrorPanel(error))
        self.app.reminding.had_break()
        is_done = view.is_over and not view.was_stopped
        await self.app.push_screen_wait(Notice(_(view.name), _(DONE if is_done else STOPPED)))
        self.dismiss(None)
