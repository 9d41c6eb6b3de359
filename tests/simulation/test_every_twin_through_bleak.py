"""Scan, connect, start, stream, stop with bleak as it is, in memory and over the private D-Bus."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Notification
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.packet import Packet
from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.ble.driver import Driver
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
HANG_S = 180
SPEED = 20
ENOUGH_S = 4.0
"""Of the stream; the trace is longer."""

T = TypeVar("T")
Backends = dict[str, Any]
Serve = Callable[[Sequence[Peripheral]], AbstractContextManager[Backends]]


fast_clock = HurriedClock(SPEED)
"""Wearables live twenty times faster than the tests."""


@contextmanager
def serve_in_memory(peripherals: Sequence[Peripheral]) -> Iterator[Backends]:
    radio = build_memory_radio(peripherals, clock=fast_clock)
    yield {
        "scanner": {"backend": radio.scanner_backend},
        "client": {"backend": radio.client_backend},
    }


@pytest.fixture(params=["memory", "bluez"])
def serve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Serve:
    if request.param == "memory":
        return serve_in_memory
    if why_unavailable():
        pytest.skip(why_unavailable())
    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - only on Linux

    @contextmanager
    def serve_on_bus(peripherals: Sequence[Peripheral]) -> Iterator[Backends]:
        with serve_bluez(peripherals, clock=fast_clock) as address:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            yield {"scanner": {}, "client": {}}

    return serve_on_bus


class Ear:
    """Decodes what comes until a stream has enough rows."""

    def __init__(self, profile_id: str, stream: str, n_rows: int, chosen: dict[str, float]) -> None:
        self._decoder = build_decoder(SHELF.find(profile_id), chosen)
        self._stream, self._n_rows = stream, n_rows
        self.rows: list[np.ndarray] = []
        self.n_lost = 0
        self.is_enough = asyncio.Event()

    def __call__(self, notification: Notification) -> None:
        for one in self._decoder.decode(notification):
            if isinstance(one, Packet) and one.stream == self._stream:
                self.rows.append(one.values)
                self.n_lost += one.n_lost
        if sum(map(len, self.rows)) >= self._n_rows:
            self.is_enough.set()


def run(test: Awaitable[T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(HANG_S):
            return await test

    return asyncio.run(bounded())


async def stream(backends: Backends, profile_id: str, ear: Ear, chosen: dict[str, float]) -> None:
    profile = SHELF.find(profile_id)
    device = await BleakScanner.find_device_by_filter(
        lambda _, said: SHELF.recognise(said.local_name, said.service_uuids) is profile,
        timeout=HANG_S,
        **backends["scanner"],
    )
    assert device is not None
    conversation = build_conversation(profile, chosen)
    async with BleakClient(device, timeout=HANG_S, **backends["client"]) as client:
        driver = Driver(
            client,
            wearable="w",
            name=profile.name,
            now_ns=time.monotonic_ns,
            receive=ear,
            action_s=HANG_S,
        )
        await driver.drive(conversation.start())
        await ear.is_enough.wait()
        await driver.drive_best_effort(conversation.stop())
        await asyncio.sleep(0)
        n_rows = len(ear.rows)
        # A second of the wearable's life: it has to be silent.
        await asyncio.sleep(1 / SPEED)
        assert len(ear.rows) <= n_rows + 1


def test_samples_over_the_air_are_those_of_the_trace(serve: Serve, played: Any) -> None:
    chosen = dict(played.chosen)
    twin = build_wearable(played.wearable_id, played.build_body(30.0), 4)
    n_rows = round(ENOUGH_S * played.rate_hz)

    async def talk(backends: Backends) -> Ear:
        ear = Ear(played.wearable_id, played.stream, n_rows, chosen)
        await stream(backends, played.wearable_id, ear, chosen)
        return ear

    with serve([twin]) as backends:
        ear = run(talk(backends))
    values = np.concatenate(ear.rows)
    assert len(values) >= n_rows
    assert ear.n_lost == 0
    assert played.find_error(values) <= 0.51 * played.step


def test_what_a_wearable_refuses_is_told_with_advice(serve: Serve) -> None:
    async def talk(backends: Backends) -> None:
        ear = Ear("polar-verity-sense", "acc", 1, {})
        await stream(backends, "polar-verity-sense", ear, {"rate_hz": 104})

    with (
        serve([build_wearable("polar-verity-sense", Person(1))]) as backends,
        pytest.raises(LinkError, match="does not offer 104 as rate of acc, only 52") as refused,
    ):
        run(talk(backends))
    assert "SDK mode" in refused.value.advice
