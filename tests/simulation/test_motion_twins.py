"""Virtual Movesense, WitMotion, DOT, MetaMotion and text band: commands, errors, stopping."""

import struct
from typing import Any

import pytest

from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import AttError
from breathsense.simulation.person import Person
from breathsense.simulation.trace import Trace, parse_trace
from breathsense.simulation.wearables import build_wearable

SECOND = 1_000_000_000
STEADY = Faults(clock_error_ppm=0.0)


def play(text: str) -> Trace:
    return parse_trace(text.splitlines(), where="trace")


class Bench:
    """A twin with its time; what it sends is kept by the last bytes of its characteristic."""

    def __init__(self, twin: Any, *listened: str) -> None:
        self.twin = twin
        self.now_ns = 0
        twin.connect(0)
        for uuid in listened:
            twin.subscribe(uuid, 0)

    def write(self, uuid: str, payload: bytes) -> list[str]:
        """Write, and return what goes out at once, in hex."""
        self.twin.write(uuid, payload, self.now_ns)
        return [sent.payload.hex() for sent in self.twin.advance(self.now_ns)]

    def live(self, seconds: float) -> list[bytes]:
        sent: list[bytes] = []
        end = self.now_ns + round(seconds * SECOND)
        while self.now_ns < end:
            self.now_ns += 10_000_000
            sent += [one.payload for one in self.twin.advance(self.now_ns)]
        return sent


# Movesense

COMMAND = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"


def movesense(body: Any = None, **faults: Any) -> Bench:
    twin = build_wearable("movesense", body or Person(1), 0, Faults(clock_error_ppm=0.0, **faults))
    return Bench(twin, NOTIFY)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (b"\x01\x01/Meas/IMU6/52", 200),
        (b"\x01\x01/Meas/IMU6/50", 404),
        (b"\x01\x01/meas/imu6/52", 404),
        (b"\x01\x01/Meas/Ecg/129/mV", 404),
        (b"\x01\x00/Meas/HR", 400),
        (b"\x02\x01", 404),
        (b"\x04\x01/System/Energy/Level", 200),
        (b"\x04\x01/Nowhere", 404),
        (b"\x09\x01", 400),
        (b"", 400),
    ],
)
def test_a_movesense_answers_with_a_status(command: bytes, status: int) -> None:
    (answer,) = movesense().write(COMMAND, command)
    reference = command[1] if command else 0
    assert answer[:8] == struct.pack("<BBH", 1, reference, status).hex()
    assert answer[8:] == ("57" if b"Energy" in command else "")


def test_a_movesense_greets_with_its_name() -> None:
    bench = movesense()
    (answer,) = bench.write(COMMAND, b"\x00\x64")
    assert bytes.fromhex(answer).startswith(b"\x01\x64Hello\0Movesense ")


def test_a_movesense_has_room_for_four_and_none_twice() -> None:
    bench = movesense()
    for reference in range(1, 5):
        assert bench.write(COMMAND, bytes((1, reference)) + b"/Meas/HR")[0][4:] == "c800"
    assert bench.write(COMMAND, b"\x01\x05/Meas/HR")[0][4:] == "fb01"
    assert bench.write(COMMAND, b"\x01\x02/Meas/HR")[0][4:] == "9901"
    assert bench.write(COMMAND, b"\x02\x02")[0][4:] == "c800"
    assert bench.write(COMMAND, b"\x01\x05/Meas/HR")[0][4:] == "c800"


def test_a_movesense_takes_no_command_before_it_is_listened_to() -> None:
    bench = Bench(build_wearable("movesense", Person(1)))
    with pytest.raises(AttError):
        bench.write(COMMAND, b"\x00\x01")
    with pytest.raises(AttError):
        bench.write(NOTIFY, b"\x00\x01")


def test_packets_of_a_movesense_hold_a_thirteenth_of_a_second() -> None:
    rows = "".join(f"{k / 10},{k / 10},0,-1,{k},0,0\n" for k in range(20))
    body = play("t_s,acc_x[g],acc_y[g],acc_z[g],gyr_x[deg/s],gyr_y[deg/s],gyr_z[deg/s]\n" + rows)
    bench = movesense(body)
    bench.write(COMMAND, b"\x01\x07/Meas/IMU6/52")
    first, second, *_ = bench.live(0.2)
    assert len(first) == 2 + 4 + 4 * 24
    assert first[:2] == second[:2] == b"\x02\x07"
    stamps = [struct.unpack_from("<I", one, 2)[0] for one in (first, second)]
    assert stamps[1] - stamps[0] in (76, 77)
    values = struct.unpack_from("<24f", first, 6)
    assert values[2] == pytest.approx(-9.80665)
    assert values[12:15] == (0.0, 0.0, 0.0)
    assert values[15] == pytest.approx(10 / 52, rel=1e-6)


