"""A programme in a running session: led step by step, one cue at a time, stopped by one key."""

from asyncio import sleep, to_thread
from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Key
from textual.widgets import Static

from breathsense.core.model.coaching import CourseJudged
from breathsense.core.model.errors import BreathSenseError
from breathsense.core.model.labels import (
    NEXT,
    OWN_WISH,
    PAUSE,
    RESUME,
    CheckIn,
    CheckInTime,
    say_check_in,
    say_stop,
)
from breathsense.core.setup import list_sensors
from breathsense.session.course import CourseView
from breathsense.session.safety_words import EMERGENCIES
from breathsense.session.score_words import tell_sets
from breathsense.session.texts import N_, _
from breathsense.session.today import Offer, Worn
from breathsense.session.view import LiveView
from breathsense.tui.desk import LiveSession
from breathsense.tui.drawing.course_pace import CoursePace, read_course_pace
from breathsense.tui.drawing.trace import TraceOptions
from breathsense.tui.drawing.words import S
from breathsense.tui.keys import say_keys
from breathsense.tui.screens.check_in import CheckInPanel
from breathsense.tui.screens.live import LiveScreen
from breathsense.tui.screens.panel import ErrorPanel, Waiting
from breathsense.tui.screens.ready import Ready
from breathsense.tui.screens.session import PICTURE_KEYS, SMALL_WORDS
from breathsense.tui.screens.stopping import StopQuestion, StopText
from breathsense.tui.screens.summary import Summary
from breathsense.tui.screens.what_next import WhatNext
from breathsense.tui.widgets.course import CourseBar, CoursePacer
from breathsense.tui.widgets.foot import Foot

POLL_S = 0.1
JUDGED_NS = 15 * S
"""By then a course that is over has been judged, if it can be."""
COMFORT_WORDS = N_("How comfortable is each pace? Press 0 to 9 whenever you like; 9 is best.")
CHECK_IN = "day.check_in"
"""The programme whose questions are asked before and after."""


