"""The trash: recordings that were thrown away, until they are wanted again or deleted for good."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.folder import is_being_written, recordings_folder
from breathsense.recordings.notes import find_notes


@dataclass(frozen=True, slots=True)
class Deleted:
    """A file that is gone for good."""

    path: Path
    size_bytes: int


def trash_folder(data_dir: Path) -> Path:
    """Return the folder of the trash; it need not be there yet."""
    return data_dir / "trash"


def throw_away(data_dir: Path, path: Path) -> Path:
    """Put a recording, with what lies beside it, into the trash; return where it is now.

    Raises
    ------
    RefusedInput
        It is none of the data folder's, is being written, or cannot be moved.

    """
    if path.parent.resolve() != recordings_folder(data_dir).resolve():
        raise RefusedInput(
            "this recording is not in the library",
            where=str(path),
            advice="Only what lies in the library's own folder is thrown away; samples stay.",
        )
    if is_being_written(path):
        raise RefusedInput(
            "this is being recorded", where=str(path), advice="Stop the session first."
        )
    folder = trash_folder(data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _move(path, folder)


def take_back(data_dir: Path, path: Path) -> Path:
    """Put a recording from the trash back into the library; return where it is now.

    Raises
    ------
    RefusedInput
        It is not in the trash, or cannot be moved.

    """
    _check_trashed(data_dir, path)
    return _move(path, recordings_folder(data_dir))


def delete_trashed(data_dir: Path, paths: Sequence[Path]) -> list[Deleted]:
    """Delete recordings in the trash for good, with what lies beside them.

    Returns
    -------
    list of Deleted
        Every file that was there and is gone.

    Raises
    ------
    RefusedInput
        One is not in the trash, or cannot be deleted; those before it are gone.

    """
    gone = []
    for path in paths:
        _check_trashed(data_dir, path)
        for file in (find_notes(path), path):
            try:
                size_bytes = file.stat().st_size
                file.unlink()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _refuse(file, "deleted", error) from error
            gone.append(Deleted(file, size_bytes))
    return gone


def _check_trashed(data_dir: Path, path: Path) -> None:
    if path.parent.resolve() != trash_folder(data_dir).resolve() or not path.exists():
        raise RefusedInput(
            "this recording is not in the trash",
            where=str(path),
            advice="`breathsense library list --trash` shows what is.",
        )


def _move(path: Path, folder: Path) -> Path:
    """Move a recording and its notes, both or neither; nothing that is there is written over."""
    notes = find_notes(path)
    files = [notes, path] if notes.exists() else [path]
    goals = [folder / one.name for one in files]
    taken = next(filter(Path.exists, goals), None)
    if taken is not None:
        raise RefusedInput(
            "a file of this name is there already",
            where=str(taken),
            advice="Move it elsewhere first; nothing was changed.",
        )
    moved: list[Path] = []
    try:
        for one, goal in zip(files, goals, strict=True):
            one.rename(goal)
            moved.append(goal)
    except OSError as error:
        for one in moved:
            with suppress(OSError):
                one.rename(path.parent / one.name)
        raise _refuse(path, "moved", error) from error
    return folder / path.name


def _refuse(path: Path, what: str, error: OSError) -> RefusedInput:
    return RefusedInput(
        f"it cannot be {what} ({error.strerror or error})",
        where=str(path),
        advice="Check that you may write to this folder.",
    )
