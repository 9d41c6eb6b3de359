import asyncio
from functools import partial
from typing import Any

import pytest

from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.setup import Wearable
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.packet import Packet
from breathsense.simulation.faults import Faults
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import WEARABLES, build_wearable
from breathsense.sources.ble.find import Target
from breathsense.sources.ble.link import Link, Surroundings
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.patience import Patience
from breathsense.sources.ble.scanner import Scanner
from breathsense.sources.shelf import find_profile
from breathsense.sources.simulated import build_demo, build_demo_radio

RATES_HZ = {
    "bendlabs-1axis": ("stretch", 100),
    "bitalino": ("stretch", 100),
    "metawear-metamotion": ("acc", 100),
    "microbit": ("acc", 50),
    "movella-dot": ("acc", 60),
    "movesense": ("acc", 104),
    "nordic-thingy52": ("acc", 50),
    "nordic-uart-text": ("abdomen", 25),
    "polar-h10": ("acc", 50),
    "polar-oh1": ("acc", 50),
    "polar-verity-sense": ("acc", 52),
    "st-bluest": ("acc", 25),
    "stretchsense-gen3": ("belly", 25),
    "sweetzpot-flow": ("stretch", 10),
    "vernier-gdx-rb": ("force", 10),
    "witmotion-ble5": ("acc", 100),
}
"""What the makers' documents say each gives with what is asked of it by default."""
EVENTS_PER_MIN = {"heart-rate": ("rr", 40, 100), "tymewear-vitalpro": ("breath", 6, 24)}
"""Those that tell of beats and breaths: what a person at rest does, widely."""
STREAMED_S = 30.0
START_S = 2.0
"""Longest start script of them all: the sensors that are written register by register."""
PACKET_S = 1.0
"""Longest time that a wearable gathers samples before it sends them (FLOW and H10: 0.7 s)."""
CLOCK_FRAC = 0.01
"""More than any clock is off; the rates of some are rounded by as much (52 for 51.2 Hz)."""
UNREAD = {
    "tymewear-vitalpro": {"matches no packet of the profile"},
    "movella-dot": {"the profile does not have this characteristic"},
}
"""Packets of unknown layout, and answers that only a conversation reads."""


def stream(
    bench: Any, wearable_id: str, seconds: float, faults: Faults | None = None, tries: int = 1
) -> Any:
    """Let a virtual wearable stream through its link for some virtual time; return the twin."""
    twin = build_wearable(wearable_id, Person(3), 3, faults)
    profile = find_profile(wearable_id)
    radio = build_memory_radio([twin], clock=bench.now_ns)

    async def run() -> None:
        surroundings = Surroundings(
            radio, Scanner(radio), bench.now_ns, bench.items.append, patience=Patience(tries)
        )
        wearable = Wearable("one", profile)
        converse = partial(build_conversation, profile, {})
        link = Link(wearable, Target(twin.address), converse, surroundings)
        task = asyncio.create_task(link.run())
        await asyncio.wait({task}, timeout=seconds)
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    bench.run(run())
    return twin


def decode(bench: Any, wearable_id: str) -> list[Any]:
    """Read everything that came; as in a session, nothing carries over a lost link."""
    profile = find_profile(wearable_id)
    decoder = build_decoder(profile, {})
    given: list[Any] = []
    for item in bench.items:
        if isinstance(item, LinkEvent) and item.state == "lost":
            decoder = build_decoder(profile, {})
        elif isinstance(item, Notification):
            given += decoder.decode(item)
    return given


@pytest.mark.parametrize("wearable_id", ["witmotion-ble5", "metawear-metamotion"])
def test_a_battery_that_is_not_told_by_itself_is_asked_for_each_minute(
    bench: Any, wearable_id: str
) -> None:
    stream(bench, wearable_id, 150.0)
    told = [one for one in decode(bench, wearable_id) if isinstance(one, Reading)]
    levels = [float(one.value) for one in told if one.name == "battery_pct"]
    assert len(levels) == 3
    assert all(0 < level <= 100 for level in levels)


