"""Finding the one wearable that is wanted."""

import asyncio
from dataclasses import dataclass

from bleak import BleakAdapter
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from breathsense.sources.ble.advice import COME_NEARER
from breathsense.sources.ble.errors import OutOfReach
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scanner import Scanner

NAME_GRACE_S = 1.5
"""How long to look on for the very id once something else has been seen that bears the name."""

ANSWER_S = 5.0
"""How long the system may take to say what it is connected to."""
COMMON_SERVICES = ("1801", "180a", "180f")
"""Generic attribute, device information, battery: hardly a wearable has none of them."""


@dataclass(frozen=True, slots=True)
class Target:
    """The wearable that is wanted: the id it had here, and its name if that id is not seen.

    ``services`` are some of those it has; they help to find it where it is connected already.
    """

    id: str
    name: str = ""
    services: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name or self.id


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
    async with scanner.running():
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
        advice=COME_NEARER,
    )


def _bears_name(device: BLEDevice, heard: AdvertisementData, target: Target) -> bool:
    # What a user types for a wearable may be its id or its name.
    names = {heard.local_name, device.name} - {None, ""}
    return target.name in names or target.id in names


async def _find_connected(radio: Radio, target: Target) -> BLEDevice | None:
    if radio.client_backend is not None:
        return None
    try:
        async with asyncio.timeout(ANSWER_S):
            adapter = await BleakAdapter.get()
            devices = await adapter.get_connected_devices([*COMMON_SERVICES, *target.services])
    except (BleakError, NotImplementedError, OSError, EOFError):
        return None  # whatever is wrong, the scan that follows says it better
    for device in devices:
        if device.address.lower() == target.id.lower() or device.name == target.name != "":
            return device
    return None
