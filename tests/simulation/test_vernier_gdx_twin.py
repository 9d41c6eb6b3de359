import math
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import AttError
from breathsense.simulation.person import Person
from breathsense.simulation.trace import parse_trace
from breathsense.simulation.wearables import build_wearable

COMMAND = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
INIT = "5819fe3f1aa54a06490748084709460a450b440c430d420e41"
STATUS = "5805fd6a10"
DEVICE_INFO = "5805fcae55"
DEFAULT_MASK = "5805fbae56"
AVAILABLE_MASK = "5805faa851"
SENSOR_INFO_1 = "5806f9a85001"
PERIOD_100_MS = "580ff8a01bff00a086010000000000"
START_FORCE = "5813f77c18ff01020000000000000000000000"
STOP = "580bf66d19ff00ffffffff"
DISCONNECT = "5805f5a654"
SECOND = 1_000_000_000


class Desk:
    """Talks to a belt without any radio; the clock is moved by hand."""

    def __init__(self, trace: str | None = None, faults: Faults | None = None) -> None:
        body = Person(1) if trace is None else parse_trace(trace.splitlines(), where="trace")
        self.belt = build_wearable("vernier-gdx-rb", body, 0, faults)
        self.now_ns = 5 * SECOND
        self.connect()

    def connect(self) -> None:
        self.belt.connect(self.now_ns)
        self.belt.subscribe(RESPONSE, self.now_ns)

    def ask(self, request: str) -> list[bytes]:
        self.belt.write(COMMAND, bytes.fromhex(request), self.now_ns)
        return self.pass_time(0)

    def pass_time(self, seconds: float) -> list[bytes]:
        self.now_ns += round(seconds * SECOND)
        sent = self.belt.advance(self.now_ns)
        assert all(one.characteristic == RESPONSE for one in sent)
        return [one.payload for one in sent]

    def stream(self, seconds: float) -> list[bytes]:
        return [frame for _ in range(round(seconds / 0.03)) for frame in self.pass_time(0.03)]


def request(command: int, content: bytes = b"") -> str:
    frame = bytearray([0x58, len(content) + 5, 0x42, 0, command]) + content
    frame[3] = (sum(frame) - frame[3]) & 0xFF
    return frame.hex()


def values_of(frames: list[bytes], n_channels: int = 1) -> list[tuple[float, ...]]:
    rows: list[tuple[float, ...]] = []
    for frame in frames:
        count = frame[7]
        numbers = struct.unpack_from(f"<{count * n_channels}f", frame, 9)
        assert len(frame) == 9 + 4 * count * n_channels
        rows += [numbers[i : i + n_channels] for i in range(0, len(numbers), n_channels)]
    return rows


def sine_trace(n: int) -> str:
    rows = [f"{k / 10},{8 + 3 * math.sin(k / 7)}" for k in range(n)]
    return "\n".join(["t_s,abdomen[N]", *rows])


def test_the_recommended_script_is_answered_with_exact_lengths_and_echoes() -> None:
    desk = Desk()
    asked = [
        (INIT, 7),
        (STATUS, 18),
        (DEVICE_INFO, 158),
        (DEFAULT_MASK, 10),
        (AVAILABLE_MASK, 10),
        (SENSOR_INFO_1, 154),
        (PERIOD_100_MS, 7),
    ]
    for number, (frame, length) in enumerate(asked):
        (answer,) = desk.ask(frame)
        sent = bytes.fromhex(frame)
        assert len(answer) == answer[1] == length
        assert answer[0] == 0x98
        assert answer[2] == number
        assert answer[3] == (sum(answer) - answer[3]) & 0xFF
        assert (answer[4], answer[5]) == (sent[4], sent[2])


def test_the_mask_answer_is_the_captured_one() -> None:
    desk = Desk()
    desk.ask(INIT)
    (answer,) = desk.ask("5805fdab51")
    assert answer.hex() == "980a012751fd36000000"


def test_status_tells_battery_and_charger() -> None:
    desk = Desk(faults=Faults(battery_pct=41))
    (answer,) = desk.ask(STATUS)
    assert (answer[6], answer[16], answer[17]) == (0, 41, 0)


