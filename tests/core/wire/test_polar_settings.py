"""Settings that a Polar wearable offers, its SDK mode, its light and pulse intervals."""

import math
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Rejected
from breathsense.core.profiles.schema import parse_profile
from breathsense.core.wire.conversation import Action, AnswerMissing, Ask, Read, Script
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.protocols.pmd_frames import unpack_deltas
from breathsense.simulation.devices.pmd_frames import pack_differences
from breathsense.sources.shelf import load_shelf

POD = load_shelf().find("polar-verity-sense")
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
MEASUREMENT = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
ACC_52 = "0001 3400 0101 1000 0201 0800 0401 03"
ACC_SDK = "0005 1a00 3400 6800 d000 a001 0101 1000 0204 0200 0400 0800 1000 0401 03"
PPG_135 = "0001 8700 0101 1600 0401 04"
ONLY_ACC: dict[str, float] = {"acc": 1, "gyr": 0, "hr": 0}
Answering = Callable[[bytes], str]


def talk(chosen: dict[str, float], answering: Answering, features: str = "0f6e02") -> list[str]:
    """Return the requests of a start against a made-up pod."""
    return drive(build_conversation(POD, chosen).start(), answering, features)


def drive(script: Script, answering: Answering, features: str = "0f6e02") -> list[str]:
    requests: list[str] = []

    def answer(action: Action) -> bytes | None:
        if isinstance(action, Read):
            return bytes.fromhex(features) if action.characteristic == CONTROL else None
        if not isinstance(action, Ask):
            return None
        request = action.write.payload
        requests.append(request.hex())
        said = bytes((0xF0, *request[:2])) + bytes.fromhex(answering(request))
        assert action.is_answer(CONTROL, said)
        return said

    try:
        action = next(script)
        while True:
            action = script.send(answer(action))
    except StopIteration:
        return requests


def offer(settings: str) -> Answering:
    return lambda request: "0000" + settings if request[0] == 1 else "0000"


def test_what_is_offered_is_asked_first_and_echoed() -> None:
    requests = talk(ONLY_ACC, offer(ACC_52))
    assert requests == ["0309", "0102", "0202000134000101100002010800040103"]


def test_in_the_sdk_mode_there_is_a_choice() -> None:
    chosen = ONLY_ACC | {"sdk_mode": 1, "rate_hz": 104, "range_g": 2}
    assert talk(chosen, offer(ACC_SDK)) == [
        "0209",
        "0102",
        "0202000168000101100002010200040103",
    ]
    script = build_conversation(POD, chosen).stop()
    assert drive(script, lambda _: "0000") == ["0302", "0309"]


def test_what_is_not_offered_is_refused_with_what_is() -> None:
    with pytest.raises(LinkError, match="does not offer 104 as rate of acc, only 52") as refused:
        talk(ONLY_ACC | {"rate_hz": 104}, offer(ACC_52))
    assert "SDK mode" in refused.value.advice


@pytest.mark.parametrize("settings", ["0900", "0001"])
def test_an_offer_that_makes_no_sense_is_passed_over(settings: str) -> None:
    assert talk(ONLY_ACC, offer(settings))[-1] == "0202000134000101100002010800040103"


def test_a_pod_that_does_not_tell_what_it_offers_is_told_what_is_wanted() -> None:
    requests = talk(ONLY_ACC, lambda request: "0300" if request[0] == 1 else "0000")
    assert requests[-1] == "0202000134000101100002010800040103"


def test_the_largest_is_taken_of_what_nobody_chose() -> None:
    chosen = ONLY_ACC | {"acc": 0, "mag": 1}
    requests = talk(chosen, offer("0002 1400 3200 0101 1000 0202 0a00 3200 0401 03"))
    assert requests[-1] == "0206000114000101100002013200040103"


def test_135_hz_of_light_is_what_old_firmware_calls_55() -> None:
    requests = talk(ONLY_ACC | {"acc": 0, "ppg": 1}, offer(PPG_135))
    assert requests[-1] == "0201000187000101160004010 4".replace(" ", "")


