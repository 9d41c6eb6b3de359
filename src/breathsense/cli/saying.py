"""What the command line says: words of strangers are in it, and none may steer a terminal."""

from typing import IO

import click

_KEPT = frozenset("\n\t\u00a0\u2009\u202f")
"""Line ends and blanks: no signs, but harmless."""


def say(
    words: object = "", *, err: bool = False, nl: bool = True, file: IO[str] | None = None
) -> None:
    """Print words; what could steer a terminal is shown as ``?``.

    Parameters
    ----------
    words : object
        Its text: lines; a carriage return at their very beginning goes back over the newest one.
    err : bool
        On stderr instead of stdout.
    nl : bool
        Whether a line end follows.
    file : text stream, optional
        Somewhere else.

    """
    text = str(words)
    start = "\r" if text.startswith("\r") else ""
    told = "".join(
        letter if letter.isprintable() or letter in _KEPT else "?"
        for letter in text.removeprefix(start)
    )
    click.echo(start + told, err=err, nl=nl, file=file)
