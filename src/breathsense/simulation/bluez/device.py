"""One virtual wearable as ``org.bluez`` shows it: advertisements and the link."""

import asyncio
from collections.abc import Callable

from dbus_fast import Variant

from breathsense.simulation.bluez.attributes import Attributes
from breathsense.simulation.bluez.objects import Objects, flag
from breathsense.simulation.bluez.refusals import Refusal
from breathsense.simulation.peripheral import Peripheral

DEVICE = "org.bluez.Device1"
REACH_POLL_S = 0.05
CONNECT_TIMEOUT_S = 25.0
CONNECT_DURATION_S = 0.02


class VirtualDevice:
    """A wearable, its objects, and its connection events.

    Parameters
    ----------
    peripheral : Peripheral
        The wearable.
    adapter_path : str
        Object path of the adapter.
    objects : Objects
        Where its objects go.
    clock : callable
        The wearable's time in ns.
    connection_interval_s : float
        Host time between connection events.

    """

    def __init__(
        self,
        peripheral: Peripheral,
        adapter_path: str,
        objects: Objects,
        clock: Callable[[], int],
        connection_interval_s: float,
    ) -> None:
        self.peripheral = peripheral
        self.path = f"{adapter_path}/dev_{peripheral.address.upper().replace(':', '_')}"
        self._adapter_path = adapter_path
        self._objects = objects
        self._now_ns = clock
        self._interval_s = connection_interval_s
        self.attributes = Attributes(self.path, peripheral, objects, clock)
        self._connecting: asyncio.Task[None] | None = None
        self._events: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the link is up."""
        return self._events is not None

    # Advertising

    def advertise(self) -> None:
        """Say what the wearable says to everyone, if it can be heard."""
        if self.is_connected or not self.peripheral.is_in_reach(self._now_ns()):
            return
        said = self.peripheral.advertisement
        rssi = Variant("n", said.rssi_dbm)
        if self.path in self._objects:
            self._objects.change(self.path, DEVICE, RSSI=rssi)
            return
        properties = {
            "Address": Variant("s", self.peripheral.address.upper()),
            "AddressType": Variant("s", "random"),
            "Name": Variant("s", said.name),
            "Alias": Variant("s", said.name),
            "Adapter": Variant("o", self._adapter_path),
            "UUIDs": Variant("as", list(said.service_uuids)),
            "Paired": flag(on=False),
            "Trusted": flag(on=False),
            "Blocked": flag(on=False),
            "LegacyPairing": flag(on=False),
            "Connected": flag(on=False),
            "ServicesResolved": flag(on=False),
            "RSSI": rssi,
        }
        if said.manufacturer_data:
            made = {key: Variant("ay", value) for key, value in said.manufacturer_data.items()}
            properties["ManufacturerData"] = Variant("a{qv}", made)
        self._objects.add(self.path, {DEVICE: properties})

    def fall_silent(self) -> None:
        """Nobody listens to advertisements any more."""
        if self.path in self._objects:
            self._objects.invalidate(self.path, DEVICE, "RSSI")

    def pair(self) -> None:
        """Pair: always possible, without any question."""
        self.peripheral.pair()
        self._objects.change(self.path, DEVICE, Paired=flag(on=True))

    def trust(self, *, is_trusted: bool) -> None:
        """Take the user's word."""
        self._objects.change(self.path, DEVICE, Trusted=flag(on=is_trusted))

    # Link

    async def connect(self, reply: Callable[[], None]) -> None:
        """Connect, then reply, then show the services: the order of the real one.

        Raises ``Refusal`` if the wearable stays out of reach or the client gives up.
        """
        if self.is_connected:
            reply()
            return
        if self._connecting is not None:
            raise Refusal("InProgress", "Operation already in progress")
        self._connecting = asyncio.create_task(self._wait_for_reach())
        try:
            await self._connecting
        except asyncio.CancelledError:
            raise Refusal("Failed", "le-connection-abort-by-local") from None
        finally:
            self._connecting = None
        self.peripheral.connect(self._now_ns())
        self._events = asyncio.create_task(self._run())
        self._objects.change(self.path, DEVICE, Connected=flag(on=True))
        reply()
        self.attributes.show()
        uuids = {*self.peripheral.advertisement.service_uuids}
        uuids |= {service.uuid for service in self.peripheral.services}
        self._objects.change(
            self.path,
            DEVICE,
            UUIDs=Variant("as", sorted(uuids)),
            ServicesResolved=flag(on=True),
        )
        self.attributes.serve_remembered()

    def disconnect(self) -> None:
        """End the link, whoever wants it, and any attempt to make one."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._events is None:
            return
        self._events.cancel()
        self._events = None
        self.peripheral.disconnect(self._now_ns())
        self._objects.change(self.path, DEVICE, ServicesResolved=flag(on=False))
        self._objects.change(self.path, DEVICE, Connected=flag(on=False))
        self.attributes.hide()

    async def _wait_for_reach(self) -> None:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await asyncio.sleep(CONNECT_DURATION_S)
            while not self.peripheral.is_in_reach(self._now_ns()):  # noqa: ASYNC110 - see below
                # Only the wearable's clock decides, and that tells nobody when it moves on.
                await asyncio.sleep(REACH_POLL_S)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            for sent in self.peripheral.advance(self._now_ns()):
                await self.attributes.deliver(sent)
            if self.peripheral.has_dropped:
                self.disconnect()
