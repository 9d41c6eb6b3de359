"""All recordings of a data folder, with the figures of each kept in an index beside them."""

from collections.abc import Callable
from pathlib import Path

from breathsense.library.entry import SessionEntry
from breathsense.library.summing import summarise_file
from breathsense.recordings.folder import list_recordings, list_samples

Tell = Callable[[int, int], None]
"""Told how many of how many recordings are done."""


class Library:
    """The recordings of one person.

    Parameters
    ----------
    data_dir : Path
        The data folder.

    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._entries: dict[Path, SessionEntry] = {}

    def sessions(self, *, with_samples: bool = False) -> tuple[SessionEntry, ...]:
        """Return all recordings, newest first; those that are new or changed are read before.

        Parameters
        ----------
        with_samples : bool
            Whether those that come with the program are told too.

        """
        self.refresh()
        told = [one for one in self._entries.values() if with_samples or not one.is_sample]
        return tuple(sorted(told, key=lambda one: one.started, reverse=True))

    def refresh(
        self,
        tell: Tell = lambda _n_done, _n_all: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read what is new or changed, and forget what is gone.

        Parameters
        ----------
        tell : callable
            Told after each recording how many of how many are done.
        is_cancelled : callable
            Asked before each; what was read until then is kept.

        """
        own = [one.path for one in list_recordings(self._data_dir)]
        samples = [one.path for one in list_samples()]
        new = [path for path in (*own, *samples) if path not in self._entries]
        for number, path in enumerate(new):
            if is_cancelled():
                return
            self._entries[path] = summarise_file(path, is_sample=path in samples)
            tell(number + 1, len(new))
