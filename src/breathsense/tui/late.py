"""A desk that is set up when it is first needed: the first screen does not wait for it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from breathsense.tui.desk import (
    Desk,
    ExportOrder,
    FoundWearable,
    LiveSession,
    RecordingEntry,
    ReplaySession,
    Scan,
)

if TYPE_CHECKING:
    from breathsense.core.coaching.schema import Programme
    from breathsense.core.model.calibration import Posture
    from breathsense.core.model.sensors import Place
    from breathsense.exports.progress import Tell
    from breathsense.library.entry import SessionEntry
    from breathsense.library.keeping import Keeping
    from breathsense.session.practice_book import PracticeBook
    from breathsense.session.review import Review
    from breathsense.session.today import Worn
    from breathsense.session.unworn import UnwornPractice


class LateDesk:
    """Asks another desk, which is built at the first question; by whichever thread asks it.

    Parameters
    ----------
    build : callable
        Gives the desk; what it imports and reads takes its time.

    """

    def __init__(self, build: Callable[[], Desk]) -> None:
        self._build = build
        self._lock = Lock()
        self._built: Desk | None = None

    def _desk(self) -> Desk:
        with self._lock:
            if self._built is None:
                self._built = self._build()
            return self._built

    def scan(self) -> Scan:
        """See ``Desk.scan``."""
        return self._desk().scan()

    def open_wearables(self, chosen: "Sequence[tuple[FoundWearable, Place]]") -> LiveSession:
        """See ``Desk.open_wearables``."""
        return self._desk().open_wearables(chosen)

    def list_last(self) -> "tuple[tuple[str, Place], ...]":
        """See ``Desk.list_last``."""
        return self._desk().list_last()

    def open_last(self, calibrate: "Posture | None" = None) -> LiveSession:
        """See ``Desk.open_last``."""
        return self._desk().open_last(calibrate)

    def open_demo(self, calibrate: "Posture | None" = None) -> LiveSession:
        """See ``Desk.open_demo``."""
        return self._desk().open_demo(calibrate)

    def keep_learnt(self, session: LiveSession, posture: "Posture") -> Path | None:
        """See ``Desk.keep_learnt``."""
        return self._desk().keep_learnt(session, posture)

    def open_recording(self, path: Path) -> ReplaySession:
        """See ``Desk.open_recording``."""
        return self._desk().open_recording(path)

    def list_recordings(self) -> tuple[RecordingEntry, ...]:
        """See ``Desk.list_recordings``."""
        return self._desk().list_recordings()

    def open_library(self) -> "Keeping":
        """See ``Desk.open_library``."""
        return self._desk().open_library()

    def open_review(self, path: Path, tell: "Tell") -> "Review":
        """See ``Desk.open_review``."""
        return self._desk().open_review(path, tell)

    def export(self, paths: "Sequence[Path]", order: ExportOrder, tell: "Tell") -> Path:
        """See ``Desk.export``."""
        return self._desk().export(paths, order, tell)

    def open_unworn(self, programme: "Programme", level: int = 0) -> "UnwornPractice":
        """See ``Desk.open_unworn``."""
        return self._desk().open_unworn(programme, level)

    def list_sessions(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> "tuple[SessionEntry, ...]":
        """See ``Desk.list_sessions``."""
        return self._desk().list_sessions(tell, is_cancelled)

    def open_book(self) -> "PracticeBook":
        """See ``Desk.open_book``."""
        return self._desk().open_book()

    def tell_worn(self) -> "Worn":
        """See ``Desk.tell_worn``."""
        return self._desk().tell_worn()
