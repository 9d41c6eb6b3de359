"""Files that appear whole or not at all, for their owner only."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from breathsense.core.model.errors import RefusedInput

FILE_MODE = 0o600


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write a file or a folder to; it takes the target's name if all goes well.

    What is written is synced to the disk before it is renamed. After an error or an interruption
    nothing is left, and what had the target's name before is still there.

    Raises
    ------
    RefusedInput
        The folder cannot be written to, or the disk is full.

    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
        ) as folder:
            made = Path(folder) / target.name
            yield made
            _settle(made)
            _take_place(made, target)
    except OSError as error:
        raise RefusedInput(
            f"the export cannot be written ({error.strerror or error})",
            where=str(target),
            advice="Check that the folder may be written to and that the disk has room.",
        ) from error


def _settle(made: Path) -> None:
    """Put all to the disk, readable by its owner only."""
    files = [made] if made.is_file() else [one for one in made.rglob("*") if one.is_file()]
    for path in files:
        path.chmod(FILE_MODE)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    if made.is_dir():
        made.chmod(0o700)
        for folder in made.rglob("*"):
            if folder.is_dir():
                folder.chmod(0o700)


def _take_place(made: Path, target: Path) -> None:
    if made.is_dir() and target.is_dir():
        old = made.parent / "replaced"
        target.rename(old)
        made.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        made.replace(target)
