"""What is particular to the radio in memory; conversations are tested with the wearables."""

import asyncio
import gc
import threading
from collections.abc import Awaitable

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError

from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.radio import Radio

FLOW_SERVICE = "0000ffb0-0000-1000-8000-00805f9b34fb"
FLOW_VALUES = "0000ffb3-0000-1000-8000-00805f9b34fb"
GDX_COMMAND = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
GDX_RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
ABSENT = "C0:FF:EE:C0:FF:EE"
HANG_S = 180


fast_clock = HurriedClock(20)


def build(*wearable_ids: str) -> tuple[Radio, list[str]]:
    wearables = [build_wearable(wearable_id, Person(1)) for wearable_id in wearable_ids]
    return build_memory_radio(wearables, clock=fast_clock), [one.address for one in wearables]


def client_of(radio: Radio, address: str) -> BleakClient:
    return BleakClient(address, backend=radio.client_backend)


def run(test: Awaitable[None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(HANG_S):
            await test

    asyncio.run(bounded())


async def take(client: BleakClient, uuid: str, n: int) -> list[bytes]:
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    await client.start_notify(uuid, lambda _, payload: queue.put_nowait(bytes(payload)))
    return [await queue.get() for _ in range(n)]


def test_an_absent_wearable_is_not_found() -> None:
    radio, _ = build("sweetzpot-flow")
    client = client_of(radio, ABSENT)
    with pytest.raises(BleakDeviceNotFoundError):
        run(client.connect())
    assert not client.is_connected


def test_a_taken_wearable_is_neither_seen_nor_connected_again() -> None:
    radio, (address,) = build("sweetzpot-flow")

    async def talk() -> None:
        async with client_of(radio, address) as client:
            assert await BleakScanner.discover(0.0, backend=radio.scanner_backend) == []
            with pytest.raises(BleakDeviceNotFoundError):
                await client_of(radio, address).connect()
            with pytest.raises(BleakError, match="already connected"):
                await client.connect()
        assert len(await BleakScanner.discover(0.0, backend=radio.scanner_backend)) == 1

    run(talk())


def test_a_scan_may_ask_for_services() -> None:
    radio, (address, _) = build("sweetzpot-flow", "heart-rate")

    async def scan() -> list[BLEDevice]:
        return await BleakScanner.discover(
            0.0, service_uuids=[FLOW_SERVICE], backend=radio.scanner_backend
        )

    assert [device.address for device in asyncio.run(scan())] == [address]


def test_advertisements_are_repeated_until_the_scan_stops() -> None:
    radio, (address,) = build("sweetzpot-flow")

    async def scan() -> None:
        async with BleakScanner(backend=radio.scanner_backend) as scanner:
            heard = scanner.advertisement_data()
            assert [(await anext(heard))[0].address for _ in range(3)] == [address] * 3

    run(scan())


def test_a_client_connects_again_after_disconnecting() -> None:
    radio, (address,) = build("sweetzpot-flow")

    async def talk() -> None:
        client = client_of(radio, address)
        for _ in range(2):
            async with client:
                assert len(await take(client, FLOW_VALUES, 3)) == 3
                assert client.mtu_size == 247
            with pytest.raises(BleakError):
                _ = client.services
        await client.disconnect()

    run(talk())


def test_nothing_works_without_a_link() -> None:
    radio, (address,) = build("polar-h10")

    async def talk() -> None:
        client = client_of(radio, address)
        async with client:
            battery = client.services.get_characteristic(BATTERY)
            assert battery is not None
            descriptor = battery.descriptors[0]
        backend = client._backend
        for attempt in (
            backend.read_gatt_char(battery),
            backend.write_gatt_char(battery, b"", response=True),
            backend.start_notify(battery, lambda _: None),
            backend.stop_notify(battery),
            backend.read_gatt_descriptor(descriptor),
        ):
            with pytest.raises(BleakError, match="Not connected"):
                await attempt

    run(talk())


def test_the_client_configuration_tells_what_is_on() -> None:
    control = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
    radio, (address,) = build("polar-h10")

    async def talk() -> None:
        async with client_of(radio, address) as client:
            for uuid, on in ((BATTERY, b"\x01\x00"), (control, b"\x02\x00")):
                characteristic = client.services.get_characteristic(uuid)
                assert characteristic is not None
                (descriptor,) = characteristic.descriptors
                assert await client.read_gatt_descriptor(descriptor.handle) == b"\x00\x00"
                await client.start_notify(uuid, lambda *_: None)
                assert await client.read_gatt_descriptor(descriptor.handle) == on
                await client.stop_notify(uuid)
                assert await client.read_gatt_descriptor(descriptor.handle) == b"\x00\x00"
                with pytest.raises(BleakGATTProtocolError):
                    await client._backend.write_gatt_descriptor(descriptor, b"\x01\x00")

    run(talk())


def test_a_write_without_response_must_fit_and_never_fails_otherwise() -> None:
    radio, (address,) = build("vernier-gdx-rb")

    async def talk() -> None:
        async with client_of(radio, address) as client:
            await client.write_gatt_char(GDX_COMMAND, bytes(244), response=False)
            with pytest.raises(BleakGATTProtocolError) as refused:
                await client.write_gatt_char(GDX_COMMAND, bytes(245), response=False)
            assert refused.value.code == 0x0D
            await client.pair()
            await client.unpair()

    run(talk())


def test_handles_ascend_from_one_and_are_unique() -> None:
    radio, (address,) = build("polar-h10")

    async def talk() -> None:
        async with client_of(radio, address) as client:
            handles = [
                handle
                for service in client.services
                for handle in (
                    service.handle,
                    *(
                        handle
                        for one in service.characteristics
                        for handle in (one.handle, *(below.handle for below in one.descriptors))
                    ),
                )
            ]
        assert handles[0] == 1
        assert handles == sorted(set(handles))

    run(talk())


def test_wearables_serve_clients_in_several_threads_at_once() -> None:
    radio, addresses = build("vernier-gdx-rb", "polar-h10", "sweetzpot-flow", "heart-rate")
    heart_rate = "00002a37-0000-1000-8000-00805f9b34fb"
    uuids = (GDX_RESPONSE, heart_rate, FLOW_VALUES, heart_rate)
    received: dict[str, int] = {}

    async def talk(address: str, uuid: str) -> None:
        async with client_of(radio, address) as client:
            if uuid == GDX_RESPONSE:
                start = bytes.fromhex("5813fe8318ff01020000000000000000000000")
                await client.write_gatt_char(GDX_COMMAND, start, response=False)
            received[address] = len(await take(client, uuid, 10))

    threads = [
        threading.Thread(target=run, args=(talk(address, uuid),))
        for address, uuid in zip(addresses, uuids, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert received == dict.fromkeys(addresses, 10)


def test_a_program_that_forgets_to_disconnect_gives_the_wearable_back() -> None:
    radio, (address,) = build("sweetzpot-flow")
    gone: list[str] = []

    async def crash() -> None:
        client = BleakClient(
            address, lambda lost: gone.append(lost.address), backend=radio.client_backend
        )
        await client.connect()
        await take(client, FLOW_VALUES, 1)

    run(crash())
    gc.collect()
    assert gone == [address]

    async def look() -> None:
        assert len(await BleakScanner.discover(0.0, backend=radio.scanner_backend)) == 1

    run(look())


def test_the_backends_say_who_they_are() -> None:
    radio, (address,) = build("sweetzpot-flow")
    assert client_of(radio, address).backend_id == "Client"
    assert Radio() == Radio(None, None)
