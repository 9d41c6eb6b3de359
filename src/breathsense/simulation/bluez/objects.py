"""The objects of the virtual ``org.bluez`` and the signals that tell of their changes."""

import asyncio
import select
from collections import deque
from collections.abc import Callable
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
RETRY_S = 0.001

Interfaces = dict[str, dict[str, Variant]]


def flag(*, on: bool) -> Variant:
    """Return a boolean property."""
    return Variant("b", on)


class Outgoing:
    """Sends messages in order, and only as fast as the bus takes them.

    dbus-fast 5.2 ends the connection if the socket is full when it sends, which a burst of a few
    hundred signals brings about; so each message waits here until the socket can take it.
    """

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._waiting: deque[tuple[Message, Callable[[object], None] | None]] = deque()
        self._poll = select.poll()
        # The library gives no other way to learn whether its socket can take more.
        socket = bus._sock  # noqa: SLF001 - see above
        assert socket is not None  # noqa: S101 - the bus is connected
        self._poll.register(socket, select.POLLOUT)
        self._loop = asyncio.get_running_loop()
        self._is_retrying = False

    def send(self, message: Message, on_sent: Callable[[object], None] | None = None) -> None:
        """Send now, or as soon as everything before it has gone; then call ``on_sent`` with it."""
        self._waiting.append((message, on_sent))
        if not self._is_retrying:
            self._flush()

    def _flush(self) -> None:
        self._is_retrying = False
        while self._waiting:
            if not self._poll.poll(0):
                self._is_retrying = True
                self._loop.call_later(RETRY_S, self._flush)
                return
            if not self._bus.connected:
                self._waiting.clear()
                return
            message, on_sent = self._waiting.popleft()
            writing = self._bus.send(message)
            if on_sent is not None:
                writing.add_done_callback(on_sent)


class Objects:
    """The tree of objects; every change is signalled, in order."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._tree: dict[str, Interfaces] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._tree

    def list_all(self) -> dict[str, Interfaces]:
        """Return what GetManagedObjects gives."""
        return self._tree

    def list_properties(self, path: str, interface: str) -> dict[str, Variant]:
        """Return the properties of an interface; raises ``KeyError``."""
        return self._tree[path][interface]

    def add(self, path: str, interfaces: Interfaces) -> None:
        """Add an object and say so."""
        self._tree[path] = interfaces
        self._signal("/", OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        """Remove an object and say so."""
        interfaces = list(self._tree.pop(path))
        self._signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", [path, interfaces])

    def change(self, path: str, interface: str, **changed: Variant) -> None:
        """Set properties and say so."""
        self._tree[path][interface].update(changed)
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, changed, []])

    def invalidate(self, path: str, interface: str, name: str) -> None:
        """Take a property away and say so."""
        if self._tree[path][interface].pop(name, None) is not None:
            body = [interface, {}, [name]]
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> None:
        self._outgoing.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
        )
