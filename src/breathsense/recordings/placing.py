"""Small files of the data folder, changed so that a crash leaves the old one or the new one."""

import os
from contextlib import suppress
from pathlib import Path


def put_in_place(path: Path, content: bytes) -> None:
    """Write a file, for its owner only: beside its place first, then there, once the disk has it.

    Raises
    ------
    OSError
        The disk does not take it. The file is as it was, and nothing is left beside it.

    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
