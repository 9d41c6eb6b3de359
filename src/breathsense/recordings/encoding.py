"""Items to messages and back, exactly.

===================  ==========================================  =============================
channel              what                                        payload
===================  ==========================================  =============================
``ble/W/UUID``       notifications of wearable ``W``             raw bytes
``ble/W/UUID/read``  answers to explicit reads                   raw bytes
``event``            link states, marks, gaps, courses           JSON
``samples/S/SIGNAL`` blocks of samples that came from a table    see ``encode_samples``
``clock``            wall and monotonic clock, read together     JSON; no input, for later review
===================  ==========================================  =============================
"""

import json
import struct
from collections import Counter
from functools import lru_cache
from typing import cast, get_args

import msgspec
import numpy as np

from breathsense.core.model.inputs import (
    Course,
    Item,
    LinkEvent,
    Mark,
    Notification,
    Origin,
    get_item_time_ns,
)
from breathsense.core.model.samples import Gap, SampleBlock, Signal, freeze_times, freeze_values
from breathsense.core.profiles.learning import learn
from breathsense.recordings.header import Header
from breathsense.recordings.promises import check_block, check_event
from breathsense.recordings.records import Channel, Layout, Message

RAW = "x-breathsense-raw"
SAMPLES = "x-breathsense-samples"
_LAST_NS = 2**64 - 1
_SEQUENCES = 2**32
_COUNT = struct.Struct("<Q")
MAX_EVENT_BYTES = 1 << 20
"""The longest event holds the text of a programme, which has 64 kB at most."""

_EVENT_SCHEMA = {
    "title": "breathsense.event",
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": ["link", "mark", "gap", "course"]}},
}
_CLOCK_SCHEMA = {
    "title": "breathsense.clock",
    "type": "object",
    "properties": {
        "session_ns": {"type": "integer"},
        "wall_ns": {"type": "integer"},
        "monotonic_ns": {"type": "integer"},
    },
}
_SAMPLES_LAYOUT = "u64 n_channels; i64 t_ns[n]; f64 values[n][n_channels]; little endian"


def encode_json(value: object) -> bytes:
    """Write JSON the one way it is written in recordings: no spaces, ASCII."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


EVENT = Channel(
    "event", "json", Layout("breathsense.event", "jsonschema", encode_json(_EVENT_SCHEMA))
)
CLOCK = Channel(
    "clock", "json", Layout("breathsense.clock", "jsonschema", encode_json(_CLOCK_SCHEMA))
)
JournalledEvent = LinkEvent | Mark | Gap | Course
_EVENTS: dict[str, type[JournalledEvent]] = {
    "link": LinkEvent,
    "mark": Mark,
    "gap": Gap,
    "course": Course,
}
_ORIGINS: dict[str | None, Origin] = {"notify": "notify", "read": "read"}
learn(*_EVENTS.values())
_EVENT_NAMES = {kind: name for name, kind in _EVENTS.items()}


class ItemEncoder:
    """Turns items into messages: finds the channel, counts the sequence, sets the times."""

    def __init__(self, header: Header) -> None:
        self._anchor_ns = header.anchor_wall_ns
        self._profiles = {
            worn.id: {"profile": worn.profile_id, "sha256": worn.profile_sha256}
            for worn in header.wearables
        }
        self._channels: dict[tuple[str, str, str], Channel] = {}
        self._counts: Counter[Channel] = Counter()

    def encode(self, item: Item) -> Message:
        """Encode one item; the caller writes it or the reader will see that one is missing."""
        match item:
            case Notification():
                channel = self._raw_channel(item)
                payload = item.payload
            case SampleBlock():
                channel = _samples_channel(item)
                payload = encode_samples(item)
            case _:
                channel = EVENT
                payload = encode_event(item)
        return self.stamp(channel, get_item_time_ns(item), payload)

    def stamp(self, channel: Channel, t_ns: int, payload: bytes) -> Message:
        """Make the channel's next message at a session time."""
        sequence = self._counts[channel]
        self._counts[channel] = (sequence + 1) % _SEQUENCES
        wall_ns = min(max(self._anchor_ns + t_ns, 0), _LAST_NS)
        return Message(channel, wall_ns, wall_ns, sequence, payload)

    def _raw_channel(self, item: Notification) -> Channel:
        key = (item.wearable, item.characteristic, item.origin)
        channel = self._channels.get(key)
        if channel is None:
            profile = self._profiles.get(item.wearable)
            channel = self._channels[key] = _build_raw_channel(*key, profile)
        return channel


