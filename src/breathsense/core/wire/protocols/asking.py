"""Questions in a script: one that must be answered, and one that need not."""

from collections.abc import Generator

from breathsense.core.model.errors import LinkError
from breathsense.core.wire.conversation import Action, AnswerMissing, Ask

Request = Generator[Action, bytes | None, bytes]

TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 2.0
"""On the way out nobody likes to wait."""


def require(question: Ask, advice: str) -> Request:
    """Ask; raises LinkError with the advice if no answer comes."""
    try:
        answer = yield question
    except AnswerMissing:
        request = question.write.payload.hex(" ")
        raise LinkError(
            f"the wearable did not answer within {question.timeout_s:g} s (request {request:.40})",
            advice=advice,
        ) from None
    return answer or b""


def attempt(question: Ask) -> Request:
    """Ask; return no bytes if no answer comes."""
    try:
        answer = yield question
    except AnswerMissing:
        return b""
    return answer or b""
