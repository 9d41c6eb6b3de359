"""The file under a recording: survives a full disk, a folder that vanishes, and ``kill -9``."""

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.disk import (
    PART,
    find_free,
    open_new,
    sync_folder,
    tell_trouble,
    write_all,
)
from breathsense.recordings.reserve import Reserve

COPYING = ".new.part"
"""The same for a copy: a repair of ``NAME.part`` is called ``NAME`` in the end."""

PREAMBLE_BYTES = 1 << 20
"""At most this much of the start of the file is kept in memory (header and profiles)."""

_COPY_BYTES = 1 << 20


class Spool:
    """A file that is only appended to; what cannot be written now is kept and tried again.

    Looks to the MCAP writer like a stream that never fails. Bytes go to ``NAME.part``; ``close``
    gives the file its name. Nothing that exists is ever overwritten. If the file vanishes (its
    folder was removed) or cannot be written to its end, all of it is copied to a new file. A little
    room is kept back on the disk, so that one which fills up at the very end takes the rest.

    Parameters
    ----------
    path : Path
        Final name. The folder is made if need be (0700); the file is 0600.
    suffix : str
        What is added to the name until ``close``.

    Raises
    ------
    RefusedInput
        The file exists already, or cannot be made.

    """

    def __init__(self, path: Path, suffix: str = PART) -> None:
        self.path = path
        self._suffix = suffix
        self._write_problem = self._sync_problem = self._note = ""
        self._part = path.with_name(path.name + suffix)
        self._pending = bytearray()
        self._preamble = bytearray()
        self._n_written = 0
        self._syncing: threading.Thread | None = None
        self._file = _open_first(self.path, self._part)
        self._reserve = Reserve(path.parent)

    @property
    def problem(self) -> str:
        """What is wrong, in plain words; empty while all goes well."""
        told = (self._write_problem or self._sync_problem, self._note)
        return "; ".join(part for part in told if part)

    @property
    def n_pending(self) -> int:
        """Bytes that could not be written yet."""
        return len(self._pending)

    def write(self, content: bytes) -> int:
        """Take bytes; they go to the file at the next ``flush``."""
        if len(self._preamble) < PREAMBLE_BYTES and not self._n_written:
            self._preamble += content
        self._pending += content
        return len(content)

    def tell(self) -> int:
        """Return how many bytes have been taken."""
        return self._n_written + len(self._pending)

    def flush(self) -> None:
        """Hand what is pending to the system; what it does not take is kept."""
        try:
            while self._pending:
                n_taken = os.write(self._file, self._pending)
                del self._pending[:n_taken]
                self._n_written += n_taken
        except OSError as error:
            self._write_problem = tell_trouble(error)
        else:
            self._write_problem = ""

    def sync(self) -> None:
        """Ask for the file to be safe from a power cut, in a thread of its own.

        Comes back at once; while the last request is still under way, nothing new is started.
        The place of the file is looked after here, too: if it is gone, it is written again.
        """
        if not self._is_in_place():
            self._rescue([self.path.parent])
        if self._syncing is None or not self._syncing.is_alive():
            self._syncing = threading.Thread(target=self._sync, name="recording-sync", daemon=True)
            self._syncing.start()

    def close(self, fallbacks: Sequence[Path] = ()) -> Path:
        """Write the rest and give the file its name.

        Parameters
        ----------
        fallbacks : sequence of Path
            Folders to try if the file's own can no longer be written.

        Returns
        -------
        Path
            Where the recording is. ``problem`` tells if it is not whole or not where expected.

        """
        self.flush()
        self._reserve.give_back()
        if self._pending:
            self.flush()
        self._wait_for_sync()
        if self._pending or not self._is_in_place():
            self._rescue([self.path.parent, *fallbacks])
        self._sync()
        os.close(self._file)
        if self._pending:
            self._note = f"what could be written is in {self._part}"
            return self._part
        try:
            return self._take_name()
        except OSError as error:
            self._note = f"{tell_trouble(error)}; the recording is left as {self._part}"
            return self._part

    def discard(self) -> None:
        """Give up: remove the unfinished file."""
        self._reserve.give_back()
        self._wait_for_sync()
        os.close(self._file)
        self._part.unlink(missing_ok=True)

    def _take_name(self) -> Path:
        final = find_free(self.path)
        self._part.rename(final)
        sync_folder(final.parent)
        if final != self.path:
            self._note = f"{self.path} was there already; saved as {final.name}"
        return final

    def _sync(self) -> None:
        try:
            os.fsync(self._file)
            self._sync_problem = ""
        except OSError as error:
            self._sync_problem = tell_trouble(error)

    def _wait_for_sync(self) -> None:
        if self._syncing is not None:
            self._syncing.join()

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(self._part.stat(), os.fstat(self._file))
        except OSError:
            return False

    def _rescue(self, folders: Sequence[Path]) -> None:
        """Write everything anew into the first folder that takes it, and go on there."""
        self._wait_for_sync()
        for folder in folders:
            part = find_free(folder / self._part.name)
            with contextlib.suppress(OSError):
                self._move_to(part)
                return
        self._note = "the recording's file cannot be written, nor another one made"

    def _move_to(self, part: Path) -> None:
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = open_new(part)
        try:
            is_whole = self._copy_to(fresh)
        except OSError:
            os.close(fresh)
            part.unlink(missing_ok=True)
            raise
        old, old_part, was_in_place = self._file, self._part, self._is_in_place()
        self._file, self._part, self._write_problem = fresh, part, ""
        self.path = part.with_name(part.name.removesuffix(self._suffix))
        os.close(old)
        if not is_whole:
            self._note = f"the recording goes on in {self.path}; its first part is in {old_part}"
            return
        self._note = f"the recording was moved to {self.path}"
        if was_in_place:
            with contextlib.suppress(OSError):
                old_part.unlink()

    def _copy_to(self, fresh: int) -> bool:
        """Copy what was written, then what is pending; False if only the start and end were had."""
        is_whole = True
        try:
            for block in self._read_back():
                write_all(fresh, block)
        except _Unreadable:
            is_whole = False
            os.truncate(fresh, 0)
            os.lseek(fresh, 0, os.SEEK_SET)
            write_all(fresh, self._preamble)
        self._n_written = os.lseek(fresh, 0, os.SEEK_CUR)
        write_all(fresh, self._pending)
        self._n_written += len(self._pending)
        self._pending.clear()
        return is_whole

    def _read_back(self) -> Iterator[bytes]:
        try:
            os.lseek(self._file, 0, os.SEEK_SET)
            n_left = self._n_written
            while n_left > 0:
                block = os.read(self._file, min(n_left, _COPY_BYTES))
                if not block:
                    raise _Unreadable
                n_left -= len(block)
                yield block
        except OSError as error:
            raise _Unreadable from error
        finally:
            with contextlib.suppress(OSError):
                os.lseek(self._file, 0, os.SEEK_END)


class _Unreadable(Exception):
    """The old file cannot be read back."""


def _open_first(path: Path, part: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_taken, is_unfinished = path.exists(), part.exists()
        if not is_taken and not is_unfinished:
            return open_new(part)
    except OSError as error:
        what = "it is no folder" if isinstance(error, FileExistsError) else tell_trouble(error)
        raise RefusedInput(
            f"no recording can be made here: {what}",
            where=str(path.parent),
            advice="Choose another folder (--data-dir or --output).",
        ) from error
    if is_taken:
        raise RefusedInput(
            "there is a file of this name already",
            where=str(path),
            advice="Choose another name; recordings are never overwritten.",
        )
    raise RefusedInput(
        "a recording of this name was never closed",
        where=str(part),
        advice=f"Recover it with 'breathsense repair {part}', or choose another name.",
    )
