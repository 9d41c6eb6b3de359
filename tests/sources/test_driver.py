from typing import Any

import pytest

from breathsense.core.model.errors import LinkError
from breathsense.core.wire.conversation import (
    AnswerMissing,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.simulation.peripheral import AttError
from breathsense.sources.ble.errors import PairingNeeded, WearableRefused

COMMAND = "aaaa0001-0000-4000-8000-000000000000"
SAMPLES = "aaaa0002-0000-4000-8000-000000000000"
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"


def test_what_is_optional_may_be_absent_or_refused(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, characteristic: str, now_ns: int) -> bytes:
        raise AttError(0x05)

    monkeypatch.setattr(type(bench.belt), "read", refuse)
    bench.belt.services = tuple(
        service for service in bench.belt.services if not service.uuid.startswith("0000180a")
    )
    bench.stream(1.0)
    assert "streaming" in bench.states


@pytest.mark.parametrize("action", [Read("2a99"), Subscribe("2a99"), Write("2a99", b"")])
def test_what_is_not_optional_and_absent_is_told(bench: Any, action: Any) -> None:
    class Demanding:
        def start(self) -> Script:
            yield action

        def stop(self) -> Script:
            yield from ()

    bench.talk = Demanding
    bench.first_tries = 1
    with pytest.raises(WearableRefused, match="no characteristic 2a99") as caught:
        bench.stream(60.0)
    assert caught.value.where == "TEST 1"


def test_a_long_command_is_cut_into_pieces(bench: Any) -> None:
    class Chunking(bench.talk):
        def start(self) -> Script:
            yield from super().start()
            yield Write(COMMAND, bytes(range(0x20, 0x39)), with_response=False, chunk_size=20)

    bench.talk = Chunking
    bench.stream(1.0)
    pieces = [word for word in bench.belt.log if word.startswith(("20", "34"))]
    assert pieces == [bytes(range(0x20, 0x34)).hex(), bytes(range(0x34, 0x39)).hex()]


def test_each_step_of_stopping_is_tried_though_the_one_before_was_refused(bench: Any) -> None:
    def refuse() -> None:
        bench.belt.refuse_writes = 0x0E

    bench.stream(3.0, (2.0, refuse))
    assert bench.belt.log[-3:] == ["03", "02", "disconnect"]


def test_a_missing_answer_is_thrown_into_the_script_which_may_go_on(bench: Any) -> None:
    class Forgiving(bench.talk):
        def start(self) -> Script:
            try:
                yield from super().start()
            except AnswerMissing:
                yield Write(COMMAND, b"\x01")

    bench.belt.is_mute = True
    bench.talk = Forgiving
    bench.stream(5.0)
    assert "streaming" in bench.states
    assert bench.belt.log.count("01") == 2


def test_bytes_that_a_script_cannot_compare_are_not_the_answer(bench: Any) -> None:
    class Careless(bench.talk):
        def start(self) -> Script:
            yield Subscribe(SAMPLES)
            write = Write(COMMAND, b"\x01")
            yield Ask(write, lambda _, payload: payload[5] == 1, timeout_s=0.5)

    bench.talk = Careless
    bench.first_tries = 1
    with pytest.raises(WearableRefused, match="did not answer"):
        bench.stream(60.0)
    assert bench.counts != []


@pytest.mark.parametrize(
    "fault", [ZeroDivisionError(), AnswerMissing("none"), LinkError("refused to stop")]
)
def test_a_stop_script_that_fails_does_not_keep_the_connection(
    bench: Any, fault: Exception
) -> None:
    class Clumsy(bench.talk):
        def stop(self) -> Script:
            yield Wait(0.1)
            raise fault

    bench.talk = Clumsy
    bench.stream(2.0)
    assert bench.states[-2:] == ["streaming", "stopped"]
    assert bench.belt.log[-1] == "disconnect"


def test_subscribing_twice_and_unsubscribing_twice_do_no_harm(bench: Any) -> None:
    class Repetitive(bench.talk):
        def start(self) -> Script:
            yield from super().start()
            yield Subscribe(SAMPLES)

        def stop(self) -> Script:
            yield Unsubscribe(SAMPLES)
            yield Unsubscribe(SAMPLES)

    bench.talk = Repetitive
    bench.stream(2.0)
    assert bench.belt.log.count("subscribe 0002") == 1
    assert bench.belt.log.count("unsubscribe 0002") == 1


def test_what_a_wearable_refuses_with_an_att_error_is_told(bench: Any) -> None:
    bench.belt.refuse_writes = 0x03
    bench.first_tries = 1
    with pytest.raises(WearableRefused, match="Write Not Permitted") as caught:
        bench.stream(60.0)
    assert not isinstance(caught.value, PairingNeeded)


def test_a_link_error_of_the_script_ends_in_the_users_words(bench: Any) -> None:
    class Choosy(bench.talk):
        def start(self) -> Script:
            yield Wait(0.1)
            raise LinkError("this belt speaks an older language", advice="Update it.")

    bench.talk = Choosy
    bench.first_tries = 1
    with pytest.raises(LinkError, match="older language"):
        bench.stream(60.0)
    assert "this belt speaks an older language. Update it." in bench.details
