"""Every virtual wearable against its profile, without any radio: talk, stream, stop, decode."""

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.match import recognise
from breathsense.core.profiles.settings import list_streams_on
from breathsense.core.wire.conversation import (
    AnswerMissing,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.packet import Packet
from breathsense.simulation.body import Body
from breathsense.simulation.devices.twin import Twin
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import AttError
from breathsense.simulation.person import Person
from breathsense.simulation.trace import parse_trace
from breathsense.simulation.wearables import WEARABLES, build_wearable
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
SDK: dict[str, float] = {"sdk_mode": 1.0, "hr": 0, "rate_hz": 104, "range_g": 2, "range_dps": 500}
MS = 1_000_000
SECOND = 1000 * MS
STEP_NS = 30 * MS


@dataclass
class Link:
    """Carries out what a conversation says, by hand; time goes on by connection events."""

    twin: Twin
    now_ns: int = 5 * SECOND
    heard: list[Notification] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.twin.connect(self.now_ns)

    def wait(self, seconds: float) -> None:
        for _ in range(math.ceil(seconds * SECOND / STEP_NS)):
            self.now_ns += STEP_NS
            self.heard += [
                Notification("w", one.characteristic, one.payload, self.now_ns)
                for one in self.twin.advance(self.now_ns)
            ]

    def drive(self, script: Script) -> None:
        try:
            action = next(script)
            while True:
                try:
                    outcome = self.carry_out(action)
                except AnswerMissing as missing:
                    action = script.throw(missing)
                else:
                    action = script.send(outcome)
        except StopIteration:
            return

    def find(self, uuid: str) -> frozenset[str] | None:
        for service in self.twin.services:
            for one in service.characteristics:
                if one.uuid == uuid:
                    return one.properties
        return None

    def carry_out(self, action: object) -> bytes | None:
        match action:
            case Subscribe(uuid, is_optional):
                properties = self.find(uuid)
                assert is_optional or properties
                if properties:
                    assert properties & {"notify", "indicate"}
                    self.twin.subscribe(uuid, self.now_ns)
            case Unsubscribe(uuid):
                self.twin.unsubscribe(uuid, self.now_ns)
            case Read(uuid, is_optional):
                if self.find(uuid) is None:
                    assert is_optional
                    return None
                payload = self.twin.read(uuid, self.now_ns)
                self.heard.append(Notification("w", uuid, payload, self.now_ns, "read"))
                return payload
            case Write():
                self.write(action)
            case Wait(seconds):
                self.wait(seconds)
            case Ask():
                return self.ask(action)
        return None

    def write(self, action: Write) -> None:
        needed = "write" if action.with_response else "write-without-response"
        properties = self.find(action.characteristic)
        assert properties
        assert needed in properties
        size = action.chunk_size or len(action.payload)
        for start in range(0, len(action.payload), size):
            chunk = action.payload[start : start + size]
            self.twin.write(action.characteristic, chunk, self.now_ns)

    def ask(self, action: Ask) -> bytes:
        n_heard = len(self.heard)
        self.write(action.write)
        for _ in range(math.ceil(action.timeout_s * SECOND / STEP_NS)):
            self.wait(STEP_NS / SECOND)
            for one in self.heard[n_heard:]:
                if action.is_answer(one.characteristic, one.payload):
                    return one.payload
        raise AnswerMissing


def start(wearable_id: str, body: Body, chosen: dict[str, float], **faults: object) -> Link:
    link = Link(build_wearable(wearable_id, body, 3, Faults(**faults)))  # type: ignore[arg-type] # a fault
    link.drive(build_conversation(SHELF.find(wearable_id), chosen).start())
    return link


@pytest.mark.parametrize("wearable_id", WEARABLES)
def test_what_a_twin_advertises_is_recognised(wearable_id: str) -> None:
    said = build_wearable(wearable_id, Person(1), 7).advertisement
    found = recognise(SHELF.profiles, said.name, said.service_uuids)
    assert found is SHELF.find(wearable_id)


@pytest.mark.parametrize("wearable_id", WEARABLES)
def test_every_stream_that_is_on_comes_and_nothing_is_rejected(wearable_id: str) -> None:
    profile = SHELF.find(wearable_id)
    link = start(wearable_id, Person(2), {})
    link.wait(15.0)
    decoder = build_decoder(profile, {})
    given = [one for item in link.heard for one in decoder.decode(item)]
    rejected = {one.reason for one in given if isinstance(one, Rejected)}
    assert rejected <= REJECTED.get(wearable_id, set())
    streams = {one.stream for one in given if isinstance(one, Packet)}
    assert streams >= {stream.name for stream in list_streams_on(profile, {})}
    told = {one.name for one in given if isinstance(one, Reading)}
    for what, name in (("battery", "battery_pct"), ("firmware", "firmware")):
        is_told = getattr(profile.spec, what) != "none" and (wearable_id, name) not in UNTOLD
        assert is_told == (name in told), what


REJECTED = {
    "tymewear-vitalpro": {"matches no packet of the profile"},
    "movella-dot": {"the profile does not have this characteristic"},
}
"""Movement packets of unknown layout; answers that only the conversation reads."""
UNTOLD = {("nordic-uart-text", "firmware")}
"""A home-made band may tell its firmware; the virtual one does not."""


@pytest.mark.parametrize("wearable_id", WEARABLES)
def test_after_the_stop_script_nothing_comes_any_more(wearable_id: str) -> None:
    link = start(wearable_id, Person(2), {})
    link.wait(2.0)
    link.drive(build_conversation(SHELF.find(wearable_id), {}).stop())
    n_heard = len(link.heard)
    link.wait(8.0)
    streamed = [one.characteristic[4:8] for one in link.heard[n_heard:]]
    assert set(streamed) <= {"2a19"}


def test_samples_are_those_of_the_trace(played: Any) -> None:
    chosen = dict(played.chosen)
    link = start(played.wearable_id, played.build_body(15.0), chosen)
    link.wait(12.0)
    decoder = build_decoder(SHELF.find(played.wearable_id), chosen)
    given = [one for item in link.heard for one in decoder.decode(item)]
    rows = [one for one in given if isinstance(one, Packet) and one.stream == played.stream]
    values = np.concatenate([one.values for one in rows])
    assert not sum(one.n_lost for one in rows)
    assert len(values) > 10 * played.rate_hz
    assert played.find_error(values) <= 0.51 * played.step


@pytest.mark.parametrize(
    ("wearable_id", "uuid", "payload", "code"),
    [
        ("microbit", "e95dfb24-251d-470a-a062-fa1922dfa9a8", "1500", 0x13),
        ("microbit", "e95dfb24-251d-470a-a062-fa1922dfa9a8", "14", 0x13),
        ("microbit", "e95dca4b-251d-470a-a062-fa1922dfa9a8", "00", 0x03),
        ("nordic-thingy52", "ef680401-9b35-4933-9b10-52ffa9740042", "e803f401f4012c0101", 0x13),
        ("nordic-thingy52", "ef680401-9b35-4933-9b10-52ffa9740042", "e803", 0x0D),
        ("nordic-thingy52", "ef680406-9b35-4933-9b10-52ffa9740042", "e803", 0x03),
        ("bitalino", "4051eb11-bf0a-4c74-8730-a48f4193fcea", "02", 0x13),
        ("bitalino", "4051eb11-bf0a-4c74-8730-a48f4193fcea", "01", 0x13),
        ("bitalino", "4051eb11-bf0a-4c74-8730-a48f4193fcea", "0505", 0x13),
        ("bitalino", "40fdba6b-672e-47c4-808a-e529adff3633", "05", 0x13),
    ],
)
def test_a_write_that_makes_no_sense_is_refused(
    wearable_id: str, uuid: str, payload: str, code: int
) -> None:
    twin = build_wearable(wearable_id, Person(1))
    twin.connect(0)
    with pytest.raises(AttError) as refused:
        twin.write(uuid, bytes.fromhex(payload), 0)
    assert refused.value.code == code


def test_a_bitalino_that_runs_takes_no_new_rate() -> None:
    twin = start("bitalino", Person(1), {}).twin
    with pytest.raises(AttError):
        twin.write("4051eb11-bf0a-4c74-8730-a48f4193fcea", b"\x43", 6 * SECOND)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"rate_hz": 104}, "does not offer 104 as rate of acc, only 52"),
        ({"range_g": 2}, "does not offer 2 as range of acc, only 8"),
        ({"sdk_mode": 1, "ppi": 1}, "refused to measure ppi: it does not support this"),
    ],
)
def test_a_verity_sense_refuses_what_its_mode_does_not_have(
    chosen: dict[str, float], said: str
) -> None:
    with pytest.raises(LinkError, match=said) as refused:
        start("polar-verity-sense", Person(1), chosen)
    assert refused.value.advice