def test_what_does_not_fit_a_link_of_161_bytes_comes_in_two_parts() -> None:
    bench = movesense()
    bench.write(COMMAND, b"\x01\x01/Meas/IMU9/104")
    first, rest, *_ = bench.live(0.2)
    assert (first[:2], rest[:2]) == (b"\x02\x01", b"\x03\x01")
    assert len(first) == 158
    assert len(first) - 2 + len(rest) - 2 == 4 + 8 * 36


@pytest.mark.parametrize("rate_hz", [13, 833, 1666])
def test_packets_of_a_movesense_never_need_three_parts(rate_hz: int) -> None:
    bench = movesense()
    bench.write(COMMAND, b"\x01\x01/Meas/IMU9/%d" % rate_hz)
    kinds = [one[0] for one in bench.live(0.3)]
    assert kinds == ([2] * 3 if rate_hz == 13 else [2, 3] * (len(kinds) // 2))
    assert kinds


def test_heart_rate_ecg_field_and_temperature_of_a_movesense() -> None:
    bench = movesense()
    paths = (b"/Meas/HR", b"/Meas/Ecg/200/mV", b"/Meas/Magn/13", b"/Meas/Temp")
    for reference, path in enumerate(paths, 1):
        bench.write(COMMAND, bytes((1, reference)) + path)
    sizes = {one[1]: len(one) for one in bench.live(2.5)}
    assert sizes[1] in (8, 10)
    assert (sizes[2], sizes[3], sizes[4]) == (2 + 4 + 32, 2 + 4 + 12, 2 + 4 + 4)


def test_a_gap_of_the_trace_is_a_packet_that_never_comes_and_a_disconnect_ends_all() -> None:
    rows = "0,0,0,1\n0.5,,,\n1.0,0,0,1\n3.0,0,0,1\n"
    bench = movesense(play("t_s,acc_x[g],acc_y[g],acc_z[g]\n" + rows))
    bench.write(COMMAND, b"\x01\x01/Meas/Acc/13")
    assert len(bench.live(2.0)) < 20
    bench.twin.disconnect(bench.now_ns)
    bench.twin.connect(bench.now_ns)
    bench.twin.subscribe(NOTIFY, bench.now_ns)
    assert bench.live(1.0) == []


# WitMotion

FFE4, FFE9 = (f"0000{short}-0000-1000-8000-00805f9a34fb" for short in ("ffe4", "ffe9"))


def witmotion(**faults: Any) -> Bench:
    return Bench(build_wearable("witmotion-ble5", Person(1), 0, Faults(**faults)), FFE4)


def count_frames(sent: list[bytes]) -> int:
    return sum(len(one) // 20 for one in sent)


def test_a_witmotion_begins_with_ten_frames_a_second() -> None:
    assert count_frames(witmotion().live(2.0)) in (20, 21)


def test_a_witmotion_keeps_its_rate_unless_it_is_unlocked_in_time() -> None:
    bench = witmotion()
    bench.write(FFE9, bytes.fromhex("ffaa030900"))
    assert count_frames(bench.live(1.0)) in (10, 11)
    bench.write(FFE9, bytes.fromhex("ffaa6988b5"))
    bench.live(10.5)
    bench.write(FFE9, bytes.fromhex("ffaa030900"))
    assert count_frames(bench.live(1.0)) in (10, 11)
    bench.write(FFE9, bytes.fromhex("ffaa6988b5"))
    bench.write(FFE9, bytes.fromhex("ffaa030a00"))
    assert count_frames(bench.live(1.0)) in (10, 11)
    bench.write(FFE9, bytes.fromhex("ffaa030900"))
    assert count_frames(bench.live(1.0)) in (100, 101)
    assert (
        bench.write(FFE9, bytes.fromhex("ffaa270300"))[-1] == "5571" + "0300" + "0900" + "00" * 14
    )


def test_a_witmotion_set_before_it_is_listened_to_starts_at_that_rate() -> None:
    bench = Bench(build_wearable("witmotion-ble5", Person(1)))
    bench.write(FFE9, bytes.fromhex("ffaa6988b5"))
    bench.write(FFE9, bytes.fromhex("ffaa030b00"))
    assert bench.live(0.1) == []
    bench.twin.subscribe(FFE4, bench.now_ns)
    assert count_frames(bench.live(1.0)) in (200, 201)


def test_frames_of_one_connection_event_share_notifications() -> None:
    bench = Bench(build_wearable("witmotion-ble5", Person(1)))
    bench.write(FFE9, bytes.fromhex("ffaa6988b5"))
    bench.write(FFE9, bytes.fromhex("ffaa030b00"))
    bench.twin.subscribe(FFE4, 0)
    sizes = [len(one.payload) for one in bench.twin.advance(45_000_000)]
    assert sizes in ([80, 80, 40], [80, 80, 20])


def test_a_witmotion_takes_commands_of_five_bytes_and_passes_over_others_marks() -> None:
    bench = witmotion()
    for uuid, payload in ((FFE9, b"\xff\xaa\x03"), (FFE4, b"\xff\xaa\x03\x09\x00")):
        with pytest.raises(AttError):
            bench.write(uuid, payload)
    (frame,) = bench.write(FFE9, bytes.fromhex("0000276400"))
    assert frame.startswith("5561")


def test_gravity_stands_in_the_frame_of_a_witmotion_and_is_clipped_at_16_g() -> None:
    body = play(
        "t_s,acc_x[g],acc_y[g],acc_z[g]\n0,0,1,0\n0.2,0,1,0\n0.3,,,\n0.4,20,0,-20\n1,20,0,-20\n"
    )
    twin = build_wearable("witmotion-ble5", body, 0, STEADY)
    frames = [
        one[i : i + 20] for one in Bench(twin, FFE4).live(0.9) for i in range(0, len(one), 20)
    ]
    first, last = struct.unpack("<9h", frames[0][2:]), struct.unpack("<9h", frames[-1][2:])
    assert first == (0, 2048, 0, 0, 0, 0, 16384, 0, 0)
    assert last[:3] == (32767, 0, -32768)
    assert len(frames) == 9


# DOT


def dot(short: str) -> str:
    return f"1517{short}-4947-11e9-8646-d663bd873d93"


def test_a_dot_takes_the_rate_only_where_it_is_visited_and_known() -> None:
    bench = Bench(build_wearable("movella-dot", Person(1)))
    settings = bytearray(bench.twin.read(dot("1002"), 0))
    assert (len(settings), settings[24]) == (32, 60)
    assert bytes(settings[7:19]) == b"\x0bMovella DOT"
    for visit, rate_hz, kept in ((0, 20, 60), (0x10, 21, 60), (0x10, 20, 20)):
        settings[0], settings[24] = visit, rate_hz
        bench.write(dot("1002"), bytes(settings))
        assert bench.twin.read(dot("1002"), 0)[24] == kept


@pytest.mark.parametrize(
    ("short", "payload"),
    [("1002", b"\x10"), ("2001", b"\x01\x01"), ("2001", b"\x01\x01\x01"), ("2001", b"\x02\x01\x15"),
     ("2001", b"\x01\x02\x15")],
)  # fmt: skip
def test_a_dot_refuses_what_it_does_not_know(short: str, payload: bytes) -> None:
    bench = Bench(build_wearable("movella-dot", Person(1)))
    with pytest.raises(AttError):
        bench.write(dot(short), payload)


@pytest.mark.parametrize(
    ("mode", "short", "size"),
    [(4, "2004", 20), (5, "2004", 20), (6, "2004", 20), (20, "2003", 40), (21, "2003", 40),
     (26, "2002", 63)],
)  # fmt: skip
def test_each_mode_of_a_dot_has_its_payload_and_stops(mode: int, short: str, size: int) -> None:
    bench = Bench(build_wearable("movella-dot", Person(1), 0, STEADY), dot(short))
    bench.write(dot("2001"), bytes((1, 1, mode)))
    sent = bench.live(1.0)
    assert len(sent) in (59, 60)
    assert {len(one) for one in sent} == {size}
    stamps = [struct.unpack_from("<I", one)[0] for one in sent]
    assert stamps[1] - stamps[0] in (16666, 16667)
    assert bench.twin.read(dot("2001"), bench.now_ns) == bytes((1, 1, mode))
    bench.write(dot("2001"), bytes((1, 0, mode)))
    assert bench.live(1.0) == []
    assert bench.twin.read(dot("2001"), bench.now_ns) == bytes((1, 0, mode))


def test_a_disconnect_ends_the_measurement_of_a_dot() -> None:
    bench = Bench(build_wearable("movella-dot", Person(1)), dot("2003"))
    bench.write(dot("2001"), b"\x01\x01\x15")
    settings = bytearray(bench.twin.read(dot("1002"), 0))
    settings[0], settings[24] = 0x10, 20
    bench.write(dot("1002"), bytes(settings))
    assert len(bench.live(1.0)) >= 59
    bench.twin.disconnect(bench.now_ns)
    bench.twin.connect(bench.now_ns)
    assert bench.twin.read(dot("2001"), bench.now_ns) == b"\x01\x00\x15"


# MetaMotion

META, META_NOTIFY = (f"326a90{n}-85cb-9195-d9dd-464cfbbae75a" for n in ("01", "06"))


def board(seed: int, **faults: Any) -> Bench:
    twin = build_wearable("metawear-metamotion", Person(1), seed, Faults(**faults))
    return Bench(twin, META_NOTIFY)


def tell(bench: Bench, *commands: str) -> list[str]:
    return [answer for command in commands for answer in bench.write(META, bytes.fromhex(command))]


def test_a_board_says_which_chips_it_has() -> None:
    assert tell(board(0), "0380", "1380", "1980") == ["03800401", "13800101", "1980"]
    assert tell(board(1), "0380", "1380", "11cc") == ["03800101", "13800001", "118c57e60f"]
    assert tell(board(0, refused_command=3), "0380", "0383") == ["0380"]
    assert tell(board(0), "0380"[:2], "0301") == []


def test_a_board_keeps_its_settings_where_the_new_ones_are_none() -> None:
    bench = board(0)
    assert tell(bench, "0383") == ["0383a800"]
    assert tell(bench, "0303a90c", "0383", "0303a003", "0383", "0303a902", "0383") == [
        "0383a800", "0383a800", "0383a902"
    ]  # fmt: skip
    assert tell(board(1), "0303290c", "0383") == ["0383290c"]


def test_a_board_streams_what_is_subscribed_enabled_and_on_until_it_is_off() -> None:
    bench = board(0)
    tell(bench, "030401", "030101")
    assert bench.live(0.5) == []
    tell(bench, "03020100", "13020100", "130101")
    sent = bench.live(1.0)
    assert len(sent) in (100, 101)
    assert {one[:2].hex() for one in sent} == {"0304"}
    tell(bench, "130501")
    kinds = [one[:2].hex() for one in bench.live(0.9)]
    assert kinds.count("1305") == 30
    bench.twin.disconnect(bench.now_ns)
    bench.twin.connect(bench.now_ns)
    bench.twin.subscribe(META_NOTIFY, bench.now_ns)
    assert bench.live(0.5)
    tell(bench, "030400", "03020001", "130100")
    assert bench.live(0.5) == []


# Text

RX, TX = (f"6e40000{n}-b5a3-f393-e0a9-e50e24dcca9e" for n in (2, 3))


def test_a_text_band_says_its_columns_and_obeys_a_rate() -> None:
    bench = Bench(build_wearable("nordic-uart-text", Person(1), 0, STEADY), TX)
    lines = b"".join(bench.live(1.0)).decode().split("\n")
    assert lines[0] == "# t_ms,abdomen,chest"
    assert len(lines) in (27, 28)
    assert len(lines[1].split(",")) == 3
    answers = [bytes.fromhex(one) for one in bench.write(RX, b"rate 5")]
    assert not any(one.startswith(b"#") for one in answers)
    answers = [bytes.fromhex(one) for one in bench.write(RX, b"0\nrate 101\nhello\nrun 5\n")]
    said = b"".join(answers).split(b"\n")
    assert [one for one in said if one.startswith(b"#")] == [
        b"# rate 50", b"# rate 1 to 100", b"# what?", b"# rate 1 to 100"
    ]  # fmt: skip
    assert all(len(one) <= 20 for one in answers)
    text = b"".join(bench.live(1.0))
    assert text.count(b"\n") in (50, 51)


def test_a_text_band_without_a_second_belt_sends_one_column_and_leaves_gaps_out() -> None:
    rows = "".join(f"{k / 25},{k}\n" if k != 5 else "0.2,\n" for k in range(30))
    band = build_wearable("nordic-uart-text", play("t_s,abdomen[N]\n" + rows), 0, STEADY)
    text = b"".join(Bench(band, TX).live(1.0)).decode()
    values = [line.split(",")[1:] for line in text.splitlines()[1:]]
    assert values == [[f"{k:.3f}"] for k in range(26) if k != 5]


def test_lines_of_a_text_band_are_lost_whole() -> None:
    faults = Faults(loss_fraction=0.3)
    bench = Bench(build_wearable("nordic-uart-text", Person(1), 0, faults), TX)
    lines = b"".join(bench.live(20.0)).decode().splitlines()[1:]
    assert 300 < len(lines) < 400
    assert all(len(line.split(",")) == 3 for line in lines)
    bench.twin.disconnect(bench.now_ns)
    assert bench.live(1.0) == []
