"""The same conversations over both servers: the radio in memory, and bleak's own BlueZ backend."""

import asyncio
import itertools
import math
import struct
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeVar

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError, BleakGATTProtocolError

from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.faults import Faults
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.trace import parse_trace
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.ble.memory import build_memory_radio

COMMAND = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
INIT = "5819fe3f1aa54a06490748084709460a450b440c430d420e41"
PERIOD_100_MS = "580ffda51bff00a086010000000000"
START_FORCE = "5813fc8118ff01020000000000000000000000"
STOP = "580bfb7219ff00ffffffff"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
LOCATION = "00002a38-0000-1000-8000-00805f9b34fb"
ACC_200_HZ_8_G = "0202020108000001c80001011000"
HANG_S = 180
SPEED = 20

T = TypeVar("T")


fast_clock = HurriedClock(SPEED)
"""Wearables live twenty times faster than the tests."""


class Radio:
    """How bleak is told which server to use."""

    def __init__(self, backends: dict[str, Any]) -> None:
        self._scanner = {"backend": backends["scanner"]} if backends else {}
        self._client = {"backend": backends["client"]} if backends else {}

    async def find(self, part_of_name: str) -> BLEDevice:
        device = await BleakScanner.find_device_by_filter(
            lambda _, said: part_of_name in (said.local_name or ""), timeout=HANG_S, **self._scanner
        )
        assert device is not None
        return device

    async def discover(self, n: int) -> dict[str, tuple[list[str], int]]:
        found: dict[str, tuple[list[str], int]] = {}
        async with BleakScanner(**self._scanner) as scanner:
            async for _, said in scanner.advertisement_data():
                found[said.local_name or ""] = (said.service_uuids, said.rssi)
                if len(found) == n:
                    return found
        raise AssertionError

    def client(
        self, device: BLEDevice | str, on_loss: Callable[[BleakClient], None] | None = None
    ) -> BleakClient:
        return BleakClient(device, on_loss, timeout=HANG_S, **self._client)


