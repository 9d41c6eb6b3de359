"""Which wearables are in reach, and finding the one that is wanted."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType

from bleak import BleakAdapter, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.match import recognise
from breathsense.core.profiles.schema import Profile
from breathsense.sources.ble.errors import OutOfReach, bluetooth_errors
from breathsense.sources.ble.platforms import prepare_thread
from breathsense.sources.ble.radio import Radio

UNKNOWN_RSSI_DBM = -127
"""What platforms give where they do not know (Core Specification: "RSSI not available" is 127)."""
STOP_S = 5.0
NAME_GRACE_S = 1.5
"""How long to look on for the very id once something else has been seen that bears the name."""


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


@dataclass(frozen=True, slots=True)
class Target:
    """The wearable that is wanted: the id it had here, and its name if that id is not seen."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.id


class Scanner:
    """One scan, shared by all who look for something: a second one would be refused by BlueZ.

    The radio scans while anybody is inside ``running()``.
    """

    def __init__(self, radio: Radio) -> None:
        self._radio = radio
        self._door = asyncio.Lock()
        self._n_users = 0
        self._scanner: BleakScanner | None = None
        self._seen: dict[str, tuple[BLEDevice, AdvertisementData]] = {}
        self._heard = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the scan going inside the block.

        Raises
        ------
        LinkError
            If this computer cannot scan.

        """
        async with self._door:
            if self._n_users == 0:
                await self._start()
            self._n_users += 1
        try:
            yield
        finally:
            async with self._door:
                self._n_users -= 1
                if self._n_users == 0:
                    await self._stop()

    @property
    def seen(self) -> tuple[tuple[BLEDevice, AdvertisementData], ...]:
        """All that this scan has seen, each with its newest advertisement."""
        return tuple(self._seen.values())

    async def wait_heard(self) -> None:
        """Return as soon as anything more has been heard."""
        self._heard.clear()
        await self._heard.wait()

    async def _start(self) -> None:
        self._seen = {}
        with bluetooth_errors():
            if self._radio.scanner_backend is None:
                scanner = BleakScanner(self._hear)
            else:
                scanner = BleakScanner(self._hear, backend=self._radio.scanner_backend)
            await scanner.start()
        self._scanner = scanner

    async def _stop(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is None:
            return
        # A scan that cannot be ended properly is no reason to give up what it has found.
        try:
            with bluetooth_errors():
                async with asyncio.timeout(STOP_S):
                    await scanner.stop()
        except LinkError:
            pass

    def _hear(self, device: BLEDevice, heard: AdvertisementData) -> None:
        self._seen[device.address] = (device, heard)
        self._heard.set()


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
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="breathsense-scan", daemon=True)

    def start(self, on_change: Callable[[], None] = lambda: None) -> None:
        """Begin; returns at once. ``on_change`` is called from the scan's thread."""
        self._changed = on_change
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
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end.set)
        if self._thread.is_alive():
            self._thread.join(2 * STOP_S)

    def __enter__(self) -> "BackgroundScan":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        prepare_thread()
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
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


async def find_device(scanner: Scanner, radio: Radio, target: Target, seconds: float) -> BLEDevice:
    """Look for a wearable by its id, else by its name.

    What the operating system is still connected to (a program that was killed leaves that behind)
    does not advertise; it is asked for first.

    Raises
    ------
    OutOfReach
        If it is not seen in time, or if several bear its name and none its id.
    LinkError
        If this computer cannot scan.

    """
    connected = await _find_connected(radio, target)
    if connected is not None:
        return connected
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(scanner.running())
        try:
            async with asyncio.timeout(seconds) as deadline:
                return await _wait_for(scanner, target, deadline)
        except TimeoutError:
            return _choose_by_name(scanner, target)


async def _wait_for(scanner: Scanner, target: Target, deadline: asyncio.Timeout) -> BLEDevice:
    has_namesake = False
    while True:
        for device, heard in scanner.seen:
            if device.address.lower() == target.id.lower():
                return device
            if not has_namesake and _bears_name(device, heard, target):
                has_namesake = True
                soon = asyncio.get_running_loop().time() + NAME_GRACE_S
                deadline.reschedule(min(soon, deadline.when() or soon))
        await scanner.wait_heard()


def _choose_by_name(scanner: Scanner, target: Target) -> BLEDevice:
    namesakes = [device for device, heard in scanner.seen if _bears_name(device, heard, target)]
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        raise OutOfReach(
            f"{len(namesakes)} wearables bear this name",
            where=str(target),
            advice="Switch off the others, or choose by the id that `breathsense scan` lists.",
        )
    raise OutOfReach(
        "the wearable is not in reach",
        where=str(target),
        advice="Put it on, wake it, bring it nearer, and see that no phone or other program"
        " holds it; `breathsense scan` lists what is in reach.",
    )


def _bears_name(device: BLEDevice, heard: AdvertisementData, target: Target) -> bool:
    # What a user types for a wearable may be its id or its name.
    names = {heard.local_name, device.name} - {None, ""}
    return target.name in names or target.id in names


async def _find_connected(radio: Radio, target: Target) -> BLEDevice | None:
    if radio.client_backend is not None:
        return None
    try:
        adapter = await BleakAdapter.get()
        devices = await adapter.get_connected_devices()
    except (BleakError, NotImplementedError, OSError, EOFError):
        return None  # whatever is wrong, the scan that follows says it better
    for device in devices:
        if device.address.lower() == target.id.lower() or device.name == target.name != "":
            return device
    return None


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
