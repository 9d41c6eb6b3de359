"""The link over bleak as it is, against the virtual org.bluez on a private bus."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest
from bleak import BleakClient

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.setup import Wearable
from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.sources.base import Finished
from breathsense.sources.ble.errors import BluetoothUnavailable
from breathsense.sources.ble.find import Target, find_device
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import scan
from breathsense.sources.ble.scanner import Scanner
from breathsense.sources.ble.source import BleSource
from breathsense.sources.ble.timings import Timings

pytestmark = pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable())

PATIENCE_S = 180.0
SAMPLES = "aaaa0002-0000-4000-8000-000000000000"
QUICK = Timings(find_s=2.0, first_pause_s=0.01, longest_pause_s=0.05)
N_ROUNDS = 4


class Collector:
    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, item: Any) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, is_there: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_there, PATIENCE_S), self.items

    def is_finished(self) -> bool:
        return bool(self.items) and isinstance(self.items[-1], Finished)

    def count_states(self, state: str) -> int:
        return sum(isinstance(item, LinkEvent) and item.state == state for item in self.items)

    @property
    def counts(self) -> list[int]:
        return [
            item.payload[0]
            for item in self.items
            if isinstance(item, Notification)
            and item.characteristic == SAMPLES
            and item.payload[0] < 0x80
        ]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - Linux only

    with ExitStack() as stack:

        def begin(*belts: Any, **options: Any) -> Callable[[], None]:
            options = {"connection_interval_s": 0.005} | options
            address = stack.enter_context(serve_bluez(belts, **options))
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            return stack.close

        yield begin
    gc.collect()


def build_source(bench: Any, *belts: Any, **options: Any) -> BleSource:
    worn = [
        (Wearable(f"belt-{n}", bench.profile, name=belt.advertisement.name), belt.address)
        for n, belt in enumerate(belts)
    ]
    options = {"timings": QUICK, "converse": lambda *_: bench.talk()} | options
    return BleSource(worn, **options)


def stream_and_drop(bench: Any, collector: Collector) -> None:
    """Let the link be lost several times; each time wait until samples come again."""
    source = build_source(bench, bench.belt)
    source.start(collector)
    try:
        for n in range(1, N_ROUNDS + 1):
            collector.wait_for(lambda n=n: collector.count_states("streaming") >= n)
            n_before = len(collector.counts)
            collector.wait_for(lambda n=n_before: len(collector.counts) >= n + 5)
            if n < N_ROUNDS:
                bench.belt.must_drop = True
    finally:
        source.stop()


def test_a_scan_finds_and_recognises_the_wearable(bench: Any, serve: Any) -> None:
    serve(bench.belt)
    found = asyncio.run(scan(Radio(), [bench.profile], 0.5))
    assert [(one.name, one.id, one.profile) for one in found] == [
        ("TEST 1", "AA:00:00:00:00:01", bench.profile)
    ]


def test_what_a_killed_program_left_connected_is_found_though_it_does_not_advertise(
    bench: Any, serve: Any
) -> None:
    serve(bench.belt)

    async def look() -> str:
        radio = Radio()
        device = await find_device(Scanner(radio), radio, Target("AA:00:00:00:00:01"), 2.0)
        async with BleakClient(device):
            again = await find_device(Scanner(radio), radio, Target("x", "TEST 1"), 0.2)
            return again.address

    assert asyncio.run(look()) == "AA:00:00:00:00:01"


def test_it_can_be_stopped_in_the_middle_of_connecting(bench: Any, serve: Any) -> None:
    serve(bench.belt)
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    collector.wait_for(lambda: collector.count_states("connecting") == 2)
    source.stop()
    assert collector.items[-1] == Finished()
    assert bench.belt.log.count("connect") == bench.belt.log.count("disconnect")


def test_a_bus_that_dies_is_noticed_and_the_source_can_be_stopped(bench: Any, serve: Any) -> None:
    stop_serving = serve(bench.belt)
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    collector.wait_for(lambda: len(collector.counts) >= 3)
    stop_serving()
    collector.wait_for(lambda: collector.count_states("lost") >= 2)
    source.stop()
    assert collector.items[-1] == Finished()
    assert any(
        "bluetooth" in item.detail.lower()
        for item in collector.items[:-1]
        if isinstance(item, LinkEvent)
    )


def test_it_streams_and_stops_its_wearable(bench: Any, serve: Any) -> None:
    serve(bench.belt)
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    collector.wait_for(lambda: len(collector.counts) >= 5)
    source.stop()
    assert collector.items[-1] == Finished()
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_after_drops_nothing_comes_twice(bench: Any, serve: Any) -> None:
    serve(bench.belt)
    collector = Collector()
    stream_and_drop(bench, collector)
    assert bench.belt.connections == N_ROUNDS
    counts = collector.counts
    steps = {(b - a) % 100 for a, b in pairwise(counts)}
    assert 0 not in steps
    assert len(counts) <= bench.belt.n_sent


def test_without_the_disconnect_after_a_drop_they_would_come_twice(
    bench: Any, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that the test above is there for, put back on purpose."""
    disconnect = BleakClient.disconnect
    kept: list[BleakClient] = []

    async def keep_after_a_drop(self: BleakClient) -> None:
        kept.append(self)
        if self.is_connected:  # the end of all
            for client in kept:
                await disconnect(client)

    monkeypatch.setattr(BleakClient, "disconnect", keep_after_a_drop)
    serve(bench.belt)
    collector = Collector()
    stream_and_drop(bench, collector)
    counts = collector.counts
    assert len(counts) > len(set(counts))
    assert any(a == b for a, b in pairwise(counts))


