"""Recordings and tables on the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from breathsense.cli.saying import say

if TYPE_CHECKING:
    from breathsense.recordings.inputs import Opened

Command = TypeVar("Command", bound=Callable[..., Any])


def table_options(command: Command) -> Command:
    """Add ``--rate`` and ``--ignore-columns``: how tables are read."""
    ignoring = click.option(
        "--ignore-columns", is_flag=True, help="Let columns pass that are not understood."
    )
    rate = click.option(
        "--rate", "rate_hz", type=float, metavar="HZ", help="Rows a second, without t_s."
    )
    return rate(ignoring(command))


def open_telling(
    inputs: tuple[Path, ...], marks: Path | None, rate_hz: float | None, *, ignore_columns: bool
) -> "Opened":
    """Open a session as ``open_inputs`` does, and tell what is wrong with its file.

    Raises
    ------
    RefusedInput
        It cannot be read, makes no sense, or cannot be joined.

    """
    from breathsense.recordings.inputs import open_inputs

    opened = open_inputs(inputs, marks, rate_hz, ignore_columns=ignore_columns)
    if opened.problem:
        say(f"breathsense: {inputs[0]}: {opened.problem}", err=True)
    return opened
