"""What a person does with recordings, each in one call; what can be undone gives back how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from breathsense.library.checking import (
    Flaw,
    Weight,
    check_library,
    find_free_bytes,
    weigh_library,
)
from breathsense.library.entry import SessionEntry
from breathsense.library.index import Library, Tell
from breathsense.library.trash import Deleted, delete_trashed, take_back, throw_away
from breathsense.recordings.notes import NoteWriter


@dataclass(frozen=True, slots=True)
class Undo:
    """How something that was done is undone, and what it was, in a few words."""

    what: str
    act: Callable[[], object]


class Keeping:
    """The recordings of a data folder, as an app shows and changes them.

    Methods may take their time, and raise RefusedInput where a file cannot be read or written.

    Parameters
    ----------
    data_dir : Path
        The data folder.
    author : str
        A pseudonym of who names and labels.

    """

    def __init__(self, data_dir: Path, author: str) -> None:
        self._data_dir = data_dir
        self._author = author
        self._library = Library(data_dir)

    def known(self) -> tuple[SessionEntry, ...]:
        """Return all recordings as far as they are known, the trash and samples with them."""
        return self._library.known(with_samples=True, with_trash=True)

    def read(self, tell: Tell, is_cancelled: Callable[[], bool]) -> tuple[SessionEntry, ...]:
        """Read what is new or changed; return all as ``known`` does."""
        self._library.refresh(tell, is_cancelled, with_samples=True)
        return self.known()

    def rename(self, entry: SessionEntry, title: str) -> Undo:
        """Give a recording a title; an empty one takes it away."""
        writer = NoteWriter(entry.path, self._author)
        return Undo("the name", partial(writer.undo, writer.set_title(title)))

    def label(self, entry: SessionEntry, labels: Sequence[str]) -> Undo:
        """Put labels on a recording, in the place of those that were on it."""
        writer = NoteWriter(entry.path, self._author)
        return Undo("the labels", partial(writer.undo, writer.set_labels(tuple(labels))))

    def throw_away(self, entry: SessionEntry) -> Undo:
        """Put a recording into the trash."""
        thrown = throw_away(self._data_dir, entry.path)
        return Undo("the trash", partial(take_back, self._data_dir, thrown))

    def take_back(self, entry: SessionEntry) -> Undo:
        """Take a recording out of the trash."""
        back = take_back(self._data_dir, entry.path)
        return Undo("taking it back", partial(throw_away, self._data_dir, back))

    def delete(self, entries: Sequence[SessionEntry]) -> list[Deleted]:
        """Delete recordings in the trash for good; there is no way back."""
        gone = delete_trashed(self._data_dir, [one.path for one in entries])
        self._library.refresh()
        return gone

    def check(self, tell: Tell) -> list[Flaw]:
        """Read every recording to its end; return what is wrong."""
        return check_library(self._data_dir, tell)

    def weigh(self) -> tuple[list[Weight], int | None]:
        """Return how much room everything takes, and how much is left."""
        return weigh_library(self._data_dir), find_free_bytes(self._data_dir)
