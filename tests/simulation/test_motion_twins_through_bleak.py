"""Scan, connect, stream, stop: the product's own link over bleak, in memory and over D-Bus."""

import itertools
import math
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.setup import Wearable
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.faults import Faults
from breathsense.simulation.hurried import HurriedClock
from breathsense.simulation.peripheral import Peripheral, Sent
from breathsense.simulation.person import Person
from breathsense.simulation.trace import Trace, parse_trace
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import Finished
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.radio import Radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.ble.timings import Timings
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
PATIENCE_S = 180.0
SPEED = 20
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
QUICK = Timings(find_s=3.0, least_silence_s=1.5, first_pause_s=0.01, longest_pause_s=0.05)
N_ROWS, N_WANTED = 2000, 250
Rows = list[tuple[float, ...]]
Motion = tuple[Trace, Rows, Rows]


fast_clock = HurriedClock(SPEED)
"""Wearables live twenty times faster than the tests."""


def f32(value: float) -> float:
    (rounded,) = struct.unpack("<f", struct.pack("<f", value))
    return float(rounded)


class Case(NamedTuple):
    """A wearable, how it is set, and what its wire makes of acceleration (g) and rotation."""

    wearable: str
    rate_hz: float
    acc: Callable[[float], float]
    gyr: Callable[[float], float]
    settings: dict[str, float] = {}  # noqa: RUF012 - a NamedTuple's default, never changed
    seed: int = 0


def as_m_s2(g: float) -> float:
    return f32(9.80665 * g)


def steps_of(per_unit: float) -> Callable[[float], float]:
    """Return what a wire makes of a value that counts in whole steps, so many to a unit."""
    return lambda value: round(value * per_unit) * (1 / per_unit)


CASES = (
    Case("movesense", 52, as_m_s2, f32),
    Case("movesense", 104, as_m_s2, f32),
    Case("movesense", 208, as_m_s2, f32, {"mag": 1}),
    Case("witmotion-ble5", 100, steps_of(2048), steps_of(16.384)),
    Case("movella-dot", 60, as_m_s2, f32),
    Case("movella-dot", 30, as_m_s2, f32, {"quaternion": 1}),
    Case("metawear-metamotion", 100, steps_of(8192), steps_of(65.6), {}, 2),
    Case(
        "metawear-metamotion",
        50,
        steps_of(16384),
        steps_of(16.4),
        {"range_g": 2, "range_dps": 2000},
        3,
    ),
)


def build_motion(rate_hz: float, n_rows: int = N_ROWS) -> Motion:
    """A table whose rows fall on the wearable's samples, and its two halves."""
    period_ns = round(1e9 / rate_hz)
    acc: Rows = [
        (0.5 * math.sin(k / 40), 0.3 * math.cos(k / 55), 0.9 + k / 1e5) for k in range(n_rows)
    ]
    gyr: Rows = [(20 * math.sin(k / 30), 3.0 - k / 1000, 11.5) for k in range(n_rows)]
    lines = ["t_s,acc_x[g],acc_y[g],acc_z[g],gyr_x[deg/s],gyr_y[deg/s],gyr_z[deg/s]"]
    for number, row in enumerate(zip(acc, gyr, strict=True)):
        cells = [f"{number * period_ns / 1e9:.9f}", *map(repr, itertools.chain(*row))]
        lines.append(",".join(cells))
    return parse_trace(lines, where="trace"), acc, gyr


