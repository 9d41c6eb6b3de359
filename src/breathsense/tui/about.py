"""What the help says of a screen, and of the thing in focus: what it is and what is done there."""

from collections.abc import Mapping

from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from breathsense.session.texts import Words
from breathsense.tui.keys import Keyed, say_keys

SCREENS: Mapping[str, str] = Words(
    {
        "HomeScreen": "Where everything begins: what is due today, wearables, recordings.",
        "HomeScreen#wearables": "The wearables in reach, the nearest with the most bars."
        " {home_open} practises with the one that is highlighted; {home_choose} chooses several"
        " first.",
        "HomeScreen#recordings": "Your recordings, the newest first. {home_open} plays one again.",
        "LiveScreen": "Your breath as it comes. Everything is recorded, whatever is shown."
        " {practise_exercise} chooses a programme, {practise_leave} stops and saves.",
        "CourseScreen": "A programme leads: do what it says, the dotted line shows what comes next."
        " {programme_pause} pauses, {programme_stop} stops at once.",
        "CalibrationScreen": "Step by step it learns what your breath and your brace look like."
        " Nothing has to be pressed; {calibrate_skip} leaves a step out.",
        "ReplayScreen": "A recording plays as it was on the day. {recording_pause} pauses,"
        " {recording_back} and {recording_on} go to other moments.",
        "ReviewScreen": "A whole session. Move the cursor, go from breath to breath, and write"
        " beside the recording what you see; the recording itself is never changed.",
        "PractiseScreen": "The programmes, those of today first. {programmes_begin} begins the one"
        " that is highlighted, {programmes_easier} and {programmes_harder} change its level.",
        "ProgressScreen": "What you did so far. {progress_shorter} and {progress_longer} change the"
        " time that is shown, {progress_show_sessions} lists the sessions themselves.",
        "LibraryScreen": "All recordings, the newest first. {library_search} searches,"
        " {library_rename} gives a name, {library_trash} throws away; {library_undo} undoes it.",
        "LibraryScreen#search": "Type words of names, labels or dates; the list follows. Down goes"
        " to the list.",
        "OptionsScreen": "Every choice holds at once and is kept. A dot marks what is not as usual."
        " Further down are the keys of all screens: {options_edit}, and then the key that shall"
        " do it.",
        "GuideScreen": "Nine pages on the core. {guide_next} turns the page, {guide_try_it}"
        " practises what it is about.",
        "UnwornScreen": "A few easy moves by the clock; no sensor is needed. {steps_next} goes on"
        " to the next one.",
        "PostureScreen": "It watches how you sit beside your work, and says little."
        " {posture_snooze} keeps it quiet for half an hour.",
        "ReachScreen": "How far you bend, four ways. {reach_begin} begins the one that is"
        " highlighted.",
        "CheckInPanel": "A few numbers on how you feel, for you and your physio. No answer is an"
        " answer, too.",
        "Confirm": "Nothing has happened yet: you choose whether it shall.",
        "ErrorPanel": "Something did not work. Nothing that was recorded is lost by it.",
        "Effects": "What follows from your answers. They can be changed at any time.",
        "ExportPanel": "Choose a format, and a passphrase if nobody else shall read it.",
        "KeyQuestion": "Press the key that shall do this; esc keeps it as it is.",
        "Notice": "Just so that you know.",
        "NoteQuestion": "A few words about this moment; they are kept with the recording.",
        "PlaceQuestion": "Where a wearable is worn decides what it can tell.",
        "PostureQuestion": "A calibration holds for the posture that it was made in.",
        "PrescriptionQuestion": "A file from your physio: it opens, locks and doses programmes.",
        "Ready": "What the programme is, and what your sensors can tell of it, before it begins.",
        "AnnotationQuestion": "A few words about this moment; they lie beside the recording.",
        "SessionQuestion": "Choose the session that is shown below this one.",
        "StopQuestion": "You have stopped; nothing goes on. The reason is kept for your physio.",
        "StopText": "What is good to do now.",
        "Summary": "How it went, in figures; what could not be seen has its reason.",
        "Ticks": "Tick what applies to you. What you answer stays on this computer.",
        "ValueQuestion": "Write the value; one that is not allowed is refused.",
        "Waiting": "This takes a moment.",
        "WearQuestion": "Either way is fine; the other one can be taken later.",
        "Welcome": "What this is, and what it is not, before anything begins.",
        "WhatNext": "The programme is over; the session goes on until you say so.",
        "WordsQuestion": "Write the words; they lie beside the recording.",
        "Working": "This takes a moment; it can be stopped, and nothing is left behind.",
    }
)
"""By the name of a screen, and of a thing on it by its id."""
KINDS: Mapping[str, str] = Words(
    {
        "OptionList": "A list: ↑ and ↓ move in it, enter takes what is highlighted.",
        "SelectionList": "A list: ↑ and ↓ move in it, space ticks and unticks.",
        "Input": "A line to write on: type, enter takes it. ? is a letter here, F1 is help.",
        "VerticalScroll": "A text that may be longer than the window: ↑ and ↓ scroll.",
        "Scale": "A question: 0 to 9 answers, 1 and 0 is ten, ← and → change it.",
    }
)
"""By the kind of what is in focus."""


PALETTE = Binding("ctrl+p", "", "All commands, to be found by their names")
HELP = Binding("f1", "", "These keys, and what this is")


def list_help(screen: Screen[object]) -> list[Binding]:
    """Return the keys of a screen, after those of the thing in focus if it has its own."""
    focused = screen.focused
    nodes = [type(screen)] if focused is None else [type(focused), type(screen)]
    ours = [one for one in nodes if one.__module__.startswith(__package__ or "")]
    found = [one for node in ours for one in node.__dict__.get("BINDINGS", ())]
    last = PALETTE if isinstance(screen, Keyed) else HELP
    return [*(one for one in found if isinstance(one, Binding)), last]


def tell_about(screen: Screen[object]) -> str:
    """Say what the screen is, or the thing in focus, and what is done with it."""
    focused = screen.focused
    parts = [_find_screen(type(screen), focused), "" if focused is None else _find_kind(focused)]
    return "\n".join(part for part in parts if part)


def _find_screen(screen: type, focused: Widget | None) -> str:
    ids = [] if focused is None else [one.id for one in focused.ancestors_with_self if one.id]
    names = [one.__name__ for one in screen.__mro__]
    keys = [*(f"{name}#{one}" for name in names for one in ids), *names]
    return next((say_keys(SCREENS[key]) for key in keys if key in SCREENS), "")


def _find_kind(focused: Widget) -> str:
    names = [one.__name__ for one in type(focused).__mro__]
    return next((KINDS[name] for name in names if name in KINDS), "")