def test_a_wearable_that_wants_to_be_paired_is_paired(bench: Any, serve: Any) -> None:
    bench.belt.refuse_writes = 0x05
    serve(bench.belt)
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    try:
        collector.wait_for(lambda: len(collector.counts) >= 5)
    finally:
        source.stop()
    assert bench.belt.log.count("pair") == 1
    (lost,) = [one for one in collector.items if isinstance(one, LinkEvent) and one.state == "lost"]
    assert "wants to be paired" in lost.detail
    assert "bluetoothctl remove" in lost.detail


def test_three_wearables_stream_at_once(bench: Any, make_belt: Any, serve: Any) -> None:
    belts = [make_belt(f"TEST {n}", f"AA:00:00:00:00:0{n}") for n in range(3)]
    serve(*belts)
    collector = Collector()
    source = build_source(bench, *belts)
    source.start(collector)
    collector.wait_for(lambda: collector.count_states("streaming") == 3)
    source.stop()
    assert [belt.log[-3:] for belt in belts] == [["03", "02", "disconnect"]] * 3


def test_a_wearable_that_falls_silent_is_connected_anew(bench: Any, serve: Any) -> None:
    serve(bench.belt)
    collector = Collector()
    timings = Timings(least_silence_s=0.5, n_silent_periods=1.0, first_pause_s=0.01)
    source = build_source(bench, bench.belt, timings=timings)
    source.start(collector)
    collector.wait_for(lambda: len(collector.counts) >= 3)
    bench.belt.is_silent = True
    collector.wait_for(lambda: collector.count_states("lost") == 1)
    bench.belt.is_silent = False
    n_before = len(collector.counts)
    collector.wait_for(lambda: len(collector.counts) >= n_before + 3)
    source.stop()
    assert bench.belt.connections == 2


def test_what_the_wearable_refuses_is_told(bench: Any, serve: Any) -> None:
    bench.belt.refuse_writes = 0x0E
    serve(bench.belt)
    collector = Collector()
    source = build_source(bench, bench.belt, first_tries=1)
    source.start(collector)
    collector.wait_for(collector.is_finished)
    source.stop()
    assert "TEST 1: the wearable refused" in collector.items[-1].problem


@pytest.mark.parametrize(
    ("adapter", "words"), [("off", "switched off"), ("none", "no Bluetooth adapter")]
)
def test_a_computer_that_cannot_is_told(bench: Any, serve: Any, adapter: str, words: str) -> None:
    serve(bench.belt, adapter=adapter)
    with pytest.raises(BluetoothUnavailable, match=words):
        asyncio.run(scan(Radio(), [], 0.1))
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    collector.wait_for(collector.is_finished)
    source.stop()
    assert words in collector.items[-1].problem
