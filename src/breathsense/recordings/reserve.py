"""Room on the disk for the last moments of a recording."""

import os
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 64 << 10
"""Some 20 s of three wearables; the end of a file of an hour takes 30 kB more than they do."""


class Reserve:
    """Takes room beside a recording that nobody else can use, until it is given back.

    The room is a file without a name (on Windows, one that goes when it is closed), so that it ends
    with the process, however that does. Where less can be had, that is kept, or nothing.

    Parameters
    ----------
    folder : Path
        On the recording's disk.

    """

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        with suppress(OSError):
            self._file = _open_nameless(folder)
            try:
                # Nothing that a file system could pack, or leave out.
                os.write(self._file, os.urandom(RESERVE_BYTES))
            except OSError:
                self.give_back()

    @property
    def n_bytes(self) -> int:
        """How much is kept."""
        return 0 if self._file is None else os.fstat(self._file).st_size

    def give_back(self) -> None:
        """Free the room; a second time changes nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _open_nameless(folder: Path) -> int:
    path = folder / f".{os.urandom(4).hex()}.room"
    at_close = getattr(os, "O_TEMPORARY", 0)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | at_close, 0o600)
    if not at_close:
        path.unlink()
    return file
