"""The JSONL dump of a recording as a series of records. One JSON object a line.

``{"header": {...}}`` comes first, ``{"end": {"records": N}}`` last; between them

* ``{"channel": 1, "topic": ..., "encoding": ..., "layout": {...}|null, "metadata": {...}}``
* ``{"on": 1, "seq": 0, "t_ns": 0, "hex": "..."}``: a message at a session time; ``json`` instead
  of ``hex`` where the payload is JSON; ``sent_ns`` if it was sent at another time
* ``{"meta": NAME, "values": {...}}`` and ``{"attachment": NAME, ...}``
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.recordings.encoding import encode_json
from breathsense.recordings.header import Header
from breathsense.recordings.records import (
    Attachment,
    Channel,
    Damage,
    Layout,
    Message,
    Metadata,
    Record,
)

MAX_LINE_BYTES = 256 << 20
MOST_PARTS = 1 << 22
"""Values in a line: as many as the longest message of a recording may hold. Each takes some thirty
times the memory of its letters; what is longer is long by its hex."""
_LAST_NS = 2**64 - 1


class LayoutLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of a channel."""

    name: str
    encoding: str
    hex: str


class ChannelLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares a channel; ``channel`` is the number that messages use."""

    channel: int
    topic: str
    encoding: str
    layout: LayoutLine | None
    metadata: dict[str, str]


class MessageLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One message; exactly one of ``hex`` and ``json`` is there."""

    on: int
    seq: int
    t_ns: int
    sent_ns: int | None = None
    hex: str | None = None
    json: Any = msgspec.UNSET


class MetadataLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metadata."""

    meta: str
    values: dict[str, str]


class AttachmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attachment."""

    attachment: str
    media_type: str
    t_ns: int
    created_ns: int
    hex: str


class EndLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tells that the dump is whole: the number of records before it."""

    end: int


Line = ChannelLine | MessageLine | MetadataLine | AttachmentLine | EndLine
_KINDS: dict[str, type[Line]] = {
    "channel": ChannelLine,
    "on": MessageLine,
    "meta": MetadataLine,
    "attachment": AttachmentLine,
    "end": EndLine,
}
learn(*_KINDS.values())


class JsonlFile:
    """Reads a recording from its JSONL dump.

    Parameters
    ----------
    path : Path
        The dump.

    Raises
    ------
    RefusedInput
        The first line holds no header; later, while reading, a line that makes no sense.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            fields = self._parse(self._read_line(file, 1), 1)
        if fields.keys() != {"header"}:
            raise self._refuse(1, "a dump begins with its header")
        self.header = Header.from_json(json.dumps(fields["header"]), f"{path}:1")

    def records(self) -> Iterator[Record | Damage]:
        """Read all records; a line that makes no sense is refused with its number."""
        channels: dict[int, Channel] = {}
        number = 1
        n_records = 0
        with self.path.open("rb") as file:
            self._read_line(file, number)
            while line := self._read_line(file, number + 1):
                number += 1
                parsed = self._parse_line(line, number)
                if parsed is None:
                    break
                if isinstance(parsed, EndLine):
                    self._check_end(file, number, parsed.end, n_records)
                    return
                if isinstance(parsed, ChannelLine):
                    self._declare(parsed, channels, number)
                    continue
                n_records += 1
                yield self._build(parsed, channels, number)
        yield Damage("the file ends in the middle", at_end=True)

    def _read_line(self, file: BinaryIO, number: int) -> bytes:
        line = file.readline(MAX_LINE_BYTES)
        if len(line) == MAX_LINE_BYTES:
            raise self._refuse(number, "the line is longer than any that a dump has")
        return line

    def _parse_line(self, line: bytes, number: int) -> Line | None:
        """Return what a line says; ``None`` for a last line that was cut."""
        try:
            fields = self._parse(line, number)
        except RefusedInput:
            if not line.endswith(b"\n"):
                return None
            raise
        kind = next((kind for key, kind in _KINDS.items() if key in fields), None)
        if kind is None:
            raise self._refuse(number, f"no kind of line has the keys {', '.join(fields)}")
        try:
            return msgspec.convert(fields, kind)
        except msgspec.ValidationError as error:
            raise self._refuse(number, str(error)) from error

    def _parse(self, line: bytes, number: int) -> dict[str, Any]:
        if line.count(b",") + line.count(b"[") + line.count(b"{") > MOST_PARTS:
            raise self._refuse(number, "the line holds more than any that a dump has")
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._refuse(number, f"not JSON ({error})") from error
        if not isinstance(fields, dict):
            raise self._refuse(number, "a line of a dump is a JSON object")
        return fields

    def _declare(self, line: ChannelLine, channels: dict[int, Channel], number: int) -> None:
        layout = None
        if line.layout is not None:
            content = self._unhex(line.layout.hex, number)
            layout = Layout(line.layout.name, line.layout.encoding, content)
        channels[line.channel] = Channel(
            line.topic,
            line.encoding,
            layout,
            tuple(line.metadata.items()),
        )

    def _build(
        self,
        line: MessageLine | MetadataLine | AttachmentLine,
        channels: dict[int, Channel],
        number: int,
    ) -> Record:
        match line:
            case MetadataLine():
                return Metadata(line.meta, tuple(line.values.items()))
            case AttachmentLine():
                return Attachment(
                    line.attachment,
                    line.media_type,
                    self._wall(line.t_ns, number),
                    self._wall(line.created_ns, number),
                    self._unhex(line.hex, number),
                )
        channel = channels.get(line.on)
        if channel is None:
            raise self._refuse(number, f"channel {line.on} was not declared before")
        if not 0 <= line.seq < 2**32:  # an MCAP sequence number has 32 bits
            raise self._refuse(number, f"seq {line.seq} is not between 0 and 4294967295")
        sent_ns = line.t_ns if line.sent_ns is None else line.sent_ns
        return Message(
            channel,
            self._wall(line.t_ns, number),
            self._wall(sent_ns, number),
            line.seq,
            self._payload(line, number),
        )

    def _payload(self, line: MessageLine, number: int) -> bytes:
        if (line.hex is None) == (line.json is msgspec.UNSET):
            raise self._refuse(number, "a message has either hex or json")
        if line.hex is not None:
            return self._unhex(line.hex, number)
        try:
            return encode_json(line.json)
        except ValueError as error:
            raise self._refuse(number, str(error)) from error

    def _wall(self, t_ns: int, number: int) -> int:
        wall_ns = self.header.anchor_wall_ns + t_ns
        if not 0 <= wall_ns <= _LAST_NS:
            raise self._refuse(number, f"the time {t_ns} ns lies outside of what can be stored")
        return wall_ns

    def _unhex(self, text: str, number: int) -> bytes:
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise self._refuse(number, f"not hex ({error})") from error

    def _check_end(self, file: BinaryIO, number: int, n_told: int, n_records: int) -> None:
        if n_told != n_records:
            raise self._refuse(
                number, f"the dump tells of {n_told} records, {n_records} stand before"
            )
        if self._read_line(file, number + 1).strip():
            raise self._refuse(number + 1, "something stands after the end")

    def _refuse(self, number: int, what: str) -> RefusedInput:
        return RefusedInput(
            what,
            where=f"{self.path}:{number}",
            advice="Mend the line, or dump the recording again.",
        )