def test_a_verity_sense_left_in_its_sdk_mode_is_brought_back() -> None:
    link = start("polar-verity-sense", Person(1), SDK)
    link.twin.disconnect(link.now_ns)
    link.twin.connect(link.now_ns)
    link.drive(build_conversation(SHELF.find("polar-verity-sense"), {}).start())
    link.heard.clear()
    link.wait(5.0)
    assert {one.characteristic[:8] for one in link.heard} == {"00002a37", "fb005c82"}


def test_pulse_intervals_come_late_and_slow_the_heart_rate_down() -> None:
    link = start("polar-verity-sense", Person(1), {"ppi": 1, "acc": 0, "gyr": 0})
    link.wait(24.0)
    assert {one.characteristic[:8] for one in link.heard} <= {
        "00002a37",
        "00002a19",
        "00002a26",
        "fb005c81",
    }
    link.wait(30.0)
    decoder = build_decoder(SHELF.find("polar-verity-sense"), {})
    given = [one for item in link.heard for one in decoder.decode(item)]
    intervals = [
        v
        for one in given
        if isinstance(one, Packet) and one.stream == "ppi"
        for v in one.values[:, 0]
    ]
    assert len(intervals) > 30
    assert all(700 < one < 1100 for one in intervals)
    rates = [one.values[0, 0] for one in given if isinstance(one, Packet) and one.stream == "hr"]
    changes = np.flatnonzero(np.diff(rates)) + 1
    assert len(changes)
    assert not (changes % 5).any()


@pytest.mark.parametrize("seed", range(4))
def test_the_losses_of_a_belt_are_counted(seed: int) -> None:
    text = ["t_ms,abdomen[N]", *(f"{100 * row},{row % 500 / 10}" for row in range(3000))]
    faults = Faults(loss_fraction=0.05)
    link = Link(build_wearable("vernier-gdx-rb", parse_trace(text, where="trace"), seed, faults))
    link.drive(build_conversation(SHELF.find("vernier-gdx-rb"), {}).start())
    link.wait(200.0)
    decoder = build_decoder(SHELF.find("vernier-gdx-rb"), {})
    given = [one for item in link.heard for one in decoder.decode(item)]
    frames = [one for one in given if isinstance(one, Packet)]
    missing, told = 0, 0
    for before, after in itertools.pairwise(frames):
        missing += round(10 * (after.values[0, 0] - before.values[-1, 0])) % 500 - 1
        told += after.n_lost
    assert missing > 60
    # A lost frame may have held more rows than the newest one, or fewer.
    assert 0.85 * missing <= told <= 1.1 * missing
