"""What the app asks for, answered: scans, sessions and recordings of this computer."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from breathsense.cli.choices import keep_allowed
from breathsense.cli.demo_session import open_demo_session, put_on_demo
from breathsense.cli.finding import build_wish, has_profile, open_shelf, to_saved
from breathsense.core.calibration.matching import Occasion
from breathsense.core.coaching.schema import Programme
from breathsense.core.model.calibration import Calibration, Posture
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place
from breathsense.core.setup import Setup, list_sensors
from breathsense.exports.progress import Tell
from breathsense.library.entry import SessionEntry
from breathsense.library.exporting import Watch, choose_output, export_sessions
from breathsense.library.index import Library
from breathsense.library.keeping import Keeping
from breathsense.recordings.calibrations import find_calibration, save_calibration
from breathsense.recordings.folder import (
    RecordingFile,
    list_recordings,
    list_samples,
    new_recording_path,
    read_name_time,
)
from breathsense.session.calibrating import find_learnt
from breathsense.session.live import Session
from breathsense.session.moments import say_moment
from breathsense.session.opening import Replay, open_live
from breathsense.session.outlet import offer_session
from breathsense.session.practice_book import PracticeBook
from breathsense.session.review import Review
from breathsense.session.reviewing import open_review
from breathsense.session.saved import load_saved, save_used
from breathsense.session.settings import load_settings
from breathsense.session.texts import N_, _
from breathsense.session.today import Past
from breathsense.session.today import Worn as WornToday
from breathsense.session.unworn import UnwornPractice, open_unworn
from breathsense.session.wearing import Wish, Worn, put_on
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import BackgroundScan, Found
from breathsense.sources.shelf import Shelf
from breathsense.sources.simulated import DEMO_WEARABLE, build_demo_radio
from breathsense.tui.desk import ExportOrder, FoundWearable, LiveSession, RecordingEntry, ScanView

EXPORTS = "exports"
"""Folder of what was exported from within the app."""
VIRTUAL = N_("the virtual belt")
MOST_READING_S = 6.0
"""So long recordings that are new are read for a list of what to practise."""


class RunningScan:
    """A scan as the app sees it."""

    def __init__(self, shelf: Shelf, radio: Radio) -> None:
        self._scan = BackgroundScan(radio, shelf.profiles)
        self._scan.start()

    def view(self) -> ScanView:
        """Return what has been found so far."""
        found = tuple(_describe(one) for one in self._scan.found)
        return ScanView(found, self._scan.error)

    def stop(self) -> None:
        """End the scan."""
        self._scan.stop()


class HomeDesk:
    """The desk of this computer; all recordings go to its data folder.

    ``demo_id`` says which virtual wearable a demo is with; empty for the belt.
    """

    def __init__(
        self,
        data_dir: Path,
        radio: Radio | None = None,
        *,
        replay_speed: float = 1.0,
        demo_id: str = "",
    ) -> None:
        self._data_dir = data_dir
        self._demo_id = demo_id or DEMO_WEARABLE
        self._replay_speed = replay_speed
        self._radio = radio or Radio()
        self._library = Library(data_dir)
        self._reading = Lock()
        self._book = PracticeBook(data_dir, self._read_past)

    @cached_property
    def _shelf(self) -> Shelf:
        """All profiles; reading them takes its time, and the demo needs one only."""
        return open_shelf(self._data_dir)

    def scan(self) -> RunningScan:
        """Begin to look for wearables."""
        return RunningScan(self._shelf, self._radio)

    def open_wearables(self, chosen: Sequence[tuple[FoundWearable, Place]]) -> Session:
        """Begin a session; the links are made while the screen is already there."""
        return self._open(put_on([self._build_wish(found, place) for found, place in chosen]))

    def _build_wish(self, found: FoundWearable, place: Place) -> Wish:
        """Set it as it was set when it was worn before."""
        profile = self._shelf.find(found.profile_id)
        before = load_saved(self._data_dir).find(found.id)
        is_same = before is not None and before.profile_id == profile.id
        settings = keep_allowed(profile, before.settings) if before and is_same else {}
        return Wish(profile, found.id, found.name, place, settings)

    def list_last(self) -> tuple[tuple[str, Place], ...]:
        """Return names and places of what was worn last."""
        last = load_saved(self._data_dir).last
        if not all(has_profile(self._shelf, one) for one in last):
            return ()
        return tuple((one.name or one.find_id(), one.place) for one in last)

    def open_last(self, calibrate: Posture | None = None) -> Session:
        """Begin a session with what was worn last; with a posture, a calibration begins anew."""
        return self._open(self._put_on_last(), calibrate)

    def _put_on_last(self) -> tuple[Worn, ...]:
        last = load_saved(self._data_dir).last
        return put_on([build_wish(self._shelf, one, one.place) for one in last])

    def tell_worn(self) -> WornToday:
        """Return the sensors of what was worn last; those of the virtual belt if nothing was."""
        worn = self._put_on_last() if self.list_last() else ()
        names = [one.wearable.name or one.wearable.profile.name for one in worn]
        title = " + ".join(names) or _(VIRTUAL)
        worn = worn or (put_on_demo(build_demo_radio(self._demo_id), self._data_dir),)
        setup = Setup(wearables=tuple(one.wearable for one in worn))
        return WornToday(title, list_sensors(setup), self._find_known(setup, None))

    def open_book(self) -> PracticeBook:
        """Return answers, prescription and programmes, with the past as the recordings tell it."""
        return self._book

    def _read_past(self) -> Past:
        """Return the past as far as it is known; the rest is read the next time it is asked for.

        What a virtual person did is not done; what somebody answered in a demo was meant.
        """
        late_s = time.monotonic() + MOST_READING_S
        with self._reading:
            self._library.refresh(is_cancelled=lambda: time.monotonic() > late_s)
            entries = [one for one in reversed(self._library.known()) if one.is_read]
        return Past(
            tuple(done for one in entries if one.is_own for done in one.done),
            tuple((one.started.date(), reason) for one in entries for reason in one.stops),
        )

    def open_unworn(self, programme: Programme, level: int = 0) -> UnwornPractice:
        """Begin a programme without a wearable."""
        return open_unworn(programme, self._data_dir, level)

    def list_sessions(
        self, tell: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> tuple[SessionEntry, ...]:
        """Return what is known of the person's own recordings, newest first; reads the new ones."""
        library = Library(self._data_dir)  # its own: a long reading must not keep today waiting
        library.refresh(tell, is_cancelled)
        return tuple(one for one in library.known() if one.is_read)

    def _open(self, worn: Sequence[Worn], calibrate: Posture | None = None) -> Session:
        known = self._find_known(Setup(wearables=tuple(one.wearable for one in worn)), calibrate)
        session = open_live(
            worn, self._new_path(), self._data_dir, radio=self._radio, calibration=known
        )
        save_used(self._data_dir, to_saved(worn))
        return self._offer(session)

    def _offer(self, session: Session) -> Session:
        """Offer the session to other programs, if the settings say so."""
        chosen = load_settings(self._data_dir).lsl
        if chosen.is_on:
            try:
                offer_session(session, chosen.scope)
            except RefusedInput:
                session.stop()
                raise
        return session

    def open_demo(self, calibrate: Posture | None = None) -> Session:
        """Begin a session with the virtual wearable."""
        session = open_demo_session(
            self._new_path(),
            self._data_dir,
            lambda setup: self._find_known(setup, calibrate),
            wearable_id=self._demo_id,
        )
        return self._offer(session)

    def _find_known(self, setup: Setup, calibrate: Posture | None) -> Calibration | None:
        """Return the newest calibration that holds, or for a posture the beginning of a new one."""
        names = tuple(one.name for one in setup.wearables)
        if calibrate is not None:
            return Calibration(posture=calibrate, wearables=names)
        occasion = Occasion("unknown", names, tuple(one.id for one in list_sensors(setup)))
        stored, _ = find_calibration(self._data_dir, occasion, datetime.now().astimezone())
        return None if stored is None else stored.calibration

    def keep_learnt(self, session: LiveSession, posture: Posture) -> Path | None:
        """Store what a session has learnt of the wearer, as ``breathsense calibrate`` does."""
        learnt = find_learnt(session.view().calibration, session.setup, posture)
        if learnt is None:
            return None
        return save_calibration(self._data_dir, learnt, datetime.now().astimezone())

    def open_recording(self, path: Path) -> Replay:
        """Begin to play a recording."""
        return Replay(path, self._replay_speed)

    def list_recordings(self) -> tuple[RecordingEntry, ...]:
        """Return what is in the data folder, newest first, then the samples."""
        own = [_describe_file(one) for one in list_recordings(self._data_dir)]
        samples = [RecordingEntry(one.path, one.path.stem, note="sample") for one in list_samples()]
        return (*own, *samples)

    def open_library(self) -> Keeping:
        """Return what all recordings are asked and told."""
        return Keeping(self._data_dir, load_settings(self._data_dir).author)

    def open_review(self, path: Path, tell: Tell) -> Review:
        """Read a whole recording to look at it."""
        return open_review(path, load_settings(self._data_dir).author, tell)

    def export(self, paths: Sequence[Path], order: ExportOrder, tell: Tell) -> Path:
        """Write sessions in another format, into the data folder."""
        folder = self._data_dir / EXPORTS
        output = choose_output(folder, paths, order.name, is_closed=bool(order.passphrase))
        export_sessions(
            paths, order.name, output, passphrase=order.passphrase or None, watch=Watch(tell)
        )
        return output

    def _new_path(self) -> Path:
        return new_recording_path(self._data_dir, datetime.now().astimezone())


def _describe_file(file: RecordingFile) -> RecordingEntry:
    started = read_name_time(file.path)
    name = file.path.name.removesuffix(".part").removesuffix(".mcap")
    title = name if started is None else say_moment(started).strip()
    return RecordingEntry(file.path, title, None, _("not finished") if file.is_unfinished else "")


def _describe(found: Found) -> FoundWearable:
    profile = found.profile
    return FoundWearable(
        id=found.id,
        name=found.name,
        rssi_dbm=found.rssi_dbm,
        profile_id=profile.id if profile else "",
        profile_name=profile.name if profile else "",
    )
