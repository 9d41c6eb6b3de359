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

CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"
ACC_200_HZ_8_G = "0202020108000001c80001011000"
ACC_25_HZ_2_G = "0202000119000101100002010200"
ECG_130_HZ = "02000001820001010e00"
SECOND = 1_000_000_000


class Desk:
    """Talks to a strap without any radio; the clock is moved by hand."""

    def __init__(self, trace: str | None = None, faults: Faults | None = None) -> None:
        body = Person(2) if trace is None else parse_trace(trace.splitlines(), where="trace")
        self.strap = build_wearable("polar-h10", body, 3, faults)
        self.now_ns = 7 * SECOND
        self.connect()

    def connect(self) -> None:
        self.strap.connect(self.now_ns)
        for uuid in (CONTROL, PMD_DATA, HEART_RATE):
            self.strap.subscribe(uuid, self.now_ns)

    def ask(self, command: str) -> str:
        self.strap.write(CONTROL, bytes.fromhex(command), self.now_ns)
        sent = self.strap.advance(self.now_ns)
        return next(one.payload for one in sent if one.characteristic == CONTROL).hex()

    def stream(self, uuid: str, seconds: float) -> list[bytes]:
        payloads: list[bytes] = []
        for _ in range(round(seconds / 0.03)):
            self.now_ns += 30_000_000
            sent = self.strap.advance(self.now_ns)
            payloads += [one.payload for one in sent if one.characteristic == uuid]
        return payloads


def ramp_trace(n: int, period_ms: int) -> str:
    rows = [f"{k * period_ms},{k},{-k},{1000 - k}" for k in range(n)]
    return "\n".join(["t_ms,acc_x[mg],acc_y[mg],acc_z[mg]", *rows])


def test_reading_the_control_point_gives_the_features() -> None:
    assert Desk().strap.read(CONTROL, 0).hex() == "0f05" + "00" * 15


def test_settings_are_offered_as_values_by_number() -> None:
    desk = Desk()
    assert desk.ask("0102") == "f0010200000004190032006400c800010110000203020004000800"
    assert desk.ask("0100") == "f0010000000001820001010e00"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("0902", 1),
        ("02", 4),
        ("", 4),
        ("0107", 2),
        ("0101", 3),
        ("0209", 3),
        ("02020001", 4),
        ("0202020108000001c800010110", 4),
        ("02020901", 5),
        ("020202020800", 5),
        ("02020001c800", 5),
        ("0202", 5),
        ("0202020108000001c80001010e00", 7),
        ("0202020108000001c90001011000", 8),
        ("0202020110000001c80001011000", 9),
        ("0202020108000001c80001011000040103", 11),
        ("0302", 6),
    ],
)
def test_what_an_h10_does_not_take_is_answered_with_its_error_code(
    command: str, error: int
) -> None:
    answer = bytes.fromhex(Desk().ask(command))
    assert answer[0] == 0xF0
    assert answer[3] == error
    assert len(answer) == 5


def test_starting_twice_is_already_in_state_until_it_is_stopped() -> None:
    desk = Desk()
    assert desk.ask(ACC_200_HZ_8_G) == "f002020000"
    assert desk.ask(ACC_200_HZ_8_G) == "f002020600"
    assert desk.ask("0302") == "f003020000"
    assert desk.ask(ACC_25_HZ_2_G) == "f002020000"


def test_a_small_mtu_is_refused() -> None:
    desk = Desk()
    desk.strap.mtu = 231
    assert desk.ask(ACC_200_HZ_8_G) == "f002020a00"


def test_a_command_can_be_refused_on_purpose() -> None:
    desk = Desk(faults=Faults(refused_command=2))
    assert desk.ask(ACC_200_HZ_8_G) == "f002020c00"


def test_commands_need_indications() -> None:
    desk = Desk()
    desk.strap.unsubscribe(CONTROL, desk.now_ns)
    with pytest.raises(AttError) as refused:
        desk.strap.write(CONTROL, b"\x01\x02", desk.now_ns)
    assert refused.value.code == 0xFD


