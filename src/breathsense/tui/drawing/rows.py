"""Rows of the lists on the home screen."""

from collections.abc import Iterable
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from breathsense.core.model.errors import BreathSenseError
from breathsense.session.error_words import say_fault
from breathsense.session.places import PLACE_WORDS
from breathsense.session.texts import N_, _
from breathsense.tui.drawing.fitting import cut_text, tidy_text
from breathsense.tui.drawing.words import say_length
from breathsense.tui.keys import say_keys

if TYPE_CHECKING:
    from breathsense.core.model.sensors import Place
    from breathsense.tui.desk import FoundWearable, RecordingEntry

CAUTION = N_(
    "A practice and logging aid, not a medical device. "
    "Stop if you feel dizzy, have more pain, or cannot keep breathing."
)
NAME_ROOM = 20
SIGNAL_GLYPHS = "▂▄▆█"
WEAK_DBM, STEP_DB = -90, 12
SEARCH_LINES = (
    N_("Looking for your belt ..."),
    N_("Put it on and switch it on. Some wake at the press of a button."),
    N_("No belt at hand? Press {home_demo} for the demo."),
)
NOT_RECOGNISED = N_("not recognised")


def describe_found(found: "FoundWearable", place: "Place | None" = None) -> Content:
    """Return a wearable as a row: signal, name, what it is; a chosen one with its place."""
    signal = (
        "       "
        if found.rssi_dbm is None
        else _("{rssi_dbm:4d} dBm").format(rssi_dbm=found.rssi_dbm)
    )
    name = cut_text(tidy_text(found.name) or _("(no name)"), NAME_ROOM).ljust(NAME_ROOM)
    kind = tidy_text(found.profile_name) or _(NOT_RECOGNISED)
    where = "" if place is None else f"  ✓ {PLACE_WORDS[place]}"
    return Content.assemble(
        (draw_signal(found.rssi_dbm), "$breath-in"),
        (f" {signal}  ", "$faint"),
        name,
        (where, "$breath-in"),
        (f"  {kind}", "$faint"),
    )


def draw_signal(rssi_dbm: int | None) -> str:
    """Return four cells of signal bars; the number beside them says the same."""
    if rssi_dbm is None:
        return "    "
    n_bars = min(max((rssi_dbm - WEAK_DBM) // STEP_DB + 1, 1), 4)
    return SIGNAL_GLYPHS[:n_bars].ljust(4, "·")


def describe_last(last: "Iterable[tuple[str, Place]]") -> str:
    """Say in a few words what was worn last; empty if nothing was."""
    worn = [
        f"{cut_text(tidy_text(name), NAME_ROOM)} ({PLACE_WORDS[place]})" for name, place in last
    ]
    return _("▸ What you wore last: {worn}").format(worn=" + ".join(worn)) if worn else ""


def describe_recording(entry: "RecordingEntry") -> Content:
    """Return a recording as a row: its title, length, and what is to be known of it."""
    length = "" if entry.duration_ns is None else f"  {say_length(entry.duration_ns)}"
    note = f"  {entry.note}" if entry.note else ""
    return Content.assemble(tidy_text(entry.title), (f"{length}{note}", "$faint"))


def describe_search(width: int) -> list[Content]:
    """Say what to do until a wearable shows itself."""
    return _wrap((say_keys(one) for one in SEARCH_LINES), width)


def describe_error(error: BreathSenseError, width: int) -> list[Content]:
    """Say what keeps a list from being filled, and what to do."""
    fault, advice = say_fault(error)
    what = f"{error.where}: {fault}" if error.where else fault
    sentence = f"{what[:1].upper()}{what[1:]}".rstrip(".") + "."
    return _wrap((sentence, *advice.splitlines()), width)


def _wrap(lines: Iterable[str], width: int) -> list[Content]:
    return [Content(row) for line in lines for row in wrap(line, max(width, 20))]
