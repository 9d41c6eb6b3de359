"""The laws for ``WireStage``, with each shipped profile and any bytes."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.model.samples import SampleBlock
from breathsense.core.profiles.schema import Profile
from breathsense.core.stage import restore_state, run, save_state
from breathsense.core.wire.stage import WireStage
from breathsense.sources.shelf import read_profile, shipped_folder

PROFILES = {path.stem: read_profile(path) for path in sorted(shipped_folder().glob("*.toml"))}
every_profile = pytest.mark.parametrize("profile_id", PROFILES)


def build(profile_id: str, *, joins_runs: bool = False) -> WireStage:
    return WireStage("one", PROFILES[profile_id], "abdomen", {}, joins_runs=joins_runs)


def list_packets(profile: Profile) -> list[tuple[str, bytes]]:
    """The profile's golden packets: real layouts, so that damaged ones get far."""
    return [
        (str(golden.characteristic), bytes(payload))
        for golden in profile.spec.golden
        for payload in golden.payloads
    ]


def draw_items(draw: st.DataObject, profile: Profile) -> list[Item]:
    """Golden packets, whole, cut or damaged, any bytes, and changes of the link."""
    packets = list_packets(profile)
    characteristics = sorted({one for one, _ in packets})
    any_bytes = st.tuples(st.sampled_from(characteristics), st.binary(max_size=64))
    cut = st.tuples(st.sampled_from(packets), st.integers(0, 40)).map(
        lambda pair: (pair[0][0], pair[0][1][: pair[1]])
    )
    steps = draw.draw(
        st.lists(
            st.tuples(
                st.one_of(st.sampled_from(packets), cut, any_bytes, st.just(None)),
                st.integers(0, 2_000_000_000),
            ),
            max_size=40,
        )
    )
    times = itertools.accumulate(step for _, step in steps)
    return [
        LinkEvent("one", "lost", host_ns)
        if packet is None
        else Notification("one", packet[0], packet[1], host_ns)
        for (packet, _), host_ns in zip(steps, times, strict=True)
    ]


@every_profile
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_finite_samples_at_rising_times(
    profile_id: str, draw: st.DataObject
) -> None:
    newest: dict[tuple[str, str], int] = {}
    for given_ in run(build(profile_id), draw_items(draw, PROFILES[profile_id])):
        if not isinstance(given_, SampleBlock):
            continue
        key = (given_.sensor, given_.signal)
        times = [newest[key]] if key in newest else []
        assert np.all(np.diff(np.array([*times, *given_.t_ns.tolist()], dtype=np.int64)) > 0)
        assert np.isfinite(given_.values).all()
        assert not any(one.flags.writeable for one in (given_.values, given_.t_ns))
        newest[key] = int(given_.t_ns[-1])


@every_profile
@given(draw=st.data(), n_before=st.integers(0, 40))
@settings(max_examples=30, deadline=None)
def test_a_saved_wire_goes_on_the_same(
    profile_id: str, n_before: int, draw: st.DataObject, tools: Any
) -> None:
    items = draw_items(draw, PROFILES[profile_id])
    expected = tools.join(run(build(profile_id), items))
    first = build(profile_id)
    given_ = [out for item in items[:n_before] for out in first.push(item)]
    saved = save_state(first)
    run(first, items[n_before:])
    second = build(profile_id)
    restore_state(second, saved)
    assert tools.join([*given_, *run(second, items[n_before:])]) == expected


def sort_out(given_: list[Any], tools: Any) -> dict[str, Any]:
    """What each stream gives, in order, and what the wearable tells about itself."""
    streams: dict[str, list[Any]] = {}
    for one in given_:
        signal = getattr(one, "signal", "")
        streams.setdefault(f"{getattr(one, 'sensor', '')} {signal}", []).append(one)
    return {name: tools.join(items) for name, items in streams.items()}


@every_profile
@given(draw=st.data(), n_before=st.integers(0, 40))
@settings(max_examples=30, deadline=None)
def test_notifications_decoded_at_once_give_the_same(
    profile_id: str, n_before: int, draw: st.DataObject, tools: Any
) -> None:
    items = draw_items(draw, PROFILES[profile_id])
    expected = sort_out(run(build(profile_id), items), tools)
    stage = build(profile_id, joins_runs=True)
    given_ = [out for item in items[:n_before] for out in stage.push(item)]
    saved = save_state(stage)
    later = build(profile_id, joins_runs=True)
    restore_state(later, saved)
    given_ += run(later, items[n_before:])
    assert sort_out(given_, tools) == expected


@every_profile
def test_quick_notifications_decoded_at_once_give_the_same(profile_id: str, tools: Any) -> None:
    packets = list_packets(PROFILES[profile_id])
    cycle = itertools.chain.from_iterable(itertools.repeat(packet, 30) for packet in packets)
    items = [Notification("one", *one, number * 20_000_000) for number, one in enumerate(cycle)]
    items = [*items, Notification("another", "2a19", b"", items[-1].host_ns), *items[-1:]]
    expected = sort_out(run(build(profile_id), items), tools)
    assert sort_out(run(build(profile_id, joins_runs=True), items), tools) == expected


@every_profile
def test_the_memory_of_a_wire_does_not_grow(profile_id: str, tools: Any) -> None:
    packets = list_packets(PROFILES[profile_id])
    weights = []
    for n_items in (2_000, 8_000):
        stage = build(profile_id)
        for number, packet in zip(range(n_items), itertools.cycle(packets), strict=False):
            stage.push(Notification("one", *packet, number * 50_000_000))
        weights.append(tools.weigh(stage.state))
    assert weights[1] <= weights[0] + 200