@pytest.mark.parametrize(("command", "period_ms"), [(ACC_200_HZ_8_G, 5), (ACC_25_HZ_2_G, 40)])
def test_acc_frames_play_the_trace_and_stamp_their_last_sample(
    command: str, period_ms: int
) -> None:
    desk = Desk(ramp_trace(400, period_ms), Faults(clock_error_ppm=-40.0))
    desk.ask(command)
    started_ns = desk.strap.clock.read_ns(desk.now_ns)
    frames = desk.stream(PMD_DATA, 0.38 * period_ms)
    assert len(frames) == 10
    rows = [struct.unpack_from("<3h", frame, 10 + 6 * i) for frame in frames for i in range(36)]
    assert rows == [(k, -k, 1000 - k) for k in range(360)]
    assert {(frame[0], frame[9], len(frame)) for frame in frames} == {(2, 1, 226)}
    stamps = [struct.unpack_from("<Q", frame, 1)[0] for frame in frames]
    assert [b - a for a, b in pairwise(stamps)] == [36 * period_ms * 1_000_000] * 9
    assert stamps[0] == started_ns + 35 * period_ms * 1_000_000
    in_2019 = 599_616_000 * SECOND
    assert in_2019 < stamps[0] < in_2019 + 3700 * SECOND


def test_acceleration_is_clipped_at_the_range() -> None:
    desk = Desk("t_ms,acc_x[g],acc_y[g],acc_z[g]\n0,3,-3,1\n10000,3,-3,1\n")
    desk.ask(ACC_25_HZ_2_G)
    (frame,) = desk.stream(PMD_DATA, 1.8)
    assert struct.unpack_from("<3h", frame, 10) == (2000, -2000, 1000)


def test_a_gap_in_the_trace_takes_the_frame_along() -> None:
    rows = ramp_trace(144, 5).splitlines()
    rows[1 + 40] = "200,,,"
    desk = Desk("\n".join(rows))
    desk.ask(ACC_200_HZ_8_G)
    frames = desk.stream(PMD_DATA, 2.0)
    assert [struct.unpack_from("<h", frame, 10)[0] for frame in frames] == [0, 72, 108]


def test_ecg_has_a_sharp_wave_at_each_beat() -> None:
    desk = Desk("t_s,rr[ms]\n" + "".join(f"{k},1000\n" for k in range(1, 12)))
    desk.ask(ECG_130_HZ)
    frames = desk.stream(PMD_DATA, 10.0)
    assert {(frame[0], frame[9], len(frame)) for frame in frames} == {(0, 0, 229)}
    values = [
        int.from_bytes(frame[10 + 3 * i : 13 + 3 * i], "little", signed=True)
        for frame in frames
        for i in range(73)
    ]
    peaks = [
        i
        for i in range(1, len(values) - 1)
        if values[i] > 800 and values[i] >= max(values[i - 1], values[i + 1] + 1)
    ]
    assert peaks == [130 * k for k in range(1, len(peaks) + 1)]
    assert len(peaks) >= 8


def test_heart_rate_carries_each_beat_once() -> None:
    desk = Desk()
    payloads = desk.stream(HEART_RATE, 60.0)
    assert {payload[0] for payload in payloads} == {0x10}
    intervals = [rr for payload in payloads for (rr,) in struct.iter_unpack("<H", payload[2:])]
    beats = Person(2).beats(-1, 60 * SECOND)[: len(intervals)]
    assert intervals == [round(beat.rr_ms * 1.024) for beat in beats]
    assert len(intervals) > 55


def test_a_stream_that_was_not_stopped_goes_on_after_a_disconnect() -> None:
    desk = Desk()
    desk.ask(ACC_200_HZ_8_G)
    desk.strap.disconnect(desk.now_ns)
    desk.now_ns += 100 * SECOND
    desk.connect()
    assert len(desk.stream(PMD_DATA, 1.0)) in {5, 6}
    assert desk.ask(ACC_200_HZ_8_G) == "f002020600"


def test_texts_and_battery_can_be_read() -> None:
    strap = Desk().strap
    read = {
        short: strap.read(f"0000{short}-0000-1000-8000-00805f9b34fb", 0)
        for short in ("2a24", "2a29")
    }
    assert read == {"2a24": b"H10", "2a29": b"Polar Electro Oy"}
    assert strap.read("00002a19-0000-1000-8000-00805f9b34fb", 0) == bytes([87])
    with pytest.raises(AttError):
        strap.read(PMD_DATA, 0)


@given(st.lists(st.binary(max_size=24), max_size=6))
def test_any_command_is_answered(commands: list[bytes]) -> None:
    desk = Desk()
    for command in commands:
        answer = bytes.fromhex(desk.ask(command.hex()))
        assert answer[0] == 0xF0
        assert answer[3] <= 12
