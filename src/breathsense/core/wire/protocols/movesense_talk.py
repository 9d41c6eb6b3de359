"""What is said to a Movesense (GATT SensorData Protocol): a subscription for what is wanted.

Facts from sensein/movesense-py, ``docs/movesense-api.md``, EvanKat/movesense_bleak and Movesense's
own example. Its packets are tables of the profile.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import GspResource, MovesenseGsp
from breathsense.core.wire.conversation import Ask, Script, Subscribe, Unsubscribe, Write
from breathsense.core.wire.protocols.asking import STOP_TIMEOUT_S, TIMEOUT_S, attempt, require

SUBSCRIBE, UNSUBSCRIBE = 1, 2
RESULT = 1
STATUS_AT, STATUS_END = 2, 4
OK_FIRST, OK_LAST = 200, 299
TABLE_FULL = 507
TABLE_FULL_REVERSED = int.from_bytes(TABLE_FULL.to_bytes(2, "big"), "little")
"""Old firmware sends this one status with its bytes the wrong way round."""
REFUSALS = {
    400: "it does not understand the request",
    403: "it is not allowed",
    404: "it does not know it",
    409: "it is measured already with other settings",
    503: "it is busy",
    TABLE_FULL: "it has no room for another subscription",
}
NOT_KNOWN = (
    "Choose another rate, or switch the stream off; Movesense's own app shows whether there is"
    " newer firmware, which may know it."
)
UPDATE = "Firmware older than about 2.3 cannot stream: update it with Movesense's own app."
WAKE = "Take it off its strap or charger for a moment so that it starts anew, then try again."
ADVICE = {400: NOT_KNOWN, 404: NOT_KNOWN, TABLE_FULL: WAKE}


class GspConversation:
    """Talks to one Movesense.

    Parameters
    ----------
    gsp : MovesenseGsp
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: which streams are on, and the rates.

    """

    def __init__(self, gsp: MovesenseGsp, settings: Mapping[str, float]) -> None:
        self._gsp = gsp
        on = {name for one in gsp.resources for name in one.streams if settings[name]}
        self._resources = choose_resources(gsp.resources, on)
        self._settings = settings

    def start(self) -> Script:
        """Listen, then subscribe to each resource; raises LinkError if one is refused."""
        if not self._resources:
            raise LinkError("no stream of the wearable is on", advice="Switch one on.")
        try:
            yield Subscribe(str(self._gsp.notify))
        except LinkError as error:
            # Advice comes with a refusal only; a link that breaks says nothing of the firmware.
            error.advice = f"{error.advice} {UPDATE}" if error.advice else ""
            raise
        for resource in self._resources:
            path = fill_path(resource, self._settings)
            command = bytes((SUBSCRIBE, resource.reference)) + path.encode()
            answer = yield from require(self._request(command, TIMEOUT_S), WAKE)
            status = read_status(answer)
            if not OK_FIRST <= status <= OK_LAST:
                meaning = REFUSALS.get(status, "it failed")
                raise LinkError(
                    f"the wearable refused to measure {path}: {meaning} (status {status})",
                    advice=ADVICE.get(status, WAKE),
                )

    def stop(self) -> Script:
        """End each subscription; goes on whatever the wearable answers or does not."""
        for resource in self._resources:
            command = bytes((UNSUBSCRIBE, resource.reference))
            yield from attempt(self._request(command, STOP_TIMEOUT_S))
        yield Unsubscribe(str(self._gsp.notify))

    def _request(self, command: bytes, timeout_s: float) -> Ask:
        is_answer = partial(answers, str(self._gsp.notify), bytes((RESULT, command[1])))
        return Ask(Write(str(self._gsp.command), command), is_answer, timeout_s)


def choose_resources(resources: Iterable[GspResource], on: set[str]) -> list[GspResource]:
    """Return what to subscribe to: many streams in one, and none that is off where it can be.

    Streams of one resource have the same stamps; the wearable has room for few subscriptions.
    """
    chosen: list[GspResource] = []
    missing = set(on)
    by_size = sorted(resources, key=lambda one: -len(one.streams))
    for resource in by_size:
        if set(resource.streams) <= missing:
            chosen.append(resource)
            missing -= set(resource.streams)
    for resource in reversed(by_size):
        if missing & set(resource.streams):
            chosen.append(resource)
            missing -= set(resource.streams)
    return sorted(chosen, key=lambda one: one.reference)


def fill_path(resource: GspResource, settings: Mapping[str, float]) -> str:
    """Return the path with the rate in it."""
    if resource.rate_setting is None:
        return resource.path
    return resource.path.replace("{rate}", f"{settings[resource.rate_setting]:g}")


def read_status(answer: bytes) -> int:
    """Return the status of an answer, like those of HTTP; an answer without one is a yes."""
    if len(answer) < STATUS_END:
        return OK_FIRST
    status = int.from_bytes(answer[STATUS_AT:STATUS_END], "little")
    return TABLE_FULL if status == TABLE_FULL_REVERSED else status


def answers(notify: str, head: bytes, characteristic: str, payload: bytes) -> bool:
    """Return whether a notification is the result of the command with this reference."""
    return characteristic == notify and payload.startswith(head)