class Session:
    """What came, decoded on the way: rows by stream, readings, what was rejected, the end."""

    def __init__(self, worn: Wearable) -> None:
        self.rows: dict[str, Rows] = {}
        self.told: dict[str, float | str] = {}
        self.rejected: list[Rejected] = []
        self.came: list[Notification] = []
        self.n_lost = 0
        self.end: str | None = None
        self._decoder = build_decoder(worn.profile, worn.settings)
        self._changed = threading.Condition()

    def __call__(self, item: Any) -> None:
        with self._changed:
            if isinstance(item, Finished):
                self.end = item.problem
            if isinstance(item, LinkEvent) and item.state == "lost":
                self.n_lost += 1
            if isinstance(item, Notification):
                self.came.append(item)
                for given in self._decoder.decode(item):
                    self._take(given)
            self._changed.notify_all()

    def _take(self, given: Packet | Reading | Rejected) -> None:
        if isinstance(given, Packet):
            rows = self.rows.setdefault(given.stream, [])
            rows.extend(tuple(row) for row in given.values.tolist())
        elif isinstance(given, Reading):
            self.told[given.name] = given.value
        else:
            self.rejected.append(given)

    def told_by_itself(self) -> list[tuple[str, bytes]]:
        """Return what was sent; BlueZ lets what is read be heard by the callback, too."""
        read = {(one.characteristic, one.payload) for one in self.came if one.origin == "read"}
        came = [(one.characteristic, one.payload) for one in self.came]
        return [one for one in came if one not in read and one[0] != BATTERY]

    def wait_for(self, is_enough: Callable[["Session"], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: self.end is not None or is_enough(self), PATIENCE_S
            ), (self.told, self.rejected)


def has_rows(n_rows: int, *streams: str) -> Callable[[Session], bool]:
    return lambda session: all(len(session.rows.get(one, ())) >= n_rows for one in streams)


Play = Callable[..., Session]


@pytest.fixture(params=["memory", "bluez"])
def play(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    if request.param == "bluez" and why_unavailable():
        pytest.skip(why_unavailable())
    with ExitStack() as stack:

        def open_radio(peripherals: Sequence[Peripheral]) -> Radio:
            if request.param == "memory":
                return build_memory_radio(peripherals, clock=fast_clock)
            from breathsense.simulation.bluez.serving import (  # noqa: PLC0415 - only on Linux
                serve_bluez,
            )

            address = stack.enter_context(serve_bluez(peripherals, clock=fast_clock))
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            return Radio()

        def begin(
            twin: Any, wearable_id: str, is_enough: Callable[[Session], bool], **chosen: float
        ) -> Session:
            profile = SHELF.find(wearable_id)
            worn = Wearable("one", profile, name=twin.advertisement.name, settings=chosen)
            source = BleSource(
                [(worn, twin.address)], radio=open_radio([twin]), timings=QUICK, first_tries=1
            )
            session = Session(worn)
            source.start(session)
            try:
                session.wait_for(is_enough)
            finally:
                source.stop()
            return session

        yield begin


def since_the_start(rows: Rows, first: tuple[float, ...]) -> Rows:
    """What came after the rate was set: a new rate begins the stream anew."""
    starts = [position for position, row in enumerate(rows) if row == first]
    return rows[starts[-1] :]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.wearable}-{case.rate_hz}")
def test_samples_equal_the_trace(play: Play, case: Case) -> None:
    trace, acc, gyr = build_motion(case.rate_hz)
    twin = build_wearable(case.wearable, trace, case.seed)
    enough = has_rows(N_WANTED, "acc", "gyr")
    session = play(twin, case.wearable, enough, rate_hz=case.rate_hz, **case.settings)
    assert (session.end, session.rejected) == ("", [])
    for name, scale, truth in (("acc", case.acc, acc), ("gyr", case.gyr, gyr)):
        expected = [tuple(map(scale, row)) for row in truth]
        found = since_the_start(session.rows[name], expected[0])
        assert len(found) >= 50
        assert found == expected[: len(found)], name


def test_lines_of_a_band_equal_the_trace(play: Play) -> None:
    forces = [(5 + math.sin(k / 9), 3 + math.cos(k / 9)) for k in range(1, N_ROWS)]
    forces.insert(0, (20.0, 20.0))
    lines = [f"{k * 0.02:.2f},{belly!r},{ribs!r}" for k, (belly, ribs) in enumerate(forces)]
    trace = parse_trace(["t_s,abdomen[N],chest[N]", *lines], where="trace")
    twin = build_wearable("nordic-uart-text", trace)
    session = play(twin, "nordic-uart-text", has_rows(N_WANTED, "abdomen", "chest"), rate_hz=50)
    assert (session.end, session.rejected) == ("", [])
    for position, name in enumerate(("abdomen", "chest")):
        expected = [(round(force[position], 3),) for force in forces]
        found = since_the_start(session.rows[name], expected[0])
        assert len(found) >= 50
        assert found == expected[: len(found)]


@pytest.mark.parametrize(
    ("wearable_id", "told"),
    [
        ("movesense", {"battery_pct": 87.0, "firmware": "2.3.1"}),
        ("witmotion-ble5", {"battery_pct": 75.0, "battery_v": 3.92}),
        ("nordic-uart-text", {"battery_pct": 87.0}),
        (
            "movella-dot",
            {"battery_pct": 87.0, "charging": 0, "firmware": "2.3.0", "rate_hz": 60, "mode": 21},
        ),
        ("metawear-metamotion", {"battery_pct": 87.0, "battery_v": 4.07, "firmware": "1.7.3"}),
    ],
)
def test_battery_and_firmware_are_told(play: Play, wearable_id: str, told: Any) -> None:
    twin = build_wearable(wearable_id, Person(1))
    session = play(twin, wearable_id, lambda so_far: so_far.told == pytest.approx(told))
    assert session.told == pytest.approx(told)


@pytest.mark.parametrize(
    ("wearable_id", "refused", "reason", "advice"),
    [
        ("movesense", 0x01, "refused to measure /Meas/IMU6/104: it is busy", "starts anew"),
        ("witmotion-ble5", 0x03, "did not take the rate of 100 Hz", "Choose a lower one"),
        ("movella-dot", 21, "refused", "choose other streams"),
        ("metawear-metamotion", 0x13, "no chip for gyr", "Switch the stream off"),
    ],
)
def test_what_is_refused_is_told_with_its_reason_and_advice(
    play: Play, wearable_id: str, refused: int, reason: str, advice: str
) -> None:
    twin = build_wearable(wearable_id, Person(1), faults=Faults(refused_command=refused))
    session = play(twin, wearable_id, lambda _: False)
    assert session.end is not None
    assert reason in session.end
    assert advice in session.end


def test_a_lost_link_is_taken_up_again_and_the_stream_begun_anew(play: Play) -> None:
    trace, acc, _ = build_motion(104)
    twin = build_wearable("movesense", trace, faults=Faults(drop_after_s=(8.0,)))
    session = play(twin, "movesense", has_rows(1500, "acc"), rate_hz=104)
    expected = [tuple(map(as_m_s2, row)) for row in acc]
    found = session.rows["acc"]
    assert found.count(expected[0]) == 2
    again = since_the_start(found, expected[0])
    assert again == expected[: len(again)]


def keep_sent(twin: Any) -> list[tuple[str, bytes]]:
    """Return a list that will hold what the twin sent, in order."""
    sent: list[tuple[str, bytes]] = []
    advance = twin.advance

    def advance_and_keep(now_ns: int) -> list[Sent]:
        out: list[Sent] = advance(now_ns)
        sent.extend((one.characteristic, one.payload) for one in out)
        return out

    twin.advance = advance_and_keep
    return sent


def keep_trains(twin: Any) -> list[SampleTrain]:
    """Return a list that will hold every time the twin began to sample."""
    trains: list[SampleTrain] = []
    start = twin.start_train

    def start_and_keep(period_ns: int) -> SampleTrain:
        trains.append(start(period_ns))
        return trains[-1]

    twin.start_train = start_and_keep
    return trains


def count_streams(rows: Rows, expected: Rows) -> int:
    """Return how many times the trace was begun anew; each time its rows come in order."""
    places: dict[tuple[float, ...], list[int]] = {}
    for place, row in enumerate(expected):
        places.setdefault(row, []).append(place)
    n_streams, newest = 0, len(expected)
    for row in rows:
        later = [place for place in places[row] if place > newest]
        n_streams += not later
        newest = later[0] if later else places[row][0]
    return n_streams


@pytest.mark.parametrize("case", [CASES[1], CASES[3], CASES[4], CASES[6]], ids=lambda one: one[0])
def test_a_minute_with_losses_a_lost_link_and_a_silent_death(play: Play, case: Case) -> None:
    trace, acc, _ = build_motion(case.rate_hz, round(60 * case.rate_hz))
    faults = Faults(loss_fraction=0.02, drop_after_s=(12.0,), silent_after_s=(1e9, 12.0))
    twin = build_wearable(case.wearable, trace, case.seed, faults)
    sent, trains = keep_sent(twin), keep_trains(twin)
    expected = [tuple(map(case.acc, row)) for row in acc]
    enough = has_rows(round(58 * case.rate_hz), "acc")
    session = play(twin, case.wearable, enough, rate_hz=case.rate_hz, **case.settings)
    assert session.end == ""
    # The first two connections in which it streamed cannot have given a minute of samples.
    assert twin.n_streamed >= 3
    assert session.n_lost >= 2
    # What came is what was sent, once and in order; on a busy machine it was begun more often.
    rest = iter(sent)
    assert all(one in rest for one in session.told_by_itself())
    assert 2 <= count_streams(session.rows["acc"], expected) <= len(trains)
