"""Putting a session together: with a wearable, with a virtual one, or from a recording."""

from collections.abc import Sequence
from pathlib import Path

from breathsense.core.model.calibration import Calibration
from breathsense.core.setup import Setup
from breathsense.recordings.folder import read_salt
from breathsense.recordings.header import build_header, hash_address
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.session.view import LiveView
from breathsense.session.wearing import Worn
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.replay import ReplaySource


def open_live(
    worn: Sequence[Worn],
    path: Path,
    data_dir: Path,
    *,
    radio: Radio | None = None,
    clock: SessionClock | None = None,
    first_tries: int | None = None,
    calibration: Calibration | None = None,
) -> Session:
    """Begin to record wearables to a new file; returns while the links are still being made.

    Parameters
    ----------
    worn : sequence of Worn
        One or several, as ``put_on`` gives them.
    path : Path
        The recording; see ``Journal`` for what is refused.
    data_dir : Path
        Keeps the salt of the hashed addresses; takes the recording if its own folder fails.
    radio : Radio or None
        The machine's own, or one in memory (demo, tests).
    clock : SessionClock or None
        Begins now.
    first_tries : int or None
        Attempts each wearable gets before any has streamed; ``None`` goes on looking.
    calibration : Calibration or None
        What is known of the wearer; one that is empty but for its posture is a new one's beginning.

    """
    clock = clock or SessionClock()
    setup = Setup(wearables=tuple(one.wearable for one in worn), calibration=calibration)
    salt = read_salt(data_dir)
    hashes = {one.wearable.id: hash_address(one.device_id, salt) for one in worn}
    header = build_header(
        setup,
        clock.origin_wall_ns,
        address_hashes=hashes,
        is_virtual=radio is not None and radio.is_virtual,
    )
    source = BleSource(
        [(one.wearable, one.device_id) for one in worn],
        radio=radio,
        clock=clock,
        first_tries=first_tries,
    )
    session = Session(
        source,
        setup,
        now_ns=clock.now_ns,
        recorder=Journal(path, header, fallbacks=[data_dir]),
        inputs=(path.name,),
    )
    session.start()
    return session


class Replay:
    """A recording that plays: a session whose source can be steered.

    Parameters
    ----------
    path : Path
        A recording, or its JSONL dump.
    speed : float
        1 is real time; ``math.inf`` is as fast as it goes.

    Raises
    ------
    RefusedInput
        The file is no recording.

    """

    def __init__(self, path: Path, speed: float = 1.0) -> None:
        recording = open_recording(path)
        self._source = ReplaySource(recording.items, speed=speed)
        self._session = Session(
            self._source,
            recording.header.setup(),
            now_ns=lambda: self._source.position_ns,
            inputs=(path.name,),
            duration_ns=recording.duration_ns,
        )
        self._duration_ns = recording.duration_ns
        self.session = self._session
        self._session.start()

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self._source.is_paused

    @property
    def speed(self) -> float:
        """Seconds of the recording a second."""
        return self._source.speed

    def view(self) -> LiveView:
        """Return what there is to be seen at this moment."""
        return self._session.view()

    def pause(self) -> None:
        """Stand still."""
        self._source.pause()

    def resume(self) -> None:
        """Go on."""
        self._source.resume()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._source.set_speed(speed)

    def seek(self, t_ns: int) -> None:
        """Go to a session time; outside the recording means its nearest end."""
        self._session.reopen()
        self._source.seek(min(max(t_ns, 0), self._duration_ns))

    def stop(self) -> None:
        """End."""
        self._session.stop()
