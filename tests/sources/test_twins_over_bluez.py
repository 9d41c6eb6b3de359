"""Every virtual wearable over bleak as it is: found, connected, lost, silent, back, and stopped.

Wearables live up to forty times faster than the test: a minute of streaming passes in seconds.
"""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Gap, Rejected, SampleBlock
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import list_streams_on, resolve_settings, stream_rate_hz
from breathsense.core.setup import Wearable
from breathsense.core.wire.stage import WireStage
from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.devices.twin import Twin
from breathsense.simulation.faults import Faults
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.peripheral import Sent
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import WEARABLES, build_wearable
from breathsense.sources.base import Finished, SessionClock
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.scan import scan
from breathsense.sources.ble.source import BleSource
from breathsense.sources.ble.timings import Timings
from breathsense.sources.shelf import load_shelf

pytestmark = pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable())

HIGHEST_SPEED = 40.0
MOST_PER_S = 1000.0
"""Samples that the virtual bus and the computer manage beside other work."""
PATIENCE_S = 180.0
NEVER_S = 1e9
LOSS = Faults(loss_fraction=0.02)
QUICK = Timings(
    find_s=5.0, least_silence_s=0.5, n_silent_periods=1.0, first_pause_s=0.01, longest_pause_s=0.05
)
UNKNOWN = {"matches no packet of the profile"}
"""Some wearables send more than anybody knows the meaning of."""
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"


def build_clock(profile: Profile) -> HurriedClock:
    """Return a clock as fast as this wearable's samples allow."""
    settings = resolve_settings(profile, {})
    rates_hz = [stream_rate_hz(stream, settings) or 1.0 for stream in list_streams_on(profile, {})]
    speed = round(min(HIGHEST_SPEED, max(1.0, MOST_PER_S / sum(rates_hz))))
    return HurriedClock(speed)


class Listener:
    """Takes what the source gives; lets a test wait for something in it."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, item: Any) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, is_there: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_there, PATIENCE_S), [
                i for i in self.items if isinstance(i, LinkEvent)
            ]

    def count(self, state: str) -> int:
        return sum(isinstance(item, LinkEvent) and item.state == state for item in self.items)

    def told(self) -> list[Notification]:
        """Return what was sent by itself; BlueZ lets what is read be heard by the callback, too."""
        told = [item for item in self.items if isinstance(item, Notification)]
        read = {(one.characteristic, one.payload) for one in told if one.origin == "read"}
        return [
            one
            for one in told
            if one.characteristic != BATTERY and (one.characteristic, one.payload) not in read
        ]

    def wait_for_streaming(self, n_times: int, n_packets: int) -> None:
        """Wait until it has streamed so often, and for some packets after that."""
        self.wait_for(lambda: self.count("streaming") >= n_times)
        n_before = len(self.told())
        self.wait_for(lambda: len(self.told()) >= n_before + n_packets)


def keep_sent(twin: Twin) -> list[Sent]:
    sent: list[Sent] = []
    advance = twin.advance

    def advance_and_keep(now_ns: int) -> list[Sent]:
        out = advance(now_ns)
        sent.extend(out)
        return out

    twin.advance = advance_and_keep  # type: ignore[method-assign] # to look inside
    return sent


def now(twin: Twin) -> tuple[float, ...]:
    """Return when each connection fails: this one as soon as it streams, the others never."""
    n_before = twin.n_streamed - (twin._streaming_ns is not None)
    return (NEVER_S,) * n_before + (0.0,)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Twin, Callable[[], int]], None]]:
    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - Linux only

    serving: list[Any] = []

    def begin(twin: Twin, clock: Callable[[], int]) -> None:
        server = serve_bluez([twin], clock=clock, connection_interval_s=0.005)
        serving.append(server)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", server.__enter__())

    yield begin
    for server in serving:
        server.__exit__(None, None, None)
    gc.collect()


@pytest.mark.parametrize("wearable_id", sorted(WEARABLES))
def test_scan_connect_stream_lose_silence_reconnect_stop(wearable_id: str, serve: Any) -> None:
    twin = build_wearable(wearable_id, Person(2), 2, LOSS)
    sent = keep_sent(twin)
    shelf = load_shelf()
    fast_ns = build_clock(shelf.find(wearable_id))
    serve(twin, fast_ns)
    (found,) = asyncio.run(scan(Radio(), shelf.profiles, 0.2))
    assert found.profile == shelf.find(wearable_id)

    wearable = Wearable("one", shelf.find(wearable_id), name=found.name)
    listener = Listener()
    source = BleSource(
        [(wearable, found.id)], timings=QUICK, first_tries=None, clock=SessionClock(fast_ns)
    )
    source.start(listener)
    try:
        listener.wait_for_streaming(1, 5)
        twin.faults = replace(LOSS, drop_after_s=now(twin))
        listener.wait_for_streaming(2, 5)
        twin.faults = replace(LOSS, silent_after_s=now(twin))
        listener.wait_for_streaming(3, 5)
        twin.faults = LOSS
        began_ns = fast_ns()
        listener.wait_for(lambda: listener.told()[-1:] != [] and fast_ns() - began_ns > 60e9)
    finally:
        source.stop()

    assert listener.items[-1] == Finished()
    assert listener.items[-2].state == "stopped"
    assert listener.count("lost") >= 2
    # Everything came once and in order; what was lost with the link is missing.
    rest = iter([(one.characteristic, one.payload) for one in sent])
    assert all((one.characteristic, one.payload) in rest for one in listener.told())
    check_samples(wearable, listener.items[:-1])


def check_samples(wearable: Wearable, items: list[Any]) -> None:
    stage = WireStage(wearable.id, wearable.profile, wearable.place, wearable.settings)
    given = [one for item in items for one in stage.push(item)]
    newest: dict[tuple[str, str], int] = {}
    for one in given:
        if isinstance(one, SampleBlock):
            times = [newest.get((one.sensor, one.signal), -(2**62)), *one.t_ns.tolist()]
            assert all(a < b for a, b in pairwise(times))
            newest[one.sensor, one.signal] = times[-1]
    assert newest
    lost = [one for one in given if isinstance(one, Gap) and one.reason == "link_lost"]
    # One that tells of breaths need not have told any between two losses.
    is_steady = any(one.rate_hz or one.rate_setting for one in wearable.profile.streams)
    assert lost or not is_steady
    n_told = sum(isinstance(item, Notification) for item in items)
    rejected = [one for one in given if isinstance(one, Rejected) and one.reason not in UNKNOWN]
    assert len(rejected) <= 0.05 * n_told
