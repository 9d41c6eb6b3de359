import asyncio
import threading
from typing import Any

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from breathsense.sources.ble import find as finding
from breathsense.sources.ble.errors import BluetoothUnavailable, OutOfReach
from breathsense.sources.ble.find import Target, find_device
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.memory_scanner import MemoryScanner
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import BackgroundScan, Found, scan
from breathsense.sources.ble.scanner import Scanner

PATIENCE_S = 20.0


@pytest.fixture
def no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: Any) -> None:
        raise BleakBluetoothNotAvailableError("none", BleakBluetoothNotAvailableReason.NO_BLUETOOTH)

    monkeypatch.setattr(MemoryScanner, "start", refuse)


def test_a_scan_lists_what_is_in_reach_with_its_profile(bench: Any, make_belt: Any) -> None:
    other = make_belt("Kettle", "AA:00:00:00:00:02")
    radio = build_memory_radio([other, bench.belt], clock=bench.now_ns)
    found = bench.run(scan(radio, [bench.profile], 1.0))
    assert found == [
        Found("TEST 1", "AA:00:00:00:00:01", -55, bench.profile),
        Found("Kettle", "AA:00:00:00:00:02", -55, None),
    ]


def test_what_is_not_in_reach_is_not_listed(bench: Any) -> None:
    bench.belt.is_away = True
    radio = build_memory_radio([bench.belt], clock=bench.now_ns)
    assert bench.run(scan(radio, [bench.profile], 1.0)) == []


def test_a_computer_without_bluetooth_is_told_in_plain_words(bench: Any, no_adapter: None) -> None:
    radio = build_memory_radio([bench.belt], clock=bench.now_ns)
    with pytest.raises(BluetoothUnavailable, match="no Bluetooth adapter") as caught:
        bench.run(scan(radio, [bench.profile], 1.0))
    assert "breathsense demo" in caught.value.advice


def test_a_scan_in_the_background_shows_what_appears_and_ends(bench: Any) -> None:
    changed = threading.Event()
    background = BackgroundScan(build_memory_radio([bench.belt]), [bench.profile])
    assert background.found == ()
    background.start(changed.set)
    assert changed.wait(PATIENCE_S)
    assert [one.name for one in background.found] == ["TEST 1"]
    assert background.error is None
    background.stop()
    background.stop()
    assert not any(thread.name == "breathsense-scan" for thread in threading.enumerate())


def test_a_scan_in_the_background_keeps_its_error_for_the_screen(
    bench: Any, no_adapter: None
) -> None:
    changed = threading.Event()
    with BackgroundScan(build_memory_radio([bench.belt]), []) as background:
        background.stop()
    background = BackgroundScan(build_memory_radio([bench.belt]), [])
    background.start(changed.set)
    assert changed.wait(PATIENCE_S)
    assert isinstance(background.error, BluetoothUnavailable)
    background.stop()


def test_a_scan_that_was_never_started_can_be_stopped(bench: Any) -> None:
    BackgroundScan(build_memory_radio([bench.belt]), []).stop()


def find(bench: Any, radio: Radio, target: Target, seconds: float = 5.0) -> Any:
    async def look() -> Any:
        return await find_device(Scanner(radio), radio, target, seconds)

    return bench.run(look())


def test_the_id_decides_though_another_bears_the_name(bench: Any, make_belt: Any) -> None:
    twin = make_belt("TEST 1", "AA:00:00:00:00:02")
    radio = build_memory_radio([twin, bench.belt], clock=bench.now_ns)
    device = find(bench, radio, Target("aa:00:00:00:00:01", "TEST 1"))
    assert device.address == "AA:00:00:00:00:01"


def test_a_name_given_instead_of_an_id_is_enough(bench: Any) -> None:
    radio = build_memory_radio([bench.belt], clock=bench.now_ns)
    assert find(bench, radio, Target("TEST 1")).address == "AA:00:00:00:00:01"


def test_two_of_the_same_name_and_neither_id_are_not_guessed_between(
    bench: Any, make_belt: Any
) -> None:
    twin = make_belt("TEST 1", "AA:00:00:00:00:02")
    radio = build_memory_radio([twin, bench.belt], clock=bench.now_ns)
    with pytest.raises(OutOfReach, match="2 wearables bear this name"):
        find(bench, radio, Target("11:22:33:44:55:66", "TEST 1"))


def test_something_without_a_name_is_not_taken_for_a_wearable_without_one(
    bench: Any, make_belt: Any
) -> None:
    radio = build_memory_radio([make_belt("")], clock=bench.now_ns)
    with pytest.raises(OutOfReach, match="not in reach"):
        find(bench, radio, Target("11:22:33:44:55:66"))


def test_all_who_look_share_one_scan(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    start, stop = MemoryScanner.start, MemoryScanner.stop

    async def watch_start(self: Any) -> None:
        log.append("start")
        await start(self)

    async def watch_stop(self: Any) -> None:
        log.append("stop")
        await stop(self)

    monkeypatch.setattr(MemoryScanner, "start", watch_start)
    monkeypatch.setattr(MemoryScanner, "stop", watch_stop)
    radio = build_memory_radio([bench.belt], clock=bench.now_ns)

    async def look_three_times() -> None:
        scanner = Scanner(radio)
        absent = [Target(f"11:22:33:44:55:{n}0") for n in range(3)]
        looks = [find_device(scanner, radio, target, 3.0) for target in absent]
        assert len(await asyncio.gather(*looks, return_exceptions=True)) == 3
        await find_device(scanner, radio, Target("TEST 1"), 3.0)

    bench.run(look_three_times())
    assert log == ["start", "stop", "start", "stop"]


def test_a_scan_whose_end_fails_keeps_what_it_found(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = MemoryScanner.stop

    async def fail(self: Any) -> None:
        await stop(self)
        raise OSError("the bus is gone")

    monkeypatch.setattr(MemoryScanner, "stop", fail)
    radio = build_memory_radio([bench.belt], clock=bench.now_ns)
    assert len(bench.run(scan(radio, [], 1.0))) == 1


def test_a_system_that_never_answers_is_told_and_asked_again(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, n_asked = MemoryScanner.start, []

    async def hang_once(self: Any) -> None:
        n_asked.append(1)
        if len(n_asked) == 1:
            await asyncio.Event().wait()
        await start(self)

    monkeypatch.setattr(MemoryScanner, "start", hang_once)
    bench.stream(30.0)
    assert any("Bluetooth does not answer" in detail for detail in bench.details)
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_a_system_that_does_not_say_what_it_holds_is_scanned_on(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Adapter:
        @staticmethod
        async def get() -> None:
            await asyncio.Event().wait()

    class Heard(Scanner):
        async def _start(self) -> None:
            radio = build_memory_radio([bench.belt], clock=bench.now_ns)
            self._radio = radio
            await super()._start()

    monkeypatch.setattr(finding, "BleakAdapter", Adapter)

    async def look() -> Any:
        return await find_device(Heard(Radio()), Radio(), Target("TEST 1"), 3.0)

    assert bench.run(look()).name == "TEST 1"
