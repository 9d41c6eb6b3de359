"""Which wearables are in reach: once, or all the time for a screen."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.match import recognise
from breathsense.core.profiles.schema import Profile
from breathsense.sources.ble.platforms import prepare_thread
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scanner import STOP_S, Scanner

UNKNOWN_RSSI_DBM = -127
"""What platforms give where they do not know (Core Specification: "RSSI not available" is 127)."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that advertises.

    Parameters
    ----------
    name : str
        What it calls itself; empty if it does not say.
    id : str
        What this computer knows it by: an address, on macOS a UUID of its own making.
    rssi_dbm : int or None
        Signal strength; ``None`` where the platform does not tell.
    profile : Profile or None
        The profile that recognises it.

    """

    name: str
    id: str
    rssi_dbm: int | None
    profile: Profile | None


async def scan(radio: Radio, profiles: Iterable[Profile], seconds: float) -> list[Found]:
    """Listen for a while and list what is in reach: recognised ones first, the nearest first.

    Parameters
    ----------
    radio : Radio
        Which radio to listen with.
    profiles : iterable of Profile
        The profiles that may recognise a wearable.
    seconds : float
        How long to listen; wearables advertise every 0.1 to 2 s.

    Raises
    ------
    LinkError
        If there is no Bluetooth, it is off, or not allowed; the advice says what to do.

    """
    scanner = Scanner(radio)
    async with scanner.running():
        await asyncio.sleep(seconds)
        seen = scanner.seen
    return _list_found(seen, tuple(profiles))


class BackgroundScan:
    """A scan that goes on in a thread of its own, for a screen that looks at it now and then.

    Parameters
    ----------
    radio, profiles : Radio, iterable of Profile
        As for ``scan``.

    """

    def __init__(self, radio: Radio, profiles: Iterable[Profile]) -> None:
        self._radio = radio
        self._profiles = tuple(profiles)
        self._found: tuple[Found, ...] = ()
        self._error: LinkError | None = None
        self._changed: Callable[[], None] = lambda: None
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, on_change: Callable[[], None] = lambda: None) -> None:
        """Begin; returns at once. ``on_change`` is called from the scan's thread."""
        self._changed = on_change
        self._loop = loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, args=(loop,), name="breathsense-scan", daemon=True
        )
        self._thread.start()

    @property
    def found(self) -> tuple[Found, ...]:
        """What has been found so far: immutable, recognised ones first, the nearest first."""
        return self._found

    @property
    def error(self) -> LinkError | None:
        """Why there is no scan, if there is none."""
        return self._error

    def stop(self) -> None:
        """End the scan and give the radio back; calling it twice does no harm."""
        if self._loop is None or self._thread is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(2 * STOP_S)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        prepare_thread()
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(self._scan())
        except LinkError as error:
            self._error = error
            self._changed()

    async def _scan(self) -> None:
        scanner = Scanner(self._radio)
        async with scanner.running():
            listening = asyncio.create_task(self._listen(scanner))
            await self._end.wait()
            listening.cancel()

    async def _listen(self, scanner: Scanner) -> None:
        while True:
            found = tuple(_list_found(scanner.seen, self._profiles))
            if found != self._found:
                self._found = found
                self._changed()
            await scanner.wait_heard()


def _list_found(
    seen: Iterable[tuple[BLEDevice, AdvertisementData]], profiles: Sequence[Profile]
) -> list[Found]:
    found = [_describe(device, heard, profiles) for device, heard in seen]
    return sorted(found, key=_rank)


def _describe(device: BLEDevice, heard: AdvertisementData, profiles: Sequence[Profile]) -> Found:
    name = heard.local_name or device.name or ""
    rssi_dbm = None if heard.rssi <= UNKNOWN_RSSI_DBM else heard.rssi
    profile = recognise(profiles, name, heard.service_uuids)
    return Found(name, device.address, rssi_dbm, profile)


def _rank(found: Found) -> tuple[bool, int, str, str]:
    nearness = -found.rssi_dbm if found.rssi_dbm is not None else -UNKNOWN_RSSI_DBM
    return (found.profile is None, nearness, found.name, found.id)
