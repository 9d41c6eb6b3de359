"""What is particular to the virtual org.bluez; the client is bleak, unmodified."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.faults import Faults
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.peripheral import (
    Advertisement,
    AttError,
    Characteristic,
    Peripheral,
    Sent,
    Service,
)
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable

if why_unavailable():
    pytest.skip(why_unavailable(), allow_module_level=True)

from bleak import BleakClient, BleakScanner
from bleak.backends.bluezdbus.version import BlueZFeatures
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
)
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from breathsense.simulation.bluez.serving import serve_bluez

VALUES = "0000ffb3-0000-1000-8000-00805f9b34fb"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
COUNTS = "12345678-0000-4000-8000-00805f9b34fb"
HANG_S = 180


fast_clock = HurriedClock(20)


Serve = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    monkeypatch.setattr(BlueZFeatures, "checked_bluez_version", True)

    @contextmanager
    def serving(peripherals: Sequence[Peripheral], **options: Any) -> Iterator[None]:
        with serve_bluez(peripherals, clock=fast_clock, **options) as address:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            yield

    return serving


def run(test: Awaitable[None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(HANG_S):
            await test

    asyncio.run(bounded())


async def find() -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(lambda *_: True, timeout=HANG_S)
    assert device is not None
    return device


class Fountain(Peripheral):
    """Sends numbered packets, as many as asked for, all in one connection event."""

    address = "C0:00:00:00:00:01"
    advertisement = Advertisement("Fountain", (), {0x004C: b"\x02\x15"})
    services = (
        Service(
            "12345678-0001-4000-8000-00805f9b34fb",
            (Characteristic(COUNTS, frozenset({"notify", "write", "read"})),),
        ),
    )

    def __init__(self) -> None:
        self.n_wanted = 0

    def connect(self, now_ns: int) -> None:
        del now_ns

    def disconnect(self, now_ns: int) -> None:
        del now_ns

    def read(self, characteristic: str, now_ns: int) -> bytes:
        del characteristic, now_ns
        raise AttError(0x11)

    def write(self, characteristic: str, payload: bytes, now_ns: int) -> None:
        del characteristic, now_ns
        self.n_wanted = int.from_bytes(payload, "little")

    def subscribe(self, characteristic: str, now_ns: int) -> None:
        del characteristic, now_ns

    def unsubscribe(self, characteristic: str, now_ns: int) -> None:
        del characteristic, now_ns

    def advance(self, now_ns: int) -> list[Sent]:
        del now_ns
        n, self.n_wanted = self.n_wanted, 0
        return [Sent(COUNTS, number.to_bytes(4, "little") + bytes(200)) for number in range(n)]

    @property
    def has_dropped(self) -> bool:
        return False


@pytest.mark.parametrize("use_start_notify", [True, False])
def test_a_burst_of_thousands_arrives_whole_and_in_order(
    serve: Serve,
    use_start_notify: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    n = 5000

    async def talk() -> None:
        numbers: list[int] = []
        is_whole = asyncio.Event()

        def note(_: object, payload: bytearray) -> None:
            numbers.append(int.from_bytes(payload[:4], "little"))
            if len(numbers) == n:
                is_whole.set()

        async with BleakClient(await find()) as client:
            await client.start_notify(COUNTS, note, bluez={"use_start_notify": use_start_notify})
            await client.write_gatt_char(COUNTS, n.to_bytes(4, "little"), response=True)
            await is_whole.wait()
            await client.stop_notify(COUNTS)
        assert numbers == list(range(n))

    with serve([Fountain()]):
        run(talk())


def test_manufacturer_data_and_unusual_att_errors_come_through(serve: Serve) -> None:
    async def talk() -> None:
        async with BleakScanner() as scanner:
            device, said = await anext(scanner.advertisement_data())
        assert said.manufacturer_data == {0x004C: b"\x02\x15"}
        async with BleakClient(device) as client:
            with pytest.raises(Exception, match="Insufficient Resource") as refused:
                await client.read_gatt_char(COUNTS)
            assert refused.value.code == 0x11

    with serve([Fountain()]):
        run(talk())


def test_notifications_can_be_acquired_as_a_socket_and_given_back(serve: Serve) -> None:
    async def talk() -> None:
        async with BleakClient(await find()) as client:
            for _ in range(2):
                queue: asyncio.Queue[bytes] = asyncio.Queue()
                await client.start_notify(
                    VALUES,
                    lambda _, payload, queue=queue: queue.put_nowait(bytes(payload)),
                    bluez={"use_start_notify": False},
                )
                assert [len(await queue.get()) for _ in range(5)] == [14] * 5
                await client.stop_notify(VALUES)

    with serve([build_wearable("sweetzpot-flow", Person(1))]):
        run(talk())


def test_acquired_notifications_end_with_the_link(serve: Serve) -> None:
    async def talk() -> None:
        is_lost = asyncio.Event()
        async with BleakClient(await find(), lambda _: is_lost.set()) as client:
            await client.start_notify(VALUES, lambda *_: None, bluez={"use_start_notify": False})
            await is_lost.wait()

    with serve([build_wearable("sweetzpot-flow", Person(1), faults=Faults(drop_after_s=(5.0,)))]):
        run(talk())


def test_a_client_that_was_never_told_off_is_served_again_after_a_loss(serve: Serve) -> None:
    """Values then come once for each such client, as bluetoothd 5.66 does it."""
    faults = Faults(drop_after_s=(5.0, 5.0))

    async def collect(*, tidy: bool) -> list[bytes]:
        left: list[BleakClient] = []
        for _ in range(2):
            is_lost = asyncio.Event()
            client = BleakClient(await find(), lambda _, lost=is_lost: lost.set())
            await client.connect()
            await client.start_notify(VALUES, lambda *_: None)
            await is_lost.wait()
            if tidy:
                await client.disconnect()
            else:
                left.append(client)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        async with BleakClient(await find()) as client:
            await client.start_notify(VALUES, lambda _, payload: queue.put_nowait(bytes(payload)))
            packets = [await queue.get() for _ in range(12)]
        for client in left:
            await client.disconnect()
        return packets

    async def talk_tidily() -> None:
        assert len(set(await collect(tidy=True))) == 12

    async def talk_carelessly() -> None:
        assert len(set(await collect(tidy=False))) == 4

    with serve([build_wearable("sweetzpot-flow", Person(1), faults=faults)]):
        run(talk_tidily())
    with serve([build_wearable("sweetzpot-flow", Person(1), faults=faults)]):
        run(talk_carelessly())


def test_reading_what_notifies_also_calls_back(serve: Serve) -> None:
    async def talk() -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        async with BleakClient(await find()) as client:
            await client.start_notify(BATTERY, lambda _, payload: queue.put_nowait(bytes(payload)))
            assert await client.read_gatt_char(BATTERY) == b"W"
            assert queue.get_nowait() == b"W"

    with serve([build_wearable("polar-h10", Person(1))]):
        run(talk())


def test_a_value_is_signalled_before_the_read_is_answered(serve: Serve) -> None:
    async def talk() -> None:
        order: list[MessageType] = []

        def note(message: Message) -> None:
            if message.message_type is MessageType.METHOD_RETURN or message.path == path:
                order.append(message.message_type)

        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        async with BleakClient(await find()) as client:
            characteristic = client.services.get_characteristic(BATTERY)
            assert characteristic is not None
            path = characteristic.obj[0]
            await call(bus, "AddMatch", "s", f"type='signal',path='{path}'")
            bus.add_message_handler(note)
            message = Message(
                destination="org.bluez",
                path=path,
                interface="org.bluez.GattCharacteristic1",
                member="ReadValue",
                signature="a{sv}",
                body=[{}],
            )
            reply = await bus.call(message)
            assert reply is not None
            assert reply.body == [b"W"]
        assert order[:2] == [MessageType.SIGNAL, MessageType.METHOD_RETURN]
        bus.disconnect()

    async def call(bus: MessageBus, member: str, signature: str, *body: object) -> None:
        message = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member=member,
            signature=signature,
            body=list(body),
        )
        await bus.call(message)

    with serve([build_wearable("polar-h10", Person(1))]):
        run(talk())


def test_a_second_notify_of_the_same_client_is_in_progress(serve: Serve) -> None:
    async def talk() -> None:
        async with BleakClient(await find()) as client:
            await client.start_notify(VALUES, lambda *_: None)
            with pytest.raises(BleakDBusError) as refused:
                await client.start_notify(VALUES, lambda *_: None)
            assert refused.value.dbus_error == "org.bluez.Error.InProgress"

    with serve([build_wearable("sweetzpot-flow", Person(1))]):
        run(talk())


@pytest.mark.parametrize(
    ("adapter", "reason"),
    [
        ("off", BleakBluetoothNotAvailableReason.POWERED_OFF),
        ("none", BleakBluetoothNotAvailableReason.NO_BLUETOOTH),
    ],
)
def test_an_adapter_may_be_off_or_absent(
    serve: Serve, adapter: str, reason: BleakBluetoothNotAvailableReason
) -> None:
    async def talk() -> None:
        with pytest.raises(BleakBluetoothNotAvailableError) as refused:
            await BleakScanner.discover(timeout=0.1)
        assert refused.value.reason is reason

    with serve([build_wearable("sweetzpot-flow", Person(1))], adapter=adapter):
        run(talk())


def test_a_wearable_out_of_reach_is_neither_seen_nor_connected(serve: Serve) -> None:
    faults = Faults(drop_after_s=(5.0,), away_after_drop_s=3600.0)

    async def talk() -> None:
        device = await find()
        is_lost = asyncio.Event()
        async with BleakClient(device, lambda _: is_lost.set()) as client:
            await client.start_notify(VALUES, lambda *_: None)
            await is_lost.wait()
        assert await BleakScanner.discover(timeout=0.3) == []
        client = BleakClient(device, timeout=0.5)
        with pytest.raises(TimeoutError):
            await client.connect()
        assert not client.is_connected

    with serve([build_wearable("sweetzpot-flow", Person(1), faults=faults)]):
        run(talk())


def test_a_link_outlives_the_client_that_vanished(serve: Serve) -> None:
    async def vanish() -> None:
        device = await find()
        client = BleakClient(device)
        await client.connect()
        await client.start_notify(VALUES, lambda *_: None)
        assert client._backend._bus is not None
        client._backend._bus.disconnect()
        await client._backend._bus.wait_for_disconnect()
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        async with BleakClient(device) as other:
            await other.start_notify(VALUES, lambda _, payload: queue.put_nowait(bytes(payload)))
            assert len({await queue.get() for _ in range(6)}) == 6

    flow = build_wearable("sweetzpot-flow", Person(1))
    with serve([flow]):
        run(vanish())
    assert flow.n_streamed == 1


def test_pairing_is_always_granted(serve: Serve) -> None:
    async def talk() -> None:
        async with BleakClient(await find(), pair=True) as client:
            await client.pair()
            assert await client.read_gatt_char(BATTERY) == b"W"

    with serve([build_wearable("polar-h10", Person(1))]):
        run(talk())


def test_properties_can_be_asked_for_and_power_switched(serve: Serve) -> None:
    async def call(bus: MessageBus, member: str, signature: str, *body: object) -> Message:
        reply = await bus.call(
            Message(
                destination="org.bluez",
                path="/org/bluez/hci0",
                interface="org.freedesktop.DBus.Properties",
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        assert reply is not None
        return reply

    async def talk() -> None:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        adapter = "org.bluez.Adapter1"
        is_lost = asyncio.Event()
        async with BleakClient(await find(), lambda _: is_lost.set()) as client:
            off = Variant("b", False)  # noqa: FBT003 - the library's signature
            assert (await call(bus, "Set", "ssv", adapter, "Powered", off)).error_name is None
            await is_lost.wait()
            assert not client.is_connected
        assert (await call(bus, "Get", "ss", adapter, "Powered")).body == [off]
        everything = (await call(bus, "GetAll", "s", adapter)).body[0]
        assert everything["Roles"].value == ["central"]
        for asked in (("Get", "ss", adapter, "Shape"), ("GetAll", "s", "org.bluez.Toaster1")):
            assert (await call(bus, *asked)).error_name == "org.bluez.Error.InvalidArguments"
        refused = await call(bus, "Set", "ssv", adapter, "Address", Variant("s", "x"))
        assert refused.error_name == "org.freedesktop.DBus.Error.PropertyReadOnly"
        bus.disconnect()

    with serve([build_wearable("sweetzpot-flow", Person(1))]):
        run(talk())


@pytest.mark.parametrize(
    ("path", "member", "error"),
    [
        ("/org/bluez/hci0", "Fly", "org.freedesktop.DBus.Error.UnknownMethod"),
        ("/org/bluez/hci7", "StartDiscovery", "org.freedesktop.DBus.Error.UnknownObject"),
        ("/org/bluez/hci0", "StopDiscovery", "org.bluez.Error.Failed"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    serve: Serve, path: str, member: str, error: str
) -> None:
    async def talk() -> None:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        message = Message(
            destination="org.bluez", path=path, interface="org.bluez.Adapter1", member=member
        )
        reply = await bus.call(message)
        assert reply is not None
        assert reply.error_name == error
        bus.disconnect()

    with serve([build_wearable("sweetzpot-flow", Person(1))]):
        run(talk())


def test_the_private_bus_is_gone_afterwards(serve: Serve) -> None:
    logging.getLogger("dbus_fast").setLevel(logging.CRITICAL)
    with serve([]):
        path = os.environ["DBUS_SYSTEM_BUS_ADDRESS"].removeprefix("unix:path=")
        assert os.path.exists(path)  # noqa: PTH110 - a socket's address is text
    assert not os.path.exists(path)  # noqa: PTH110 - same
