"""What is said to each wearable, byte for byte, and what happens if it answers otherwise."""

import pytest
from made_up_wearable import Answering, drive

from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.wire.conversation import (
    Action,
    Ask,
    Read,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.dialogue import build_conversation, build_poll
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
BELT = SHELF.find("vernier-gdx-rb")
H10 = SHELF.find("polar-h10")
COMMAND = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
RESPONSE = "b41e6675-a329-40e0-aa01-44d2f444babe"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"
HEART = "00002a37-0000-1000-8000-00805f9b34fb"


def sent(actions: list[Action]) -> list[str]:
    return [action.write.payload.hex() for action in actions if isinstance(action, Ask)]


def gdx_frame(command: int, count: int, body: bytes = b"\0") -> bytes:
    frame = bytearray((0x98, 6 + len(body), 0x55, 0, command, count)) + body
    frame[3] = sum(frame) % 256
    return bytes(frame)


def answer_as_belt(action: Action) -> bytes | None:
    if not isinstance(action, Ask):
        return None
    request = action.write.payload
    body = bytes.fromhex("36000000") if request[4] == 0x51 else b"\0"
    answer = gdx_frame(request[4], request[2], body)
    assert action.is_answer(RESPONSE, answer)
    return answer


def answer_as_h10(action: Action) -> bytes | None:
    if isinstance(action, Read):
        return bytes.fromhex("0f05") + bytes(15) if action.characteristic == CONTROL else b"\x50"
    if not isinstance(action, Ask):
        return None
    request = action.write.payload
    answer = bytes((0xF0, request[0], request[1], 0, 0))
    assert action.is_answer(CONTROL, answer)
    return answer


def test_the_belt_is_opened_asked_and_started() -> None:
    conversation = build_conversation(BELT, {})
    done = drive(conversation.start(), answer_as_belt)
    assert done[0] == Subscribe(RESPONSE)
    assert sent(done) == [
        "5819fe3f1aa54a06490748084709460a450b440c430d420e41",
        "5805fd6a10",
        "5805fcaa51",
        "5806fbaa5001",
        "580ffaa21bff00a086010000000000",
        "5813f97e18ff01020000000000000000000000",
    ]
    writes = [action.write for action in done if isinstance(action, Ask)]
    assert all(
        (one.characteristic, one.with_response, one.chunk_size) == (COMMAND, False, 20)
        for one in writes
    )
    assert {action.timeout_s for action in done if isinstance(action, Ask)} == {5.0}


def test_the_belt_is_stopped_and_closed_and_a_new_start_counts_anew() -> None:
    conversation = build_conversation(BELT, {})
    drive(conversation.start(), answer_as_belt)
    done = drive(conversation.stop(), answer_as_belt)
    assert sent(done) == ["580bf86f19ff00ffffffff", "5805f7a854"]
    assert done[-1] == Unsubscribe(RESPONSE)
    assert sent(drive(conversation.start(), answer_as_belt))[0].startswith("5819fe3f1a")


def test_rate_and_streams_of_the_belt_are_the_users() -> None:
    conversation = build_conversation(BELT, {"rate_hz": 20, "respiration_rate": 1})
    requests = sent(drive(conversation.start(), answer_as_belt))
    assert [one[8:12] for one in requests[3:5]] == ["5001", "5002"]
    assert requests[5][8:] == "1bff0050c3000000000000"
    assert requests[6][8:] == "18ff01060000000000000000000000"


def test_the_count_of_requests_goes_below_zero() -> None:
    conversation = build_conversation(BELT, {})
    counts = [
        bytes.fromhex(request)[2]
        for _ in range(130)
        for request in sent(drive(conversation.stop(), answer_as_belt))
    ]
    assert counts[:3] == [0xFE, 0xFD, 0xFC]
    assert counts[253:257] == [0x01, 0x00, 0xFF, 0xFE]


@pytest.mark.parametrize(
    ("characteristic", "payload", "expected"),
    [
        (RESPONSE, "980701a010fd53", "no"),  # wrong sum
        (RESPONSE, "2019cfd806060002fc808a07bf0000c07f803108bf0000c07f", "no"),
        (RESPONSE, "98120121 10fd 0000 0105 0700 0102 0300 5501", "yes"),
        (RESPONSE, "98120121 10fd 0000 0105", "yes"),  # the first piece of a long one
        (RESPONSE, gdx_frame(0x10, 0xFD).hex(), "yes"),
        (RESPONSE, gdx_frame(0x10, 0xFE).hex(), "no"),  # another count
        (RESPONSE, gdx_frame(0x55, 0xFD).hex(), "no"),  # another command
        (COMMAND, "98120121 10fd 0000 0105 0700 0102 0300 5501", "no"),
        (RESPONSE, "9812", "no"),
    ],
)
def test_an_answer_is_told_by_its_echo_and_sum(
    characteristic: str, payload: str, expected: str
) -> None:
    script = build_conversation(BELT, {}).start()
    next(script)
    init = script.send(None)
    status = script.send(answer_as_belt(init))
    assert isinstance(status, Ask)
    assert status.write.payload.hex() == "5805fd6a10"
    assert status.is_answer(characteristic, bytes.fromhex(payload)) is (expected == "yes")


def test_a_belt_that_refuses_or_keeps_silent_is_a_link_error() -> None:
    def refuse(command: int, body: bytes | None) -> Answering:
        def answering(action: Action) -> bytes | None:
            if isinstance(action, Ask) and action.write.payload[4] == command:
                return body and gdx_frame(command, action.write.payload[2], body)
            return answer_as_belt(action)

        return answering

    with pytest.raises(LinkError, match=r"refused to start measuring \(status 5\)"):
        drive(build_conversation(BELT, {}).start(), refuse(0x18, b"\x05"))
    with pytest.raises(LinkError, match=r"did not answer within 5 s \(request 58 05 .. .. 10\)"):
        drive(build_conversation(BELT, {}).start(), refuse(0x10, None))
    with pytest.raises(LinkError, match="has no sensor channel 1") as caught:
        drive(build_conversation(BELT, {}).start(), refuse(0x51, bytes.fromhex("34000000")))
    assert "another profile" in caught.value.advice
    with pytest.raises(LinkError, match="no stream of the wearable is on"):
        drive(build_conversation(BELT, {"force": 0}).start(), answer_as_belt)


def test_stopping_goes_on_when_nothing_answers() -> None:
    done = drive(build_conversation(BELT, {}).stop(), lambda _: None)
    assert [one[8:10] for one in sent(done)] == ["19", "54"]
    assert done[-1] == Unsubscribe(RESPONSE)
    done = drive(build_conversation(H10, {"ecg": 1}).stop(), lambda _: None)
    assert sent(done) == ["0302", "0300"]
    assert done[-1] == Unsubscribe(HEART)


def test_the_strap_is_subscribed_first_then_asked_then_started() -> None:
    done = drive(build_conversation(H10, {}).start(), answer_as_h10)
    assert done[:-2] == [
        Read(BATTERY, is_optional=True),
        Read(FIRMWARE, is_optional=True),
        Subscribe(BATTERY, is_optional=True),
        Subscribe(HEART, is_optional=True),
        Subscribe(CONTROL, is_optional=True),
        Subscribe(MEASUREMENT, is_optional=True),
        Read(CONTROL, is_optional=True),
    ]
    start = done[-1]
    assert sent(done[-2:-1]) == ["0102"]
    assert isinstance(start, Ask)
    assert start.write == Write(CONTROL, bytes.fromhex("0202000132000101100002010400"))
    assert not start.is_answer(CONTROL, bytes.fromhex("0f05000000"))
    assert not start.is_answer(CONTROL, bytes.fromhex("f003020000"))
    assert not start.is_answer(MEASUREMENT, bytes.fromhex("f002020000"))


@pytest.mark.parametrize(
    ("chosen", "requests"),
    [
        ({"rate_hz": 25, "range_g": 2}, ["0102", "0202000119000101100002010200"]),
        ({"acc": 0, "ecg": 1}, ["0100", "02000001820001010e00"]),
        (
            {"rate_hz": 200, "range_g": 8, "ecg": 1},
            ["0102", "02020001c8000101100002010800", "0100", "02000001820001010e00"],
        ),
        ({"acc": 0}, []),
    ],
)
def test_what_the_strap_measures_is_the_users_choice(
    chosen: dict[str, float], requests: list[str]
) -> None:
    assert sent(drive(build_conversation(H10, chosen).start(), answer_as_h10)) == requests


def test_a_strap_that_cannot_stream_is_told_with_advice() -> None:
    def without_pmd(action: Action) -> bytes | None:
        return None if isinstance(action, Read) else answer_as_h10(action)

    with pytest.raises(LinkError, match="firmware cannot stream") as caught:
        drive(build_conversation(H10, {}).start(), without_pmd)
    assert "Update the firmware" in caught.value.advice

    def without_ecg(action: Action) -> bytes | None:
        return bytes.fromhex("0f04") if isinstance(action, Read) else answer_as_h10(action)

    with pytest.raises(LinkError, match="does not measure ecg") as caught:
        drive(build_conversation(H10, {"ecg": 1}).start(), without_ecg)
    assert "stream ecg off" in caught.value.advice


def test_a_strap_that_does_not_tell_its_features_is_tried_all_the_same() -> None:
    def without_features(action: Action) -> bytes | None:
        return b"\x00" if isinstance(action, Read) else answer_as_h10(action)

    done = drive(build_conversation(H10, {}).start(), without_features)
    assert sent(done) == ["0102", "0202000132000101100002010400"]


def test_nothing_is_stopped_that_was_not_on() -> None:
    done = drive(build_conversation(H10, {"acc": 0}).stop(), answer_as_h10)
    assert done == [Unsubscribe(HEART)]


@pytest.mark.parametrize(
    ("error", "said", "advised"),
    [
        (8, "it does not have this sample rate", "another rate"),
        (10, "packets are too small", "another Bluetooth adapter"),
        (13, "it is on its charger", "charger"),
        (99, "error 99", "Switch it off"),
    ],
)
def test_an_error_of_the_strap_is_told_by_its_meaning(error: int, said: str, advised: str) -> None:
    def answering(action: Action) -> bytes | None:
        if isinstance(action, Ask):
            return bytes((0xF0, *action.write.payload[:2], error, 0))
        return answer_as_h10(action)

    with pytest.raises(LinkError, match=said) as caught:
        drive(build_conversation(H10, {}).start(), answering)
    assert advised in caught.value.advice


def test_a_silent_strap_is_a_link_error() -> None:
    def answering(action: Action) -> bytes | None:
        return None if isinstance(action, Ask) else answer_as_h10(action)

    with pytest.raises(LinkError, match="did not answer within 5 s"):
        drive(build_conversation(H10, {}).start(), answering)


def test_a_measurement_left_running_is_ended_and_begun_again() -> None:
    errors = iter([0, 6, 0, 0])

    def answering(action: Action) -> bytes | None:
        if isinstance(action, Ask):
            return bytes((0xF0, *action.write.payload[:2], next(errors), 0))
        return answer_as_h10(action)

    done = drive(build_conversation(H10, {}).start(), answering)
    start = "0202000132000101100002010400"
    assert sent(done) == ["0102", start, "0302", start]


DECLARED = SHELF.find("sweetzpot-flow").text.replace(
    "[[stop]]",
    """
[[settings]]
name = "rate_hz"
default = 50
allowed = [10, 50, 200]

[[settings]]
name = "gain"
default = -2
least = -300
greatest = 300

[[start]]
do = "wait"
seconds = 0.5

[[start]]
do = "write"
characteristic = "ffb1"
payload = [
    { hex = "ffaa03" },
    { setting = "rate_hz", values = [10, 50], codes = ["06", "08"] },
    { text = "/R" },
    { setting = "rate_hz", type = "decimal" },
    { setting = "gain", type = "i16", byte_order = "big" },
    { setting = "gain", type = "f32", scale = 0.5 },
]
with_response = false
chunk_size = 8

[[start]]
do = "ask"
characteristic = "ffb1"
payload = [{ hex = "01" }]
answer_on = "ffb2"
answer = [{ at = 0, equals = 1 }]
accepted = [{ at = 1, equals = 0 }]
timeout_s = 2.0

[[start]]
do = "read"
characteristic = "ffb4"
only_with = "stretch"

[[stop]]
do = "ask"
characteristic = "ffb1"
payload = [{ hex = "00" }]
answer_on = "ffb2"
answer = [{ at = 0, equals = 0 }]

[[stop]]""",
    1,
)
B1, B2, B3, B4 = (f"0000ffb{n}-0000-1000-8000-00805f9b34fb" for n in "1234")


def test_a_declared_script_is_followed_step_by_step() -> None:
    conversation = build_conversation(parse_profile(DECLARED, "x"), {})
    done = drive(
        conversation.start(), lambda action: b"\x01\x00" if isinstance(action, Ask) else None
    )
    ask = done[3]
    assert isinstance(ask, Ask)
    assert done == [
        Subscribe(B3),
        Wait(0.5),
        Write(
            B1,
            bytes.fromhex("ffaa03 08 2f52 3530 fffe 000080bf"),
            with_response=False,
            chunk_size=8,
        ),
        ask,
        Read(B4),
    ]
    assert ask.timeout_s == 2.0
    assert ask.is_answer(B2, b"\x01\x07")
    assert not ask.is_answer(B2, b"\x02")
    assert not ask.is_answer(B1, b"\x01")
    done = drive(conversation.stop(), lambda _: None)
    assert done[-1] == Unsubscribe(B3)
    off = build_conversation(parse_profile(DECLARED, "x"), {"stretch": 0})
    assert Read(B4) not in drive(off.start(), lambda a: b"\x01\x00" if isinstance(a, Ask) else None)


def test_a_declared_script_ends_where_the_answer_is_no_or_none() -> None:
    conversation = build_conversation(parse_profile(DECLARED, "x"), {})
    with pytest.raises(LinkError, match="the wearable refused: 01 07"):
        drive(conversation.start(), lambda a: b"\x01\x07" if isinstance(a, Ask) else None)
    with pytest.raises(LinkError, match="did not answer within 2 s"):
        drive(conversation.start(), lambda _: None)
    no_code = build_conversation(parse_profile(DECLARED, "x"), {"rate_hz": 200})
    with pytest.raises(LinkError, match="no code for rate_hz = 200"):
        drive(no_code.start(), lambda _: b"\x01\x00")
    wide = DECLARED.replace('type = "i16"', 'type = "i8"')
    too_wide = build_conversation(parse_profile(wide, "x"), {"gain": 300})
    with pytest.raises(LinkError, match="gain = 300 does not fit i8"):
        drive(too_wide.start(), lambda _: b"\x01\x00")


def test_settings_that_cannot_be_are_refused_before_anything_is_said() -> None:
    with pytest.raises(RefusedInput):
        build_conversation(H10, {"rate_hz": 33})


@pytest.mark.parametrize(
    ("profile", "command", "payload"),
    [
        ("witmotion-ble5", "0000ffe9-0000-1000-8000-00805f9a34fb", "ffaa276400"),
        ("metawear-metamotion", "326a9001-85cb-9195-d9dd-464cfbbae75a", "11cc"),
    ],
)
def test_a_battery_that_is_not_told_is_asked_for(profile: str, command: str, payload: str) -> None:
    said = drive(build_poll(SHELF.find(profile), {}), lambda _: None)
    assert said == [Write(command, bytes.fromhex(payload), with_response=False)]
    assert SHELF.find(profile).spec.poll_s == 60
    assert drive(build_poll(BELT, {}), lambda _: None) == []
