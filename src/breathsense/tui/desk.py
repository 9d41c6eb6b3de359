"""What the app asks of the rest of the house; it reaches sessions and radios through this alone.

Whoever starts the app (the command line, or a test) hands in an object of the shape ``Desk``.
Calls marked *quick* are made on the screen's own thread, up to 30 times a second; all others may
take their time, because the app makes them from worker threads. Any call may raise
``RefusedInput`` or ``LinkError``, which the app shows as a calm panel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from breathsense.core.model.errors import BreathSenseError

if TYPE_CHECKING:  # they load the engine's numbers, which the first screen does not need
    from breathsense.core.coaching.schedule import Limits
    from breathsense.core.coaching.schema import Programme
    from breathsense.core.model.calibration import Posture
    from breathsense.core.model.inputs import BraceGoal
    from breathsense.core.model.sensors import Place
    from breathsense.core.setup import Setup
    from breathsense.exports.progress import Tell
    from breathsense.library.entry import SessionEntry
    from breathsense.library.keeping import Keeping
    from breathsense.session.practice_book import PracticeBook
    from breathsense.session.review import Review
    from breathsense.session.today import Worn
    from breathsense.session.unworn import UnwornPractice
    from breathsense.session.view import LiveView


@dataclass(frozen=True, slots=True)
class FoundWearable:
    """A wearable in reach, as the list on the home screen shows it.

    Parameters
    ----------
    id : str
        What it is connected by (address, or the system's own id); unique in a scan.
    name : str
        The name it advertises; empty if it has none.
    rssi_dbm : int or None
        Signal strength, smoothed or not; ``None`` where the system does not tell.
    profile_id, profile_name : str
        The recognised profile; both empty if it is not recognised.

    """

    id: str
    name: str
    rssi_dbm: int | None
    profile_id: str = ""
    profile_name: str = ""


@dataclass(frozen=True, slots=True)
class ScanView:
    """One instant of a scan: what is in reach now, and what keeps the scan from going on."""

    found: tuple[FoundWearable, ...]
    error: BreathSenseError | None = None


class Scan(Protocol):
    """A scan that is running."""

    def view(self) -> ScanView:
        """Return what has been found so far. Quick."""
        ...

    def stop(self) -> None:
        """End the scan and give back the radio; calling it twice does no harm."""
        ...


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """A recording that can be opened.

    Parameters
    ----------
    path : Path
        The file.
    title : str
        What a person knows it by, such as ``"22 Nov 2026, 10:34"``.
    duration_ns : int or None
        ``None`` where reading it would take long.
    note : str
        Anything to be known before opening it, such as ``"sample"`` or ``"not finished"``.

    """

    path: Path
    title: str
    duration_ns: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """In which format sessions are written; without a passphrase they can be read by anybody."""

    name: str
    passphrase: str = ""


class ViewedSession(Protocol):
    """What all sessions have in common."""

    def view(self) -> "LiveView":
        """Return the newest whole state; immutable. Quick."""
        ...

    def stop(self) -> Path | None:
        """Stop, save and give the file that was written, if one was; twice does no harm."""
        ...


class LiveSession(ViewedSession, Protocol):
    """A session with a wearable, real or virtual."""

    @property
    def setup(self) -> "Setup":
        """What the session is made of, and began with."""
        ...

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        """Mark a moment; ``at_ns`` is a past ``LiveView.now_ns``, ``None`` means now. Quick.

        What is marked is planned to take ``duration_ns``.
        """
        ...

    def begin(
        self,
        programme: "Programme",
        level: int = 0,
        *,
        goal: "BraceGoal" = "expand",
        limits: "Limits | None" = None,
        breath_gap_s: float = 10.0,
    ) -> None:
        """Begin a programme now; it takes the place of one that runs. Quick."""
        ...


class ReplaySession(ViewedSession, Protocol):
    """A recording that plays. All methods but ``stop`` are quick: they ask, the replay follows."""

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        ...

    @property
    def speed(self) -> float:
        """Seconds of the recording a second."""
        ...

    def pause(self) -> None:
        """Stand still."""
        ...

    def resume(self) -> None:
        """Go on."""
        ...

    def seek(self, t_ns: int) -> None:
        """Go to a session time; outside the recording means its nearest end."""
        ...

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; ``speed`` is greater than 0."""
        ...


class Desk(Protocol):
    """All that the app needs from outside."""

    def scan(self) -> Scan:
        """Begin to look for wearables."""
        ...

    def open_wearables(self, chosen: "Sequence[tuple[FoundWearable, Place]]") -> LiveSession:
        """Begin a session with one or several; it may return while links are still being made."""
        ...

    def list_last(self) -> "tuple[tuple[str, Place], ...]":
        """Return names and places of what was worn last; empty if nothing was."""
        ...

    def open_last(self, calibrate: "Posture | None" = None) -> LiveSession:
        """Begin a session with what was worn last; with a posture, a calibration begins anew."""
        ...

    def open_demo(self, calibrate: "Posture | None" = None) -> LiveSession:
        """Begin a session with the virtual belt."""
        ...

    def keep_learnt(self, session: LiveSession, posture: "Posture") -> Path | None:
        """Store what a session has learnt of the wearer; ``None`` if there is nothing new."""
        ...

    def open_recording(self, path: Path) -> ReplaySession:
        """Begin to play a recording."""
        ...

    def list_sessions(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> "tuple[SessionEntry, ...]":
        """Return what is known of the person's own recordings, newest first; reads the new ones.

        ``tell`` is told how many of how many have been read; once ``is_cancelled`` says so, what
        is known so far is returned.
        """
        ...

    def open_unworn(self, programme: "Programme", level: int = 0) -> "UnwornPractice":
        """Begin a programme without a wearable; it is recorded like any session."""
        ...

    def list_recordings(self) -> tuple[RecordingEntry, ...]:
        """Return the recordings that can be opened, newest first."""
        ...

    def open_library(self) -> "Keeping":
        """Return what all recordings are asked and told; its methods may take their time."""
        ...

    def open_review(self, path: Path, tell: "Tell") -> "Review":
        """Read a whole recording to look at it; ``tell`` may end that by ``Cancelled``."""
        ...

    def export(self, paths: Sequence[Path], order: ExportOrder, tell: "Tell") -> Path:
        """Write sessions in another format and return where; ``Cancelled`` leaves nothing."""
        ...

    def open_book(self) -> "PracticeBook":
        """Return answers, prescription and programmes; its methods may take their time."""
        ...

    def tell_worn(self) -> "Worn":
        """Return the sensors of what was worn last; those of the virtual belt if nothing was."""
        ...
