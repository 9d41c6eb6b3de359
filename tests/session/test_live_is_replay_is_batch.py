"""The law of the house, end to end: one session seen live, replayed and analysed is the same."""

import io
import math
from pathlib import Path

import pytest

from breathsense.core.analysis import Analysis, AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.setup import Wearable
from breathsense.core.stage import run
from breathsense.exports.analysis_json import write_analysis
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.session.opening import Replay, open_live
from breathsense.session.wearing import Worn
from breathsense.simulation.faults import Faults
from breathsense.simulation.instant import InstantTime
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.shelf import find_profile

SESSION_S = 60.0
PATIENCE_S = 180.0


def to_json(analysis: Analysis) -> str:
    written = io.StringIO()
    write_analysis(analysis, written)
    return written.getvalue()


def practise(wearable_id: str, path: Path) -> Session:
    """Hold a session with a virtual wearable in memory, over the real link code, at once."""
    clock = InstantTime(SESSION_S)
    peripheral = build_wearable(wearable_id, Person(3), 3, Faults())
    radio = build_memory_radio([peripheral], clock=clock.now_ns)
    worn = Worn(
        Wearable("one", find_profile(wearable_id), name=peripheral.advertisement.name),
        peripheral.address,
    )
    inside = SessionClock(clock.now_ns, clock.build_loop)
    session = open_live([worn], path, path.parent, radio=radio, clock=inside)
    while not (clock.is_reached.wait(0.05) or session.wait(0)):
        pass
    assert session.stop() == path
    return session


@pytest.mark.parametrize("wearable_id", ["vernier-gdx-rb", "polar-h10", "sweetzpot-flow"])
def test_live_replay_and_batch_find_the_same(wearable_id: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    session = practise(wearable_id, path)
    assert session.view().problem == ""
    live = to_json(session.finish_analysis())

    replay = Replay(path, math.inf)
    assert replay.session.wait(PATIENCE_S)
    replay.stop()
    replayed = to_json(replay.session.finish_analysis())

    recording = open_recording(path)
    setup = recording.header.setup()
    builder = AnalysisBuilder(setup, (path.name,))
    for event in run(build_engine(setup), recording.items()):
        builder.push(event)
    batch = to_json(builder.finish())

    assert live == replayed == batch
    assert len(session.finish_analysis().breaths) >= 3


def test_a_replay_sought_back_and_forth_finds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    session = practise("vernier-gdx-rb", path)

    replay = Replay(path, math.inf)
    replay.session.wait(PATIENCE_S)
    replay.pause()
    replay.seek(int(20e9))
    replay.seek(int(50e9))
    replay.seek(0)
    replay.set_speed(math.inf)
    replay.resume()
    assert not replay.view().is_over
    assert replay.session.wait(PATIENCE_S)
    replay.stop()
    assert to_json(replay.session.finish_analysis()) == to_json(session.finish_analysis())
