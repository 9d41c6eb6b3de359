"""What wearables send: packets, notifications, answers to what is said to them."""

from collections.abc import Iterator
from contextlib import suppress

from fuzzing import PROFILES

from breathsense.core.engine import build_engine
from breathsense.core.model.errors import LinkError
from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.setup import Setup, Wearable
from breathsense.core.stage import run
from breathsense.core.wire.conversation import Action, AnswerMissing, Ask, Read, Script
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.dialogue import build_conversation
from breathsense.core.wire.stage import WireStage

MOST_ACTIONS = 2_000
"""A start script that goes on for longer is led round in circles by the wearable."""
MOST_STEP_NS = 4_000_000_000
CHARACTERISTICS = [
    sorted({str(golden.characteristic) for golden in profile.spec.golden}) for profile in PROFILES
]


def split_frames(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Cut bytes into frames: kind, duration byte, payload with its length before it."""
    at = 0
    while at + 3 <= len(content):
        kind, step, length = content[at : at + 3]
        yield kind, step, content[at + 3 : at + 3 + length]
        at += 3 + length


def join_frames(frames: list[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes that ``split_frames`` cuts into these."""
    return b"".join(
        bytes((kind, step, min(len(payload), 255))) + payload[:255]
        for kind, step, payload in frames
    )


def list_notifications(position: int, content: bytes) -> list[Item]:
    """Notifications of a profile's characteristics, and a lost link now and then."""
    known, host_ns = CHARACTERISTICS[position], 0
    items: list[Item] = []
    for kind, step, payload in split_frames(content):
        host_ns += step * (MOST_STEP_NS >> 8)
        if kind == 0xFF:
            items.append(LinkEvent("one", "lost", host_ns))
        else:
            items.append(Notification("one", known[kind % len(known)], payload, host_ns))
    return items


DECODERS = [build_decoder(profile, {}) for profile in PROFILES]
"""Kept from input to input: what came before must not open a door either."""


def feed_packet(content: bytes) -> None:
    """One notification, into the decoder of one profile: quick, so that very many can be tried."""
    if len(content) > 1:
        position = content[0] % len(PROFILES)
        known = CHARACTERISTICS[position]
        characteristic = known[content[1] % len(known)]
        DECODERS[position].decode(Notification("one", characteristic, content[2:], 0))


def list_packets() -> list[bytes]:
    """Golden packets of each profile, with what they belong to before them."""
    return [
        bytes((position, CHARACTERISTICS[position].index(str(golden.characteristic)))) + payload
        for position, profile in enumerate(PROFILES)
        for golden in profile.spec.golden
        for payload in golden.payloads[:8]
    ]


def feed_wire(content: bytes) -> None:
    """Any notifications into the decoder and the clocks of any profile."""
    position = content[0] % len(PROFILES) if content else 0
    stage = WireStage("one", PROFILES[position], "abdomen", {}, joins_runs=len(content) % 2 == 0)
    run(stage, list_notifications(position, content[1:]))


def feed_session(content: bytes) -> None:
    """The same through the whole engine."""
    position = content[0] % len(PROFILES) if content else 0
    setup = Setup((Wearable("one", PROFILES[position]),))
    run(build_engine(setup), list_notifications(position, content[1:]))


def list_golden_frames() -> list[bytes]:
    """Golden packets of each profile as frames."""
    seeds = []
    for position, profile in enumerate(PROFILES):
        frames = [
            (CHARACTERISTICS[position].index(str(golden.characteristic)), 16, bytes(payload))
            for golden in profile.spec.golden
            for payload in golden.payloads
        ]
        seeds.append(bytes((position,)) + join_frames(frames[:40]))
    return seeds


def feed_talk(content: bytes) -> None:
    """Any answers into what is said to a wearable, when it starts and when it stops."""
    position = content[0] % len(PROFILES) if content else 0
    conversation = build_conversation(PROFILES[position], {})
    answers = split_frames(content[1:])
    for script in (conversation.start(), conversation.stop()):
        with suppress(LinkError, AnswerMissing):
            lead(script, answers)


def lead(script: Script, answers: Iterator[tuple[int, int, bytes]]) -> None:
    """Answer a script; an answer that is not taken for one counts as none."""
    action: Action = next(script)
    with suppress(StopIteration):
        for _ in range(MOST_ACTIONS):
            payload = next(answers, (0, 0, b""))[2]
            if isinstance(action, Ask) and not action.is_answer(
                action.write.characteristic, payload
            ):
                action = script.throw(AnswerMissing())
            else:
                action = script.send(payload if isinstance(action, Ask | Read) else None)
        raise AssertionError("the script does not end")