def _build_raw_channel(
    wearable: str, characteristic: str, origin: str, profile: dict[str, str] | None
) -> Channel:
    topic = f"ble/{wearable}/{characteristic}"
    layout = None
    if profile is not None:
        name = f"breathsense.profile/{profile['profile']}"
        layout = Layout(name, "x-breathsense-profile", encode_json(profile))
    return Channel(
        topic if origin == "notify" else f"{topic}/{origin}",
        RAW,
        layout,
        (("wearable", wearable), ("characteristic", characteristic), ("origin", origin)),
    )


def _samples_channel(block: SampleBlock) -> Channel:
    return Channel(
        f"samples/{block.sensor}/{block.signal}",
        SAMPLES,
        Layout("breathsense.samples", "text", _SAMPLES_LAYOUT.encode()),
        (("sensor", block.sensor), ("signal", block.signal)),
    )


def encode_event(event: JournalledEvent) -> bytes:
    """Write a link state, mark, gap or course as JSON with its ``type`` first."""
    return encode_json({"type": _EVENT_NAMES[type(event)], **msgspec.to_builtins(event)})


def encode_samples(block: SampleBlock) -> bytes:
    """Write a block: number of channels, then times, then values row by row, little endian."""
    return (
        _COUNT.pack(block.values.shape[1])
        + block.t_ns.astype("<i8").tobytes()
        + block.values.astype("<f8").tobytes()
    )


def decode_item(message: Message, anchor_ns: int) -> Item | None:
    """Turn a message back into the item it was made from.

    Returns
    -------
    Item or None
        ``None`` for channels that hold no items (the clock, channels of other programs).

    Raises
    ------
    ValueError
        The payload is not what its channel says.

    """
    channel = message.channel
    if channel.encoding == RAW:
        return _decode_notification(message, anchor_ns)
    if channel.encoding == SAMPLES:
        return decode_samples(message)
    if channel.topic == EVENT.topic and channel.encoding == EVENT.encoding:
        return decode_event(message.payload)
    return None


def _decode_notification(message: Message, anchor_ns: int) -> Notification:
    wearable, characteristic, origin = _read_owner(message.channel)
    host_ns = message.log_ns - anchor_ns
    return Notification(wearable, characteristic, message.payload, host_ns, origin)


@lru_cache(maxsize=64)
def _read_owner(channel: Channel) -> tuple[str, str, Origin]:
    """Return wearable, characteristic and origin; the same for each message of a channel."""
    about = dict(channel.metadata)
    origin = about.get("origin")
    if origin not in _ORIGINS or "wearable" not in about or "characteristic" not in about:
        raise ValueError(f"channel {channel.topic} does not say whose bytes it holds")
    return about["wearable"], about["characteristic"], _ORIGINS[origin]


def decode_event(payload: bytes) -> JournalledEvent:
    """Read an event; ValueError if it is none, or none that can be."""
    if len(payload) > MAX_EVENT_BYTES:
        raise ValueError("an event that is longer than any")
    try:
        fields = msgspec.json.decode(payload)
    except RecursionError:
        raise ValueError("an event that is nested too deep") from None
    told = fields.pop("type", "") if isinstance(fields, dict) else ""
    kind = _EVENTS.get(told) if isinstance(told, str) else None
    if kind is None:
        raise ValueError("an event of an unknown type")
    return check_event(msgspec.convert(fields, kind))


def decode_samples(message: Message) -> SampleBlock:
    """Read a block of samples; ValueError if the lengths do not fit, or it is none that can be."""
    about = dict(message.channel.metadata)
    signal = about.get("signal")
    if "sensor" not in about or signal not in get_args(Signal):
        raise ValueError(f"channel {message.channel.topic} does not say whose samples it holds")
    if len(message.payload) < _COUNT.size:
        raise ValueError("a block of samples without its number of channels")
    (n_channels,) = _COUNT.unpack_from(message.payload)
    n_rows, rest = divmod(len(message.payload) - _COUNT.size, 8 * (1 + n_channels))
    if rest:
        raise ValueError("a block of samples of broken length")
    values_at = _COUNT.size + 8 * n_rows
    times = np.frombuffer(message.payload, "<i8", n_rows, _COUNT.size)
    values = np.frombuffer(message.payload, "<f8", n_rows * n_channels, values_at)
    block = SampleBlock(
        about["sensor"],
        cast("Signal", signal),
        freeze_times(times.astype(np.int64)),
        freeze_values(values.astype(np.float64).reshape(n_rows, n_channels)),
    )
    return check_block(block)
