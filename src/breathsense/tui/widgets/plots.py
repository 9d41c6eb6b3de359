"""Days and figures of many weeks as pictures."""

from breathsense.tui.drawing.days import DaysFace, draw_days
from breathsense.tui.drawing.plot import PlotFace, draw_plot
from breathsense.tui.drawing.plots import PlotsFace, draw_plots, fit_grid
from breathsense.tui.keys import say_keys
from breathsense.tui.widgets.faced import Faced


class DaysStrip(Faced[DaysFace]):
    """The days of the last weeks."""

    draw = staticmethod(draw_days)


class Plot(Faced[PlotFace]):
    """One figure over the period."""

    draw = staticmethod(draw_plot)


class Plots(Faced[PlotsFace]):
    """All figures over the period, small; in pages if there is no room for all."""

    draw = staticmethod(draw_plots)
    _plots: tuple[PlotFace, ...] = ()
    _page = 0

    def show(self, plots: tuple[PlotFace, ...]) -> None:
        """Show these, the same page as before."""
        self._plots = plots
        self.turn(0)

    def turn(self, by: int) -> None:
        """Show the figures that did not fit, or those before."""
        n, n_shown = len(self._plots), self._count_shown()
        self._page = min(max(self._page + by, 0), max(n - 1, 0) // n_shown)
        first = self._page * n_shown
        self.border_subtitle = "" if n_shown >= n else say_keys(
            "{first} to {last} of {n}   more: {progress_more}",
            first=first + 1, last=min(first + n_shown, n), n=n,
        )  # fmt: skip
        self.face_up(PlotsFace(self._plots, first))

    def _count_shown(self) -> int:
        cells = self.cells
        return fit_grid(len(self._plots), cells.width, cells.height).n_shown
