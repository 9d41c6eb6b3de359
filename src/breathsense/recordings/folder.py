"""Where recordings are kept."""

import contextlib
import os
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

import breathsense
from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.placing import put_in_place

DATA_DIR_VARIABLE = "BREATHSENSE_DATA_DIR"
_ENDING = re.compile(r"\.(mcap|mcap\.part|jsonl)$")
_SALT_BYTES = 16
_NAME_TIME = "%Y-%m-%d_%H-%M-%S"
_NAME_TIME_LENGTH = 19
_WRITTEN_S = 60.0


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A recording in the folder; ``is_unfinished`` if it was never closed (or is being written)."""

    path: Path
    n_bytes: int
    is_unfinished: bool


def default_data_dir() -> Path:
    """Return the folder for recordings and settings: BREATHSENSE_DATA_DIR, else the platform's."""
    chosen = os.environ.get(DATA_DIR_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("breathsense", appauthor=False)


def recordings_folder(data_dir: Path) -> Path:
    """Return the folder of the recordings, made with access for the user only (0700).

    Raises
    ------
    RefusedInput
        It cannot be made.

    """
    folder = data_dir / "recordings"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise RefusedInput(
            f"the folder for recordings cannot be made ({error.strerror or error})",
            where=str(folder),
            advice=f"Choose another one by --data-dir or {DATA_DIR_VARIABLE}.",
        ) from error
    return folder


def new_recording_path(data_dir: Path, started: datetime) -> Path:
    """Return a name that is not taken: date, time and four random digits; no person's name."""
    folder = recordings_folder(data_dir)
    return folder / f"{started:{_NAME_TIME}}_{secrets.token_hex(2)}.mcap"


def read_name_time(path: Path) -> datetime | None:
    """Return when a recording began by its name, in the zone of this computer; else ``None``."""
    try:
        return datetime.strptime(path.name[:_NAME_TIME_LENGTH], _NAME_TIME).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def list_recordings(data_dir: Path) -> list[RecordingFile]:
    """List what is in the folder, newest name first; a folder that is not there is empty."""
    return list_folder(data_dir / "recordings")


def list_samples() -> list[RecordingFile]:
    """List the synthetic recordings that come with the program."""
    package = Path(breathsense.__file__).parent
    installed = package / "sample_recordings"
    return list_folder(installed if installed.is_dir() else package.parents[1] / "recordings")


def list_folder(folder: Path) -> list[RecordingFile]:
    """List the recordings in a folder, newest name first; one that is not there is empty."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _ENDING.search(path.name) and path.is_file():
                is_unfinished = path.name.endswith(".part")
                found.append(RecordingFile(path, path.stat().st_size, is_unfinished))
    return sorted(found, key=lambda recording: recording.path.name, reverse=True)


def is_being_written(path: Path) -> bool:
    """Tell whether a recording is not closed, and changed within the last minute."""
    try:
        return path.suffix == ".part" and time.time() - path.stat().st_mtime < _WRITTEN_S
    except OSError:
        return False


def read_salt(data_dir: Path) -> bytes:
    """Return the random salt of this installation, made at the first call (``hash_address``).

    Raises
    ------
    RefusedInput
        The data folder cannot be read or written.

    """
    path = data_dir / "address-salt"
    recordings_folder(data_dir)
    try:
        if not path.exists() or path.stat().st_size < _SALT_BYTES:  # cut by a disk that was full
            put_in_place(path, secrets.token_bytes(_SALT_BYTES))
        return path.read_bytes()
    except OSError as error:
        raise RefusedInput(
            f"the data folder cannot be used ({error.strerror or error})",
            where=str(path),
            advice=f"Choose another one by --data-dir or {DATA_DIR_VARIABLE}.",
        ) from error
