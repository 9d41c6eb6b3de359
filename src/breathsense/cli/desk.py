"""What the app asks for, answered: scans, sessions and recordings of this computer."""

import asyncio
from datetime import datetime
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.sensors import Place
from breathsense.core.profiles.schema import Profile
from breathsense.core.setup import Wearable
from breathsense.recordings.folder import (
    RecordingFile,
    list_recordings,
    list_samples,
    new_recording_path,
)
from breathsense.session.live import Session
from breathsense.session.opening import Replay, Worn, open_live
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import BackgroundScan, Found, scan
from breathsense.sources.shelf import Shelf, load_shelf
from breathsense.sources.simulated import build_demo_radio
from breathsense.tui.desk import FoundWearable, RecordingEntry, ScanView

SCAN_S = 5.0
NAME_TIME = "%Y-%m-%d_%H-%M-%S"
NAME_TIME_LENGTH = 19
"""Recordings are named after the moment they began (``new_recording_path``)."""
PROFILES_FOLDER = "firmware_profiles"
"""Folder inside the data folder for a user's own profiles."""


def open_shelf(data_dir: Path) -> Shelf:
    """Load the shipped profiles and the user's own."""
    return load_shelf(data_dir / PROFILES_FOLDER)


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
    """The desk of this computer; all recordings go to its data folder."""

    def __init__(
        self, data_dir: Path, radio: Radio | None = None, *, replay_speed: float = 1.0
    ) -> None:
        self._data_dir = data_dir
        self._replay_speed = replay_speed
        self._radio = radio or Radio()
        self._shelf = open_shelf(data_dir)

    def scan(self) -> RunningScan:
        """Begin to look for wearables."""
        return RunningScan(self._shelf, self._radio)

    def open_wearable(self, found: FoundWearable, place: Place) -> Session:
        """Begin a session; the link is made while the screen is already there."""
        profile = self._shelf.find(found.profile_id)
        worn = build_worn(profile, found.id, found.name, place)
        return open_live([worn], self._new_path(), self._data_dir, radio=self._radio)

    def open_demo(self) -> Session:
        """Begin a session with the virtual belt."""
        return open_demo_session(self._new_path(), self._data_dir)

    def open_recording(self, path: Path) -> Replay:
        """Begin to play a recording."""
        return Replay(path, self._replay_speed)

    def list_recordings(self) -> tuple[RecordingEntry, ...]:
        """Return what is in the data folder, newest first, then the samples."""
        own = [_describe_file(one) for one in list_recordings(self._data_dir)]
        samples = [RecordingEntry(one.path, one.path.stem, note="sample") for one in list_samples()]
        return (*own, *samples)

    def _new_path(self) -> Path:
        return new_recording_path(self._data_dir, datetime.now().astimezone())


def build_worn(profile: Profile, device_id: str, name: str, place: Place) -> Worn:
    """Say which wearable is worn where; its default settings are used."""
    return Worn(Wearable(id=profile.id, profile=profile, place=place, name=name), device_id)


def open_demo_session(path: Path, data_dir: Path) -> Session:
    """Begin a session with a virtual belt on a virtual person, over the real link code."""
    demo = build_demo_radio()
    profile = open_shelf(data_dir).find(demo.profile_id)
    worn = build_worn(profile, demo.device_id, demo.name, "abdomen")
    return open_live([worn], path, data_dir, radio=demo.radio)


def find_device(device: str, profile_id: str | None, place: Place, data_dir: Path) -> Worn:
    """Find out what a wearable is, by its name or id; with a profile named, nothing is sought.

    Raises
    ------
    RefusedInput
        If it is not in reach, or no profile recognises it.
    LinkError
        If this computer cannot scan.

    """
    shelf = open_shelf(data_dir)
    if profile_id is not None:
        return build_worn(shelf.find(profile_id), device, device, place)
    for found in asyncio.run(scan(Radio(), shelf.profiles, SCAN_S)):
        if device in {found.name, found.id} and found.profile is not None:
            return build_worn(found.profile, found.id, found.name, place)
        if device in {found.name, found.id}:
            raise RefusedInput(
                "no profile recognises this wearable",
                where=device,
                advice="Name one with --profile; `breathsense profiles` lists them.",
            )
    raise RefusedInput(
        "no wearable of that name or id is in reach",
        where=device,
        advice="`breathsense scan` lists what is. Put it on, wake it, bring it nearer.",
    )


def _describe_file(file: RecordingFile) -> RecordingEntry:
    name = file.path.name.removesuffix(".part").removesuffix(".mcap")
    try:
        started = datetime.strptime(name[:NAME_TIME_LENGTH], NAME_TIME)  # noqa: DTZ007 - as it reads
    except ValueError:
        title = name
    else:
        title = f"{started.day} {started:%b %Y, %H:%M}"
    return RecordingEntry(file.path, title, None, "not finished" if file.is_unfinished else "")


def _describe(found: Found) -> FoundWearable:
    profile = found.profile
    return FoundWearable(
        id=found.id,
        name=found.name,
        rssi_dbm=found.rssi_dbm,
        profile_id=profile.id if profile else "",
        profile_name=profile.name if profile else "",
    )
