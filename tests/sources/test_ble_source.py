import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from typing import Any

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.setup import Wearable
from breathsense.sources.base import Finished, SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.ble.timings import Timings

PATIENCE_S = 180.0
SAMPLES = "aaaa0002-0000-4000-8000-000000000000"
QUICK = Timings(find_s=0.3, first_pause_s=0.01, longest_pause_s=0.05)


class Collector:
    """A sink one can wait on."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, item: Any) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, is_there: Callable[[list[Any]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: is_there(self.items), PATIENCE_S)

    def wait_for_state(self, state: str, n: int = 1) -> None:
        self.wait_for(lambda items: self.states(items).count(state) >= n)

    @staticmethod
    def states(items: list[Any]) -> list[str]:
        return [item.state for item in items if isinstance(item, LinkEvent)]


def build_source(bench: Any, *belts: Any, **options: Any) -> BleSource:
    worn = [
        (Wearable(f"belt-{n}", bench.profile, name=belt.advertisement.name), belt.address)
        for n, belt in enumerate(belts)
    ]
    options = {
        "radio": build_memory_radio(belts, connection_interval_s=0.001),
        "timings": QUICK,
        "converse": lambda *_: bench.talk(),
        "jitter": lambda: 1.0,
    } | options
    return BleSource(worn, **options)


def has_samples(wearable: str, n: int) -> Callable[[list[Any]], bool]:
    def is_there(items: list[Any]) -> bool:
        found = [
            item
            for item in items
            if isinstance(item, Notification)
            and (item.wearable, item.characteristic) == (wearable, SAMPLES)
        ]
        return len(found) >= n

    return is_there


def test_it_streams_into_the_sink_and_stops_its_wearable(bench: Any) -> None:
    collector = Collector()
    clock = SessionClock()
    source = build_source(bench, bench.belt, clock=clock)
    source.start(collector)
    collector.wait_for(has_samples("belt-0", 3))
    source.stop()
    n_items = len(collector.items)
    source.stop()
    assert collector.items[-1] == Finished()
    assert collector.states(collector.items)[-1] == "stopped"
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]
    assert len(collector.items) == n_items
    times = [item.host_ns for item in collector.items[:-1]]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= clock.now_ns()
    assert not any(thread.name == "breathsense-ble" for thread in threading.enumerate())


def test_three_wearables_stream_at_once_and_all_are_stopped(bench: Any, make_belt: Any) -> None:
    belts = [make_belt(f"TEST {n}", f"AA:00:00:00:00:0{n}") for n in range(3)]
    collector = Collector()
    source = build_source(bench, *belts)
    source.start(collector)
    for n in range(3):
        collector.wait_for(has_samples(f"belt-{n}", 3))
    source.stop()
    assert [belt.log[-3:] for belt in belts] == [["03", "02", "disconnect"]] * 3


def test_one_that_was_lost_does_not_disturb_the_other(bench: Any, make_belt: Any) -> None:
    lost, kept = make_belt("TEST A", "AA:00:00:00:00:0A"), make_belt("TEST B", "AA:00:00:00:00:0B")
    collector = Collector()
    source = build_source(bench, lost, kept)
    source.start(collector)
    collector.wait_for_state("streaming", 2)
    lost.is_away = lost.must_drop = True
    collector.wait_for_state("lost", 2)
    lost.is_away = False
    collector.wait_for_state("streaming", 3)
    source.stop()
    assert kept.connections == 1
    assert lost.connections == 2


def test_a_sink_that_fails_ends_the_source_and_the_wearable_is_stopped(bench: Any) -> None:
    finished = threading.Event()
    problems: list[str] = []

    def sink(item: Any) -> None:
        if isinstance(item, Finished):
            problems.append(item.problem)
            finished.set()
        elif isinstance(item, Notification):
            raise ZeroDivisionError

    source = build_source(bench, bench.belt)
    source.start(sink)
    assert finished.wait(PATIENCE_S)
    source.stop()
    assert "ZeroDivisionError" in problems[0]
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_a_sink_that_always_fails_does_not_keep_the_source_from_ending(bench: Any) -> None:
    def sink(_: Any) -> None:
        raise ZeroDivisionError

    source = build_source(bench, bench.belt)
    source.start(sink)
    source.stop()
    assert not any(thread.name == "breathsense-ble" for thread in threading.enumerate())


def test_a_wearable_out_of_reach_ends_the_source_with_the_reason(bench: Any) -> None:
    bench.belt.is_away = True
    collector = Collector()
    source = build_source(bench, bench.belt, first_tries=1)
    source.start(collector)
    collector.wait_for(lambda items: bool(items) and isinstance(items[-1], Finished))
    source.stop()
    assert "TEST 1: the wearable is not in reach" in collector.items[-1].problem


def test_a_bug_in_a_conversation_ends_the_source_and_is_told(bench: Any) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    collector = Collector()
    source = build_source(bench, bench.belt, converse=fail)
    source.start(collector)
    collector.wait_for(lambda items: bool(items) and isinstance(items[-1], Finished))
    source.stop()
    assert "ZeroDivisionError" in collector.items[-1].problem


def test_a_source_that_was_never_started_can_be_stopped(bench: Any) -> None:
    build_source(bench, bench.belt).stop()


def test_it_can_be_stopped_at_once(bench: Any) -> None:
    collector = Collector()
    source = build_source(bench, bench.belt)
    source.start(collector)
    source.stop()
    assert collector.items[-1] == Finished()
    assert not bench.belt.is_streaming


def test_the_sink_itself_may_stop_the_source(bench: Any) -> None:
    finished = threading.Event()

    def sink(item: Any) -> None:
        if isinstance(item, Finished):
            finished.set()
        elif isinstance(item, Notification):
            source.stop()

    source = build_source(bench, bench.belt)
    source.start(sink)
    assert finished.wait(PATIENCE_S)
    source.stop()
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_a_sink_that_blocks_cannot_hold_up_the_stop_for_ever(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breathsense.sources.ble.source.STOP_S", 0.05)
    blocked, released = threading.Event(), threading.Event()
    items: list[Any] = []

    def sink(item: Any) -> None:
        items.append(item)
        blocked.set()
        released.wait(PATIENCE_S)

    source = build_source(bench, bench.belt)
    source.start(sink)
    assert blocked.wait(PATIENCE_S)
    source.stop()
    released.set()
    for thread in threading.enumerate():
        if thread.name == "breathsense-ble":
            thread.join(PATIENCE_S)
    assert len(items) == 1


PROGRAM = """
    import threading, time
    from breathsense.core.model.inputs import LinkEvent
    from breathsense.sources.simulated import build_demo

    streaming = threading.Event()

    def sink(item):
        if isinstance(item, LinkEvent):
            print(item.state, flush=True)
            if item.state == "streaming":
                streaming.set()

    demo = build_demo()
    demo.source.start(sink)
    streaming.wait(20)
    {end}
"""


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(3)", "raise KeyboardInterrupt", "1 / 0"])
def test_a_program_that_ends_without_stopping_it_stops_the_wearable_all_the_same(end: str) -> None:
    program = textwrap.dedent(PROGRAM).format(end=end)
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ,
    )
    assert ended.stdout.split()[-2:] == ["streaming", "stopped"]
