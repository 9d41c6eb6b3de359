"""How times, places and sizes are said."""

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING

from breathsense.session.texts import Words, _

if TYPE_CHECKING:
    from breathsense.core.model.inputs import LinkState

S = 1_000_000_000

PLACE_WORDS = Words(
    {
        "abdomen": "belly",
        "chest": "rib",
        "back": "back",
        "imu": "belly",
        "chest_imu": "rib",
        "back_imu": "back",
    }
)
"""By sensor id; another sensor is just "breath"."""

LINK_WORDS: "Mapping[LinkState, tuple[str, str]]" = Words(
    {
        "connecting": ("◌", "connecting …"),
        "connected": ("○", "connected, getting ready …"),
        "streaming": ("●", "streaming"),
        "lost": ("✗", "link lost"),
        "stopped": ("■", "stopped"),
    }
)
"""A glyph and the words for each state of a link."""


def say_time(t_ns: int) -> str:
    """Return ``hh:mm:ss``."""
    minutes, seconds = divmod(max(t_ns, 0) // S, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def say_length(duration_ns: int) -> str:
    """Return a length in the words of a person, such as ``3 min 12 s``."""
    minutes, seconds = divmod(max(duration_ns, 0) // S, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return (
        _("{minutes} min {seconds} s").format(minutes=minutes, seconds=seconds)
        if minutes
        else f"{seconds} s"
    )


def say_clock(duration_ns: int) -> str:
    """Return a length as minutes and seconds, such as ``4:05``; a second that has begun counts."""
    minutes, seconds = divmod(-(-max(duration_ns, 0) // S), 60)
    return f"{minutes}:{seconds:02d}"


def say_speed(speed: float) -> str:
    """Return how fast a recording plays."""
    return f"{speed:g}x" if isfinite(speed) else _("max")


def say_size(n_bytes: int) -> str:
    """Return a file size."""
    if n_bytes < 1_000_000:  # noqa: PLR2004 - from here on it is told in MB
        return _("{n_bytes:.0f} kB").format(n_bytes=n_bytes / 1000)
    if n_bytes < 1_000_000_000:  # noqa: PLR2004 - and from here on in GB
        return _("{n_bytes:.1f} MB").format(n_bytes=n_bytes / 1_000_000)
    return _("{n_bytes:.1f} GB").format(n_bytes=n_bytes / 1_000_000_000)


def say_place(sensor: str) -> str:
    """Return what moves under a sensor; empty where that is not known."""
    return PLACE_WORDS.get(sensor, "")
