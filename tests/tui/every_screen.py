"""Every screen of the app, built from nothing, and what can be read on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from fake_desk import FakeDesk, FakeLive, FakeReplay, S
from fake_weeks import build_weeks
from reviewed import build_review
from textual.app import App
from textual.screen import Screen

from breathsense.core.model.coaching import Cue
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.session.guide import GuidePage, load_guide
from breathsense.session.safety_words import FLAG_WORDS
from breathsense.session.unworn import UnwornPractice
from breathsense.session.view import BraceView, WallView
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.desk import ScanView
from breathsense.tui.drawing.options import OptionRow
from breathsense.tui.keys import KeyHelp
from breathsense.tui.screens import (
    calibration,
    check_in,
    course,
    export,
    guide,
    help,  # noqa: A004 - the screen's name
    library,
    library_questions,
    live,
    options,
    panel,
    posture,
    practise,
    prescription,
    progress,
    questions,
    reach,
    ready,
    replay,
    review,
    review_questions,
    stopping,
    summary,
    unworn,
    welcome,
    what_next,
    working,
)

TODAY = date(2026, 11, 14)
NAME = "“1”"
"""Stands for what people and wearables are called."""
BASES = {"Panel", "SessionScreen", "Screen", "ModalScreen"}


def build_app(**options: Any) -> Any:
    desk = FakeDesk(lambda: int(47.3 * S), sessions=build_weeks(), shown=ScanView(()))
    desk.list_recordings = lambda: ()  # type: ignore[method-assign] # they have names
    return BreathSenseApp(desk, **options)


def build_live() -> FakeLive:
    """Return a session in the middle of a brace."""
    session = FakeLive(lambda: int(47.3 * S))
    wall = WallView(
        state="brace", reason="", direction="expand", level=0.95, breathing="breathing",
        moved_ns=43 * S, braces=(BraceView(43 * S, None, "expand"),), n_braces=2, goal="expand",
    )  # fmt: skip
    asked = Mark(41 * S, "exercise.brace", 10 * S)
    cue = Cue(1, "breath_held", "No movement of the breath is seen: are you breathing?", 46 * S, 1)
    session.changes.update(wall=wall, marks=(asked,), cue=cue)
    return session


def build_course(desk: FakeDesk) -> Screen[Any]:
    """Return a programme in its middle."""
    session = build_live()
    offer = desk.book.find_offer("core.fill_the_can", desk.tell_worn())
    session.changes.pop("marks")
    return course.CourseScreen(session, offer)


def build_pages() -> tuple[GuidePage, ...]:
    """Return the guide without its words, which are pages of a language."""
    return tuple(
        replace(page, title=NAME, paragraphs=(), try_name=NAME, try_says=NAME)
        for page in load_guide()
    )


def list_screens(desk: FakeDesk) -> dict[str, Callable[[], Screen[Any]]]:
    """Return how each screen of the app is built, by its name; a new one is added here."""
    shelf = desk.book.shelf
    offer = desk.book.find_offer("core.fill_the_can", desk.tell_worn())
    questions_asked = shelf.find("day.check_in").spec.question
    moves = shelf.find("day.mobility")
    live_session = build_live()
    return {
        "CalibrationScreen": lambda: calibration.CalibrationScreen(build_live(), "sitting"),
        "CheckInPanel": lambda: check_in.CheckInPanel("before", questions_asked),
        "CourseScreen": lambda: build_course(desk),
        "ExportPanel": lambda: export.ExportPanel(2),
        "GuideScreen": lambda: guide.GuideScreen(build_pages()),
        "HelpScreen": lambda: help.HelpScreen([KeyHelp("q", NAME)], is_session=True),
        "LibraryScreen": lambda: library.LibraryScreen(desk.open_library),
        "WordsQuestion": lambda: library_questions.WordsQuestion(NAME, NAME),
        "LiveScreen": lambda: live.LiveScreen(live_session),
        "KeyQuestion": lambda: options.KeyQuestion(NAME),
        "OptionsScreen": options.OptionsScreen,
        "ValueQuestion": lambda: options.ValueQuestion(OptionRow(NAME, NAME)),
        "Confirm": lambda: panel.Confirm(NAME, NAME, yes=NAME, no=NAME),
        "ErrorPanel": lambda: panel.ErrorPanel(RefusedInput(NAME, where=NAME, advice=NAME)),
        "Notice": lambda: panel.Notice(NAME, NAME),
        "Waiting": lambda: panel.Waiting(NAME),
        "PostureScreen": lambda: posture.PostureScreen(build_live()),
        "PractiseScreen": practise.PractiseScreen,
        "PrescriptionQuestion": lambda: prescription.PrescriptionQuestion(has_one=True),
        "ProgressScreen": lambda: progress.ProgressScreen(TODAY),
        "NoteQuestion": lambda: questions.NoteQuestion(NAME),
        "PlaceQuestion": lambda: questions.PlaceQuestion(NAME),
        "PostureQuestion": questions.PostureQuestion,
        "ReachScreen": lambda: reach.ReachScreen(build_live()),
        "Ready": lambda: ready.Ready(offer, 1),
        "ReplayScreen": lambda: replay.ReplayScreen(FakeReplay(lambda: 20 * S), Path("1")),
        "ReviewScreen": lambda: review.ReviewScreen(build_review(Path("1.mcap"), with_notes=False)),
        "AnnotationQuestion": lambda: review_questions.AnnotationQuestion(NAME, NAME),
        "SessionQuestion": lambda: review_questions.SessionQuestion(()),
        "StopQuestion": lambda: stopping.StopQuestion(("bulge",)),
        "StopText": lambda: stopping.StopText("dizzy"),
        "Summary": lambda: summary.Summary(NAME),
        "UnwornScreen": lambda: unworn.UnwornScreen(UnwornPractice(moves, lambda: 3 * S)),
        "Effects": lambda: welcome.Effects([NAME], is_emergency=False),
        "Ticks": lambda: welcome.Ticks(NAME, NAME, FLAG_WORDS),
        "WearQuestion": welcome.WearQuestion,
        "Welcome": welcome.Welcome,
        "WhatNext": what_next.WhatNext,
        "Working": lambda: working.Working(NAME, lambda _tell: None),
    }


def read_screen(app: App[Any]) -> list[str]:
    """Return the rows of the screen in front, as they stand in the terminal."""
    strips = app.screen._compositor.render_strips(app.size)
    return ["".join(segment.text for segment in strip) for strip in strips]


def list_classes() -> Iterator[type]:
    """Yield every screen that the app has."""
    waiting: list[type] = [Screen]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("breathsense.tui") and one.__name__ not in BASES:
            yield one
