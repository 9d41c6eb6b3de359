"""While work takes long: how far it is, in a line that is written over, and how it is ended."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from breathsense.cli.saying import say
from breathsense.core.model.printable import make_printable

if TYPE_CHECKING:
    from breathsense.library.exporting import Watch


class NewestLine:
    """The lowest line of a terminal, written over again and again; nothing where nobody looks."""

    def __init__(self) -> None:
        self.is_seen = sys.stderr.isatty()
        self._n_columns = 0

    def show(self, words: str) -> None:
        """Write over what was there."""
        if self.is_seen:
            say(f"\r{words.ljust(self._n_columns)}", err=True, nl=False)
            self._n_columns = len(words)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._n_columns:
            say(f"\r{' ' * self._n_columns}", err=True, nl=False)
            say("\r", err=True, nl=False)
            self._n_columns = 0


class ProgressLine:
    """A line that says which session is read, and how far all of it is.

    Where nobody looks (no terminal), only sessions are named, each in a line of its own.
    """

    def __init__(self) -> None:
        self._line = NewestLine()
        self._words = ""
        self._shown = -1

    def begin(self, number: int, count: int, path: Path) -> None:
        """Name the session that begins."""
        self._words = f"{number + 1} of {count}: {make_printable(path.name)}"
        if count > 1 and not self._line.is_seen:
            say(self._words, err=True)

    def tell(self, share: float) -> None:
        """Show the share that is done, in whole percents."""
        percent = int(100 * share)
        if percent != self._shown:
            self._shown = percent
            self._line.show(f"{self._words}  {percent} %")

    def warn(self, path: Path, problem: str) -> None:
        """Tell what is wrong with a recording."""
        self.clear()
        say(f"breathsense: {make_printable(str(path))}: {problem}", err=True)

    def clear(self) -> None:
        """Leave an empty line."""
        self._line.clear()


@contextlib.contextmanager
def watching() -> "Iterator[Watch]":
    """Show on stderr how far the work is; let SIGTERM end it as Ctrl-C does, nothing left."""
    from breathsense.library.exporting import Watch

    line = ProgressLine()
    with ended_by_sigterm():
        try:
            yield Watch(line.tell, line.begin, line.warn)
        finally:
            line.clear()


@contextlib.contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def count_read(n_done: int, n_all: int) -> None:
    """Count on a terminal the recordings that are read; where there are none, nothing is said."""
    if n_all and sys.stderr.isatty():
        say(f"\rReading recordings: {n_done} of {n_all}", err=True, nl=n_done == n_all)
