"""A whole session under a cursor: look, annotate, correct, compare."""

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen

from breathsense.core.model.errors import BreathSenseError, RefusedInput
from breathsense.exports.content import Track
from breathsense.session.review import Review, Stop
from breathsense.session.review_changes import tell_changes
from breathsense.session.review_edits import Part
from breathsense.session.review_figures import compare_figures
from breathsense.session.review_window import ReviewWindow, open_window
from breathsense.session.texts import _
from breathsense.tui.drawing.review import ReviewTrace, choose_gain
from breathsense.tui.drawing.review_words import (
    TableFace,
    name_session,
    read_here,
    read_review_bar,
    say_cursor,
)
from breathsense.tui.drawing.words import say_place
from breathsense.tui.keys import Keyed
from breathsense.tui.screens.panel import ErrorPanel, Notice
from breathsense.tui.screens.replay import ReplayScreen
from breathsense.tui.screens.review_keys import REVIEW_KEYS, STOP_WORDS
from breathsense.tui.screens.review_questions import AnnotationQuestion, SessionQuestion
from breathsense.tui.styles import LATER_STYLES
from breathsense.tui.widgets.foot import Foot
from breathsense.tui.widgets.review import FigureTable, Here, Overview, ReviewBar, ReviewPlot

if TYPE_CHECKING:
    from breathsense.tui.app import BreathSenseApp

PAGE_PARTS = 10
"""A long step is this part of the window."""


