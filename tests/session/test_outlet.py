import json
import re
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.events import Breath, BreathEnd, RatePoint
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock, Waveform, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.session import outlet as outlets
from breathsense.session.live import Session
from breathsense.session.outlet import LslOutlet, describe_event, load_lsl, offer_session
from breathsense.sources.base import Finished

S = 1_000_000_000
SETUP = Setup(
    sensors=(
        Sensor("abdomen", "band", "abdomen", "N", 10.0),
        Sensor("imu", "imu", "abdomen", "g", 50.0),
        Sensor("heart", "heart", "chest", "ms"),
    )
)


def make_wave(sensor: str, start_s: float, n: int) -> Waveform:
    t_ns = freeze_times(np.arange(n, dtype=np.int64) * 40_000_000 + int(start_s * S))
    return Waveform(sensor, t_ns, t_ns, freeze_values(np.arange(n) * 0.5))


BREATH = Breath("abdomen", 7, 10 * S, 12 * S, 2.5, 13 * S, "unknown", 0.9)


class FakeLsl:
    """Streams in memory; ``gate`` holds everybody who sends."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[Any, float]]] = {}
        self.infos: dict[str, Any] = {}
        self.gate = threading.Event()
        self.gate.set()

    def local_clock(self) -> float:
        return 5000.0

    def StreamInfo(self, *words: Any) -> Any:  # noqa: N802 - as pylsl names it
        node = SimpleNamespace(pairs={})
        node.append_child = lambda _name: node
        node.append_child_value = node.pairs.__setitem__
        info = SimpleNamespace(words=words, node=node, desc=lambda: node)
        self.infos[words[0]] = info
        return info

    def StreamOutlet(self, info: Any) -> Any:  # noqa: N802 - as pylsl names it
        sent = self.sent.setdefault(info.words[0], [])

        def push_sample(sample: Any, time: float) -> None:
            self.gate.wait(10)
            sent.append((sample, time))

        return SimpleNamespace(push_sample=push_sample)


def test_waves_and_texts_carry_the_time_at_which_they_happened() -> None:
    lsl = FakeLsl()
    outlet = LslOutlet(SETUP, "s1", lambda: 100 * S, lsl)
    outlet.push(make_wave("abdomen", 10.0, 3))
    outlet.push(make_wave("imu", 10.0, 1))
    outlet.push(BREATH)
    outlet.push(RatePoint("abdomen", 12 * S, 12.0, 1.0))
    outlet.close()
    assert lsl.sent["BreathSense abdomen"] == [
        ([0.0], 4910.0), ([0.5], pytest.approx(4910.04)), ([1.0], pytest.approx(4910.08))
    ]  # fmt: skip
    assert len(lsl.sent["BreathSense imu"]) == 1
    ((text,), at_s) = lsl.sent["BreathSense events"][0]
    assert json.loads(text)["kind"] == "breath"
    assert json.loads(text)["peak_s"] == 12.0
    assert at_s == 4912.0
    assert len(lsl.sent["BreathSense events"]) == 1, "rates are not sent"
    assert lsl.infos["BreathSense abdomen"].words[1:] == (
        "Respiration", 1, 25.0, "double64", "s1 abdomen"
    )  # fmt: skip
    assert lsl.infos["BreathSense abdomen"].node.pairs["unit"] == "N"
    assert lsl.infos["BreathSense imu"].node.pairs["unit"] == "deg"
    assert "BreathSense heart" not in lsl.infos


@pytest.mark.parametrize(
    ("event", "kind", "at_s"),
    [
        (BREATH, "breath", 12),
        (BreathEnd("abdomen", 7, 15 * S, 16 * S), "breath end", 15),
        (BraceStart(1, 20 * S, "expand", 0.9, 21 * S), "brace", 20),
        (
            BraceEnd(1, 30 * S, "breathing", None, None, None, 0, 2, 0.9, 31 * S),
            "brace end",
            30,
        ),
        (Mark(40 * S, "note: müde", S), "mark", 40),
    ],
)
def test_everything_that_is_told_is_plain_json(event: object, kind: str, at_s: int) -> None:
    told, t_ns = describe_event(event)
    assert json.loads(json.dumps(told))["kind"] == kind
    assert t_ns == at_s * S


def test_what_is_not_sent_cannot_be_described() -> None:
    with pytest.raises(TypeError):
        describe_event(RatePoint("abdomen", 0, 12.0, 1.0))


def test_a_network_that_stands_still_costs_the_session_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outlets, "MOST_WAITING", 3)
    monkeypatch.setattr(outlets, "END_S", 0.01)
    lsl = FakeLsl()
    lsl.gate.clear()
    outlet = LslOutlet(SETUP, "s1", lambda: 0, lsl)
    for _ in range(20):
        outlet.push(BREATH)
    assert outlet.n_dropped >= 16
    outlet.close()
    lsl.gate.set()


class Clockwork:
    """A source of samples that are all there at once."""

    def start(self, put: Any) -> None:
        for second in range(60):
            t_ns = np.arange(10, dtype=np.int64) * 100_000_000 + second * S
            level = 2 - 2 * np.cos(2 * np.pi * t_ns / (4 * S))
            put(SampleBlock("abdomen", "band", freeze_times(t_ns),
                            freeze_values(level[:, np.newaxis])))  # fmt: skip
        put(Finished(""))

    def stop(self) -> None:
        pass


def run_session(path: Path, lsl: Any) -> Session:
    setup = Setup(sensors=SETUP.sensors[:1])
    journal = Journal(path, build_header(setup, 0))
    session = Session(Clockwork(), setup, now_ns=lambda: 60 * S, recorder=journal)  # type: ignore[arg-type]
    if lsl is not None:
        session.outlet = LslOutlet(setup, "s1", session.now_ns, lsl)
    session.start()
    assert session.wait(20)
    session.stop()
    return session


def test_a_session_is_the_same_with_and_without_an_outlet(tmp_path: Path) -> None:
    lsl = FakeLsl()
    told = run_session(tmp_path / "a.mcap", lsl).finish_analysis()
    alone = run_session(tmp_path / "b.mcap", None).finish_analysis()
    assert told == alone
    kinds = [json.loads(text)["kind"] for (text,), _ in lsl.sent["BreathSense events"]]
    assert kinds.count("breath") >= 12
    assert len(lsl.sent["BreathSense abdomen"]) > 1000


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(RefusedInput, match="pylsl") as missing:
        load_lsl()
    assert "breathsense[lsl]" in str(missing.value)


def test_other_programs_of_this_computer_find_and_read_the_streams(tmp_path: Path) -> None:
    """The real library, a real inlet; nothing leaves the machine."""
    try:
        lsl: Any = load_lsl()
    except RefusedInput as error:
        pytest.skip(f"no Lab Streaming Layer here: {error}")
    setup = Setup(sensors=SETUP.sensors[:1])
    journal = Journal(tmp_path / "lsl-real-test.mcap", build_header(setup, 0))
    source = SimpleNamespace(start=lambda _put: None, stop=lambda: None)
    session = Session(source, setup, now_ns=lambda: 0, recorder=journal)  # type: ignore[arg-type]
    session.start()
    outlet = offer_session(session)
    inlets = {}
    for name in ("abdomen", "events"):
        (found,) = lsl.resolve_byprop("source_id", f"lsl-real-test {name}", timeout=20)
        inlets[name] = lsl.StreamInlet(found)
        inlets[name].open_stream(20)
    before_s = lsl.local_clock()
    outlet.push(make_wave("abdomen", 0.0, 2))
    outlet.push(BREATH)
    (value,), first_s = inlets["abdomen"].pull_sample(20)
    (text,), at_s = inlets["events"].pull_sample(20)
    for inlet in inlets.values():
        inlet.close_stream()
    session.stop()
    assert value == 0.0
    assert abs(first_s - before_s) < 60, "on the clock that all streams share"
    assert at_s - first_s == pytest.approx(12.0)
    assert json.loads(text)["depth"] == 2.5


def test_streams_of_this_computer_are_found_on_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setitem(sys.modules, "pylsl", SimpleNamespace(set_config_content=told.append))
    load_lsl()
    load_lsl("site")
    machine, site = (dict(re.findall(r"(\w+) = (\S+)", one)) for one in told)
    assert machine["ResolveScope"] == "machine"
    assert (machine["ListenAddress"], machine["IPv6"]) == ("127.0.0.1", "disable")
    assert site == {"level": "-3", "ResolveScope": "site"}
