"""One virtual wearable as ``org.bluez`` shows it: device, link, and GATT objects."""

import asyncio
import socket
from collections.abc import Callable

from dbus_fast import Variant

from breathsense.simulation.bluez.gatt import GattTree, Place
from breathsense.simulation.bluez.objects import Objects, flag
from breathsense.simulation.bluez.refusals import Refusal, refuse_att
from breathsense.simulation.peripheral import AttError, Peripheral, Sent

DEVICE = "org.bluez.Device1"
REACH_POLL_S = 0.05
CONNECT_TIMEOUT_S = 25.0
CONNECT_DURATION_S = 0.02
FD_KEPT_S = 0.5


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
        self._gatt = GattTree(self.path, peripheral, objects)
        self._connecting: asyncio.Task[None] | None = None
        self._events: asyncio.Task[None] | None = None
        self._listeners: dict[str, list[str]] = {}
        self._acquired: dict[str, socket.socket] = {}

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
        self._gatt.show()
        uuids = {*self.peripheral.advertisement.service_uuids}
        uuids |= {service.uuid for service in self.peripheral.services}
        self._objects.change(
            self.path,
            DEVICE,
            UUIDs=Variant("as", sorted(uuids)),
            ServicesResolved=flag(on=True),
        )
        # A notify client that was never told off is remembered, and served again.
        for path, senders in self._listeners.items():
            if senders:
                self.peripheral.subscribe(self._gatt.places[path].uuid, self._now_ns())
                self._gatt.set_notifying(path, is_on=True)

    def disconnect(self) -> None:
        """End the link, whoever wants it, and any attempt to make one."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._events is None:
            return
        self._events.cancel()
        self._events = None
        self.peripheral.disconnect(self._now_ns())
        for end in self._acquired.values():
            self._close(end)
        self._acquired.clear()
        self._objects.change(self.path, DEVICE, ServicesResolved=flag(on=False))
        self._objects.change(self.path, DEVICE, Connected=flag(on=False))
        self._gatt.hide()

    async def _wait_for_reach(self) -> None:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await asyncio.sleep(CONNECT_DURATION_S)
            while not self.peripheral.is_in_reach(self._now_ns()):  # noqa: ASYNC110
                # Only the wearable's clock decides, and that tells nobody when it moves on.
                await asyncio.sleep(REACH_POLL_S)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            for sent in self.peripheral.advance(self._now_ns()):
                await self._deliver(sent)
            if self.peripheral.has_dropped:
                self.disconnect()

    async def _deliver(self, sent: Sent) -> None:
        path = self._gatt.find(sent.characteristic)
        end = self._acquired.get(path)
        if end is not None:
            await _send_whole(end, sent.payload)
        for _ in self._listeners.get(path, ()):
            # One signal for each notify client, although all of them hear it: so does BlueZ.
            self._gatt.set_value(path, sent.payload)

    # GATT

    def read(self, path: str) -> bytes:
        """Read a characteristic; the value is signalled before it is returned."""
        place = self._place(path)
        if "read" not in place.properties:
            raise Refusal("NotPermitted", "Read not permitted")
        try:
            value = self.peripheral.read(place.uuid, self._now_ns())
        except AttError as error:
            raise refuse_att(error) from error
        self._gatt.set_value(path, value)
        return value

    def write(self, path: str, payload: bytes, *, is_request: bool) -> None:
        """Write a characteristic; a command that the wearable refuses looks as if it had worked."""
        place = self._place(path)
        if ("write" if is_request else "write-without-response") not in place.properties:
            raise Refusal("NotSupported", "Operation is not supported")
        try:
            self.peripheral.write(place.uuid, payload, self._now_ns())
        except AttError as error:
            if is_request:
                raise refuse_att(error) from error

    def start_notify(self, path: str, sender: str) -> None:
        """Add a notify client."""
        place = self._place(path)
        if not place.notifies:
            raise Refusal("NotSupported", "Operation is not supported")
        if path in self._acquired:
            raise Refusal("NotPermitted", "Notify acquired")
        senders = self._listeners.setdefault(path, [])
        if sender in senders:
            raise Refusal("InProgress", "In Progress")
        if not senders:
            self._subscribe(place)
        senders.append(sender)
        self._gatt.set_notifying(path, is_on=True)

    def stop_notify(self, path: str, sender: str) -> None:
        """Remove a notify client; the last one takes the subscription along."""
        place = self._place(path)
        senders = self._listeners.get(path, [])
        if sender not in senders:
            raise Refusal("Failed", "No notify session started")
        senders.remove(sender)
        if not senders:
            self.peripheral.unsubscribe(place.uuid, self._now_ns())
            self._gatt.set_notifying(path, is_on=False)

    def acquire_notify(self, path: str) -> tuple[socket.socket, int]:
        """Return the client's end of a socket for notifications, and the MTU."""
        place = self._place(path)
        if not place.notifies:
            raise Refusal("NotSupported", "Operation is not supported")
        if path in self._acquired:
            raise Refusal("NotPermitted", "Notify acquired")
        if self._listeners.get(path):
            raise Refusal("InProgress", "In Progress")
        self._subscribe(place)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)  # noqa: FBT003 - the library's signature
        self._acquired[path] = ours
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, self._release, path)
        # The descriptor travels with the reply; ours of the two may go once that has gone.
        loop.call_later(FD_KEPT_S, theirs.close)
        self._gatt.set_acquired(path, is_on=True)
        return theirs, self.peripheral.mtu

    def forget_client(self, sender: str) -> None:
        """A client has left the bus: its notify sessions end, the link stays."""
        for path, senders in self._listeners.items():
            if sender not in senders:
                continue
            if self.is_connected:
                self.stop_notify(path, sender)
            else:
                senders.remove(sender)

    def _release(self, path: str) -> None:
        """The client has closed its end."""
        self._close(self._acquired.pop(path))
        self.peripheral.unsubscribe(self._gatt.places[path].uuid, self._now_ns())
        self._gatt.set_acquired(path, is_on=False)

    def _subscribe(self, place: Place) -> None:
        try:
            self.peripheral.subscribe(place.uuid, self._now_ns())
        except AttError as error:
            raise refuse_att(error) from error

    def _place(self, path: str) -> Place:
        if not self.is_connected:
            raise Refusal("NotConnected", "Not Connected")
        return self._gatt.places[path]

    @staticmethod
    def _close(end: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(end)
        end.close()


async def _send_whole(end: socket.socket, payload: bytes) -> None:
    """Send a packet; a full socket is waited for, a closed one ends by its reader."""
    while True:
        try:
            end.send(payload)
        except BlockingIOError:
            await asyncio.sleep(0.001)
        except OSError:
            return
        else:
            return
