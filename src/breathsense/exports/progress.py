"""How far long work is, and how a person stops it."""

from collections.abc import Callable

Tell = Callable[[float], None]
"""Told the share that is done, 0 to 1, now and then; raises ``Cancelled`` to end the work."""


class Cancelled(Exception):
    """The person has changed their mind; whoever works puts everything away and passes it on."""


def tell_nobody(_share: float) -> None:
    """Let the work run to its end."""


def tell_part(tell: Tell, number: int, n_parts: int) -> Tell:
    """Return what one part of several equal ones tells: its share of the whole."""

    def tell_share(share: float) -> None:
        tell((number + min(max(share, 0.0), 1.0)) / n_parts)

    return tell_share
