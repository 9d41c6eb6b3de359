"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def _resolve(_ctx: click.Context, _param: click.Parameter, chosen: Path | None) -> Path:
    if chosen is not None:
        return chosen
    from breathsense.recordings.folder import default_data_dir

    return default_data_dir()


def data_dir_option(command: Command) -> Command:
    """Add ``--data-dir``; the command gets ``data_dir: Path``, the platform's own by default."""
    return click.option(
        "--data-dir",
        envvar="BREATHSENSE_DATA_DIR",
        type=click.Path(path_type=Path, file_okay=False),
        callback=_resolve,
        help="Folder for recordings and settings (or BREATHSENSE_DATA_DIR).",
    )(command)
