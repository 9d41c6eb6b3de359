"""Rows of the lists on the home screen."""

from textual.content import Content

from breathsense.core.model.errors import BreathSenseError
from breathsense.tui.desk import FoundWearable, RecordingEntry
from breathsense.tui.drawing.canvas import cut_text, tidy_text
from breathsense.tui.drawing.shapes import draw_signal
from breathsense.tui.drawing.words import say_length

CAUTION = (
    "A practice and logging aid, not a medical device. "
    "Stop if you feel dizzy, have more pain, or cannot keep breathing."
)
NAME_ROOM = 20
NOT_RECOGNISED = "not recognised"


def describe_found(found: FoundWearable) -> Content:
    """Return a wearable as a row: signal as bars and as a number, name, what it is."""
    signal = "       " if found.rssi_dbm is None else f"{found.rssi_dbm:4d} dBm"
    name = cut_text(tidy_text(found.name) or "(no name)", NAME_ROOM).ljust(NAME_ROOM)
    kind = tidy_text(found.profile_name) or NOT_RECOGNISED
    return Content.assemble(
        (draw_signal(found.rssi_dbm), "$breath-in"),
        (f" {signal}  ", "$faint"),
        name,
        (f"  {kind}", "$faint"),
    )


def describe_recording(entry: RecordingEntry) -> Content:
    """Return a recording as a row: its title, length, and what is to be known of it."""
    length = "" if entry.duration_ns is None else f"  {say_length(entry.duration_ns)}"
    note = f"  {entry.note}" if entry.note else ""
    return Content.assemble(tidy_text(entry.title), (f"{length}{note}", "$faint"))


def describe_search() -> list[Content]:
    """Say what to do until a wearable shows itself."""
    return [
        Content("Looking for your belt ..."),
        Content("Put it on and switch it on. Some wake at the press of a button."),
        Content("No belt at hand? Press d for the demo."),
    ]


def describe_error(error: BreathSenseError) -> list[Content]:
    """Say what keeps a list from being filled, and what to do."""
    what = error.what[:1].upper() + error.what[1:]
    head = f"{error.where}: {what}" if error.where else what
    return [Content(line) for line in (f"{head}.", *error.advice.splitlines()) if line]