def test_device_info_names_the_belt_as_it_advertises() -> None:
    desk = Desk()
    (answer,) = desk.ask(DEVICE_INFO)
    order_code, serial, name = (
        answer[start:end].rstrip(b"\0").decode() for start, end in ((6, 22), (22, 38), (38, 70))
    )
    assert order_code == "GDX-RB"
    assert name == f"{order_code} {serial}" == desk.belt.advertisement.name
    assert answer[84:90] == bytes.fromhex(desk.belt.address.replace(":", ""))[::-1]
    assert answer[94:158].rstrip(b"\0").decode() == "Go Direct Respiration Belt"
    assert desk.belt.advertisement.rssi_dbm > -50


@pytest.mark.parametrize(
    ("channel", "description", "unit"),
    [(1, "Force", "N"), (2, "Respiration Rate", "bpm"), (4, "Steps", "steps")],
)
def test_sensor_info_describes_each_channel(channel: int, description: str, unit: str) -> None:
    (answer,) = Desk().ask(request(0x50, bytes([channel])))
    assert answer[6] == channel
    assert answer[12:14] == b"\0\0"
    assert answer[14:74].rstrip(b"\0").decode() == description
    assert answer[74:106].rstrip(b"\0").decode() == unit


def test_a_request_may_come_in_pieces_and_several_at_once() -> None:
    desk = Desk()
    frame = bytes.fromhex(INIT)
    desk.belt.write(COMMAND, frame[:20], desk.now_ns)
    assert desk.pass_time(0) == []
    desk.belt.write(COMMAND, frame[20:] + bytes.fromhex(STATUS), desk.now_ns)
    assert [answer[4] for answer in desk.pass_time(0)] == [0x1A, 0x10]


def test_a_wrong_checksum_or_a_foreign_byte_is_not_answered() -> None:
    desk = Desk()
    assert desk.ask("5805fd6b10") == []
    assert desk.ask("ff") == []
    assert len(desk.ask(STATUS)) == 1


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_are_survived(writes: list[bytes]) -> None:
    desk = Desk()
    for payload in writes:
        desk.belt.write(COMMAND, payload, desk.now_ns)
        desk.pass_time(0.1)
    desk.belt.disconnect(desk.now_ns)
    desk.connect()
    assert desk.ask(INIT)[-1].hex()[8:] == "1afe00"


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (0x1B, "ff00" + "0000000000000000"),
        (0x1B, "ff00" + "4fc3000000000000"),  # 49,999 microseconds
        (0x1B, "ff00" + "a08601000000"),
        (0x18, "ff01" + "00000000" + "00" * 8),
        (0x18, "ff01" + "08000000" + "00" * 8),  # channel 3 is not there
        (0x18, "ff01" + "02000000"),
        (0x50, "03"),
        (0x50, ""),
        (0x77, ""),
    ],
)
def test_bad_parameters_are_refused_with_a_status(command: int, content: str) -> None:
    desk = Desk()
    (answer,) = desk.ask(request(command, bytes.fromhex(content)))
    assert len(answer) == 7
    assert answer[6] != 0
    assert desk.stream(1.0) == []


def test_streaming_plays_the_trace_row_by_row() -> None:
    desk = Desk(sine_trace(250), Faults(clock_error_ppm=38.0))
    desk.ask(INIT)
    desk.ask(PERIOD_100_MS)
    answer, *frames = desk.ask(START_FORCE)
    assert answer[4] == 0x18
    frames += desk.stream(24.0)
    rows = values_of(frames)
    expected = [
        struct.unpack("<f", struct.pack("<f", 8 + 3 * math.sin(k / 7)))[0] for k in range(240)
    ]
    assert [row[0] for row in rows[:239]] == expected[:239]
    assert {frame[0] for frame in frames} == {0x20}
    assert {frame[4] for frame in frames} == {0x06}
    assert {frame[5:7] for frame in frames} == {b"\x02\x00"}
    assert all(frame[1] == len(frame) for frame in frames)
    assert all(frame[3] == (sum(frame) - frame[3]) & 0xFF for frame in frames)
    counters = [frame[2] for frame in frames]
    assert counters == [(counters[0] + i) & 0xFF for i in range(len(counters))]


def test_some_frames_hold_several_rows() -> None:
    desk = Desk()
    desk.ask(START_FORCE)
    frames = desk.stream(120.0)
    counts = {frame[7] for frame in frames}
    assert 1 in counts
    assert max(counts) > 1
    assert len(values_of(frames)) in range(1190, 1202)


