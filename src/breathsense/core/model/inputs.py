"""The complete list of what may enter the engine; a recording holds exactly these.

All times are integer nanoseconds on the *session axis*: 0 is the start of the session, and the
axis runs with the host's monotonic clock (live) or with the table's time column (batch).
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from breathsense.core.model.samples import Gap, SampleBlock

Origin = Literal["notify", "read"]
BraceGoal = Literal["expand", "neutral", "draw_in"]
LinkState = Literal["connecting", "connected", "streaming", "lost", "stopped"]


class Notification(msgspec.Struct, frozen=True):
    """Bytes as the wearable sent them, unchanged.

    Parameters
    ----------
    wearable : str
        Id of the wearable within the session (``Wearable.id``), such as ``"belt"``.
    characteristic : str
        Full 128-bit UUID, lower case.
    payload : bytes
        The attribute value.
    host_ns : int
        Session time at which the host had it, stamped first thing in the callback.
    origin : {"notify", "read"}
        ``"read"`` for the answer to an explicit read (battery level, firmware version).

    """

    wearable: str
    characteristic: str
    payload: bytes
    host_ns: int
    origin: Origin = "notify"


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """The link to a wearable changed its state; ``detail`` says why, in plain words."""

    wearable: str
    state: LinkState
    host_ns: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A person or a programme marked a moment or a span (labels: ``core.model.labels``)."""

    start_ns: int
    label: str
    duration_ns: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """A programme was begun; keys pressed in it are marks (``core.model.labels``).

    Parameters
    ----------
    start_ns : int
        When its first phase begins.
    text : str
        The whole TOML text of the programme: a replay needs no shelf.
    level : int
        At which level; 0 for the programme as it is written.
    goal : {"expand", "neutral", "draw_in"}
        Which way the belly is to go in a brace.
    effort : int
        The greatest that is allowed, of 10.
    hold_s : float
        The longest hold that is allowed.
    breath_gap_s : float
        The longest time without a breath in a brace.

    """

    start_ns: int
    text: str
    level: int = 0
    goal: BraceGoal = "expand"
    effort: int = 10
    hold_s: float = 60.0
    breath_gap_s: float = 10.0


Item = Notification | LinkEvent | Mark | Course | SampleBlock | Gap


def get_item_time_ns(item: Item) -> int:
    """Return the session time at which an item was known, and so when a replay lets it go."""
    match item:
        case Notification() | LinkEvent():
            return item.host_ns
        case Mark() | Course():
            return item.start_ns
        case Gap():
            return item.end_ns
        case SampleBlock():
            return int(item.t_ns[-1]) if item.t_ns.size else 0
