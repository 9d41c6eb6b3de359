"""The start and stop scripts that a profile declares, step by step."""

import struct
from collections.abc import Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.base import ByteMatch
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.steps import (
    AskStep,
    Piece,
    ReadStep,
    Step,
    SubscribeStep,
    UnsubscribeStep,
    WaitStep,
    WriteStep,
)
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
from breathsense.core.wire.heads import fits
from breathsense.core.wire.walk import FLOATS

AGAIN = "Switch the wearable off and on again, then try once more."


class DeclaredConversation:
    """Says what the profile's ``start``, ``stop`` and ``poll`` tables say.

    Parameters
    ----------
    profile : Profile
        Of the wearable.
    settings : mapping of str to float
        Resolved settings; steps of streams that are off are left out.

    """

    def __init__(self, profile: Profile, settings: Mapping[str, float]) -> None:
        self._profile = profile
        self._settings = settings

    def start(self) -> Script:
        """Take the steps in order; raises LinkError for an answer that is missing or means no."""
        for step in self._steps(self._profile.spec.start):
            if isinstance(step, AskStep):
                yield from self._ask(step)
            else:
                yield self._action(step)

    def stop(self) -> Script:
        """Take the closing steps; answers that are missing or mean no change nothing."""
        yield from self._try_all(self._profile.spec.stop)

    def poll(self) -> Script:
        """Ask for what the wearable does not tell by itself; no answer changes nothing."""
        yield from self._try_all(self._profile.spec.poll)

    def _try_all(self, steps: tuple[Step, ...]) -> Script:
        for step in self._steps(steps):
            try:
                yield self._action(step)
            except AnswerMissing:
                continue

    def _steps(self, steps: tuple[Step, ...]) -> list[Step]:
        return [step for step in steps if step.only_with is None or self._settings[step.only_with]]

    def _ask(self, step: AskStep) -> Script:
        try:
            answer = yield self._action(step)
        except AnswerMissing:
            raise LinkError(
                f"the wearable did not answer within {step.timeout_s:g} s", advice=AGAIN
            ) from None
        if not all(fits(match, answer or b"") for match in step.accepted):
            raise LinkError(f"the wearable refused: {(answer or b'').hex(' ')}", advice=AGAIN)

    def _action(self, step: Step) -> Action:
        match step:
            case SubscribeStep():
                return Subscribe(str(step.characteristic), step.is_optional)
            case UnsubscribeStep():
                return Unsubscribe(str(step.characteristic))
            case ReadStep():
                return Read(str(step.characteristic), step.is_optional)
            case WaitStep():
                return Wait(step.seconds)
            case WriteStep():
                return self._write(step)
            case _:
                is_answer = partial(_answers, str(step.answer_on), step.answer)
                return Ask(self._write(step), is_answer, step.timeout_s)

    def _write(self, step: WriteStep | AskStep) -> Write:
        payload = b"".join(encode_piece(piece, self._settings) for piece in step.payload)
        return Write(str(step.characteristic), payload, step.with_response, step.chunk_size)


def encode_piece(piece: Piece, settings: Mapping[str, float]) -> bytes:
    """Return the bytes of one piece of a command.

    Raises
    ------
    LinkError
        If a setting's value has no code, or does not fit its type.

    """
    if piece.hex is not None:
        return bytes(piece.hex)
    if piece.text is not None:
        return piece.text.encode()
    value = settings[piece.setting or ""]
    if piece.values:
        if value not in piece.values:
            raise LinkError(f"the profile has no code for {piece.setting} = {value:g}")
        return bytes(piece.codes[piece.values.index(value)])
    if piece.type == "decimal":
        return f"{value * piece.scale:g}".encode()
    try:
        if piece.type[0] == "f":
            return struct.pack(FLOATS[piece.type, piece.byte_order], value * piece.scale)
        size = int(piece.type[1:]) // 8
        number = round(value * piece.scale)
        return number.to_bytes(size, piece.byte_order, signed=piece.type[0] == "i")
    except OverflowError:
        raise LinkError(f"{piece.setting} = {value:g} does not fit {piece.type}") from None


def _answers(answer_on: str, answer: tuple[ByteMatch, ...], uuid: str, payload: bytes) -> bool:
    return uuid == answer_on and all(fits(match, payload) for match in answer)