def test_several_channels_come_in_ascending_order_and_the_rate_is_late() -> None:
    desk = Desk()
    desk.ask(request(0x18, bytes.fromhex("ff01" + "36000000" + "00" * 8)))
    rows = values_of(desk.stream(60.0), n_channels=4)
    assert all(math.isnan(row[1]) for row in rows[:299])
    rates = [row[1] for row in rows[302:]]
    assert all(8.0 < rate < 20.0 for rate in rates)
    changes = [i for i in range(1, len(rates)) if rates[i] != rates[i - 1]]
    assert [b - a for a, b in pairwise(changes)] == [100] * (len(changes) - 1)
    assert len(changes) >= 2
    assert all(row[2:] == (0.0, 0.0) for row in rows)


def test_the_period_can_be_set_and_changes_the_number_of_rows() -> None:
    desk = Desk(faults=Faults(clock_error_ppm=0.0))
    desk.ask(request(0x1B, b"\xff\x00" + struct.pack("<Q", 50_000)))
    desk.ask(START_FORCE)
    assert len(values_of(desk.stream(30.0))) in range(590, 602)
    assert desk.ask(request(0x1B, b"\xff\x00" + struct.pack("<Q", 500_000)))[-1][6] == 0
    assert len(values_of(desk.stream(30.0))) in range(54, 68)


def test_stop_stops_and_disconnect_is_answered_without_dropping_the_link() -> None:
    desk = Desk()
    desk.ask(START_FORCE)
    desk.stream(1.0)
    assert desk.ask(STOP)[-1][4:7].hex() == "19f600"
    assert desk.stream(2.0) == []
    assert desk.ask(DISCONNECT)[-1][4:7].hex() == "54f500"
    assert not desk.belt.has_dropped


def test_it_streams_on_after_a_disconnect_and_init_ends_that() -> None:
    desk = Desk()
    desk.ask(START_FORCE)
    desk.stream(1.0)
    desk.belt.disconnect(desk.now_ns)
    desk.now_ns += 60 * SECOND
    desk.connect()
    frames = desk.stream(1.0)
    assert len(values_of(frames)) in range(4, 12)
    (answer,) = desk.ask(INIT)[-1:]
    assert (answer[2], answer[4]) == (0, 0x1A)
    assert desk.stream(1.0) == []


def test_half_a_request_is_forgotten_at_the_next_connection() -> None:
    desk = Desk()
    desk.belt.write(COMMAND, bytes.fromhex(INIT)[:20], desk.now_ns)
    desk.belt.disconnect(desk.now_ns)
    desk.connect()
    assert [answer[4] for answer in desk.ask(STATUS)] == [0x10]


def test_an_empty_cell_skips_a_counter_like_a_lost_packet_and_the_end_is_silence() -> None:
    desk = Desk("t_s,abdomen[N]\n0,4\n0.1,5\n0.2,\n0.3,6\n0.4,7\n")
    frames = desk.ask(START_FORCE)[1:] + desk.stream(3.0)
    assert [row[0] for row in values_of(frames)] == [4.0, 5.0, 6.0, 7.0]
    counters = [frame[2] for frame in frames]
    assert [b - a for a, b in pairwise(counters)] == [1, 2, 1]


def test_force_is_clipped_where_the_sensor_saturates() -> None:
    desk = Desk("t_s,abdomen[N]\n0,60\n0.1,-0.5\n")
    frames = desk.ask(START_FORCE)[1:] + desk.stream(1.0)
    assert [row[0] for row in values_of(frames)] == [50.0, -0.5]


def test_a_small_mtu_splits_a_frame_over_notifications() -> None:
    desk = Desk()
    desk.belt.mtu = 23
    parts = desk.ask(DEVICE_INFO)
    assert [len(part) for part in parts] == [20] * 7 + [18]
    assert b"".join(parts)[1] == 158


def test_a_command_can_be_refused_on_purpose() -> None:
    desk = Desk(faults=Faults(refused_command=0x18))
    assert desk.ask(PERIOD_100_MS)[-1][6] == 0
    assert desk.ask(START_FORCE)[-1][6] != 0
    assert desk.stream(1.0) == []


def test_a_write_can_be_refused_on_purpose() -> None:
    with pytest.raises(AttError) as refused:
        Desk(faults=Faults(att_error=0x0E)).ask(INIT)
    assert refused.value.code == 0x0E
