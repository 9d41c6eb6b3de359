"""Keeps the one session that is open, and sees to it that it is stopped whatever happens."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from breathsense.tui.desk import ViewedSession

Opened = TypeVar("Opened", bound=ViewedSession)


class SessionKeeper:
    """Opens and stops sessions; both may take their time and are called from worker threads.

    Opening may end after the person has left. Whoever asks no longer wants the session then, so it
    is stopped at once: no link is left behind and no recording is left open.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._session: ViewedSession | None = None
        self._is_closed = False

    @property
    def has_session(self) -> bool:
        """Whether a session is open."""
        return self._session is not None

    def open(self, begin: Callable[[], Opened], is_wanted: Callable[[], bool]) -> Opened | None:
        """Begin a session; ``None`` if nobody wants it any more by the time it is there.

        Raises
        ------
        RefusedInput, LinkError
            As ``begin`` does.

        """
        session = begin()
        with self._lock:
            keeps = is_wanted() and not self._is_closed
            if keeps:
                self._session = session
        if keeps:
            return session
        session.stop()
        return None

    def stop(self) -> Path | None:
        """Stop the open session, if there is one; return the file that it wrote."""
        with self._lock:
            session, self._session = self._session, None
        return None if session is None else session.stop()

    def close(self) -> Path | None:
        """Stop the open session, and from now on any that is still being opened."""
        with self._lock:
            self._is_closed = True
        return self.stop()