def bound_rows(wearable_id: str) -> tuple[str, float, float]:
    """Return a stream, and how many rows of it a wearable may give while it is listened to."""
    if wearable_id in EVENTS_PER_MIN:
        name, least, most = EVENTS_PER_MIN[wearable_id]
        return name, least * (STREAMED_S - START_S) / 60, most * STREAMED_S / 60 + 1
    name, rate_hz = RATES_HZ[wearable_id]
    least_s = STREAMED_S - START_S - PACKET_S
    return (
        name,
        rate_hz * (1 - CLOCK_FRAC) * least_s,
        rate_hz * (1 + CLOCK_FRAC) * STREAMED_S + 1,
    )


def find_rejected(given: list[Any]) -> set[str]:
    return {one.reason for one in given if isinstance(one, Rejected)}


@pytest.mark.parametrize("wearable_id", sorted(WEARABLES))
def test_each_virtual_wearable_streams_what_its_profile_decodes(
    bench: Any, wearable_id: str
) -> None:
    stream(bench, wearable_id, STREAMED_S)
    given = decode(bench, wearable_id)
    assert find_rejected(given) <= UNREAD.get(wearable_id, set())
    stream_name, least, most = bound_rows(wearable_id)
    packets = [one for one in given if isinstance(one, Packet) and one.stream == stream_name]
    assert least <= sum(len(one.values) for one in packets) <= most
    assert bench.states == ["connecting", "connecting", "connected", "streaming", "stopped"]


@pytest.mark.parametrize("wearable_id", ["vernier-gdx-rb", "polar-h10"])
def test_after_the_stop_script_the_wearable_is_quiet(bench: Any, wearable_id: str) -> None:
    twin = stream(bench, wearable_id, 10.0)
    later_ns = 10**15
    twin.connect(later_ns)
    for service in twin.services:
        for one in service.characteristics:
            if "notify" in one.properties and not one.uuid.startswith("00002a"):
                twin.subscribe(one.uuid, later_ns)
    assert twin.advance(later_ns + 10**10) == []


@pytest.mark.parametrize("wearable_id", sorted(WEARABLES))
def test_drops_and_silence_are_mended_for_each_wearable(bench: Any, wearable_id: str) -> None:
    faults = Faults(
        drop_after_s=(10.0, 12.0), away_after_drop_s=4.0, silent_after_s=(90.0, 90.0, 9.0)
    )
    stream(bench, wearable_id, 90.0, faults)
    assert bench.states.count("streaming") == 4
    assert bench.states.count("lost") >= 3
    assert find_rejected(decode(bench, wearable_id)) <= UNREAD.get(wearable_id, set())


@pytest.mark.parametrize(("wearable_id", "start"), [("vernier-gdx-rb", 0x18), ("polar-h10", 0x02)])
def test_a_wearable_that_answers_with_an_error_is_told(
    bench: Any, wearable_id: str, start: int
) -> None:
    with pytest.raises(LinkError, match="refused to"):
        stream(bench, wearable_id, 60.0, Faults(refused_command=start))
    assert bench.states[-2:] == ["lost", "stopped"]


def test_the_demo_has_one_wearable_in_reach() -> None:
    demo = build_demo_radio()
    assert demo.profile_id == "vernier-gdx-rb"
    assert demo.name.startswith("GDX-RB ")


def test_a_demo_with_several_wearables_wears_each_at_its_place() -> None:
    demo = build_demo(["sweetzpot-flow", "sweetzpot-flow", "heart-rate"])
    assert [(one.id, one.place) for one in demo.wearables] == [
        ("sweetzpot-flow-0", "abdomen"),
        ("sweetzpot-flow-1", "chest"),
        ("heart-rate", "back"),
    ]


def test_an_unknown_virtual_wearable_is_refused() -> None:
    with pytest.raises(RefusedInput, match="virtual wearable"):
        build_demo_radio("abacus")


@pytest.mark.parametrize("wearable_id", ["polar-h10", "movesense"])
def test_a_wearable_that_wants_to_be_paired_is_paired_once(bench: Any, wearable_id: str) -> None:
    stream(bench, wearable_id, 30.0, Faults(must_pair=True, drop_after_s=(9.0,)), 2)
    assert bench.states.count("lost") == 2
    assert bench.states.count("streaming") == 2
