"""The live trace."""

from breathsense.session.texts import _
from breathsense.session.view import LiveView
from breathsense.tui.drawing.scale import Scale
from breathsense.tui.drawing.trace import TraceOptions, draw_trace
from breathsense.tui.drawing.words import say_place
from breathsense.tui.widgets.painted import Painted


class Trace(Painted):
    """Draws the waveform of the leading sensor; scrolling, or sweeping for slow terminals."""

    _scale: Scale | None = None
    _seen: tuple[object, ...] = ()
    _titled: tuple[str, str, Scale | None] = ("", "", None)

    def show(self, view: LiveView, options: TraceOptions) -> None:
        """Draw the newest view."""
        width, height = self.cells
        seen = self._list_seen(view, options)
        if seen == self._seen:
            return
        self._seen = seen
        canvas, self._scale = draw_trace(view, options, self._scale, width, height)
        self.paint(canvas)
        self._write_title(view)

    def _list_seen(self, view: LiveView, options: TraceOptions) -> tuple[object, ...]:
        """List all that decides the picture; between two columns of time most frames are alike.

        A sweep moves by whole cells: that halves what a slow terminal is sent.
        """
        column_ns = options.cell_ns if options.is_sweep else options.cell_ns // 2
        newest = int(view.t_ns[-1]) // column_ns if len(view.t_ns) else None
        now = view.now_ns // column_ns
        facts = (view.breaths, view.phase, view.phase_since_ns, view.gaps, view.marks)
        braces = view.wall.braces
        return (self.cells, options, now, newest, braces, *facts)

    def rescale(self) -> None:
        """Forget the scale: the next frame chooses it anew."""
        self._scale = None
        self._seen = ()

    def _write_title(self, view: LiveView) -> None:
        title = (view.sensor, view.unit, self._scale)
        if title == self._titled:
            return
        self._titled = title
        place = say_place(view.sensor)
        self.border_title = _("{place} breathing").format(place=place) if place else _("breathing")
        if self._scale is not None:
            low, high = self._scale.low, self._scale.high
            self.border_subtitle = _("{low:.3g} to {high:.3g} {unit}").format(
                low=low, high=high, unit=view.unit
            )
