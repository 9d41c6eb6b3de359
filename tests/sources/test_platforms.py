"""What differs between Linux, macOS and Windows, with stand-ins: none of it was tried on them."""

import sys
import types
from typing import Any

import pytest
from bleak.backends.device import BLEDevice

from breathsense.session.saved import SavedWearable
from breathsense.sources.ble import find, platforms
from breathsense.sources.ble.find import Target, find_device
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scanner import Scanner

UUID = "5D6F0A1B-23C4-4D5E-8F90-123456789ABC"


def test_on_windows_the_thread_leaves_the_single_threaded_apartment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    util = types.ModuleType("bleak.backends.winrt.util")
    util.uninitialize_sta = lambda: calls.append("left")  # type: ignore[attr-defined] # a stand-in
    monkeypatch.setitem(sys.modules, "bleak.backends.winrt", types.ModuleType("winrt"))
    monkeypatch.setitem(sys.modules, "bleak.backends.winrt.util", util)
    monkeypatch.setattr(platforms.sys, "platform", "win32")
    platforms.prepare_thread()
    assert calls == ["left"]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_elsewhere_the_thread_needs_nothing(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms.sys, "platform", platform)
    platforms.prepare_thread()


def test_a_wearable_is_found_by_the_uuid_that_macos_gave_it(bench: Any, make_belt: Any) -> None:
    bench.belt = make_belt("TEST 1", UUID)
    bench.target = Target(UUID.lower())
    bench.stream(10.0)
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_an_id_of_another_computer_leads_to_the_wearable_by_its_name(bench: Any) -> None:
    saved = SavedWearable("TEST 1", "test-belt", ids={"darwin": UUID})
    bench.target = Target(saved.find_id("linux"), saved.name)
    bench.stream(10.0)
    assert bench.states[-2:] == ["streaming", "stopped"]


def test_what_macos_still_holds_is_asked_for_by_its_services(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    class Adapter:
        @staticmethod
        async def get() -> "Adapter":
            return Adapter()

        async def get_connected_devices(self, services: list[str]) -> list[BLEDevice]:
            asked.append(services)
            return [BLEDevice(UUID, "TEST 1", None)]

    monkeypatch.setattr(find, "BleakAdapter", Adapter)
    radio = Radio()
    target = Target("x", "TEST 1", ("aaaa",))
    device = bench.run(find_device(Scanner(radio), radio, target, 1.0))
    assert device.address == UUID
    assert asked == [["1801", "180a", "180f", "aaaa"]]


def test_each_connection_has_a_client_of_its_own(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from breathsense.sources.ble import link  # noqa: PLC0415 - to put a stand-in into it

    clients: list[Any] = []
    real = link.BleakClient

    def build(*words: Any, **options: Any) -> Any:
        clients.append(real(*words, **options))
        return clients[-1]

    monkeypatch.setattr(link, "BleakClient", build)
    bench.stream(60.0, (5.0, lambda: setattr(bench.belt, "must_drop", True)))
    assert bench.states.count("streaming") == 2
    assert len(clients) == len({id(client) for client in clients}) == 2
