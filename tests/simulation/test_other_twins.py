import struct

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import AttError, Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.trace import Trace, parse_trace
from breathsense.simulation.wearables import WEARABLES, build_wearable

FLOW_VALUES = "0000ffb3-0000-1000-8000-00805f9b34fb"
HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
SECOND = 1_000_000_000


def play(text: str) -> Trace:
    return parse_trace(text.splitlines(), where="trace")


def stream(peripheral: Peripheral, uuid: str, seconds: float) -> list[bytes]:
    peripheral.connect(0)
    peripheral.subscribe(uuid, 0)
    return [
        sent.payload
        for number in range(1, round(seconds / 0.03) + 1)
        for sent in peripheral.advance(number * 30_000_000)
    ]


def test_a_flow_sends_seven_counts_every_700_ms() -> None:
    rows = "".join(f"{k / 10},{k / 10}\n" for k in range(30))
    flow = build_wearable("sweetzpot-flow", play("t_s,abdomen[N]\n" + rows))
    packets = stream(flow, FLOW_VALUES, 5.0)
    counts = [value for packet in packets for value in struct.unpack("<7h", packet)]
    assert counts == [1500 + 8 * k for k in range(28)]


def test_a_flow_clips_like_a_converter_of_12_bits_and_leaves_out_gaps() -> None:
    rows = "0,-30\n0.1,100\n" + "".join(f"{k / 10},1\n" for k in range(2, 7)) + "0.7,\n"
    rows += "".join(f"{k / 10},2\n" for k in range(8, 21))
    flow = build_wearable("sweetzpot-flow", play("t_s,abdomen[N]\n" + rows))
    packets = [struct.unpack("<7h", packet) for packet in stream(flow, FLOW_VALUES, 5.0)]
    assert packets == [(0, 4095, 1580, 1580, 1580, 1580, 1580), (1660,) * 7]


def test_a_flow_streams_only_while_somebody_listens() -> None:
    flow = build_wearable("sweetzpot-flow", Person(1))
    flow.connect(0)
    assert flow.advance(5 * SECOND) == []
    flow.subscribe(FLOW_VALUES, 5 * SECOND)
    assert len(flow.advance(6 * SECOND)) == 1
    flow.unsubscribe(FLOW_VALUES, 6 * SECOND)
    assert flow.advance(9 * SECOND) == []


def test_a_heart_strap_sends_beats_of_the_trace_once_a_second() -> None:
    strap = build_wearable("heart-rate", play("t_s,rr[ms]\n0.4,800\n1.2,800\n1.9,750\n4.5,3000\n"))
    assert [packet.hex() for packet in stream(strap, HEART_RATE, 6.0)] == [
        "164b33033303",
        "16500003",
        "1614000c",
    ]


def test_at_most_nine_intervals_fit_into_a_packet() -> None:
    rows = "".join(f"{k / 20},50\n" for k in range(1, 20))
    (packet,) = stream(build_wearable("heart-rate", play("t_s,rr[ms]\n" + rows)), HEART_RATE, 3.0)
    assert packet[:2].hex() == "16ff"
    assert len(packet) == 2 + 2 * 9


@pytest.mark.parametrize("wearable_id", WEARABLES)
def test_the_battery_drains_until_the_wearable_is_gone(wearable_id: str) -> None:
    wearable = build_wearable(wearable_id, Person(1), 1, Faults(battery_pct=1.4))
    wearable.connect(0)
    assert not wearable.has_dropped
    assert wearable.is_in_reach(0)
    wearable.advance(10 * 3600 * SECOND)
    assert wearable.has_dropped
    assert not wearable.is_in_reach(10 * 3600 * SECOND)


@pytest.mark.parametrize("wearable_id", WEARABLES)
def test_wearables_of_other_seeds_have_other_addresses_and_names(wearable_id: str) -> None:
    one, other = (build_wearable(wearable_id, Person(1), seed) for seed in (1, 2))
    assert one.address != other.address
    assert one.advertisement.name != other.advertisement.name
    assert one.clock != other.clock
    assert abs(one.clock.error_ppm) <= 40
    assert int(one.address[:2], 16) >= 0xC0


def test_what_only_notifies_cannot_be_read_or_written() -> None:
    flow = build_wearable("sweetzpot-flow", Person(1))
    flow.connect(0)
    with pytest.raises(AttError):
        flow.read(FLOW_VALUES, 0)
    with pytest.raises(AttError):
        flow.write(FLOW_VALUES, b"\x01", 0)


