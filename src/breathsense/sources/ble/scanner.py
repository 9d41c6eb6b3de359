"""One scan on the radio, shared by all who look for something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from breathsense.core.model.errors import LinkError
from breathsense.sources.ble.advice import RESTART
from breathsense.sources.ble.errors import LinkLost, bluetooth_errors
from breathsense.sources.ble.radio import Radio

START_S, STOP_S = 10.0, 5.0
"""How long the beginning and the end of a scan may take: some milliseconds, if all is well."""


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
            try:
                async with asyncio.timeout(START_S):
                    await scanner.start()
            except TimeoutError:
                raise LinkLost("Bluetooth does not answer", advice=RESTART) from None
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
