"""The index as a file: one SQLite row a recording. It can be thrown away at any time."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from breathsense.library.entry import SessionEntry

FILE = "library.sqlite"
SCHEMA = 1
"""A file of another number is thrown away and made anew."""
_WAIT_S = 10.0
"""How long one process waits for another that writes."""
_BESIDE = ("", "-wal", "-shm")
_PRIMARY = 0xFF
_NOT_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors that a new file would not mend: the disk, rights, or another process."""
_TABLE = """
CREATE TABLE session (
    path BLOB PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    notes_size INTEGER NOT NULL, notes_mtime_ns INTEGER NOT NULL,
    by_hand TEXT NOT NULL, made_by TEXT NOT NULL, entry BLOB NOT NULL
) WITHOUT ROWID
"""
_COLUMNS = "path, key, size, mtime_ns, notes_size, notes_mtime_ns, by_hand, made_by, entry"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file and the notes beside it look like from outside; sizes are -1 where none is."""

    size: int
    mtime_ns: int
    notes_size: int
    notes_mtime_ns: int

    @property
    def recording(self) -> tuple[int, int]:
        """The recording's own part."""
        return self.size, self.mtime_ns


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, and what it was told from.

    Parameters
    ----------
    entry : SessionEntry
        With its path.
    stamp : Stamp
        Of the files when they were read.
    by_hand : str
        Tells one set of breaths set by hand from another.
    made_by : str
        Tells one way of telling an entry from another: program, numbers.

    """

    entry: SessionEntry
    stamp: Stamp
    by_hand: str
    made_by: str


class Store:
    """Rows that outlive the program, if the disk lets them; safe with several processes.

    A file that is damaged, or of another kind, is replaced by an empty one. Where none can be
    made at all, nothing is kept, and nothing raised.

    Parameters
    ----------
    data_dir : Path
        Where the file lies.

    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    def read(self) -> dict[Path, Row]:
        """Return all rows that can be read, by path; makes no file where there is none."""
        return {} if not self.path.exists() else self._do(lambda base: dict(_read_rows(base)), {})

    def keep(self, rows: Iterable[Row]) -> None:
        """Keep rows, each in the place of what was known of its path."""
        marks = ", ".join("?" * (_COLUMNS.count(",") + 1))
        written = [_write_row(one) for one in rows]
        if written:
            self._do(
                lambda base: base.executemany(
                    f"INSERT OR REPLACE INTO session ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - constants
                    written,
                ),
                None,
            )

    def forget(self, paths: Iterable[Path]) -> None:
        """Forget rows; what they held is overwritten in the file, not only unlinked."""
        names = [(os.fsencode(one),) for one in paths]
        if names and self.path.exists():
            self._do(
                lambda base: base.executemany("DELETE FROM session WHERE path = ?", names), None
            )
            self._do(lambda base: base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), None)

    def clear(self) -> None:
        """Throw the file away; the next call makes a new one."""
        for ending in _BESIDE:
            with suppress(OSError):
                self.path.with_name(self.path.name + ending).unlink()

    def _do(self, act: Callable[[sqlite3.Connection], Any], otherwise: Result) -> Result:
        for _ in range(2):
            try:
                with self._open() as base:
                    done: Result = act(base)
                    return done
            except OSError:
                return otherwise
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _NOT_THE_FILE:
                    return otherwise
                self.clear()
            except (ValueError, RecursionError):
                self.clear()
        return otherwise

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as base:
            base.execute("PRAGMA secure_delete = ON")
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            _make_table(base)
            with base:
                yield base


def _make_table(base: sqlite3.Connection) -> None:
    """Make the table where it is missing; one of another schema gives way to it."""
    if base.execute("PRAGMA user_version").fetchone() == (SCHEMA,):
        return
    base.execute("BEGIN IMMEDIATE")
    with base:
        if base.execute("PRAGMA user_version").fetchone() != (SCHEMA,):
            base.execute("DROP TABLE IF EXISTS session")
            base.execute(_TABLE)
            base.execute(f"PRAGMA user_version = {SCHEMA}")


def _write_row(row: Row) -> tuple[object, ...]:
    entry = replace(row.entry, path=Path())
    return (
        os.fsencode(row.entry.path),
        entry.key,
        row.stamp.size,
        row.stamp.mtime_ns,
        row.stamp.notes_size,
        row.stamp.notes_mtime_ns,
        row.by_hand,
        row.made_by,
        msgspec.json.encode(entry, enc_hook=str),
    )


def _read_rows(base: sqlite3.Connection) -> Iterator[tuple[Path, Row]]:
    for name, _, *stamp, by_hand, made_by, text in base.execute(
        f"SELECT {_COLUMNS} FROM session"  # noqa: S608 - constants
    ):
        path = Path(os.fsdecode(name))
        entry = _DECODER.decode(text)
        yield path, Row(replace(entry, path=path), Stamp(*stamp), by_hand, made_by)


def _read_path(kind: type, value: object) -> object:
    return kind(value)


_DECODER = msgspec.json.Decoder(SessionEntry, dec_hook=_read_path)
