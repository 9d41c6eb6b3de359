"""Three wearables in one session: nothing is lost, and what happens to one leaves the others be."""

import io
import itertools
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.stage import run
from breathsense.exports.analysis_json import write_analysis
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.session.opening import Replay, open_live
from breathsense.session.wearing import Wish, put_on
from breathsense.simulation.devices.twin import Twin
from breathsense.simulation.faults import Faults
from breathsense.simulation.instant import InstantTime
from breathsense.simulation.peripheral import Sent
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.shelf import find_profile

PATIENCE_S = 120.0
BAND_IMU_HEART = ("vernier-gdx-rb", "polar-h10", "heart-rate")
TWO_BELTS = ("vernier-gdx-rb", "vernier-gdx-rb", "heart-rate")
S = 1_000_000_000


def keep_sent(twin: Twin) -> list[Sent]:
    """Write down what a virtual wearable sends to whoever listens."""
    sent: list[Sent] = []
    advance = twin.advance

    def advance_and_keep(now_ns: int) -> list[Sent]:
        out = advance(now_ns)
        sent.extend(out)
        return out

    twin.advance = advance_and_keep  # type: ignore[method-assign] # to look inside
    return sent


@dataclass
class Trio:
    """A session with three virtual wearables whose time passes at once."""

    path: Path
    wearable_ids: tuple[str, ...] = BAND_IMU_HEART
    faults: dict[int, Faults] = field(default_factory=dict)
    absent: tuple[int, ...] = ()

    def record(self, seconds: float) -> Session:
        clock = InstantTime(seconds)
        person = Person(3)
        twins = [
            build_wearable(one, person, 3 + number, self.faults.get(number, Faults()))
            for number, one in enumerate(self.wearable_ids)
        ]
        self.sent = [keep_sent(twin) for twin in twins]
        present = [twin for number, twin in enumerate(twins) if number not in self.absent]
        wishes = [
            Wish(find_profile(one), twin.address, twin.advertisement.name)
            for one, twin in zip(self.wearable_ids, twins, strict=True)
        ]
        self.worn = put_on(wishes)
        session = open_live(
            self.worn,
            self.path,
            self.path.parent,
            radio=build_memory_radio(present, clock=clock.now_ns),
            clock=SessionClock(clock.now_ns, clock.build_loop),
            first_tries=3,
        )
        while not (clock.is_reached.wait(0.05) or session.wait(0)):
            pass
        session.stop()
        return session

    def notifications(self, number: int) -> list[Notification]:
        wearable = self.worn[number].wearable.id
        items = open_recording(self.path).items()
        return [i for i in items if isinstance(i, Notification) and i.wearable == wearable]

    def states(self, number: int) -> list[str]:
        wearable = self.worn[number].wearable.id
        items = open_recording(self.path).items()
        return [i.state for i in items if isinstance(i, LinkEvent) and i.wearable == wearable]

    def events(self) -> list[Any]:
        recording = open_recording(self.path)
        return run(build_engine(recording.header.setup()), recording.items())


def to_json(session: Session) -> str:
    written = io.StringIO()
    write_analysis(session.finish_analysis(), written)
    return written.getvalue()


@pytest.fixture
def trio(tmp_path: Path) -> Trio:
    return Trio(tmp_path / "a.mcap")


@pytest.mark.parametrize("wearable_ids", [BAND_IMU_HEART, TWO_BELTS])
def test_ten_minutes_of_three_are_recorded_to_the_byte(
    trio: Trio, wearable_ids: tuple[str, ...]
) -> None:
    trio.wearable_ids = wearable_ids
    session = trio.record(600.0)
    for number in range(3):
        told = [
            (one.characteristic, one.payload)
            for one in trio.notifications(number)
            if one.origin == "notify"
        ]
        sent = [(one.characteristic, one.payload) for one in trio.sent[number]]
        n = len(told)
        assert n >= 590
        # What the stop script made it say after the end was not waited for.
        assert told == sent[:n]
        assert len(sent) - n <= 3
    replay = Replay(trio.path, math.inf)
    assert replay.session.wait(PATIENCE_S)
    replay.stop()
    assert to_json(replay.session) == to_json(session)
    assert len(session.finish_analysis().breaths) > 100