class ReviewScreen(Keyed, Screen[None]):
    """One session, or two above one another; nothing that is done here changes a recording."""

    app: "BreathSenseApp"
    ROOM = "review"
    CSS_PATH = LATER_STYLES
    BINDINGS: ClassVar[list[BindingType]] = list(REVIEW_KEYS)

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.other: Review | None = None
        self.window = open_window(review.start_ns, review.end_ns)
        self._n_sensor = 0
        self._gains: dict[int, float] = {}
        self.bar = ReviewBar(id="bar")
        self.overview = Overview(id="overview")
        self.plot = ReviewPlot(id="plot")
        self.plot_of_other = ReviewPlot(id="other")
        self.here = Here(id="here")
        self.figures = FigureTable(id="figures")
        for widget, title in (
            (self.overview, _("whole session")),
            (self.here, _("here")),
            (self.figures, _("figures")),
        ):
            widget.border_title = title

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self.bar
        with Container(id="body"):
            with Container(id="traces"):
                yield self.overview
                yield self.plot
                yield self.plot_of_other
                yield self.here
            yield self.figures
        yield Foot()

    def on_mount(self) -> None:
        """Show it."""
        self.call_after_refresh(self.draw)

    def on_resize(self, event: Resize) -> None:
        """Choose the layout that fits."""
        self.set_class(event.size.width < 100, "-narrow")  # noqa: PLR2004 - columns
        self.set_class(event.size.height < 30, "-low")  # noqa: PLR2004 - rows
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw everything anew; each widget sends only what has changed."""
        self.set_class(self.other is not None, "-two")
        trace = self._find_trace(self.review, self._n_sensor)
        self.bar.face_up(read_review_bar(self.review, self.window))
        self.here.face_up(read_here(self.review, self.window))
        if trace is not None:
            self.overview.show(trace, self.window)
            self.plot.show(trace, self.window)
        self._draw_other()

    def _draw_other(self) -> None:
        self.figures.face_up(self._read_figures())
        if self.other is not None:
            trace = self._find_trace(self.other, self._n_sensor)
            if trace is not None:
                self.plot_of_other.show(trace, self._shift_window(self.other))
            self.plot_of_other.border_title = Content(name_session(self.other.told))

    def _read_figures(self) -> TableFace:
        if self.other is None:
            return TableFace(("",), self.review.figures)
        headings = (name_session(self.review.told), name_session(self.other.told))
        return TableFace(headings, compare_figures(self.review.figures, self.other.figures))

    def _shift_window(self, other: Review) -> ReviewWindow:
        """Return the same window, so far into the other session."""
        into_ns = self.window.from_ns - self.window.start_ns
        from_ns = other.start_ns + into_ns
        cursor_ns = from_ns + self.window.cursor_ns - self.window.from_ns
        return replace(
            self.window,
            start_ns=other.start_ns,
            end_ns=other.end_ns,
            from_ns=from_ns,
            cursor_ns=cursor_ns,
        )

    def _find_trace(self, review: Review, number: int) -> ReviewTrace | None:
        if not review.traces:
            return None
        track: Track = review.traces[number % len(review.traces)]
        pyramid = review.find_pyramid(track)
        gain = self._gains.setdefault(id(pyramid), choose_gain(pyramid))
        title = (
            _("{place} breathing ({unit})")
            .format(place=say_place(track.key.sensor), unit=track.unit)
            .strip()
        )
        if review is self.review:
            self.plot.border_title = title
        return ReviewTrace(review.told, pyramid, gain)

    def _look(self, window: ReviewWindow) -> None:
        self.window = window
        self.draw()

    # ---- moving about ----

    def action_move(self, cells: int) -> None:
        """Move the cursor by cells."""
        width = max(self.plot.size.width, 1)
        self._look(self.window.move(cells * max(self.window.span_ns // width, 1)))

    def action_stride(self, steps: int) -> None:
        """Move the cursor by tenths of the window."""
        self._look(self.window.move(steps * self.window.span_ns // PAGE_PARTS))

    def action_page(self, pages: int) -> None:
        """Move the window by itself."""
        self._look(self.window.turn_page(pages))

    def action_edge(self, is_end: bool) -> None:  # noqa: FBT001 - written in a binding
        """Go to the start or the end."""
        self._look(self.window.jump(self.window.end_ns if is_end else self.window.start_ns))

    def action_zoom(self, steps: int) -> None:
        """Show less or more."""
        self._look(self.window.zoom(steps))

    def action_whole(self) -> None:
        """Show the whole session, or a minute again."""
        self._look(self.window.show_all())

    def action_stop(self, kind: str, is_back: bool = False) -> None:  # noqa: FBT001, FBT002 - written in a binding
        """Go to the next moment of a kind, or to the one before."""
        stop = cast("Stop", kind)
        t_ns = self.review.find_stop(stop, self.window.cursor_ns, is_back=is_back)
        if t_ns is not None:
            self._look(self.window.jump(t_ns))
            return
        n_stops = self.review.count_stops(stop)
        way = _("before") if is_back else _("after")
        words = (
            _("None {way} this.").format(way=way)
            if n_stops
            else _("No {stop} in this session.").format(stop=STOP_WORDS[stop])
        )
        self.notify(words, timeout=2)

    def action_sensor(self) -> None:
        """Show the next sensor's trace."""
        self._n_sensor += 1
        self.draw()

    # ---- writing beside the recording ----

    def action_annotate(self) -> None:
        """Write at the cursor, or change what is written there."""
        t_ns, of = self.window.cursor_ns, self.review.find_annotation(self.window.cursor_ns)

        def write(text: str | None) -> None:
            if text:
                self._change(lambda: self.review.annotate(t_ns, text, of))

        self.app.push_screen(
            AnnotationQuestion(say_cursor(self.window), "" if of is None else of.text), write
        )

    def action_strike(self) -> None:
        """Take away the annotation at the cursor."""
        annotation = self.review.find_annotation(self.window.cursor_ns)
        if annotation is None:
            self.notify(_("No annotation here."), timeout=2)
        else:
            self._change(lambda: self.review.remove_annotation(annotation))

    def action_set(self, part: str) -> None:
        """Put a part of the breath here at the cursor."""
        t_ns = self.window.cursor_ns
        self._change(lambda: self.review.set_breath(t_ns, cast("Part", part)))

    def action_insert(self) -> None:
        """Add a breath with its peak at the cursor."""
        t_ns = self.window.cursor_ns
        self._change(lambda: self.review.add_breath(t_ns))

    def action_drop(self) -> None:
        """Say that the breath at the cursor is none."""
        t_ns = self.window.cursor_ns
        self._change(lambda: self.review.remove_breath(t_ns))

    def action_undo(self) -> None:
        """Take back the newest change."""

        def undo() -> None:
            if not self.review.undo():
                raise RefusedInput("nothing was changed since this review was opened")

        self._change(undo)

    @work(group="notes")
    async def _change(self, change: Callable[[], None]) -> None:
        try:
            await to_thread(change)
        except BreathSenseError as error:
            self.app.push_screen(ErrorPanel(error))
        self.draw()

    # ---- other sessions, other engines, other formats ----

    @work(group="compare")
    async def action_compare(self) -> None:
        """Choose another session to be shown below; or close it."""
        if self.other is not None:
            self._show_other(None)
            return
        entries = await to_thread(self.app.desk.list_recordings)
        others = [one for one in entries if one.path != self.review.path]
        path = await self.app.push_screen_wait(SessionQuestion(others))
        if path is not None:
            self.app.read_review(path, self._show_other)

    def _show_other(self, other: Review | None) -> None:
        self.other = other
        self.draw()

    @work(group="notes")
    async def action_rescore(self) -> None:
        """Tell what today's engine finds otherwise than the scores that were kept; keep its own."""
        changes = self.review.compare_with_kept()
        kept = self.review.notes.scores
        try:
            is_new = await to_thread(self.review.keep_scores)
        except BreathSenseError as error:
            self.app.push_screen(ErrorPanel(error))
            return
        told = [_("No scores were kept before: from now on today's are.")]
        if changes is not None:
            told = tell_changes(changes, kept[-1].program, kept[-1].signed.at[:10])
            told.append(_("Today's are kept beside the older ones.") if is_new else "")
        self.app.push_screen(Notice(_("Scores"), "\n".join(told).rstrip()))

    def action_export(self) -> None:
        """Write the session in another format."""
        self.app.export_recordings([self.review.path])

    def action_play(self) -> None:
        """Play it; a replay that waits below goes to the cursor."""
        if not self.app.keeper.has_session:
            self.app.open_recording(self.review.path)
            return
        self.app.pop_screen()
        below = self.app.screen
        if isinstance(below, ReplayScreen):
            below.go_to(self.window.cursor_ns)

    def action_leave(self) -> None:
        """Close the review."""
        self.app.pop_screen()
