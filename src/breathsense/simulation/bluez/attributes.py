"""Reads, writes and notify sessions of one wearable, with BlueZ's habits."""

import asyncio
import select
import socket
from collections.abc import Callable

from breathsense.simulation.bluez.gatt import GattTree, Place
from breathsense.simulation.bluez.objects import Objects
from breathsense.simulation.bluez.refusals import Refusal, refuse_att
from breathsense.simulation.peripheral import AttError, Peripheral, Sent

RETRY_S = 0.001


class Attributes:
    """The GATT side of a link.

    Notify clients (by their name on the bus) are remembered over links until they stop, or leave
    the bus: BlueZ serves a client that lost its link and never said so again after the next
    connection, so that values come twice. Clients have to know that.
    """

    def __init__(
        self, device_path: str, peripheral: Peripheral, objects: Objects, clock: Callable[[], int]
    ) -> None:
        self._peripheral = peripheral
        self._now_ns = clock
        self._gatt = GattTree(device_path, peripheral, objects)
        self._is_up = False
        self._listeners: dict[str, list[str]] = {}
        self._acquired: dict[str, socket.socket] = {}

    def show(self) -> None:
        """The services of a new link are known."""
        self._is_up = True
        self._gatt.show()

    def serve_remembered(self) -> None:
        """Subscribe again for the notify clients that were never told off."""
        for path, senders in self._listeners.items():
            if senders:
                self._subscribe(self._gatt.places[path])
                self._gatt.set_notifying(path, is_on=True)

    def hide(self) -> None:
        """The link is gone."""
        if not self._is_up:
            return
        self._is_up = False
        for end in self._acquired.values():
            self._close(end)
        self._acquired.clear()
        self._gatt.hide()

    async def deliver(self, sent: Sent) -> None:
        """Hand a notification to whoever wants it."""
        path = self._gatt.find(sent.characteristic)
        end = self._acquired.get(path)
        if end is not None:
            await _send_whole(end, sent.payload)
        for _ in self._listeners.get(path, ()):
            # One signal for each notify client, although all of them hear it: so does BlueZ.
            self._gatt.set_value(path, sent.payload)

    def read(self, path: str) -> bytes:
        """Read a characteristic; the value is signalled before it is returned."""
        place = self._place(path)
        if "read" not in place.properties:
            raise Refusal("NotPermitted", "Read not permitted")
        try:
            value = self._peripheral.read(place.uuid, self._now_ns())
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
            self._peripheral.write(place.uuid, payload, self._now_ns())
        except AttError as error:
            if is_request:
                raise refuse_att(error) from error

    def start_notify(self, path: str, sender: str) -> None:
        """Add a notify client."""
        place = self._place(path)
        if not place.notifies:
            raise Refusal("NotSupported", "Operation is not supported")
        self._check_not_acquired(path)
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
            self._peripheral.unsubscribe(place.uuid, self._now_ns())
            self._gatt.set_notifying(path, is_on=False)

    def acquire_notify(self, path: str) -> tuple[socket.socket, int]:
        """Return the client's end of a socket for notifications, and the MTU."""
        place = self._place(path)
        if not place.notifies:
            raise Refusal("NotSupported", "Operation is not supported")
        self._check_not_acquired(path)
        if self._listeners.get(path):
            raise Refusal("InProgress", "In Progress")
        self._subscribe(place)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)  # noqa: FBT003 - the library's signature
        self._acquired[path] = ours
        asyncio.get_running_loop().add_reader(ours, self._release, path)
        self._gatt.set_acquired(path, is_on=True)
        return theirs, self._peripheral.mtu

    def forget_client(self, sender: str) -> None:
        """A client has left the bus: its notify sessions end, the link stays."""
        for path, senders in self._listeners.items():
            if sender not in senders:
                continue
            if self._is_up:
                self.stop_notify(path, sender)
            else:
                senders.remove(sender)

    def _check_not_acquired(self, path: str) -> None:
        end = self._acquired.get(path)
        if end is None:
            return
        hung_up = select.poll()
        hung_up.register(end, select.POLLHUP)
        if not hung_up.poll(0):
            raise Refusal("NotPermitted", "Notify acquired")
        self._release(path)

    def _release(self, path: str) -> None:
        """The client has closed its end."""
        self._close(self._acquired.pop(path))
        self._peripheral.unsubscribe(self._gatt.places[path].uuid, self._now_ns())
        self._gatt.set_acquired(path, is_on=False)

    def _subscribe(self, place: Place) -> None:
        try:
            self._peripheral.subscribe(place.uuid, self._now_ns())
        except AttError as error:
            raise refuse_att(error) from error

    def _place(self, path: str) -> Place:
        if not self._is_up:
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
            await asyncio.sleep(RETRY_S)
        except OSError:
            return
        else:
            return
