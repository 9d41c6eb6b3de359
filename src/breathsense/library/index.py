"""All recordings of a data folder; what each tells is kept in an index that can be made anew."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from breathsense import __version__
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import Notes
from breathsense.core.params import Params
from breathsense.library.entry import SessionEntry
from breathsense.library.store import Row, Stamp, Store
from breathsense.library.summing import Interrupted, describe_unread, summarise_file
from breathsense.library.trash import trash_folder
from breathsense.recordings.folder import (
    is_being_written,
    list_folder,
    list_recordings,
    list_samples,
)
from breathsense.recordings.notes import find_notes, read_notes
from breathsense.recordings.reader import read_header

Tell = Callable[[int, int], None]
"""Told how many of how many recordings have been read."""

BEING_WRITTEN = "it is being recorded"
WAY = 3
"""Counted up when entries are told in another way."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A recording's file as the folders show it."""

    path: Path
    stamp: Stamp
    is_sample: bool
    is_trashed: bool
    is_written: bool


class Library:
    """The recordings of one person.

    Reading a recording for the first time runs it through the engine; after that it is looked up.
    Several of these, in one process or in several, may use one folder.

    Parameters
    ----------
    data_dir : Path
        The data folder.

    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._store = Store(data_dir)
        self._made_by = _name_way()
        self._rows: dict[Path, Row] = {}

    def sessions(
        self, *, with_samples: bool = False, with_trash: bool = False
    ) -> tuple[SessionEntry, ...]:
        """Return all recordings, newest first; those that are new or changed are read before.

        Parameters
        ----------
        with_samples, with_trash : bool
            Whether those that come with the program, and those in the trash, are told too.

        """
        self.refresh(with_samples=with_samples)
        return self.known(with_samples=with_samples, with_trash=with_trash)

    def known(
        self, *, with_samples: bool = False, with_trash: bool = False
    ) -> tuple[SessionEntry, ...]:
        """Return all recordings as far as they are known, newest first, samples last.

        None is run through the engine; those that have to be have ``is_read`` false.
        """
        found, rows = self._look(), self._load()
        self._carry_over(found, rows)
        told = [
            self._tell_known(one, rows)
            for one in found
            if (with_samples or not one.is_sample) and (with_trash or not one.is_trashed)
        ]
        return tuple(sorted(told, key=_rank, reverse=True))

    def refresh(
        self,
        tell: Tell = lambda _n_done, _n_all: None,
        is_cancelled: Callable[[], bool] = lambda: False,
        executor: Executor | None = None,
        *,
        with_samples: bool = False,
    ) -> None:
        """Read what is new or changed, and forget what is gone.

        Parameters
        ----------
        tell : callable
            Told after each recording how many of how many have been read.
        is_cancelled : callable
            Asked now and then; what was read until then is kept.
        executor : Executor, optional
            Reads them; without one they are read here, one after the other.
        with_samples : bool
            Whether those that come with the program are read too.

        """
        found, rows = self._look(), self._load()
        self._carry_over(found, rows)
        stale = [
            one
            for one in found
            if not one.is_written
            and not self._is_fresh(one, rows)
            and (with_samples or not one.is_sample)
        ]
        tell(0, len(stale))
        # Told before the files are read: notes that come meanwhile make the entry old, not wrong.
        by_hand = {one.path: _name_by_hand(_read_notes(one.path)) for one in stale}
        for number, (one, entry) in enumerate(_read_all(stale, is_cancelled, executor), 1):
            row = Row(entry, one.stamp, by_hand[one.path], self._made_by)
            rows[one.path] = row
            self._store.keep([row])
            tell(number, len(stale))
        gone = rows.keys() - {one.path for one in found}
        for path in gone:
            del rows[path]
        self._store.forget(gone)

    def rebuild(
        self,
        tell: Tell = lambda _n_done, _n_all: None,
        is_cancelled: Callable[[], bool] = lambda: False,
        executor: Executor | None = None,
    ) -> None:
        """Throw the index away and read everything anew; parameters as in ``refresh``."""
        self._store.clear()
        self._rows.clear()
        self.refresh(tell, is_cancelled, executor)

    def _load(self) -> dict[Path, Row]:
        """Return what is known: from the file, and from this object where no file can be kept."""
        self._rows.update(self._store.read())
        return self._rows

    def _look(self) -> list[_Found]:
        own = [one.path for one in list_recordings(self._data_dir)]
        trashed = [one.path for one in list_folder(trash_folder(self._data_dir))]
        samples = [one.path for one in list_samples()]
        found = [
            *(_find(path) for path in own),
            *(_find(path, is_trashed=True) for path in trashed),
            *(_find(path, is_sample=True) for path in samples),
        ]
        return [one for one in found if one is not None]

    def _is_fresh(self, found: _Found, rows: dict[Path, Row]) -> bool:
        row = rows.get(found.path)
        return row is not None and row.stamp == found.stamp and row.made_by == self._made_by

    def _tell_known(self, found: _Found, rows: dict[Path, Row]) -> SessionEntry:
        row = rows.get(found.path)
        trouble = BEING_WRITTEN if found.is_written else ""
        entry = row.entry if row is not None else describe_unread(found.path, trouble)
        is_read = found.is_written or self._is_fresh(found, rows)
        return replace(
            entry, is_sample=found.is_sample, is_trashed=found.is_trashed, is_read=is_read
        )

    def _carry_over(self, found: list[_Found], rows: dict[Path, Row]) -> None:
        """Keep what is known of files that were only moved, or whose notes only changed."""
        there = {one.path for one in found}
        moved = {
            (row.entry.key, *row.stamp.recording): row
            for path, row in rows.items()
            if path not in there
        }
        carried = []
        for one in found:
            row = rows.get(one.path)
            if row is None and any(one.stamp.recording == key[1:] for key in moved):
                row = moved.get((_read_key(one.path), *one.stamp.recording))
            if row is None or row.made_by != self._made_by or self._is_fresh(one, rows):
                continue
            notes = _read_notes(one.path)
            if row.stamp.recording == one.stamp.recording and row.by_hand == _name_by_hand(notes):
                entry = replace(row.entry, path=one.path, title=notes.title, labels=notes.labels)
                carried.append(Row(entry, one.stamp, row.by_hand, row.made_by))
        rows.update({one.entry.path: one for one in carried})
        self._store.keep(carried)


def _rank(entry: SessionEntry) -> tuple[bool, datetime, str]:
    return not entry.is_sample, entry.started, entry.path.name


def _read_all(
    stale: list[_Found], is_cancelled: Callable[[], bool], executor: Executor | None
) -> Iterator[tuple[_Found, SessionEntry]]:
    if executor is None:
        for one in stale:
            if is_cancelled():
                return
            try:
                entry = summarise_file(one.path, is_cancelled=is_cancelled)
            except Interrupted:
                return
            yield one, entry
        return
    waiting = {executor.submit(summarise_file, one.path): one for one in stale}
    try:
        for done in as_completed(waiting):
            yield waiting[done], done.result()
            if is_cancelled():
                return
    finally:
        for future in waiting:
            future.cancel()


def _find(path: Path, *, is_sample: bool = False, is_trashed: bool = False) -> _Found | None:
    try:
        about = path.stat()
    except OSError:
        return None
    try:
        beside = find_notes(path).stat()
        notes = (beside.st_size, beside.st_mtime_ns)
    except OSError:
        notes = (-1, 0)
    stamp = Stamp(about.st_size, about.st_mtime_ns, *notes)
    return _Found(path, stamp, is_sample, is_trashed, is_being_written(path))


def _read_notes(path: Path) -> Notes:
    try:
        return read_notes(path)
    except RefusedInput:
        return Notes()


def _read_key(path: Path) -> str:
    try:
        return read_header(path).session_id
    except RefusedInput:
        return ""


def _name_by_hand(notes: Notes) -> str:
    return _digest(notes.corrections) if notes.corrections else ""


def _name_way() -> str:
    """Name the way in which entries are told: another one makes all entries old."""
    return f"{__version__}/{WAY}/{_digest(Params())}"


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:16]
