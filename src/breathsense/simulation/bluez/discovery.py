"""Scanning: who asks for it, and what the wearables say meanwhile."""

import asyncio
from collections.abc import Iterable

from breathsense.simulation.bluez.device import VirtualDevice
from breathsense.simulation.bluez.objects import Objects, flag
from breathsense.simulation.bluez.refusals import Refusal

ADAPTER = "org.bluez.Adapter1"
ADVERTISING_INTERVAL_S = 0.1


class Discovery:
    """Goes on as long as any client wants it; each client has at most one session."""

    def __init__(
        self, adapter_path: str, devices: Iterable[VirtualDevice], objects: Objects
    ) -> None:
        self._adapter_path = adapter_path
        self._devices = tuple(devices)
        self._objects = objects
        self._clients: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self, client: str) -> None:
        """Begin a session; raises ``Refusal`` if the client has one."""
        if client in self._clients:
            raise Refusal("InProgress", "Operation already in progress")
        self._clients.add(client)
        if self._task is None:
            self._objects.change(self._adapter_path, ADAPTER, Discovering=flag(on=True))
            self._task = asyncio.create_task(self._run())

    def stop(self, client: str) -> None:
        """End a session; raises ``Refusal`` if there is none."""
        if client not in self._clients:
            raise Refusal("Failed", "No discovery started")
        self.forget_client(client)

    def forget_client(self, client: str) -> None:
        """A client has left, or wants no more."""
        self._clients.discard(client)
        if not self._clients:
            self.end()

    def end(self) -> None:
        """End all sessions; received signal strengths are no longer known."""
        self._clients.clear()
        if self._task is None:
            return
        self._task.cancel()
        self._task = None
        for device in self._devices:
            device.fall_silent()
        self._objects.change(self._adapter_path, ADAPTER, Discovering=flag(on=False))

    async def _run(self) -> None:
        while True:
            for device in self._devices:
                device.advertise()
            await asyncio.sleep(ADVERTISING_INTERVAL_S)
