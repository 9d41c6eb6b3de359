"""What is said to Movesense, WitMotion, DOT, MetaMotion and a text band, byte for byte."""

import struct
from collections.abc import Callable
from typing import Any

import pytest

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.wire.conversation import (
    Action,
    AnswerMissing,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
GSP = "34800002-7185-4d5d-b431-630e7050e8f0"
FFE4 = "0000ffe4-0000-1000-8000-00805f9a34fb"
META = "326a9006-85cb-9195-d9dd-464cfbbae75a"
DOT = "1517{}-4947-11e9-8646-d663bd873d93"

Answering = Callable[[Action], "bytes | LinkError | None"]


def drive(script: Script, answering: Answering) -> list[Action]:
    """Carry the script out against a made-up wearable; an answer of None to Ask is none at all."""
    done: list[Action] = []
    try:
        action = next(script)
        while True:
            done.append(action)
            answer = answering(action)
            if isinstance(answer, LinkError):
                action = script.throw(answer)
            elif isinstance(action, Ask) and answer is None:
                action = script.throw(AnswerMissing())
            else:
                action = script.send(answer)
    except StopIteration:
        return done


def start(wearable: str, answering: Answering, **chosen: float) -> list[Action]:
    return drive(build_conversation(SHELF.find(wearable), chosen).start(), answering)


def written(actions: list[Action]) -> list[str]:
    """Everything that was written, asked or not, in hex."""
    writes = (one.write if isinstance(one, Ask) else one for one in actions)
    return [one.payload.hex() for one in writes if isinstance(one, Write)]


def subscribed(actions: list[Action]) -> list[str]:
    return [one.characteristic[:8] for one in actions if isinstance(one, Subscribe)]


def silence(action: Action) -> None:
    del action


# Movesense


def as_movesense(status: bytes = b"\xc8\x00") -> Answering:
    def answer(action: Action) -> bytes | None:
        if not isinstance(action, Ask):
            return None
        given = bytes((1, action.write.payload[1])) + status
        assert action.is_answer(GSP, given)
        assert not action.is_answer(GSP, b"\x02" + given[1:])
        assert not action.is_answer(META, given)
        return given

    return answer


@pytest.mark.parametrize(
    ("chosen", "commands"),
    [
        ({"rate_hz": 52}, [b"\x01\x01/Meas/IMU6/52"]),
        ({"rate_hz": 52, "gyr": 0}, [b"\x01\x02/Meas/Acc/52"]),
        ({"acc": 0}, [b"\x01\x07/Meas/Gyro/104"]),
        ({"mag": 1, "rate_hz": 1666}, [b"\x01\x04/Meas/IMU9/1666"]),
        ({"mag": 1, "gyr": 0}, [b"\x01\x02/Meas/Acc/104", b"\x01\x06/Meas/Magn/104"]),
        ({"rr": 1, "hr": 1}, [b"\x01\x01/Meas/IMU6/104", b"\x01\x03/Meas/HR"]),
        ({"rr": 1, "acc": 0, "gyr": 0}, [b"\x01\x03/Meas/HR"]),
        ({"ecg": 1, "acc": 0, "gyr": 0}, [b"\x01\x05/Meas/Ecg/200/mV"]),
        ({"temperature": 1, "acc": 0, "gyr": 0}, [b"\x01\x08/Meas/Temp"]),
    ],
)
def test_a_movesense_is_subscribed_to_what_is_on(
    chosen: dict[str, float], commands: list[bytes]
) -> None:
    actions = start("movesense", as_movesense(), **chosen)
    assert written(actions) == [command.hex() for command in commands]
    assert subscribed(actions) == ["00002a19", "34800002"]


def test_a_movesense_is_unsubscribed_even_if_it_keeps_silent() -> None:
    talk = build_conversation(SHELF.find("movesense"), {"hr": 1})
    actions = drive(talk.stop(), silence)
    assert written(actions) == ["0201", "0203"]
    assert actions[-1] == Unsubscribe(GSP)


def test_where_nothing_is_on_there_is_nothing_to_end() -> None:
    talk = build_conversation(SHELF.find("movesense"), {"acc": 0, "gyr": 0})
    assert drive(talk.stop(), silence) == [Unsubscribe(GSP)]


@pytest.mark.parametrize(
    ("status", "reason", "advice"),
    [
        (b"\x94\x01", "does not know it (status 404)", "newer firmware"),
        (b"\xfb\x01", "no room for another subscription (status 507)", "starts anew"),
        (b"\x01\xfb", "no room for another subscription (status 507)", "starts anew"),
        (b"\xf4\x01", "it failed (status 500)", "starts anew"),
    ],
)
def test_a_movesense_that_refuses_says_why(status: bytes, reason: str, advice: str) -> None:
    with pytest.raises(LinkError, match="/Meas/IMU6/104") as refused:
        start("movesense", as_movesense(status))
    assert reason in refused.value.what
    assert advice in refused.value.advice


@pytest.mark.parametrize(
    ("advice", "told"), [("Look again.", "Look again. Firmware older than about 2.3"), ("", "")]
)
def test_a_movesense_without_the_service_is_old(advice: str, told: str) -> None:
    def refuse(action: Action) -> LinkError | None:
        is_it = isinstance(action, Subscribe) and action.characteristic == GSP
        return LinkError("there is none", advice=advice) if is_it else None

    with pytest.raises(LinkError, match="there is none") as refused:
        start("movesense", refuse)
    assert refused.value.advice.startswith(told)
    assert bool(refused.value.advice) == bool(told)


def test_a_result_without_a_status_is_a_yes() -> None:
    assert len(written(start("movesense", as_movesense(b"")))) == 1


def test_a_movesense_that_does_not_answer_is_told() -> None:
    with pytest.raises(LinkError, match=r"did not answer within 5 s \(request 01 01 2f"):
        start("movesense", silence)


@pytest.mark.parametrize("wearable", ["movesense", "metawear-metamotion"])
def test_nothing_on_is_refused(wearable: str) -> None:
    with pytest.raises(LinkError, match="no stream of the wearable is on") as refused:
        start(wearable, silence, acc=0, gyr=0)
    assert refused.value.advice == "Switch one on."


# WitMotion


def as_wit(code: int, *, is_among_samples: bool = False) -> Answering:
    def answer(action: Action) -> bytes | None:
        if not isinstance(action, Ask):
            return None
        register = action.write.payload[3]
        given = bytes((0x55, 0x71, register, 0, code, 0)) + bytes(14)
        given = b"\x55\x61" + bytes(18) + given if is_among_samples else given
        assert action.is_answer(FFE4, given)
        assert not action.is_answer(FFE4, given[:-16])
        assert not action.is_answer(GSP, given)
        return given

    return answer


@pytest.mark.parametrize("where", ["alone", "among samples"])
def test_a_witmotion_is_unlocked_set_and_read_back(where: str) -> None:
    actions = start("witmotion-ble5", as_wit(9, is_among_samples=where != "alone"))
    assert written(actions) == [
        "ffaa6988b5", "ffaa240100", "ffaa030900", "ffaa270300", "ffaa276400"
    ]  # fmt: skip
    assert subscribed(actions) == ["0000ffe4"]
    kinds = [type(one) for one in actions]
    assert kinds == [Write, Wait, Write, Wait, Write, Wait, Subscribe, Ask, Ask]
    talk = build_conversation(SHELF.find("witmotion-ble5"), {})
    assert drive(talk.stop(), silence) == [Unsubscribe(FFE4)]


@pytest.mark.parametrize(
    ("rate_hz", "command"),
    [(0.2, "01"), (0.5, "02"), (1, "03"), (2, "04"), (5, "05"), (10, "06"), (20, "07"),
     (50, "08"), (100, "09"), (200, "0b")],
)  # fmt: skip
def test_every_rate_of_a_witmotion_has_its_code(rate_hz: float, command: str) -> None:
    actions = start("witmotion-ble5", silence, rate_hz=rate_hz, six_axes=0)
    assert written(actions)[1:3] == ["ffaa240000", f"ffaa03{command}00"]


def test_a_witmotion_that_keeps_its_rate_is_refused() -> None:
    with pytest.raises(LinkError, match="did not take the rate of 200 Hz") as refused:
        start("witmotion-ble5", as_wit(8), rate_hz=200)
    assert "older models end at 50 Hz" in refused.value.advice


def test_a_rate_without_a_code_is_refused_with_those_that_have_one() -> None:
    profile = SHELF.find("witmotion-ble5").text.replace(
        "allowed = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200]", "allowed = [100, 125]"
    )
    from breathsense.core.profiles.schema import parse_profile  # noqa: PLC0415 - one test needs it

    talk = build_conversation(parse_profile(profile, "mine"), {"rate_hz": 125})
    with pytest.raises(LinkError, match="no rate of 125 Hz") as refused:
        drive(talk.start(), silence)
    assert refused.value.advice == "Choose one of 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200."


# DOT


class DotAnswers:
    """Settings and state as a DOT keeps them."""

    def __init__(self, **said: Any) -> None:
        self.settings = bytes.fromhex(
            "000102030405060b4d6f76656c6c6120444f5400000000003c00010000000000"
        )
        self.control = said.get("control", b"\x01\x00\x15")
        self.takes_rates = said.get("takes_rates", True)
        self.is_short = said.get("is_short", False)
        self.refuses = said.get("refuses", False)
        self.starts = said.get("starts", True)

    def __call__(self, action: Action) -> "bytes | LinkError | None":
        if isinstance(action, Write):
            return self._take(action)
        if not isinstance(action, Read):
            return None
        known = {DOT.format("1002"): self.settings, DOT.format("2001"): self.control}
        if self.is_short:
            return b""
        return known.get(action.characteristic)

    def _take(self, write: Write) -> LinkError | None:
        assert write.with_response
        if write.characteristic == DOT.format("1002"):
            self.settings = write.payload if self.takes_rates else self.settings
        elif self.refuses and write.payload[1]:
            return LinkError("no", advice="")
        elif self.starts:
            self.control = write.payload
        return None


@pytest.mark.parametrize(
    ("chosen", "mode", "characteristic"),
    [
        ({}, 21, "15172003"),
        ({"gyr": 0}, 21, "15172003"),
        ({"mag": 1}, 20, "15172003"),
        ({"quaternion": 1}, 26, "15172002"),
        ({"quaternion": 1, "acc": 0, "gyr": 0}, 5, "15172004"),
        ({"free_acc": 1, "acc": 0, "gyr": 0}, 6, "15172004"),
        ({"angle": 1, "acc": 0, "gyr": 0}, 4, "15172004"),
    ],
)
def test_a_dot_is_started_in_the_mode_that_has_all(
    chosen: dict[str, float], mode: int, characteristic: str
) -> None:
    talk = build_conversation(SHELF.find("movella-dot"), chosen)
    actions = drive(talk.start(), DotAnswers())
    assert subscribed(actions)[-1] == characteristic
    assert written(actions)[-1] == bytes((1, 1, mode)).hex()
    assert written(drive(talk.stop(), silence)) == [bytes((1, 0, mode)).hex()]


def test_only_the_rate_is_patched_into_the_settings_of_a_dot() -> None:
    actions = start("movella-dot", DotAnswers(), rate_hz=20)
    assert written(actions)[0] == "100102030405060b4d6f76656c6c6120444f5400000000001400010000000000"


def test_a_dot_that_measures_already_is_stopped_first() -> None:
    assert written(start("movella-dot", DotAnswers(control=b"\x01\x01\x05")))[0] == "010005"
    assert written(start("movella-dot", DotAnswers(control=b"\x01\x01")))[0] == "010000"


@pytest.mark.parametrize(
    ("said", "reason", "advice"),
    [
        ({"takes_rates": False}, "did not take the rate of 30 Hz", "at most 60 Hz"),
        ({"is_short": True}, "settings cannot be read", "off and on again"),
        ({"refuses": True}, "no", "choose other streams"),
        ({"starts": False}, r"did not start to measure \(mode 21\)", "off and on again"),
    ],
)
def test_a_dot_that_does_not_do_as_told_is_told_of(
    said: dict[str, bool], reason: str, advice: str
) -> None:
    with pytest.raises(LinkError, match=reason) as refused:
        start("movella-dot", DotAnswers(**said), rate_hz=30)
    assert advice in refused.value.advice


def test_a_dot_is_not_asked_for_what_does_not_go_together() -> None:
    chosen = {"mag": 1.0, "quaternion": 1.0}
    with pytest.raises(LinkError, match="acc, gyr, mag, quaternion together") as refused:
        start("movella-dot", DotAnswers(), **chosen)
    assert "acc and gyr and mag; " in refused.value.advice
    with pytest.raises(LinkError, match="measure nothing together"):
        start("movella-dot", DotAnswers(), acc=0, gyr=0)
    talk = build_conversation(SHELF.find("movella-dot"), chosen)
    assert drive(talk.stop(), silence) == [Unsubscribe(DOT.format("3001"))]


@pytest.mark.parametrize(
    ("short", "payload", "told"),
    [
        ("1001", "010203040506 020301", ("firmware", "2.3.1")),
        ("1002", "00" * 24 + "1e00", ("rate_hz", 30.0)),
        ("1004", "01", ("report", "power_off")),
        ("1004", "05" + "00" * 35, ("report", "button")),
        ("2001", "010115", ("mode", 21.0)),
        ("2001", "010015", ("mode", 0.0)),
        ("1001", "0102030405060203", "ends inside the firmware version"),
        ("1002", "00" * 25, "ends inside the rate"),
        ("1004", "", "ends inside a report"),
        ("1004", "09", "reports of type 9 are not known"),
        ("2001", "0101", "ends inside the mode"),
    ],
)
def test_what_a_dot_tells_of_itself_is_read(short: str, payload: str, told: Any) -> None:
    decoder = build_decoder(SHELF.find("movella-dot"), {})
    (given,) = decoder.decode(Notification("w", DOT.format(short), bytes.fromhex(payload), 0))
    if isinstance(given, Reading):
        assert (given.name, given.value) == told
    else:
        assert isinstance(given, Rejected)
        assert told in given.reason


# MetaMotion


class Board:
    """A MetaMotion that answers reads; ``kinds`` are the chips of its two modules."""

    def __init__(self, acc: int | None, gyro: int | None, config: bytes | None = None) -> None:
        self.kinds = {0x03: acc, 0x13: gyro}
        self.configs: dict[int, bytes] = {}
        self.forced = config

    def __call__(self, action: Action) -> bytes | None:
        if isinstance(action, Write):
            assert not action.with_response
            module, register, *rest = action.payload
            if register == 3:
                self.configs[module] = self.forced or bytes(rest)
        if not isinstance(action, Ask):
            return None
        module, register = action.write.payload
        if (module, register) == (0x11, 0xCC):
            answer = b"\x11\x8c\x63" + struct.pack("<H", 4148)
        elif register == 0x80:
            kind = self.kinds[module]
            answer = bytes((module, register)) + (b"" if kind is None else bytes((kind, 1)))
        else:
            answer = bytes((module, register)) + self.configs[module]
        assert action.is_answer(META, answer)
        assert not action.is_answer(META, b"\x01" + answer[1:])
        assert not action.is_answer(META, answer[:1])
        assert not action.is_answer(GSP, answer)
        return answer


BMI270 = """
11cc 0380 1380
030100 0303a801 0383
130100 13032802 1383
030501 03020100 130501 13020100
030101 130101
"""
BMI160_AT_50_HZ = """
11cc 0380 1380
030100 03032703 0383
130100 13032700 1383
030401 03020100 130501 13020100
030101 130101
"""


def test_a_board_with_a_bmi270_is_spoken_to_as_such() -> None:
    talk = build_conversation(SHELF.find("metawear-metamotion"), {})
    actions = drive(talk.start(), Board(4, 1))
    assert written(actions) == BMI270.split()
    actions = drive(talk.stop(), silence)
    assert written(actions) == ["030100", "03020001", "030500", "130100", "13020001", "130500"]
    assert actions[-1] == Unsubscribe(META)


def test_a_board_with_a_bmi160_is_spoken_to_as_such() -> None:
    chosen = {"rate_hz": 50, "range_g": 2, "range_dps": 2000}
    assert written(start("metawear-metamotion", Board(1, 0), **chosen)) == BMI160_AT_50_HZ.split()
    packed = written(start("metawear-metamotion", Board(1, 0), gyr=0, range_g=16))
    assert packed == ["11cc", "0380", "030100", "0303280c", "0383", "031c01", "03020100", "030101"]


@pytest.mark.parametrize(
    ("board", "reason", "advice"),
    [
        (Board(0, 1), r"no chip for acc that is known here \(one of kind 0\)", "another profile"),
        (Board(4, None), r"no chip for gyr that is known here \(none\)", "Switch the stream off"),
        (Board(4, 1, b"\xa7\x00"), "did not take 100 Hz with a range of 4 for acc", "another rate"),
    ],
)
def test_a_board_that_cannot_is_told_of(board: Board, reason: str, advice: str) -> None:
    with pytest.raises(LinkError, match=reason) as refused:
        start("metawear-metamotion", board)
    assert advice in refused.value.advice


def test_a_rate_that_the_chip_lacks_is_refused_before_it_is_sent() -> None:
    from breathsense.core.profiles.schema import parse_profile  # noqa: PLC0415 - one test needs it

    text = SHELF.find("metawear-metamotion").text.replace(
        "allowed = [25, 50, 100, 200]", "allowed = [100, 250]"
    )
    talk = build_conversation(parse_profile(text, "mine"), {"rate_hz": 250})
    with pytest.raises(LinkError, match="the BMI270 has no 250 Hz"):
        drive(talk.start(), Board(4, 1))


# Text


def test_a_text_band_is_told_the_rate_before_it_is_listened_to() -> None:
    actions = start("nordic-uart-text", silence, rate_hz=12.5)
    assert written(actions) == [b"rate 12.5\n".hex()]
    kinds = [type(one) for one in actions]
    assert kinds == [Read, Read, Subscribe, Write, Subscribe]
    assert subscribed(actions)[-1] == "6e400003"
