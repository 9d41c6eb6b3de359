"""The scanner of a radio in memory: what virtual wearables advertise, as bleak would tell it."""

import asyncio
from typing import Any, ClassVar

from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)

from breathsense.sources.ble.air import Air

ADVERTISING_INTERVAL_S = 0.2


class MemoryScanner(BaseBleakScanner):
    """Sees the wearables of one ``Air``; made by ``build_memory_radio``."""

    air: ClassVar[Air]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **kwargs: Any,
    ) -> None:
        del scanning_mode, kwargs
        super().__init__(detection_callback, service_uuids)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the first advertisements are there when this returns."""
        self.seen_devices = {}
        self._hear()
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End; nothing is called back afterwards."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        while True:
            await asyncio.sleep(ADVERTISING_INTERVAL_S)
            self._hear()

    def _hear(self) -> None:
        for peripheral in self.air.advertising():
            said = peripheral.advertisement
            uuids = list(said.service_uuids)
            if not self.is_allowed_uuid(uuids):
                continue
            heard = AdvertisementData(
                local_name=said.name,
                manufacturer_data=dict(said.manufacturer_data),
                service_data={},
                service_uuids=uuids,
                tx_power=None,
                rssi=said.rssi_dbm,
                platform_data=(),
            )
            address = peripheral.address
            device = self.create_or_update_device(address, address, said.name, None, heard)
            self.call_detection_callbacks(device, heard)