class CourseScreen(LiveScreen, inherit_bindings=False):
    """Follow a programme: what to do, how far it is, and how it went."""

    TITLE_WORDS = N_("Programme")
    ROOM = "programme"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "go_on", "Done / pause",
                tooltip="A step without an end: it is done. Else: pause, or go on"),
        Binding("n", "next", "Skip", tooltip="Go on to the next step"),
        Binding("p", "pause", "Pause", tooltip="Pause, or go on", show=False),
        Binding("x", "stop", "Stop", tooltip="Stop now, and say why"),
        Binding("m", "mark", "Mark", tooltip="Mark this moment, with a note if you like"),
        *PICTURE_KEYS,
        Binding("q,escape", "leave", "Back", tooltip="Stop the programme, and go back"),
    ]  # fmt: skip

    def __init__(self, session: LiveSession, offer: Offer) -> None:
        super().__init__(session)
        self._offer, self._level = offer, offer.level
        self._waiting = _(offer.programme.name)
        self._is_assessment = offer.programme.spec.kind == "assessment"
        self._asks_comfort = any(one.of == "comfort" for one in offer.programme.spec.target)
        self._number = -1
        self._pace = CoursePace(())
        self._read_from: CourseView | None = None
        self.course_bar = CourseBar(id="course")
        self.course_pacer = CoursePacer(id="course_pacer")
        self.course_pacer.border_title = _("follow")

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield self.link_bar
        yield self.course_bar
        yield Static(_(SMALL_WORDS), id="small")
        with Container(id="body"):
            yield self.trace
            yield self.phase
            yield self.figures
            yield self.course_pacer
            yield self.can
            yield self.wall
        yield self.says
        yield self.build_bar()
        yield Foot()

    def on_mount(self) -> None:
        """Begin to lead."""
        self.call_after_refresh(self._draw_once)
        self._lead()

    def _draw_once(self) -> None:
        """Draw the first frame behind the panel that asks."""
        self._newest = None
        self.draw_frame()

    # ---- what is seen ----

    @property
    def course(self) -> CourseView | None:
        """The course that was begun here, as it is now."""
        course = self.session.view().course
        return course if course is not None and course.begun.number > self._number else None

    def show(self, view: LiveView) -> None:
        """Show the view, and where the course is in it."""
        if view.course is not None and view.course is not self._read_from:
            self._read_from = view.course
            self._pace = read_course_pace(view.course)
        self._hide_what_is_watched(view.course)
        super().show(view)
        self.course_bar.show(view, self._waiting)

    def _hide_what_is_watched(self, course: CourseView | None) -> None:
        """Show no breath where somebody wants to know how it is when nobody looks."""
        step = None if course is None or not course.is_running else course.step
        is_seen = not (self._is_assessment and step is not None and step.phase == "free")
        for widget in (self.trace, self.phase, self.figures, self.can):
            widget.visible = is_seen

    def hear(self, view: LiveView) -> None:
        """Let the programme be heard, and no pacer beside it."""
        self.listener.hear(view)

    def show_pacer(self, view: LiveView) -> None:
        """Show what the programme asks for."""
        self.course_pacer.show_course(view, self._pace, is_plain=self.app.choices.is_sweep)

    def choose_options(self) -> TraceOptions:
        """Draw what the programme asks for ahead of the trace."""
        choices = self.app.choices
        return TraceOptions(choices.is_sweep, choices.cell_ns, self._pace)

    # ---- the way through ----

    @work(group="course")
    async def _lead(self) -> None:
        """Lead from the first question to the last."""
        if not await self._get_ready():
            self.dismiss()
            return
        await self._check_in("before")
        await self._wait_for_link()
        known = self.session.view().course
        self._number = -1 if known is None else known.begun.number
        try:
            book = await to_thread(self.app.desk.open_book)
            await to_thread(book.begin, self.live, self._offer.programme, self._level)
        except BreathSenseError as error:
            await self.app.push_screen_wait(ErrorPanel(error))
            self.dismiss()
            return
        if self._asks_comfort:
            self.notify(_(COMFORT_WORDS), timeout=15)
        await self._until(lambda: self.course is not None and self._find_running() is None)
        await self._conclude()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; a session is looked at and tells nothing of itself."""
        while not is_so():  # noqa: ASYNC110 - see above
            await sleep(POLL_S)

    async def _get_ready(self) -> bool:
        """Say what comes, and wait until the wearer wants it."""
        while True:
            ready = Ready(self._offer, self._level)
            answer, self._level = await self.app.push_screen_wait(ready)
            if answer != "calibrate":
                return answer == "begin"
            await self.calibrate()
            await self._look_again()

    async def _look_again(self) -> None:
        """Find out what can be told now that more is known of the wearer."""
        sensors = list_sensors(self.live.setup)
        worn = Worn("", sensors, self.session.view().calibration)
        book = await to_thread(self.app.desk.open_book)
        try:
            self._offer = await to_thread(book.find_offer, self._offer.programme.id, worn)
        except BreathSenseError as error:
            await self.app.push_screen_wait(ErrorPanel(error))

    async def _check_in(self, time: CheckInTime) -> None:
        book = await to_thread(self.app.desk.open_book)
        questions = (await to_thread(book.shelf.find, CHECK_IN)).spec.question
        told = await self.app.push_screen_wait(CheckInPanel(time, questions))
        for label in () if told is None else told.list_labels(time):
            self.live.mark(label)

    async def _wait_for_link(self) -> None:
        self._waiting = say_keys(
            "{name}: waiting for the sensor. {programme_leave} goes back.",
            name=_(self._offer.programme.name),
        )
        await self._until(
            lambda: any(one.link == "streaming" for one in self.session.view().wearables)
        )
        self._waiting = _(self._offer.programme.name)

    async def _conclude(self) -> None:
        """Tell how it went, ask once more, and what comes next."""
        await self._until(lambda: self.is_active)  # what is in front is answered first
        summary = Summary(_(self._offer.programme.name))
        timer = self.set_interval(POLL_S, lambda: self._tell(summary))
        await self.app.push_screen_wait(summary)
        await self._check_in("after")
        if self._judged is None and not self._is_late:
            waiting = Waiting(_("The last breaths are being looked at ..."), can_give_up=False)
            await self.app.push_screen(waiting)
            await self._until(lambda: self._judged is not None or self._is_late)
            await self.app.pop_screen()
        timer.stop()
        match await self.app.push_screen_wait(WhatNext()):
            case "home":
                self.app.leave_session(asks=False)
            case "more":
                self.dismiss()
                self.app.open_practise(self.live)
            case _:
                self.dismiss()

    def _tell(self, summary: Summary) -> None:
        """Tell how it went, once that is known."""
        course = self.course
        braces = [] if course is None else tell_sets(course.holds, course.sets)
        summary.tell(self._judged, is_late=self._is_late, braces=braces)

    @property
    def _judged(self) -> CourseJudged | None:
        course = self.course
        return None if course is None else course.judged

    @property
    def _is_late(self) -> bool:
        view, course = self.session.view(), self.course
        if course is None or course.ended is None:
            return False
        return view.is_over or view.now_ns > course.ended.end_ns + JUDGED_NS

    # ---- keys ----

    def _find_running(self) -> CourseView | None:
        course = self.course
        return course if course is not None and course.is_running else None

    def on_key(self, event: Key) -> None:
        """Take a digit for how comfortable it is, where a programme asks for that."""
        digit = event.character or ""
        is_digit = len(digit) == 1 and digit.isascii() and digit.isdecimal()
        if self._asks_comfort and is_digit and self._find_running() is not None:
            self.live.mark(say_check_in(CheckIn("after", {"comfort": int(digit)})))
            self.notify(_("Comfort {digit}.").format(digit=digit), timeout=2)

    def action_go_on(self) -> None:
        """Do what is obvious: end a step that has no end, else pause or go on."""
        course = self._find_running()
        step = None if course is None or course.pause else course.step
        if step is not None and step.is_open:
            self.action_next()
        else:
            self.action_pause()

    def action_next(self) -> None:
        """Go on to the next step."""
        if self._find_running() is not None:
            self.live.mark(NEXT)

    def action_pause(self) -> None:
        """Pause, or go on."""
        course = self._find_running()
        if course is not None:
            self.live.mark(RESUME if course.pause == "key" else PAUSE)

    def action_leave(self) -> None:
        """Go back; a course that runs is stopped first."""
        if self._find_running() is not None:
            self.action_stop()
        elif self.course is None:
            self.dismiss()

    @work(group="stop", exclusive=True)
    async def action_stop(self) -> None:
        """Let everything stand still at once, and ask why."""
        if self._find_running() is None:
            return
        self.live.mark(PAUSE)
        stops = self._offer.programme.spec.stops
        reason = await self.app.push_screen_wait(StopQuestion(stops))
        if reason is None:
            self.live.mark(RESUME)
            return
        self.live.mark(say_stop(reason))
        await self.app.push_screen_wait(StopText(reason))
        if reason in EMERGENCIES:
            self.app.leave_session(asks=False)

    def keep(self) -> None:
        """Log that a course which still runs was left."""
        if self._find_running() is not None:
            self.live.mark(say_stop(OWN_WISH))
