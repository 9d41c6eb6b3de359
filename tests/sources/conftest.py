"""A loop whose time passes at once, and a small wearable that does what a test tells it to."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.setup import Wearable
from breathsense.core.wire.conversation import Ask, Read, Script, Subscribe, Write
from breathsense.simulation.peripheral import (
    Advertisement,
    AttError,
    Characteristic,
    Peripheral,
    Sent,
    Service,
)
from breathsense.sources.ble.find import Target
from breathsense.sources.ble.link import Link, Surroundings
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.patience import Patience
from breathsense.sources.ble.scanner import Scanner
from breathsense.sources.ble.timings import Timings

COMMAND = "aaaa0001-0000-4000-8000-000000000000"
SAMPLES = "aaaa0002-0000-4000-8000-000000000000"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"
NOT_PAIRED = 0x05
NS = 1_000_000_000

PROFILE = """
schema = "breathsense.profile/1"
id = "test-belt"
name = "Test belt"
confidence = "D"
sources = ["made up for tests"]
recognition = { name_prefixes = ["TEST"] }
battery = "standard"
[[streams]]
name = "force"
signal = "band"
unit = "N"
channels = ["force"]
rate_hz = 10
[[packets]]
characteristic = "aaaa0002-0000-4000-8000-000000000000"
parts = [{ fields = [{ type = "u8", to = "force.force" }] }]
[[golden]]
name = "one"
origin = "synthetic"
characteristic = "aaaa0002-0000-4000-8000-000000000000"
payloads = ["05"]
expect = [{ stream = "force", values = [[5.0]] }]
"""


class _InstantSelector(selectors.SelectSelector):
    """Never sleeps: where a loop would wait for its next timer, its clock is moved instead."""

    loop: "InstantLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("nothing will ever happen in this loop")
        if not ready and timeout:
            self.loop.now_s += timeout
        return ready


class InstantLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        selector = _InstantSelector()
        selector.loop = self
        self.now_s = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        return self.now_s


class Belt(Peripheral):
    """Streams a counter at 10 Hz between the commands 01 and 02, and answers each with 80|command.

    What it was told is in ``log``; what shall go wrong is in the other attributes.
    """

    def __init__(self, name: str = "TEST 1", address: str = "AA:00:00:00:00:01") -> None:
        self.address = address
        self.advertisement = Advertisement(name)
        self.services = (
            Service(
                "aaaa0000-0000-4000-8000-000000000000",
                (
                    Characteristic(COMMAND, frozenset({"write", "write-without-response"})),
                    Characteristic(SAMPLES, frozenset({"notify"})),
                ),
            ),
            Service(
                "0000180f-0000-1000-8000-00805f9b34fb",
                (Characteristic(BATTERY, frozenset({"read", "notify"})),),
            ),
            Service(
                "0000180a-0000-1000-8000-00805f9b34fb",
                (Characteristic(FIRMWARE, frozenset({"read"})),),
            ),
        )
        self.log: list[str] = []
        self.connections = 0
        self.is_streaming = False
        self.is_silent = False
        self.is_mute = False
        self.is_away = False
        self.must_drop = False
        self.refuse_writes: int | None = None
        self.n_sent = 0
        self._answers: list[Sent] = []
        self._next_ns = 0
        self.now_ns = 0

    def connect(self, now_ns: int) -> None:
        self.connections += 1
        self.must_drop = False
        self.log.append("connect")

    def pair(self) -> None:
        self.log.append("pair")
        if self.refuse_writes == NOT_PAIRED:
            self.refuse_writes = None

    def disconnect(self, now_ns: int) -> None:
        self.log.append("disconnect")

    def read(self, characteristic: str, now_ns: int) -> bytes:
        return b"\x57" if characteristic == BATTERY else b"1.2.3"

    def write(self, characteristic: str, payload: bytes, now_ns: int) -> None:
        self.log.append(payload.hex())
        if self.refuse_writes is not None:
            raise AttError(self.refuse_writes)
        if payload == b"\x01":
            self.is_streaming = True
            self._next_ns = now_ns
        if payload == b"\x02":
            self.is_streaming = False
        if not self.is_mute:
            self._answers.append(Sent(SAMPLES, bytes([0x80 | payload[0]])))

    def subscribe(self, characteristic: str, now_ns: int) -> None:
        self.log.append(f"subscribe {characteristic[4:8]}")

    def unsubscribe(self, characteristic: str, now_ns: int) -> None:
        self.log.append(f"unsubscribe {characteristic[4:8]}")

    def advance(self, now_ns: int) -> list[Sent]:
        self.now_ns = now_ns
        sent, self._answers = self._answers, []
        while self.is_streaming and not self.is_silent and self._next_ns <= now_ns:
            sent.append(Sent(SAMPLES, bytes([self.n_sent % 100])))
            self.n_sent += 1
            self._next_ns += NS // 10
        return sent

    @property
    def has_dropped(self) -> bool:
        return self.must_drop

    def is_in_reach(self, now_ns: int) -> bool:
        return not self.is_away


class BeltTalk:
    """Subscribe, ask for 01; at the end write 03, ask for 02."""

    def start(self) -> Script:
        yield Read(BATTERY, is_optional=True)
        yield Read(FIRMWARE, is_optional=True)
        yield Subscribe(BATTERY, is_optional=True)
        yield Subscribe(SAMPLES)
        yield Ask(Write(COMMAND, b"\x01"), lambda _, payload: payload == b"\x81", timeout_s=2.0)

    def stop(self) -> Script:
        yield Write(COMMAND, b"\x03", with_response=False)
        yield Ask(Write(COMMAND, b"\x02"), lambda _, payload: payload == b"\x82", timeout_s=2.0)


@dataclass
class Bench:
    """One belt, one link, in a loop whose time passes at once."""

    profile: Profile
    belt: Belt = field(default_factory=Belt)
    items: list[Notification | LinkEvent] = field(default_factory=list)
    timings: Timings = field(default_factory=Timings)
    first_tries: int | None = 3
    talk: Any = BeltTalk
    target: Target = field(default_factory=lambda: Target("AA:00:00:00:00:01", "TEST 1"))

    def now_ns(self) -> int:
        return round(asyncio.get_running_loop().time() * NS)

    def build_link(self) -> Link:
        radio = build_memory_radio([self.belt], clock=self.now_ns)
        surroundings = Surroundings(
            radio=radio,
            scanner=Scanner(radio),
            now_ns=self.now_ns,
            emit=self.items.append,
            timings=self.timings,
            patience=Patience(self.first_tries),
            jitter=lambda: 1.0,
        )
        wearable = Wearable("belt", self.profile, name="TEST 1")
        return Link(wearable, self.target, self.talk, surroundings)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=InstantLoop) as runner:
            return runner.run(work)

    def stream(self, seconds: float, *happenings: tuple[float, Any]) -> None:
        """Run a link, let things happen at their time, then cancel it."""
        self.run(self._stream(seconds, happenings))

    async def _stream(self, seconds: float, happenings: tuple[tuple[float, Any], ...]) -> None:
        task = asyncio.create_task(self.build_link().run())
        for at_s, happen in happenings:
            asyncio.get_running_loop().call_later(at_s, happen)
        await asyncio.wait({task}, timeout=seconds)
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    @property
    def states(self) -> list[str]:
        return [item.state for item in self.items if isinstance(item, LinkEvent)]

    @property
    def details(self) -> list[str]:
        return [item.detail for item in self.items if isinstance(item, LinkEvent)]

    @property
    def counts(self) -> list[int]:
        """The belt's counter, as it came in."""
        return [
            item.payload[0]
            for item in self.items
            if isinstance(item, Notification)
            and item.characteristic == SAMPLES
            and item.payload[0] < 0x80
        ]


@pytest.fixture
def profile() -> Profile:
    return parse_profile(PROFILE, "test")


@pytest.fixture
def make_profile() -> Callable[[str, str], Profile]:
    """Give the test belt's profile with further keys in its head and tables at its end."""
    return lambda head, tables: parse_profile(
        PROFILE.replace("[[streams]]", f"{head}\n[[streams]]", 1) + tables, "test"
    )


@pytest.fixture
def bench(profile: Profile) -> Bench:
    return Bench(profile)


@pytest.fixture
def make_belt() -> type[Belt]:
    return Belt
