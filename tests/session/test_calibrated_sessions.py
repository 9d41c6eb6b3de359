"""A calibration made live is made again, the same, by replay and analysis."""

import math
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.calibration import (
    Calibrated,
    Calibration,
    LevelReference,
    StepJudged,
)
from breathsense.core.setup import Wearable
from breathsense.core.stage import run
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.session.opening import Replay, open_live
from breathsense.session.wearing import Worn
from breathsense.simulation.faults import Faults
from breathsense.simulation.instant import InstantTime
from breathsense.simulation.person import Person
from breathsense.simulation.script import Firm, FixedScript
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.shelf import find_profile

S = 1_000_000_000
BELT = "vernier-gdx-rb"
BEFORE = Calibration(
    posture="sitting", levels=(LevelReference("abdomen", 99.0, 3.5, 0.1, brace_shift=3.0),)
)


def practise(path: Path, calibration: Calibration | None) -> Session:
    """Begin a session of somebody who braces from second 51 to 55 of the signal."""
    person = Person(3, script=FixedScript([Firm(51 * S, 55 * S)]))
    peripheral = build_wearable(BELT, person, 3, Faults())
    clock = InstantTime(2.0)
    radio = build_memory_radio([peripheral], clock=clock.now_ns)
    worn = Worn(Wearable("one", find_profile(BELT)), peripheral.address)
    session = open_live(
        [worn],
        path,
        path.parent,
        radio=radio,
        clock=SessionClock(clock.now_ns, clock.build_loop),
        calibration=calibration,
    )
    clock.is_reached.wait()
    session.mark("calibration.quiet", 3 * S, 45 * S)
    session.mark("calibration.brace", 51 * S, 5 * S)
    clock.until_s = 75.0
    while session.view().now_ns < 74 * S and not session.wait(0.02):
        pass
    session.stop()
    return session


def find_batch(path: Path, *, joins_blocks: bool) -> tuple[list[Any], list[Any]]:
    recording = open_recording(path)
    engine = build_engine(recording.header.setup(), joins_blocks=joins_blocks)
    found = run(engine, recording.items())
    judged = [one for one in found if isinstance(one, StepJudged)]
    return judged, [one.calibration for one in found if isinstance(one, Calibrated)]


@pytest.mark.parametrize("before", [None, BEFORE], ids=["fresh", "stored"])
def test_live_replay_and_batch_learn_the_same(before: Calibration | None, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    session = practise(path, before)
    live = session.view()
    assert live.problem == ""

    replay = Replay(path, math.inf)
    assert replay.session.wait(60.0)
    replay.stop()
    replayed = replay.view()

    judged, learnt = find_batch(path, joins_blocks=False)
    assert list(live.judged) == list(replayed.judged) == judged
    assert live.calibration == replayed.calibration == learnt[-1]
    assert find_batch(path, joins_blocks=True) == (judged, learnt)
    assert [one.step for one in judged] == ["quiet", "brace"]
    assert all(one.is_accepted for one in judged)
    (level,) = learnt[-1].levels
    assert level.rest < 50.0
    assert level.brace_shift == pytest.approx(level.quiet_depth, rel=0.4)