def test_an_unknown_wearable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(RefusedInput) as refused:
        build_wearable("polar-h100", Person(1))
    assert refused.value.where == "polar-h100"
    assert "Did you mean polar-h10?" in refused.value.advice
    with pytest.raises(RefusedInput) as refused:
        build_wearable("toaster", Person(1))
    assert refused.value.advice.startswith("There are: vernier-gdx-rb, ")


@pytest.mark.parametrize(
    ("wearable_id", "needed"),
    [("vernier-gdx-rb", "abdomen[N]"), ("polar-h10", "acc_x[g]"), ("heart-rate", "rr[ms]")],
)
def test_a_trace_without_what_is_measured_is_refused(wearable_id: str, needed: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        build_wearable(wearable_id, play("t_s,chest[N]\n0,1\n"))
    assert needed in refused.value.advice


def test_a_cut_link_is_cut_once_and_the_wearable_stays_away_for_a_while() -> None:
    faults = Faults(drop_after_s=(2.0,), away_after_drop_s=5.0)
    flow = build_wearable("sweetzpot-flow", Person(1), 0, faults)
    flow.connect(0)
    flow.subscribe(FLOW_VALUES, 0)
    assert flow.advance(1 * SECOND) != []
    assert flow.advance(3 * SECOND - 1) != []
    assert not flow.has_dropped
    assert flow.advance(3 * SECOND) == []
    assert flow.has_dropped
    flow.disconnect(3 * SECOND)
    assert not flow.is_in_reach(7 * SECOND)
    assert flow.is_in_reach(8 * SECOND)
    flow.connect(8 * SECOND)
    flow.subscribe(FLOW_VALUES, 8 * SECOND)
    flow.advance(9 * SECOND)
    flow.advance(60 * SECOND)
    assert not flow.has_dropped
    assert flow.n_streamed == 2


def test_neither_a_slow_handshake_nor_a_connection_without_samples_uses_up_a_fault() -> None:
    faults = Faults(drop_after_s=(2.0, 5.0))
    flow = build_wearable("sweetzpot-flow", Person(1), 0, faults)
    for begin in (0, 100):
        flow.connect(begin * SECOND)
        assert flow.advance((begin + 50) * SECOND) == []
        assert not flow.has_dropped
        flow.disconnect((begin + 50) * SECOND)
    for begin, lives_s in ((200, 2), (300, 5)):
        flow.connect(begin * SECOND)
        flow.subscribe(FLOW_VALUES, (begin + 30) * SECOND)
        assert flow.advance((begin + 31) * SECOND) != []
        assert flow.advance((begin + 31 + lives_s) * SECOND - 1) != []
        assert not flow.has_dropped
        flow.advance((begin + 31 + lives_s) * SECOND)
        assert flow.has_dropped
        flow.disconnect((begin + 40) * SECOND)


def test_a_silent_death_keeps_the_link_and_sends_nothing() -> None:
    flow = build_wearable("sweetzpot-flow", Person(1), 0, Faults(silent_after_s=(2.0, 1.0)))
    for begin, lives_s in ((0, 2), (100, 1)):
        flow.connect(begin * SECOND)
        flow.subscribe(FLOW_VALUES, begin * SECOND)
        assert flow.advance((begin + 1) * SECOND) != []
        assert flow.advance((begin + 1 + lives_s) * SECOND - 1) != []
        assert flow.advance((begin + 1 + lives_s) * SECOND) == []
        assert flow.advance((begin + 50) * SECOND) == []
        assert not flow.has_dropped
        flow.disconnect((begin + 51) * SECOND)


def test_a_fraction_of_packets_is_lost_but_no_answer() -> None:
    flow = build_wearable("sweetzpot-flow", Person(1), 4, Faults(loss_fraction=0.25))
    n_sent = len(stream(flow, FLOW_VALUES, 700.0))
    assert 700 < n_sent < 800
    strap = build_wearable("polar-h10", Person(1), 4, Faults(loss_fraction=1.0))
    control = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
    strap.connect(0)
    strap.subscribe(control, 0)
    strap.write(control, b"\x01\x02", 0)
    assert len(strap.advance(0)) == 1
