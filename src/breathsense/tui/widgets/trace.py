"""The live trace."""

from breathsense.session.view import LiveView
from breathsense.tui.drawing.scale import Scale
from breathsense.tui.drawing.trace import TraceOptions, draw_trace
from breathsense.tui.drawing.words import say_place
from breathsense.tui.widgets.painted import Painted


class Trace(Painted):
    """Draws the waveform of the leading sensor; scrolling, or sweeping for slow terminals."""

    _scale: Scale | None = None
    _titled: tuple[str, str, Scale | None] = ("", "", None)

    def show(self, view: LiveView, options: TraceOptions) -> None:
        """Draw the newest view."""
        width, height = self.size
        canvas, self._scale = draw_trace(view, options, self._scale, width, height)
        self.paint(canvas)
        self._write_title(view)

    def rescale(self) -> None:
        """Forget the scale: the next frame chooses it anew."""
        self._scale = None

    def _write_title(self, view: LiveView) -> None:
        title = (view.sensor, view.unit, self._scale)
        if title == self._titled:
            return
        self._titled = title
        place = say_place(view.sensor)
        self.border_title = f"{place} breathing" if place else "breathing"
        if self._scale is not None:
            low, high = self._scale.low, self._scale.high
            self.border_subtitle = f"{low:.3g} to {high:.3g} {view.unit}"
