"""What is said to a Movella DOT, a MetaMotion board and a band of text."""

import struct
from typing import Any

import pytest
from made_up_wearable import (
    DOT,
    GSP,
    META,
    SHELF,
    drive,
    silence,
    start,
    subscribed,
    written,
)

from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.wire.conversation import (
    Action,
    Ask,
    Read,
    Subscribe,
    Unsubscribe,
    Write,
)
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation

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
