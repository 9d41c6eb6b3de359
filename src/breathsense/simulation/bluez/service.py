"""The virtual ``org.bluez``: one adapter, and the method calls.

All calls come through one message handler and are answered by hand, because the order of signals
and replies is part of what clients depend on: BlueZ signals a changed property before it replies.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from breathsense.simulation.bluez.device import DEVICE, VirtualDevice
from breathsense.simulation.bluez.discovery import ADAPTER, Discovery
from breathsense.simulation.bluez.gatt import CHARACTERISTIC, DESCRIPTOR
from breathsense.simulation.bluez.objects import OBJECT_MANAGER, PROPERTIES, Objects, Outgoing, flag
from breathsense.simulation.bluez.refusals import Refusal
from breathsense.simulation.peripheral import Peripheral

ADAPTER_PATH = "/org/bluez/hci0"
UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod"
UNKNOWN_OBJECT = "org.freedesktop.DBus.Error.UnknownObject"

AdapterState = Literal["on", "off", "none"]
Answer = tuple[str, list[Any]]
NOTHING: Answer = ("", [])


class VirtualBluez:
    """Serves wearables on a message bus that is already connected.

    Parameters
    ----------
    bus : MessageBus
        Connected, with file descriptors.
    peripherals : sequence of Peripheral
        The wearables in reach of the adapter.
    clock : callable
        The wearables' time in ns.
    connection_interval_s : float
        Host time between connection events.
    adapter : {"on", "off", "none"}
        State of the adapter.

    """

    def __init__(
        self,
        bus: MessageBus,
        peripherals: Sequence[Peripheral],
        *,
        clock: Callable[[], int],
        connection_interval_s: float,
        adapter: AdapterState = "on",
    ) -> None:
        self._bus = bus
        self._outgoing = Outgoing(bus)
        self._objects = Objects(self._outgoing)
        self._is_powered = adapter == "on"
        self._connecting: set[asyncio.Task[None]] = set()
        self._devices = {
            device.path: device
            for device in (
                VirtualDevice(one, ADAPTER_PATH, self._objects, clock, connection_interval_s)
                for one in peripherals
            )
        }
        self._discovery = Discovery(ADAPTER_PATH, self._devices.values(), self._objects)
        self._adapter = adapter
        self._calls: dict[tuple[str, str], Callable[[Message], Answer]] = {
            (OBJECT_MANAGER, "GetManagedObjects"): self._list_objects,
            (PROPERTIES, "Get"): self._get_property,
            (PROPERTIES, "GetAll"): self._get_properties,
            (PROPERTIES, "Set"): self._set_property,
            (ADAPTER, "SetDiscoveryFilter"): lambda _: NOTHING,
            (ADAPTER, "StartDiscovery"): self._start_discovery,
            (ADAPTER, "StopDiscovery"): self._stop_discovery,
            (DEVICE, "Disconnect"): self._disconnect,
            (CHARACTERISTIC, "ReadValue"): self._read,
            (CHARACTERISTIC, "WriteValue"): self._write,
            (CHARACTERISTIC, "StartNotify"): self._start_notify,
            (CHARACTERISTIC, "StopNotify"): self._stop_notify,
            (DESCRIPTOR, "ReadValue"): self._read_descriptor,
            (DESCRIPTOR, "WriteValue"): self._write_descriptor,
        }

    async def start(self) -> None:
        """Own the name ``org.bluez`` and begin to answer."""
        if self._adapter != "none":
            self._objects.add(ADAPTER_PATH, {ADAPTER: self._describe_adapter()})
        self._bus.add_message_handler(self._take)
        rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"
        await self._bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )
        await self._bus.request_name("org.bluez")

    async def stop(self) -> None:
        """End all links."""
        if self._adapter != "none":
            self._discovery.end()
        for task in self._connecting:
            task.cancel()
        for device in self._devices.values():
            device.disconnect()

    # Messages

    def _take(self, message: Message) -> bool:
        """Take a message; whether it was for us."""
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self._forget_client(message.body[0])
            return False
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        path = message.path or ""
        if path != "/" and not path.startswith("/org/bluez"):
            return False
        key = (message.interface or "", message.member or "")
        if key in {(DEVICE, "Connect"), (DEVICE, "Pair")}:
            self._connect(message)
        elif key == (CHARACTERISTIC, "AcquireNotify"):
            self._acquire_notify(message)
        else:
            self._answer(message, self._calls.get(key, self._refuse_unknown))
        return True

    def _answer(self, message: Message, call: Callable[[Message], Answer]) -> None:
        if message.path != "/" and message.path not in self._objects:
            call = self._refuse_unknown
        try:
            answer = call(message)
        except Refusal as refusal:
            self._refuse(message, refusal)
            return
        self._outgoing.send(Message.new_method_return(message, *answer))

    def _refuse(self, message: Message, refusal: Refusal) -> None:
        self._outgoing.send(Message.new_error(message, refusal.name, refusal.text))

    def _refuse_unknown(self, message: Message) -> Answer:
        if message.path != "/" and message.path not in self._objects:
            raise Refusal(UNKNOWN_OBJECT, f"No such object '{message.path}'")
        raise Refusal(UNKNOWN_METHOD, f"No such method '{message.interface}.{message.member}'")

    # Objects and properties

    def _describe_adapter(self) -> dict[str, Variant]:
        return {
            "Address": Variant("s", "00:00:5E:00:53:01"),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", "virtual"),
            "Alias": Variant("s", "virtual"),
            "Powered": flag(on=self._is_powered),
            "Discovering": flag(on=False),
            "Roles": Variant("as", ["central"]),
            "UUIDs": Variant("as", []),
        }

    def _list_objects(self, _message: Message) -> Answer:
        return "a{oa{sa{sv}}}", [self._objects.list_all()]

    def _get_properties(self, message: Message) -> Answer:
        try:
            return "a{sv}", [self._objects.list_properties(message.path or "", message.body[0])]
        except KeyError:
            raise Refusal("InvalidArguments", "No such interface") from None

    def _get_property(self, message: Message) -> Answer:
        _, (properties,) = self._get_properties(message)
        if message.body[1] not in properties:
            raise Refusal("InvalidArguments", "No such property")
        return "v", [properties[message.body[1]]]

    def _set_property(self, message: Message) -> Answer:
        interface, name, value = message.body
        if (interface, name) == (DEVICE, "Trusted"):
            self._device(message).trust(is_trusted=value.value)
        elif (interface, name) == (ADAPTER, "Powered"):
            self._set_powered(is_powered=value.value)
        else:
            raise Refusal("org.freedesktop.DBus.Error.PropertyReadOnly", f"{name} is read-only")
        return NOTHING

    def _set_powered(self, *, is_powered: bool) -> None:
        self._is_powered = is_powered
        if not is_powered:
            self._discovery.end()
            for device in self._devices.values():
                device.disconnect()
        self._objects.change(ADAPTER_PATH, ADAPTER, Powered=flag(on=is_powered))

    # Discovery

    def _start_discovery(self, message: Message) -> Answer:
        self._check_powered()
        self._discovery.start(message.sender or "")
        return NOTHING

    def _stop_discovery(self, message: Message) -> Answer:
        self._check_powered()
        self._discovery.stop(message.sender or "")
        return NOTHING

    def _check_powered(self) -> None:
        if not self._is_powered:
            raise Refusal("NotReady", "Resource Not Ready")

    # Devices

    def _device(self, message: Message) -> VirtualDevice:
        path = message.path or ""
        return next(
            device
            for device in self._devices.values()
            if path == device.path or path.startswith(f"{device.path}/")
        )

    def _connect(self, message: Message) -> None:
        """Connecting takes a while, so it is answered from a task; to pair is to connect, too."""
        task = asyncio.create_task(self._connect_and_answer(message))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect_and_answer(self, message: Message) -> None:
        try:
            device = self._ready_device(message)
            if message.member == "Pair":
                device.pair()
            await device.connect(lambda: self._outgoing.send(Message.new_method_return(message)))
        except Refusal as refusal:
            self._refuse(message, refusal)
        except TimeoutError:
            self._refuse(message, Refusal("Failed", "le-connection-abort-by-local"))

    def _ready_device(self, message: Message) -> VirtualDevice:
        if message.path not in self._objects:
            self._refuse_unknown(message)
        self._check_powered()
        return self._device(message)

    def _disconnect(self, message: Message) -> Answer:
        self._device(message).disconnect()
        return NOTHING

    def _forget_client(self, sender: str) -> None:
        self._discovery.forget_client(sender)
        for device in self._devices.values():
            device.attributes.forget_client(sender)

    # GATT

    def _read(self, message: Message) -> Answer:
        return "ay", [self._device(message).attributes.read(message.path or "")]

    def _write(self, message: Message) -> Answer:
        payload, options = message.body
        kind = options["type"].value if "type" in options else "request"
        self._device(message).attributes.write(
            message.path or "", bytes(payload), is_request=kind == "request"
        )
        return NOTHING

    def _start_notify(self, message: Message) -> Answer:
        self._device(message).attributes.start_notify(message.path or "", message.sender or "")
        return NOTHING

    def _stop_notify(self, message: Message) -> Answer:
        self._device(message).attributes.stop_notify(message.path or "", message.sender or "")
        return NOTHING

    def _acquire_notify(self, message: Message) -> None:
        """Answer with a descriptor, which must stay open until the reply has gone."""
        try:
            if message.path not in self._objects:
                self._refuse_unknown(message)
            theirs, mtu = self._device(message).attributes.acquire_notify(message.path or "")
        except Refusal as refusal:
            self._refuse(message, refusal)
            return
        reply = Message.new_method_return(message, "hq", [0, mtu], unix_fds=[theirs.fileno()])
        self._outgoing.send(reply, on_sent=lambda _: theirs.close())

    def _read_descriptor(self, _message: Message) -> Answer:
        return "ay", [b"\x00\x00"]

    def _write_descriptor(self, _message: Message) -> Answer:
        raise Refusal("NotPermitted", "Write not permitted")
