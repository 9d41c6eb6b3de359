"""How times, places and sizes are said."""

from math import isfinite

from breathsense.core.model.inputs import LinkState

S = 1_000_000_000

PLACE_WORDS = {
    "abdomen": "belly",
    "chest": "rib",
    "back": "back",
    "imu": "belly",
    "chest_imu": "rib",
    "back_imu": "back",
}
"""By sensor id; another sensor is just "breath"."""

LINK_WORDS: dict[LinkState, tuple[str, str]] = {
    "connecting": ("◌", "connecting …"),
    "connected": ("○", "connected, getting ready …"),
    "streaming": ("●", "streaming"),
    "lost": ("✗", "link lost"),
    "stopped": ("■", "stopped"),
}
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
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def say_clock(duration_ns: int) -> str:
    """Return a length as minutes and seconds, such as ``4:05``; a second that has begun counts."""
    minutes, seconds = divmod(-(-max(duration_ns, 0) // S), 60)
    return f"{minutes}:{seconds:02d}"


def say_speed(speed: float) -> str:
    """Return how fast a recording plays."""
    return f"{speed:g}x" if isfinite(speed) else "max"


def say_size(n_bytes: int) -> str:
    """Return a file size."""
    if n_bytes < 1_000_000:  # noqa: PLR2004 - from here on it is told in MB
        return f"{n_bytes / 1000:.0f} kB"
    if n_bytes < 1_000_000_000:  # noqa: PLR2004 - and from here on in GB
        return f"{n_bytes / 1_000_000:.1f} MB"
    return f"{n_bytes / 1_000_000_000:.1f} GB"


def say_place(sensor: str) -> str:
    """Return what moves under a sensor; empty where that is not known."""
    return PLACE_WORDS.get(sensor, "")


def say_count(number: int, thing: str) -> str:
    """Return a number and a thing, as one or as many."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
