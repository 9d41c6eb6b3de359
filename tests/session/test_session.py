import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.model.inputs import Item, LinkEvent, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.session import findings
from breathsense.session.live import Session
from breathsense.sources.base import Finished, Restart, Sink

S = 1_000_000_000
BAND = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 25.0),))


class ListSource:
    """Gives what it was made with, then waits to be stopped."""

    def __init__(self, given: Iterable[Item | Restart | Finished]) -> None:
        self.given = list(given)
        self.n_stops = 0

    def start(self, sink: Sink) -> None:
        for item in self.given:
            sink(item)

    def stop(self) -> None:
        self.n_stops += 1


class ListRecorder:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.path = Path("a.mcap")
        self.n_bytes = 0
        self.problem = ""
        self.items: list[Item] = []
        self.is_closed = False
        self.ticked = threading.Event()

    def append(self, item: Item) -> None:
        self.items.append(item)
        self.n_bytes += 10

    def tick(self, now_ns: int) -> None:
        self.ticked.set()

    def close(self) -> Path:
        self.is_closed = True
        return self.path


def breathe(seconds: float, rate_hz: float = 25.0, from_s: float = 0.0) -> list[SampleBlock]:
    t_s = from_s + np.arange(int(seconds * rate_hz)) / rate_hz
    t_ns = np.round(t_s * 1e9).astype(np.int64)
    values = 5.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)
    return [
        SampleBlock(
            "abdomen",
            "band",
            freeze_times(t_ns[i : i + 10]),
            freeze_values(values[i : i + 10, None]),
        )
        for i in range(0, len(t_ns), 10)
    ]


def run(source: ListSource, recorder: ListRecorder | None = None) -> Session:
    session = Session(source, BAND, now_ns=lambda: 60 * S, recorder=recorder)
    session.start()
    return session


def test_every_input_is_recorded_in_order_before_anything_else() -> None:
    given = [LinkEvent("belt", "streaming", 0), *breathe(20), Mark(20 * S, "note: done")]
    recorder = ListRecorder()
    session = run(ListSource(given), recorder)
    session.stop()
    assert recorder.items == given
    assert recorder.is_closed


def test_the_view_shows_breaths_rate_and_trace() -> None:
    session = run(ListSource(breathe(60)))
    session.stop()
    view = session.view()
    assert view.sensor == "abdomen"
    assert view.unit == "N"
    assert view.n_breaths >= 13
    assert view.rate_per_min == pytest.approx(15.0, abs=0.5)
    assert len(view.t_ns) == len(view.values) > 1000
    assert view.breaths[-1].depth == pytest.approx(4.0, rel=0.15)
    assert not view.is_over


def test_a_session_without_samples_says_why_there_is_no_rate() -> None:
    session = run(ListSource([]))
    session.stop()
    view = session.view()
    assert view.rate_per_min is None
    assert view.why_no_rate == "no samples yet"


def test_a_mark_is_an_input_like_any_other() -> None:
    recorder = ListRecorder()
    session = run(ListSource([]), recorder)
    session.mark("note: dizzy")
    session.mark("note: earlier", at_ns=3 * S)
    session.stop()
    assert recorder.items == [Mark(60 * S, "note: dizzy"), Mark(3 * S, "note: earlier")]


def test_the_end_of_the_source_is_seen_with_its_reason() -> None:
    session = run(ListSource([Finished("the belt was taken off")]))
    assert session.wait(5.0)
    session.stop()
    view = session.view()
    assert view.is_over
    assert view.problem == "the belt was taken off"


def test_a_restart_forgets_everything_and_finds_the_same_again() -> None:
    once = run(ListSource([*breathe(60), Finished()]))
    once.stop()
    twice = run(ListSource([*breathe(30), Finished(), Restart(), *breathe(60), Finished()]))
    twice.stop()
    assert twice.finish_analysis().breaths == once.finish_analysis().breaths
    assert len(once.view().breaths) > 10


def test_an_internal_error_is_told_and_the_recording_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        state = None

        def push(self, item: Item) -> list[object]:
            raise ZeroDivisionError

        def flush(self) -> list[object]:
            return []

    monkeypatch.setattr(findings, "build_engine", lambda _setup: Broken())
    recorder = ListRecorder()
    session = run(ListSource(breathe(4)), recorder)
    session.stop()
    assert len(recorder.items) == len(breathe(4))
    assert "The recording goes on" in session.view().problem


def test_what_waits_for_a_slow_engine_is_recorded_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder, all_given = ListRecorder(), threading.Event()
    n_recorded: list[int] = []

    class Slow:
        state = None

        def push(self, item: Item) -> list[object]:
            assert all_given.wait(10.0)
            n_recorded.append(len(recorder.items))
            return []

        def flush(self) -> list[object]:
            return []

    monkeypatch.setattr(findings, "build_engine", lambda _setup: Slow())
    session = run(ListSource([*breathe(20), Finished()]), recorder)
    all_given.set()
    session.stop()
    assert len(n_recorded) == len(breathe(20))
    assert n_recorded[1:] == [len(breathe(20))] * (len(breathe(20)) - 1)


def test_stopping_twice_stops_once() -> None:
    source, recorder = ListSource([]), ListRecorder()
    session = run(source, recorder)
    assert session.stop() == Path("a.mcap")
    assert session.stop() == Path("a.mcap")
    assert source.n_stops == 1


def test_a_source_that_fails_to_stop_still_leaves_a_closed_recording() -> None:
    class Stuck(ListSource):
        def stop(self) -> None:
            raise RuntimeError

    recorder = ListRecorder()
    session = run(Stuck(breathe(4)), recorder)
    with pytest.raises(RuntimeError):
        session.stop()
    assert recorder.is_closed
    assert len(recorder.items) == len(breathe(4))


def test_the_recording_is_flushed_while_nothing_comes() -> None:
    recorder = ListRecorder()
    session = run(ListSource([]), recorder)
    assert recorder.ticked.wait(10.0)
    session.stop()
