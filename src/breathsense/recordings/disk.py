"""What is asked of the disk for a recording, and its answers in plain words."""

import contextlib
import errno
import os
from pathlib import Path

PART = ".part"
"""Ends the name of a recording until it is closed."""

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow any more",
    errno.EROFS: "the disk has become read-only",
    errno.EACCES: "the folder may not be written",
    errno.EPERM: "the folder may not be written",
    errno.EIO: "the disk does not answer",
    errno.ENOENT: "the folder is gone",
}


def find_free(path: Path) -> Path:
    """Return the path, or the first of ``NAME-2.mcap``, ``NAME-3.mcap`` ... that is not there."""
    suffixes = "".join(path.suffixes[-2:] if path.suffix == PART else path.suffixes[-1:])
    stem = path.name.removesuffix(suffixes) if suffixes else path.name
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{stem}-{number}{suffixes}")
    return candidate


def open_new(path: Path) -> int:
    """Make a file for its owner only and open it; ``OSError`` if there is one already."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600)


def write_all(file: int, content: bytes | bytearray) -> None:
    """Write all of it, however much is taken at once."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the new name itself safe from a power cut, where the system lets folders be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def tell_trouble(error: OSError) -> str:
    """Return what is wrong, in plain words where they are known."""
    return _WORDS.get(error.errno or 0, error.strerror or str(error))