def test_pulse_intervals_have_no_settings() -> None:
    assert talk(ONLY_ACC | {"acc": 0, "ppi": 1}, offer("")) == ["0309", "0203"]


def test_firmware_without_the_sdk_mode_is_told() -> None:
    with pytest.raises(LinkError, match="has no SDK mode") as refused:
        talk(ONLY_ACC | {"sdk_mode": 1}, offer(ACC_SDK), features="0f6e00")
    assert "Update" in refused.value.advice


def test_a_mode_that_cannot_change_while_it_streams_is_changed_after_a_stop() -> None:
    errors = iter(["0c"] + ["00"] * 20)

    def answering(request: bytes) -> str:
        return next(errors) + "00" + (ACC_SDK if request[0] == 1 else "")

    requests = talk(ONLY_ACC | {"sdk_mode": 1}, answering)
    assert requests[:7] == ["0209", "0302", "0305", "0306", "0301", "0303", "0209"]


def test_a_mode_that_is_refused_ends_the_start_only_where_it_was_wanted() -> None:
    def answering(request: bytes) -> str:
        return "0300" if request[1] == 9 else "0000" + (ACC_52 if request[0] == 1 else "")

    assert talk(ONLY_ACC, answering)[0] == "0309"
    with pytest.raises(LinkError, match="refused to change to the SDK mode"):
        talk(ONLY_ACC | {"sdk_mode": 1}, answering)


def test_a_silent_stop_does_not_end_the_stop_script() -> None:
    script = build_conversation(POD, ONLY_ACC | {"sdk_mode": 1}).stop()
    actions = [next(script)]
    try:
        while True:
            is_ask = isinstance(actions[-1], Ask)
            actions.append(script.throw(AnswerMissing()) if is_ask else script.send(None))
    except StopIteration:
        pass
    assert [one.write.payload.hex() for one in actions if isinstance(one, Ask)] == ["0302", "0309"]


def frame(kind: int, frame_type: int, content: bytes) -> Notification:
    head = struct.pack("<BQB", kind, 10**9, frame_type)
    return Notification("w", MEASUREMENT, head + content, 0)


@pytest.mark.parametrize(
    ("flags", "is_known"), [(0, True), (1, False), (4, False), (6, True), (7, False), (2, True)]
)
def test_pulse_intervals_that_cannot_be_trusted_have_no_value(
    flags: int, *, is_known: bool
) -> None:
    decoder = build_decoder(POD, {"ppi": 1})
    (packet,) = decoder.decode(frame(3, 0, struct.pack("<BHHB", 70, 850, 10, flags)))
    assert isinstance(packet, Packet)
    (value,) = packet.values[0]
    assert value == 850 if is_known else math.isnan(value)


def test_half_a_pulse_is_rejected() -> None:
    (rejected,) = build_decoder(POD, {}).decode(frame(3, 0, b"1234567"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "1 byte left over"
    (rejected,) = build_decoder(POD, {}).decode(frame(3, 0, b""))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "holds no sample"


rows = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.tuples(*[st.integers(-0x8000, 0x7FFF)] * n), min_size=1, max_size=90)
)


@given(rows=rows)
def test_what_a_pod_packs_is_unpacked_whatever_the_widths(rows: list[tuple[int, ...]]) -> None:
    packed = pack_differences(rows, 2)
    assert np.array_equal(unpack_deltas(packed, 2, len(rows[0])), rows)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('sdk_setting = "sdk_mode"', 'sdk_setting = "sdk"', "there is no setting 'sdk'"),
        (
            'name = "ppi"\nsignal = "rr"\nunit = "ms"',
            'name = "ppi"\nsignal = "other"\nunit = "s"',
            "the unit of stream 'ppi' must be ms",
        ),
        (
            'channels = ["first", "second", "third", "ambient"]',
            'channels = ["first", "second", "third"]',
            "stream 'ppg' must have 4 channels",
        ),
    ],
)
def test_a_profile_that_does_not_fit_the_protocol_is_refused(old: str, new: str, said: str) -> None:
    assert POD.text.count(old) == 1
    with pytest.raises(RefusedInput) as refused:
        parse_profile(POD.text.replace(old, new), "pod.toml")
    assert said in refused.value.what
