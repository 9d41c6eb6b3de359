"""What is said to a wearable to make it stream and stop, without any input or output.

A conversation is a pair of generators. Each yields actions; whoever drives it (the Bluetooth link,
or a test) carries an action out and sends back what came of it::

    script = conversation.start()
    action = next(script)
    while True:
        action = script.send(answer)      # bytes for Read and Ask, None for the others

Decoding is apart (``breathsense.core.wire.packet.Decoder``): it sees every notification,
answers included, and so works from a recording in which nobody talks to a wearable.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for notifications (or indications) of a characteristic."""

    characteristic: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """End the notifications of a characteristic."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a value; long ones are cut into chunks of ``chunk_size`` bytes, if that is given."""

    characteristic: str
    payload: bytes
    with_response: bool = True
    chunk_size: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Read a value; the script gets the bytes, or ``None`` if it is optional and not there."""

    characteristic: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Write, then wait for the notification that ``is_answer`` accepts; the script gets its bytes.

    If none comes within ``timeout_s``, ``AnswerMissing`` is thrown into the script.
    """

    write: Write
    is_answer: Callable[[str, bytes], bool]
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for a while: some wearables need it."""

    seconds: float


class AnswerMissing(Exception):
    """Thrown into a script when an ``Ask`` went unanswered."""


Action = Subscribe | Unsubscribe | Write | Read | Ask | Wait
Script = Generator[Action, bytes | None, None]


class Conversation(Protocol):
    """The two scripts of a wearable. Both may raise ``LinkError`` (refused, wrong firmware ...)."""

    def start(self) -> Script:
        """Everything from the fresh connection to the first sample."""
        ...

    def stop(self) -> Script:
        """Everything needed so that the wearable does not stream on; safe to run at any point."""
        ...
