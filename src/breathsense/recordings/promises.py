"""What items and headers promise; those that were read from a file are held to it.

Whoever wrote the file may have meant harm, and stages and exports take these promises for granted.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import numpy as np

from breathsense.core.model.inputs import Course, LinkEvent, Mark
from breathsense.core.model.samples import Gap, SampleBlock, Signal

LAST_NS = 2**62
"""No item is further from the start of its session: any two times then differ by an int64."""
YEARS = range(1970, 9000)
"""In which a session may begin: a calendar has room on both sides."""
LAST_WALL_NS = 2**64 - 1
_ID = re.compile(r"\w[\w.:-]{0,99}")
_MOST_LETTERS = 100
_N_CHANNELS: dict[Signal, int] = {"acc": 3, "gyr": 3}
"""Of signals that have more than one."""


def check_block(block: SampleBlock) -> SampleBlock:
    """Return a block whose samples are finite, in order and of as many channels as its signal has.

    Raises
    ------
    ValueError
        They are not, or there are none.

    """
    n_channels = _N_CHANNELS.get(block.signal, 1)
    if not block.t_ns.size or block.values.shape != (block.t_ns.size, n_channels):
        raise ValueError(f"a block of {block.signal} of the shape {block.values.shape}")
    if not -LAST_NS < block.t_ns[0] <= block.t_ns[-1] < LAST_NS:
        raise ValueError("a block of samples out of time")
    if (block.t_ns[1:] <= block.t_ns[:-1]).any():
        raise ValueError("a block of samples whose times do not rise")
    if not np.isfinite(block.values).all():
        raise ValueError("a block with a sample that is no number")
    return block


def check_event(event: LinkEvent | Mark | Gap | Course) -> LinkEvent | Mark | Gap | Course:
    """Return an event whose times can be, and do not run backwards.

    Raises
    ------
    ValueError
        They do.

    """
    match event:
        case LinkEvent():
            start_ns, length_ns = event.host_ns, 0
        case Gap():
            start_ns, length_ns = event.start_ns, event.end_ns - event.start_ns
        case Mark():
            start_ns, length_ns = event.start_ns, event.duration_ns
        case _:
            start_ns, length_ns = event.start_ns, 0
    if length_ns < 0 or not -LAST_NS < start_ns <= start_ns + length_ns < LAST_NS:
        raise ValueError("an event out of time")
    return event


def check_start(started: str, anchor_wall_ns: int) -> None:
    """Check when a session began: a moment with its zone, and the wall clock at time 0.

    Raises
    ------
    ValueError
        It is none.

    """
    moment = datetime.fromisoformat(started)
    if moment.tzinfo is None or moment.year not in YEARS:
        raise ValueError(f"no session began at {started!r}")
    if not 0 <= anchor_wall_ns <= LAST_WALL_NS:
        raise ValueError(f"no clock showed {anchor_wall_ns} ns")


def check_words(ids: Iterable[str], units: Iterable[str]) -> None:
    """Check ids, which become names of files and columns, and units, which are printed.

    Raises
    ------
    ValueError
        One is longer than any, or has signs in it that none has.

    """
    for one in ids:
        if not _ID.fullmatch(one):
            raise ValueError(f"{one[:_MOST_LETTERS]!r} is no id")
    for one in units:
        if len(one) > _MOST_LETTERS or not one.isprintable():
            raise ValueError(f"{one[:_MOST_LETTERS]!r} is no unit")