def test_samples_of_all_lie_on_one_axis_without_holes(trio: Trio) -> None:
    trio.record(120.0)
    events = trio.events()
    blocks = [one for one in events if isinstance(one, SampleBlock)]
    assert {one.sensor for one in blocks} == {"abdomen", "imu", "heart"}
    assert not [one for one in events if isinstance(one, Gap)]
    for sensor, n_least in (("abdomen", 1190), ("imu", 5900), ("heart", 230)):
        t_ns = [t for one in blocks if one.sensor == sensor for t in one.t_ns.tolist()]
        assert len(t_ns) >= n_least
        assert t_ns[0] < 3 * S
        assert 117 * S < t_ns[-1] < 120 * S


def test_one_that_is_lost_and_comes_back_leaves_a_gap_and_the_others_alone(trio: Trio) -> None:
    trio.faults = {1: Faults(drop_after_s=(30.0,), away_after_drop_s=20.0)}
    session = trio.record(120.0)
    assert trio.states(1).count("streaming") == 2
    assert trio.states(0).count("streaming") == trio.states(2).count("streaming") == 1
    gaps = [one for one in trio.events() if isinstance(one, Gap)]
    assert {(gap.sensor, gap.reason) for gap in gaps} == {("imu", "link_lost")}
    assert all(19 * S < gap.end_ns - gap.start_ns < 35 * S for gap in gaps)
    assert session.view().problem == ""


def test_one_that_dies_for_good_leaves_the_others_running(trio: Trio) -> None:
    trio.faults = {0: Faults(drop_after_s=(30.0,), away_after_drop_s=10_000.0)}
    session = trio.record(300.0)
    assert trio.notifications(0)[-1].host_ns < 35 * S
    for number in (1, 2):
        assert trio.states(number).count("streaming") == 1
        assert trio.notifications(number)[-1].host_ns > 298 * S
    links = {one.id: one.link for one in session.view().wearables}
    assert links["polar-h10"] == links["heart-rate"] == "stopped"


def test_one_that_never_comes_is_looked_for_while_the_others_run(trio: Trio) -> None:
    trio.absent = (2,)
    session = trio.record(300.0)
    assert session.view().problem == ""
    assert trio.notifications(2) == []
    assert trio.states(2).count("lost") > 5
    assert trio.notifications(0)[-1].host_ns > 298 * S


def test_one_that_falls_silent_is_connected_again(trio: Trio) -> None:
    trio.faults = {2: Faults(silent_after_s=(30.0,))}
    trio.record(120.0)
    assert trio.states(2).count("streaming") == 2
    gaps = [one for one in trio.events() if isinstance(one, Gap)]
    assert {gap.sensor for gap in gaps} == {"heart"}


def test_nothing_comes_twice_after_many_reconnections(trio: Trio) -> None:
    trio.faults = {number: Faults(drop_after_s=(7.0, 5.0, 9.0, 6.0)) for number in range(3)}
    trio.record(120.0)
    for number in range(3):
        assert trio.states(number).count("streaming") == 5
        told = [(one.characteristic, one.payload) for one in trio.notifications(number)]
        sent = [(one.characteristic, one.payload) for one in trio.sent[number]]
        assert len(told) <= len(sent) + 30  # and what was read
    for sensor in ("abdomen", "imu", "heart"):
        t_ns = [
            t
            for one in trio.events()
            if isinstance(one, SampleBlock) and one.sensor == sensor and one.signal != "hr"
            for t in one.t_ns.tolist()
        ]
        assert all(a < b for a, b in itertools.pairwise(t_ns))


def test_if_none_comes_at_all_the_reason_is_told(trio: Trio) -> None:
    trio.absent = (0, 1, 2)
    session = trio.record(200.0)
    assert "not in reach" in session.view().problem
