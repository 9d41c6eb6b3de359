"""Progress: the days, one figure at a time over the weeks, all of them small, or the sessions."""

from asyncio import to_thread
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from breathsense.core.model.errors import BreathSenseError
from breathsense.library.entry import SessionEntry
from breathsense.session.moments import say_moment
from breathsense.session.progress.days import (
    WEEK_DAYS,
    find_length_s,
    list_weeks,
    start_with_practice,
)
from breathsense.session.progress.measures import list_measures
from breathsense.session.progress.telling import (
    describe_session,
    name_measure,
    tell_change,
    tell_days,
    tell_left_out,
    tell_newest,
    tell_stops,
)
from breathsense.session.progress.trends import Trend, build_trend
from breathsense.session.texts import N_, _
from breathsense.tui.drawing.days import DaysFace
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.plot import PlotFace
from breathsense.tui.keys import Keyed
from breathsense.tui.screens.panel import ErrorPanel
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.plots import DaysStrip, Plot, Plots

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

PERIODS = (2, 6, 12, 26, 52)
"""Weeks that may be shown; after them all there are."""
ALL = 0
READING = N_("Reading your recordings ...")
NAME_ROOM = 21
MOST_WEEKS = 60
"""More weeks than fit into any terminal."""
View = Literal["one", "all", "sessions"]


