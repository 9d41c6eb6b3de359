"""An MCAP recording as a series of records, whole or damaged."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from mcap.records import Attachment as McapAttachment
from mcap.records import Channel as McapChannel
from mcap.records import Header as McapHeader
from mcap.records import Metadata as McapMetadata
from mcap.records import Schema as McapSchema
from mcap.writer import MCAP0_MAGIC

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.recordings.header import Header
from breathsense.recordings.mcap_stream import RawMessage, RawRecord, read_raw
from breathsense.recordings.mcap_writer import (
    CHANNEL_NAME,
    HEADER_NAME,
    OWN_NAMES,
    PROFILE,
    checksum,
)
from breathsense.recordings.records import (
    Attachment,
    Channel,
    Damage,
    Layout,
    Message,
    Metadata,
    Record,
)

MAX_DECLARED = 16 << 20
"""Letters and bytes of all that a file declares: some hundred times what ours have."""


class _Told(msgspec.Struct):
    """A channel as metadata tells it: see ``mcap_writer.describe_channel``."""

    id: int
    topic: str
    encoding: str
    layout: tuple[str, str, str] | None
    metadata: list[tuple[str, str]]


learn(_Told)


class McapFile:
    """Reads a recording from MCAP.

    Parameters
    ----------
    path : Path
        A recording; one that was not closed (``.part``) or is damaged is read as far as it goes.

    Raises
    ------
    RefusedInput
        Not an MCAP file, one of another program, or one without a readable header.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._channels: dict[int, Channel] = {}
        self._layouts: dict[int, Layout] = {}
        self._all_declared = False
        self._n_declared = 0
        _check_magic(path)
        self.header = self._find_header()

    def records(self) -> Iterator[Record | Damage]:
        """Read all records in the order of writing; what is damaged is told, not raised."""
        channels = self._channels
        for raw in read_raw(self.path):
            if isinstance(raw, RawMessage):  # nearly all of them
                channel = channels.get(raw.channel_id) or self._find_channel(raw.channel_id)
                if channel is None:
                    yield Damage(f"nothing tells what channel {raw.channel_id} is")
                else:
                    yield Message(channel, raw.log_ns, raw.publish_ns, raw.sequence, raw.payload)
                continue
            match raw:
                case McapMetadata() if raw.name not in OWN_NAMES:
                    yield Metadata(raw.name, tuple(raw.metadata.items()))
                case McapAttachment():
                    yield Attachment(
                        raw.name, raw.media_type, raw.log_time, raw.create_time, raw.data
                    )
                case Damage():
                    yield raw
                case _:
                    self._declare(raw)

    def _find_header(self) -> Header:
        profile = PROFILE
        for raw in read_raw(self.path):
            if isinstance(raw, McapHeader):
                profile = raw.profile
            elif isinstance(raw, McapMetadata) and raw.name == HEADER_NAME:
                text = _read_checked(raw)
                if text is not None:
                    return Header.from_json(text, str(self.path))
            elif isinstance(raw, RawMessage) and profile != PROFILE:
                break
        if profile != PROFILE:
            raise RefusedInput(
                f"this MCAP file is of another program (its profile is {profile[:40]!r})",
                where=str(self.path),
                advice="Give a file that BreathSense recorded.",
            )
        raise RefusedInput(
            "the header of the recording is missing or damaged, nothing can be read",
            where=str(self.path),
            advice="Try another copy of the file.",
        )

    def _find_channel(self, channel_id: int) -> Channel | None:
        """Return a channel that was not declared before its message: there is a second copy."""
        if not self._all_declared:
            self._all_declared = True
            for declaration in read_raw(self.path):
                self._declare(declaration)
        return self._channels.get(channel_id)

    def _declare(self, raw: RawRecord | Damage) -> None:
        """Remember a channel; the first declaration counts."""
        match raw:
            case McapSchema() if raw.id not in self._layouts and self._has_room(raw.data):
                self._layouts[raw.id] = Layout(raw.name, raw.encoding, raw.data)
            case McapChannel() if raw.id not in self._channels:
                pairs = tuple(raw.metadata.items())
                if self._has_room(raw.topic, *(word for pair in pairs for word in pair)):
                    layout = self._layouts.get(raw.schema_id)
                    self._channels[raw.id] = Channel(raw.topic, raw.message_encoding, layout, pairs)
            case McapMetadata() if raw.name == CHANNEL_NAME:
                self._declare_second_copy(raw)

    def _has_room(self, *kept: str | bytes) -> bool:
        """Count what is to be kept; false when all declarations together are too much."""
        self._n_declared += sum(map(len, kept))
        return self._n_declared <= MAX_DECLARED

    def _declare_second_copy(self, raw: McapMetadata) -> None:
        text = _read_checked(raw)
        if text is None:
            return
        try:
            told = msgspec.json.decode(text, type=_Told)
            layout = told.layout and Layout(*told.layout[:2], bytes.fromhex(told.layout[2]))
        except (ValueError, RecursionError):
            # The checksum keeps out accidents; who writes on purpose can write that, too.
            return
        channel = Channel(told.topic, told.encoding, layout, tuple(told.metadata))
        self._channels.setdefault(told.id, channel)


def _read_checked(raw: McapMetadata) -> str | None:
    text = raw.metadata.get("json", "")
    is_intact = checksum(text.encode()) == raw.metadata.get("sha256")
    return text if is_intact else None


def _check_magic(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(MCAP0_MAGIC))
    if start == MCAP0_MAGIC:
        return
    raise RefusedInput(
        "the file is empty" if not start else "this is not a recording",
        where=str(path),
        advice="Recordings are .mcap files; tables are .csv, .csv.gz, .tsv or .edf.",
    )
