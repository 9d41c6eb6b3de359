"""Every virtual wearable against its profile, without any radio: talk, stream, stop, decode."""

import math
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Played:
    """What a stream makes of a column: value times scale plus offset, rounded to a step."""

    wearable_id: str
    stream: str
    columns: tuple[str, ...]
    rate_hz: float
    step: float
    scale: float = 1.0
    offset: float = 0.0
    chosen: tuple[tuple[str, float], ...] = ()


ACC, GYR = ("acc_x[g]", "acc_y[g]", "acc_z[g]"), ("gyr_x[deg/s]", "gyr_y[deg/s]", "gyr_z[deg/s]")
BELLY, RIBS = ("abdomen[N]",), ("chest[N]",)
SDK = (("sdk_mode", 1), ("hr", 0), ("rate_hz", 104), ("range_g", 2), ("range_dps", 500))
VOLT = 3.3 / 1024
PLAYED = [
    Played("vernier-gdx-rb", "force", BELLY, 10, 1e-5),
    Played("vernier-gdx-rb", "force", BELLY, 5, 1e-5, chosen=(("rate_hz", 5),)),
    Played("polar-h10", "acc", ACC, 50, 0.001),
    Played("polar-h10", "acc", ACC, 200, 0.001, chosen=(("rate_hz", 200), ("range_g", 8))),
    Played("polar-verity-sense", "acc", ACC, 52, 2.44e-4),
    Played("polar-verity-sense", "gyr", GYR, 52, 0.07),
    Played("polar-verity-sense", "acc", ACC, 104, 0.61e-4, chosen=SDK),
    Played("polar-verity-sense", "gyr", GYR, 104, 0.0175, chosen=SDK),
    Played("polar-oh1", "acc", ACC, 50, 0.001),
    Played("sweetzpot-flow", "stretch", BELLY, 10, 1.0, 80.0, 1500.0),
    Played("microbit", "acc", ACC, 50, 0.001),
    Played("microbit", "acc", ACC, 12.5, 0.001, chosen=(("rate_hz", 12.5),)),
    Played("nordic-thingy52", "acc", ACC, 50, 1 / 1024),
    Played("nordic-thingy52", "gyr", GYR, 20, 1 / 32, chosen=(("rate_hz", 20),)),
    Played("nordic-thingy52", "gravity", ACC, 50, 1e-5, 9.80665, chosen=(("gravity", 1),)),
    Played("st-bluest", "acc", ACC, 25, 0.001),
    Played("st-bluest", "gyr", GYR, 25, 0.1),
    Played("bitalino", "stretch", BELLY, 100, VOLT, 20 * VOLT, 300 * VOLT),
    Played(
        "bitalino",
        "ribs",
        RIBS,
        1000,
        VOLT,
        20 * VOLT,
        300 * VOLT,
        chosen=(("ribs", 1), ("rate_hz", 1000)),
    ),
    Played("stretchsense-gen3", "belly", BELLY, 25, 0.1, 10.0, 400.0),
    Played("stretchsense-gen3", "ribs", RIBS, 25, 0.1, 10.0, 400.0, chosen=(("ribs", 1),)),
    Played("bendlabs-1axis", "stretch", BELLY, 100, 1e-5, 0.5),
]


WAVES = {"acc": (0.9, 0.0), "gyr": (90.0, 0.0), "abd": (8.0, 10.0), "che": (7.0, 9.0)}
"""By the first letters of a column: how far it goes, about what."""


def draw_trace(columns: tuple[str, ...], rate_hz: float, seconds: float) -> tuple[str, np.ndarray]:
    """Waves of different length in each column, all well within every range."""
    names = columns if columns != RIBS else (*BELLY, *RIBS)
    t_s = np.arange(round(seconds * rate_hz)) / rate_hz
    table = np.empty((len(t_s), len(names)))
    for number, name in enumerate(names):
        depth, middle = WAVES[name[:3]]
        table[:, number] = middle + depth * np.sin(t_s * (1.3 + 0.2 * number))
    lines = [
        f"{t!r}," + ",".join(map(repr, row))
        for t, row in zip(t_s.tolist(), table.tolist(), strict=True)
    ]
    return "\n".join(["t_s," + ",".join(names), *lines]), table[:, -len(columns) :]


@pytest.mark.parametrize("played", PLAYED, ids=lambda one: f"{one.wearable_id}-{one.stream}")
def test_samples_are_those_of_the_trace(played: Played) -> None:
    text, table = draw_trace(played.columns, played.rate_hz, 15.0)
    body = parse_trace(text.splitlines(), where="trace")
    chosen = dict(played.chosen)
    link = start(played.wearable_id, body, chosen)
    link.wait(12.0)
    decoder = build_decoder(SHELF.find(played.wearable_id), chosen)
    given = [one for item in link.heard for one in decoder.decode(item)]
    rows = [one for one in given if isinstance(one, Packet) and one.stream == played.stream]
    values = np.concatenate([one.values for one in rows])
    assert not sum(one.n_lost for one in rows)
    assert len(values) > 10 * played.rate_hz
    expected = table[: len(values)] * played.scale + played.offset
    assert np.abs(values - expected).max() <= 0.51 * played.step


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
    link = start("polar-verity-sense", Person(1), dict(SDK))
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
