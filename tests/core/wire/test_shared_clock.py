"""Streams of the same packets share a clock; each gets the times of a clock of its own."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.profiles.spec import Stream, TimeSpec
from breathsense.core.wire.clock import SteadyClock
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.shared_clock import Run, SharedClock, build_clock, build_clocks
from breathsense.core.wire.spacing import Timed

RATE_HZ = 50.0
STAMPED = TimeSpec(stamp="last", tick_ns=1000, bits=32, epoch="switched on")
COUNTED = TimeSpec()
NAMES = ("acc", "gyr")


def build_stream(name: str, time: TimeSpec) -> Stream:
    signal = "gyr" if name == "gyr" else "acc"
    channels = ("x", "y", "z") if name == "acc" else ("x", "y")
    return Stream(name=name, signal=signal, unit="g", channels=channels, rate_hz=RATE_HZ, time=time)


def spell(timed: list[Timed]) -> list[tuple[list[int], bytes, str]]:
    return [(one.t_ns.tolist(), one.values.tobytes(), one.broken_by) for one in timed]


def build_packet(stream: Stream, number: int, n_rows: int, stamp_us: int, n_lost: int) -> Packet:
    rows = [
        [100.0 * number + row + axis for axis in range(len(stream.channels))]
        for row in range(n_rows)
    ]
    stamp_ns = None if stream.time.stamp == "none" else 1000 * stamp_us
    return Packet(stream.name, "g", np.array(rows), stamp_ns, n_lost)


PACKETS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([0, 0, 0, 4_000, 90_000, 3_000_000]),
        st.sampled_from([0, 0, 0, 0, 2]),
        st.sampled_from(["push", "push", "push", "push", "push", "break"]),
    ),
    max_size=25,
)


@pytest.mark.parametrize("time", [STAMPED, COUNTED], ids=["stamped", "counted"])
@settings(max_examples=60, deadline=None)
@given(packets=PACKETS, parts_at=st.integers(0, 40))
def test_times_are_those_of_clocks_of_their_own(
    time: TimeSpec, packets: list[tuple[int, int, int, str]], parts_at: int
) -> None:
    streams = {name: build_stream(name, time) for name in NAMES}
    alone = {name: SteadyClock(stream, RATE_HZ) for name, stream in streams.items()}
    (shared,) = build_clocks([(stream, RATE_HZ) for stream in streams.values()])
    stamp_us = 0
    for number, (n_rows, late_us, n_lost, what) in enumerate(packets):
        stamp_us += (n_rows + n_lost) * 20_000
        names = NAMES[: 1 if number == parts_at else 2]
        if what == "break":
            told = dict(shared.break_line("link_lost"))
            own = {name: clock.break_line("link_lost") for name, clock in alone.items()}
        else:
            runs: dict[str, Run] = {
                name: [
                    (
                        build_packet(streams[name], number, n_rows, stamp_us, n_lost),
                        1000 * (stamp_us + late_us),
                    )
                ]
                for name in names
            }
            told = dict(shared.push_runs(runs))
            own = {name: alone[name].push_run(runs[name]) for name in names}
        assert {name: spell(one) for name, one in told.items()} == {
            name: spell(one) for name, one in own.items()
        }
        assert all(shared.tell(name) == alone[name].tell() for name in NAMES)
    assert {name: spell(one) for name, one in shared.flush()} == {
        name: spell(clock.flush()) for name, clock in alone.items()
    }


def test_a_shared_clock_goes_on_from_what_was_saved() -> None:
    streams = [(build_stream(name, STAMPED), RATE_HZ) for name in NAMES]
    runs: list[dict[str, Run]] = [
        {
            stream.name: [
                (build_packet(stream, number, 2, 40_000 * number, 0), 40_000_000 * number)
            ]
            for stream, _ in streams
        }
        for number in range(1, 9)
    ]
    (whole,), (first,), (second,) = (build_clocks(streams) for _ in range(3))
    given = [[(name, spell(one)) for name, one in whole.push_runs(run)] for run in runs]
    for run in runs[:4]:
        list(first.push_runs(run))
    second.state = deepcopy(first.state)
    rest = [[(name, spell(one)) for name, one in second.push_runs(run)] for run in runs[4:]]
    assert rest == given[4:]


def test_streams_that_differ_in_rate_or_stamps_have_clocks_of_their_own() -> None:
    streams = [
        (build_stream("acc", STAMPED), 50.0),
        (build_stream("gyr", STAMPED), 100.0),
        (build_stream("other", COUNTED), 50.0),
    ]
    assert [clock.names for clock in build_clocks(streams)] == [("acc",), ("gyr",), ("other",)]


def test_one_stream_has_a_clock_to_itself() -> None:
    stream = build_stream("acc", COUNTED)
    clock = SharedClock({"acc": build_clock(stream, RATE_HZ)}, [3])
    runs: dict[str, Run] = {"acc": [(build_packet(stream, 1, 2, 0, 0), 9)]}
    own = SteadyClock(stream, RATE_HZ).push_run(runs["acc"])
    assert [(name, spell(one)) for name, one in clock.push_runs(runs)] == [("acc", spell(own))]
