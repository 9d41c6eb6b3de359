"""Options that several commands share."""

import os
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


def speak_language(data_dir: Path) -> None:
    """Talk in the language that was chosen in the settings, or that of the system."""
    from breathsense.core.model.errors import RefusedInput
    from breathsense.session.settings import Settings, load_settings
    from breathsense.session.texts import list_catalogues, take_language
    from breathsense.session.wording import take_wording

    try:
        settings = load_settings(data_dir)
    except RefusedInput:  # the app tells of it; a practice need not wait for that
        settings = Settings()
    take_wording(settings.words)
    take_language(settings.language, os.environ, list_catalogues(data_dir))
