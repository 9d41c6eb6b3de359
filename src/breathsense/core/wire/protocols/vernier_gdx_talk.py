"""What is said to a Vernier Go Direct unit: the opening requests, the period, start and stop."""

from collections.abc import Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import VernierGdx
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import stream_rate_hz
from breathsense.core.wire.conversation import (
    Ask,
    Script,
    Subscribe,
    Unsubscribe,
    Write,
)
from breathsense.core.wire.protocols.asking import (
    STOP_TIMEOUT_S,
    TIMEOUT_S,
    Request,
    attempt,
    require,
)
from breathsense.core.wire.protocols.gdx_frames import (
    CHUNK,
    FIRST_COUNT,
    HEADER,
    INIT_PAYLOAD,
    MEASUREMENT,
    STOP_PAYLOAD,
    SUM_AT,
    Command,
    build_request,
    encode_period,
    encode_start,
    list_channels,
    sum_frame,
)

DEFAULT_RATE_HZ = 10.0
SWITCH_OFF = "Switch the wearable off and on again, then try once more."


class GdxConversation:
    """Talks to one unit; every ``start`` counts its requests from the beginning.

    Parameters
    ----------
    profile : Profile
        Of the wearable.
    gdx : VernierGdx
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: which streams are on, and their rate.

    """

    def __init__(self, profile: Profile, gdx: VernierGdx, settings: Mapping[str, float]) -> None:
        self._gdx = gdx
        streams = [channel for channel in gdx.channels if settings[channel.stream]]
        self._channels = tuple(sorted(channel.number for channel in streams))
        rates = [stream_rate_hz(profile.stream(channel.stream), settings) for channel in streams]
        self._rate_hz = max((rate for rate in rates if rate), default=DEFAULT_RATE_HZ)
        self._count = FIRST_COUNT

    def start(self) -> Script:
        """Subscribe, open, ask what is there, set the period, start; raises LinkError."""
        if not self._channels:
            raise LinkError("no stream of the wearable is on", advice="Switch one on.")
        self._count = FIRST_COUNT
        yield Subscribe(str(self._gdx.response))
        yield from self._order(Command.INIT, INIT_PAYLOAD, "open")
        yield from self._ask(Command.STATUS)
        yield from self._check_channels()
        for channel in self._channels:
            yield from self._ask(Command.SENSOR_INFO, bytes((channel,)))
        period_us = round(1_000_000 / self._rate_hz)
        yield from self._order(Command.SET_PERIOD, encode_period(period_us), "set the period")
        yield from self._order(Command.START, encode_start(self._channels), "start measuring")

    def stop(self) -> Script:
        """Stop measuring and close; goes on whatever the unit answers or does not."""
        for command, payload in ((Command.STOP, STOP_PAYLOAD), (Command.DISCONNECT, b"")):
            yield from attempt(self._request(command, payload, STOP_TIMEOUT_S))
        yield Unsubscribe(str(self._gdx.response))

    def _check_channels(self) -> Script:
        answer = yield from self._ask(Command.AVAILABLE_CHANNELS)
        there = list_channels(int.from_bytes(answer[HEADER : HEADER + 4], "little"))
        missing = [channel for channel in self._channels if channel not in there]
        if missing:
            names = ", ".join(str(channel) for channel in missing)
            raise LinkError(
                f"the wearable has no sensor channel {names}",
                advice="Switch the streams on these channels off, or choose another profile.",
            )

    def _order(self, command: Command, payload: bytes, what: str) -> Script:
        """Ask and check the status byte: 0 is yes."""
        answer = yield from self._ask(command, payload)
        if len(answer) > HEADER and answer[HEADER]:
            raise LinkError(
                f"the wearable refused to {what} (status {answer[HEADER]})", advice=SWITCH_OFF
            )

    def _ask(self, command: Command, payload: bytes = b"") -> Request:
        return require(self._request(command, payload, TIMEOUT_S), SWITCH_OFF)

    def _request(self, command: Command, payload: bytes, timeout_s: float) -> Ask:
        # Counting starts anew when the unit is opened, whatever was said on the link before.
        self._count = FIRST_COUNT if command is Command.INIT else self._count
        self._count = (self._count - 1) & 0xFF
        return ask(self._gdx, build_request(command, self._count, payload), timeout_s)


def ask(gdx: VernierGdx, request: bytes, timeout_s: float) -> Ask:
    """Return the action: the request in pieces, and what counts as its answer."""
    write = Write(str(gdx.command), request, with_response=False, chunk_size=CHUNK)
    echo = bytes((request[4], request[2]))
    return Ask(write, partial(answers, str(gdx.response), echo), timeout_s)


def answers(response: str, echo: bytes, characteristic: str, payload: bytes) -> bool:
    """Return whether a notification is, or begins, the answer with this echo.

    A long answer may be cut over notifications; the first piece is what the script gets, and
    only a whole frame has a checksum to look at.
    """
    if characteristic != response or len(payload) < HEADER or payload[0] == MEASUREMENT:
        return False
    is_whole = len(payload) == payload[1]
    return payload[4:6] == echo and (not is_whole or payload[SUM_AT] == sum_frame(payload))
