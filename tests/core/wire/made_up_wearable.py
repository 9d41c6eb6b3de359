"""Answers of wearables that are spoken to, for the tests of what is said."""

from collections.abc import Callable

from breathsense.core.model.errors import LinkError
from breathsense.core.wire.conversation import (
    Action,
    AnswerMissing,
    Ask,
    Script,
    Subscribe,
    Write,
)
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
