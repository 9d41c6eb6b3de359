"""What is said to Movesense, WitMotion, DOT, MetaMotion and a text band, byte for byte."""

import pytest
from made_up_wearable import (
    FFE4,
    GSP,
    SHELF,
    Answering,
    as_movesense,
    drive,
    silence,
    start,
    subscribed,
    written,
)

from breathsense.core.model.errors import LinkError
from breathsense.core.wire.conversation import (
    Action,
    Ask,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.dialogue import build_conversation


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