class Notes:
    """Notifications in order, to be waited for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()

    def __call__(self, _: object, payload: bytearray) -> None:
        self._queue.put_nowait(bytes(payload))

    async def next(self) -> bytes:
        return await self._queue.get()

    def is_empty(self) -> bool:
        return self._queue.empty()


@contextmanager
def serve_in_memory(peripherals: Sequence[Peripheral]) -> Iterator[Radio]:
    radio = build_memory_radio(peripherals, clock=fast_clock)
    yield Radio({"scanner": radio.scanner_backend, "client": radio.client_backend})


Serve = Callable[[Sequence[Peripheral]], AbstractContextManager[Radio]]


@pytest.fixture(params=["memory", "bluez"])
def serve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Serve:
    if request.param == "memory":
        return serve_in_memory
    if why_unavailable():
        pytest.skip(why_unavailable())
    from bleak.backends.bluezdbus.version import BlueZFeatures  # noqa: PLC0415 - only on Linux

    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - same

    monkeypatch.setattr(BlueZFeatures, "checked_bluez_version", True)

    @contextmanager
    def serve_on_bus(peripherals: Sequence[Peripheral]) -> Iterator[Radio]:
        with serve_bluez(peripherals, clock=fast_clock) as address:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            yield Radio({})

    return serve_on_bus


def run(test: Awaitable[T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(HANG_S):
            return await test

    return asyncio.run(bounded())


async def ask(client: BleakClient, notes: Notes, request: str) -> bytes:
    await client.write_gatt_char(COMMAND, bytes.fromhex(request), response=False)
    while True:
        answer = await notes.next()
        if answer[0] == 0x98:
            return answer


async def start_belt(client: BleakClient) -> Notes:
    notes = Notes()
    await client.start_notify(RESPONSE, notes)
    for request in (INIT, PERIOD_100_MS, START_FORCE):
        answer = await ask(client, notes, request)
        assert answer[4:7] == bytes.fromhex(request)[4:5] + bytes.fromhex(request)[2:3] + b"\0"
    return notes


async def take_values(notes: Notes, n: int) -> list[float]:
    values: list[float] = []
    while len(values) < n:
        frame = await notes.next()
        assert frame[0] == 0x20
        values += struct.unpack_from(f"<{frame[7]}f", frame, 9)
    return values


def build_sine(n: int) -> tuple[list[str], list[float]]:
    forces = [8 + 3 * math.sin(k / 7) for k in range(n)]
    lines = ["t_s,abdomen[N]", *(f"{k / 10},{force!r}" for k, force in enumerate(forces))]
    return lines, [struct.unpack("<f", struct.pack("<f", force))[0] for force in forces]


def test_a_scan_finds_names_services_and_strength(serve: Serve) -> None:
    ids = ("vernier-gdx-rb", "polar-h10", "sweetzpot-flow", "heart-rate")
    wearables = [build_wearable(wearable_id, Person(1)) for wearable_id in ids]
    with serve(wearables) as radio:
        found = run(radio.discover(4))
    assert found == {
        wearable.advertisement.name: (list(wearable.advertisement.service_uuids), -45)
        for wearable in wearables
    }


def test_200_values_of_the_belt_equal_the_trace(serve: Serve) -> None:
    lines, forces = build_sine(400)

    async def talk(radio: Radio) -> list[float]:
        async with radio.client(await radio.find("GDX-RB")) as client:
            notes = await start_belt(client)
            values = await take_values(notes, 200)
            await ask(client, notes, STOP)
            return values

    with serve([build_wearable("vernier-gdx-rb", parse_trace(lines, where="trace"))]) as radio:
        values = run(talk(radio))
    assert values[:200] == forces[:200]


def test_battery_services_and_sizes_are_those_of_the_strap(serve: Serve) -> None:
    strap = build_wearable("polar-h10", Person(1), faults=Faults(battery_pct=63))

    async def talk(radio: Radio) -> None:
        device = await radio.find("Polar")
        async with radio.client(device) as client:
            assert client.is_connected
            assert client.name == strap.advertisement.name
            assert await client.read_gatt_char(BATTERY) == b"\x3f"
            assert {service.uuid for service in client.services} == {
                service.uuid for service in strap.services
            }
            control = client.services.get_characteristic(CONTROL)
            assert control is not None
            assert set(control.properties) == {"read", "write", "indicate"}
            assert control.max_write_without_response_size == 244
            assert [descriptor.uuid[4:8] for descriptor in control.descriptors] == ["2902"]
        assert not client.is_connected

    with serve([strap]) as radio:
        run(talk(radio))


def test_pmd_answers_come_as_indications_and_frames_as_notifications(serve: Serve) -> None:
    async def talk(radio: Radio) -> None:
        async with radio.client(await radio.find("Polar")) as client:
            answers, frames = Notes(), Notes()
            await client.start_notify(CONTROL, answers)
            await client.start_notify(PMD_DATA, frames)
            await client.write_gatt_char(CONTROL, bytes.fromhex(ACC_200_HZ_8_G), response=True)
            assert (await answers.next()).hex() == "f002020000"
            stamps = [struct.unpack_from("<Q", await frames.next(), 1)[0] for _ in range(50)]
            assert {b - a for a, b in itertools.pairwise(stamps)} == {180_000_000}
            await client.write_gatt_char(CONTROL, b"\x03\x02", response=True)
            assert (await answers.next()).hex() == "f003020000"

    with serve([build_wearable("polar-h10", Person(1))]) as radio:
        run(talk(radio))


def test_refusals_are_bleaks_own_errors(serve: Serve) -> None:
    async def talk(radio: Radio) -> None:
        async with radio.client(await radio.find("Polar")) as client:
            for attempt, code in (
                (client.write_gatt_char(CONTROL, b"\x01\x02", response=True), 0xFD),
                (client.write_gatt_char(CONTROL, b"\x01\x02", response=False), 0x06),
                (client.read_gatt_char(PMD_DATA), 0x02),
            ):
                with pytest.raises(BleakGATTProtocolError) as refused:
                    await attempt
                assert refused.value.code == code
            with pytest.raises(BleakError):
                await client.start_notify(LOCATION, Notes())
            await client.start_notify(CONTROL, Notes())
            with pytest.raises(BleakError):
                await client.start_notify(CONTROL, Notes())
            await client.stop_notify(CONTROL)
            await client.start_notify(CONTROL, Notes())

    with serve([build_wearable("polar-h10", Person(1))]) as radio:
        run(talk(radio))


def test_a_write_that_the_wearable_refuses_raises_its_att_error(serve: Serve) -> None:
    async def talk(radio: Radio) -> None:
        async with radio.client(await radio.find("Polar")) as client:
            with pytest.raises(BleakGATTProtocolError) as refused:
                await client.write_gatt_char(CONTROL, b"\x01\x02", response=True)
            assert refused.value.code == 0x0E

    with serve([build_wearable("polar-h10", Person(1), faults=Faults(att_error=0x0E))]) as radio:
        run(talk(radio))


def test_a_cut_link_calls_back_and_the_belt_comes_again(serve: Serve) -> None:
    faults = Faults(drop_after_s=(20.0,), away_after_drop_s=10.0)

    async def talk(radio: Radio) -> None:
        lost = asyncio.Event()
        device = await radio.find("GDX-RB")
        async with radio.client(device, lambda _: lost.set()) as client:
            await start_belt(client)
            await lost.wait()
            assert not client.is_connected
            with pytest.raises(BleakError):
                await client.write_gatt_char(COMMAND, bytes.fromhex(INIT), response=False)
        device = await radio.find("GDX-RB")
        async with radio.client(device) as client:
            assert len(await take_values(await start_belt(client), 50)) >= 50

    with serve([build_wearable("vernier-gdx-rb", Person(1), faults=faults)]) as radio:
        run(talk(radio))


def test_a_belt_that_dies_silently_stays_connected(serve: Serve) -> None:
    belt = build_wearable("vernier-gdx-rb", Person(1), faults=Faults(silent_after_s=(20.0,)))

    async def talk(radio: Radio) -> None:
        async with radio.client(await radio.find("GDX-RB")) as client:
            notes = await start_belt(client)
            n_frames = 0
            with suppress(TimeoutError):
                while n_frames < 1000:
                    async with asyncio.timeout(1.0):
                        await notes.next()
                    n_frames += 1
            assert 50 < n_frames < 201
            assert client.is_connected

    with serve([belt]) as radio:
        run(talk(radio))


def test_disconnecting_calls_back_too(serve: Serve) -> None:
    async def talk(radio: Radio) -> list[str]:
        gone: list[str] = []
        device = await radio.find("FLOW")
        async with radio.client(device, lambda client: gone.append(client.address)):
            assert gone == []
        return gone

    flow = build_wearable("sweetzpot-flow", Person(1))
    with serve([flow]) as radio:
        assert run(talk(radio)) == [flow.address]


def test_a_callback_that_fails_does_not_end_the_stream(serve: Serve) -> None:
    async def talk(radio: Radio) -> int:
        failures = 0
        is_enough = asyncio.Event()

        def fail(_: object, __: bytearray) -> None:
            nonlocal failures
            failures += 1
            if failures == 5:
                is_enough.set()
            raise ValueError

        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with radio.client(await radio.find("FLOW")) as client:
            await client.start_notify("0000ffb3-0000-1000-8000-00805f9b34fb", fail)
            await is_enough.wait()
        return failures

    with serve([build_wearable("sweetzpot-flow", Person(1))]) as radio:
        assert run(talk(radio)) >= 5