class ProgressScreen(Keyed, Screen[None]):
    """What was practised, and how the figures went. Told from the recordings alone.

    Parameters
    ----------
    today : date
        The day that the weeks end with.

    """

    app: "BreathSenseApp"
    ROOM = "progress"

    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "period(-1)", "Shorter", tooltip="A shorter time", priority=True),
        Binding("right", "period(1)", "Longer", tooltip="A longer time", priority=True),
        Binding("a", "show_all", "All", tooltip="All figures side by side, or one"),
        Binding("s", "show_sessions", "Sessions", tooltip="The sessions themselves, or figures"),
        Binding("enter", "open", "Open", tooltip="Open the highlighted session", show=False),
        Binding("down,pagedown", "turn(1)", "More", tooltip="All: figures that did not fit",
                show=False),
        Binding("up,pageup", "turn(-1)", "Before", tooltip="All: the figures before",
                show=False),
        Binding("q,escape,h", "leave", "Close", tooltip="Close progress"),
    ]  # fmt: skip

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._entries: tuple[SessionEntry, ...] = ()
        self._trends: dict[str, Trend] = {}
        self._period = 6
        self._view: View = "one"
        self._is_left = False
        self._days = DaysStrip(id="days")
        self._measures = OptionList(id="measures", markup=False)
        self._plot = Plot(id="plot")
        self._plots = Plots(id="plots")
        self._figures = Container(id="figures")
        self._says = Static(_(READING), id="says")
        self._sessions = OptionList(id="sessions", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self._days
        with self._figures:
            yield self._measures
            with Vertical(id="chart"):
                yield self._plot
                yield self._says
        yield self._plots
        yield self._sessions
        yield Foot()

    def on_mount(self) -> None:
        """Begin to read."""
        self._days.border_title = _("days")
        self._measures.border_title = _("figures")
        self._sessions.border_title = _("sessions, newest first")
        self._measures.focus()
        self._show_view()
        self._read()

    def on_unmount(self) -> None:
        """Give up reading."""
        self._is_left = True

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 100, "-narrow")  # noqa: PLR2004 - columns
        self.set_class(event.size.height < 30, "-low")  # noqa: PLR2004 - rows
        self.set_class(event.size.width < 64, "-thin")  # noqa: PLR2004 - columns
        self.call_after_refresh(self._draw)

    def on_screen_resume(self) -> None:
        """Draw what was read while something else was in front."""
        self.call_after_refresh(self._draw)

    # ---- reading ----

    @work(group="progress", exclusive=True)
    async def _read(self) -> None:
        def tell(n_done: int, n_all: int) -> None:
            if not self._is_left:
                self.app.call_from_thread(
                    self._says.update,
                    _("Reading your recordings ... {n_done} of {n_all}").format(
                        n_done=n_done, n_all=n_all
                    ),
                )

        read: Callable[[], tuple[SessionEntry, ...]] = lambda: self.app.desk.list_sessions(  # noqa: E731 - to be run elsewhere
            tell, lambda: self._is_left
        )
        try:
            entries = await to_thread(read)
        except BreathSenseError as error:
            await self.app.push_screen(ErrorPanel(error))
            return
        self._entries = entries
        self._fill_sessions()
        self._build()
        self._fill_measures()
        self._draw()

    def _build(self) -> None:
        self._trends = {
            one.id: build_trend(one, self._entries, self._since)
            for one in list_measures(self._entries)
        }

    @property
    def _since(self) -> date | None:
        if self._period == ALL:
            return None
        monday = self._today - timedelta(days=self._today.weekday())
        return monday - timedelta(days=WEEK_DAYS * (self._period - 1))

    @property
    def _first_day(self) -> date:
        oldest = min((one.started.date() for one in self._entries), default=self._today)
        return self._since or min(oldest, self._today - timedelta(days=WEEK_DAYS))

    # ---- showing ----

    def _fill_measures(self) -> None:
        at = self._measures.highlighted or 0
        self._measures.clear_options()
        self._measures.add_options(
            [
                Option(
                    Content.assemble(
                        cut_text(tidy_text(name_measure(one.measure)[0]), NAME_ROOM).ljust(
                            NAME_ROOM + 1
                        ),
                        (tell_newest(one).rjust(4), "$breath-in" if one.points else "$faint"),
                    ),
                    id=key,
                )
                for key, one in self._trends.items()
            ]
        )
        self._measures.highlighted = min(at, len(self._trends) - 1)

    def _fill_sessions(self) -> None:
        rows = [
            Option(
                Content.assemble(
                    (f"{say_moment(one.started)}  ", "$strong"),
                    (_("{length_s:3.0f} min  ").format(length_s=find_length_s(one) / 60), "$faint"),
                    tidy_text(describe_session(one)),
                ),
                id=str(place),
            )
            for place, one in enumerate(self._entries)
        ]
        self._sessions.clear_options()
        self._sessions.add_options(rows or [Option(_("Nothing recorded yet."), disabled=True)])
        self._sessions.highlighted = 0 if rows else None

    def _show_view(self) -> None:
        self._figures.display = self._view == "one"
        self._plots.display = self._view == "all"
        self._sessions.display = self._view == "sessions"
        focused = {"one": self._measures, "sessions": self._sessions}.get(self._view)
        self.set_focus(focused)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.is_active:
            return
        weeks = list_weeks(self._entries, self._today, MOST_WEEKS)
        says = tell_days(self._entries, weeks, self._today)
        in_period = weeks[-self._period :] if self._period else weeks
        shown = start_with_practice(weeks)
        self._days.face_up(DaysFace(shown, says, tell_stops(in_period)))
        period = _("last {n} weeks").format(n=self._period) if self._period else _("all weeks")
        self._plots.border_title = _("all figures, {period}").format(period=period)
        if self._view == "all":
            self._plots.show(tuple(self._face(one, is_small=True) for one in self._with_points))
        trend = self._chosen
        if trend is None or self._view != "one":
            return
        name, unit = name_measure(trend.measure)
        self._plot.border_title = f"{name}, {unit}: {period}"
        self._plot.face_up(self._face(trend))
        lines = [tell_change(trend), _(trend.measure.says), tell_left_out(trend)]
        self._says.update(Content("\n".join(one for one in lines if one)))

    @property
    def _with_points(self) -> Sequence[Trend]:
        return [one for one in self._trends.values() if one.points] or list(self._trends.values())

    @property
    def _chosen(self) -> Trend | None:
        at = self._measures.highlighted
        if at is None or not self._measures.option_count:
            return None
        return self._trends.get(self._measures.get_option_at_index(at).id or "")

    def _face(self, trend: Trend, *, is_small: bool = False) -> PlotFace:
        return PlotFace(trend, self._first_day, self._today, is_small)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the figure that is highlighted."""
        if event.option_list is self._measures:
            self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the session that is highlighted."""
        if event.option_list is self._sessions and event.option.id is not None:
            self.app.open_recording(self._entries[int(event.option.id)].path)

    # ---- keys ----

    def action_period(self, step: int) -> None:
        """Show a shorter or a longer time."""
        periods = (*PERIODS, ALL)
        place = min(max(periods.index(self._period) + step, 0), len(periods) - 1)
        self._period = periods[place]
        self._build()
        self._fill_measures()
        self._draw()

    def action_turn(self, by: int) -> None:
        """Show the figures that did not fit, or those before."""
        if self._view == "all":
            self._plots.turn(by)

    def action_show_all(self) -> None:
        """Show all figures small, or one large."""
        self._view = "one" if self._view == "all" else "all"
        self._show_view()

    def action_show_sessions(self) -> None:
        """Show the sessions, or the figures."""
        self._view = "one" if self._view == "sessions" else "sessions"
        self._show_view()

    def action_open(self) -> None:
        """Open what is highlighted."""
        if self._view == "sessions":
            self._sessions.action_select()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
