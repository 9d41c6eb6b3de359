"""Virtual wearables talked to as the Bluetooth link talks to real ones, in simulated time."""

from collections.abc import Iterator, Sequence

from breathsense.core.model.inputs import Item, LinkEvent, Notification
from breathsense.core.setup import Wearable
from breathsense.core.wire.conversation import (
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Wait,
    Write,
)
from breathsense.core.wire.dialogue import build_conversation
from breathsense.simulation.peripheral import AttError, Peripheral

S = 1_000_000_000
EVENT_NS = 30_000_000
"""A connection event: what a wearable made since the last one goes out."""


def pass_time(
    worn: Sequence[Wearable], peripherals: Sequence[Peripheral], length_ns: int
) -> Iterator[tuple[int, list[Item]]]:
    """Let time pass in connection events; first every wearable is made to stream.

    Yields
    ------
    (int, list of Item)
        Session time, and what came at it.

    """
    links = [_Link(one, twin) for one, twin in zip(worn, peripherals, strict=True)]
    now_ns = 0
    while now_ns < length_ns:
        now_ns += EVENT_NS
        yield now_ns, [item for link in links for item in link.pass_on(now_ns)]
    yield now_ns, [LinkEvent(one.id, "stopped", now_ns) for one in worn]


class _Link:
    """Talks to one virtual wearable, as ``sources.ble`` talks to real ones."""

    def __init__(self, worn: Wearable, twin: Peripheral) -> None:
        self._worn, self._twin = worn, twin
        self._script: Script | None = build_conversation(worn.profile, worn.settings).start()
        self._asked: Ask | None = None
        self._begun = False
        self._wait_until_ns = 0

    def pass_on(self, now_ns: int) -> list[Item]:
        """Carry out what is to be said now, and take what comes."""
        items: list[Item] = []
        if not self._begun:
            self._begun = True
            self._twin.connect(now_ns)
            items += [LinkEvent(self._worn.id, "connecting", now_ns),
                      LinkEvent(self._worn.id, "connected", now_ns)]  # fmt: skip
        answer: bytes | None = None
        for sent in self._twin.advance(now_ns):
            items.append(Notification(self._worn.id, sent.characteristic, sent.payload, now_ns))
            if self._asked is not None and self._asked.is_answer(*_both(sent)):
                self._asked, answer = None, sent.payload
                items += self._speak(answer, now_ns)
        if self._asked is None and self._script is not None and now_ns >= self._wait_until_ns:
            items += self._speak(None, now_ns)
        return items

    def _speak(self, answer: bytes | None, now_ns: int) -> list[Item]:
        items: list[Item] = []
        while self._script is not None:
            try:
                action = self._script.send(answer)
            except StopIteration:
                self._script = None
                return [*items, LinkEvent(self._worn.id, "streaming", now_ns)]
            answer = None
            match action:
                case Subscribe():
                    self._twin.subscribe(action.characteristic, now_ns)
                case Unsubscribe():
                    self._twin.unsubscribe(action.characteristic, now_ns)
                case Write():
                    self._twin.write(action.characteristic, action.payload, now_ns)
                case Read():
                    answer = self._read(action, now_ns)
                    if answer is not None:
                        items.append(
                            Notification(
                                self._worn.id, action.characteristic, answer, now_ns, "read"
                            )
                        )
                case Ask():
                    self._asked = action
                    self._twin.write(action.write.characteristic, action.write.payload, now_ns)
                    return items
                case Wait():
                    self._wait_until_ns = now_ns + round(action.seconds * S)
                    return items
        return items

    def _read(self, action: Read, now_ns: int) -> bytes | None:
        try:
            return self._twin.read(action.characteristic, now_ns)
        except AttError:
            if action.is_optional:
                return None
            raise


def _both(sent: object) -> tuple[str, bytes]:
    return sent.characteristic, sent.payload  # type: ignore[attr-defined] # a ``Sent``
