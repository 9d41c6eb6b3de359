"""Records to MCAP."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

from mcap.writer import CompressionType, IndexType, Writer

from breathsense import __version__
from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.encoding import encode_json
from breathsense.recordings.header import Header
from breathsense.recordings.records import Attachment, Channel, Message, Metadata, Record
from breathsense.recordings.spool import COPYING, Spool

PROFILE = "breathsense"
HEADER_NAME = "breathsense.header"
CHANNEL_NAME = "breathsense.channel"
OWN_NAMES = frozenset({HEADER_NAME, CHANNEL_NAME})
"""Metadata that the writer makes by itself."""

CHUNK_BYTES = 1 << 20


class McapWriter:
    """Writes one MCAP file: the header first, and once more at the end.

    What nothing can be read without, the header and the channels, is written at both ends, so
    that no single damaged place makes the whole file unreadable. Message indexes are left out:
    they cost 16 bytes a message.
    """

    def __init__(self, stream: Spool, header: Header) -> None:
        self._header = header
        self._channels: dict[Channel, int] = {}
        self._layouts: dict[tuple[str, str, bytes], int] = {}
        # The package gives types to some of the methods only.
        self._writer: Any = Writer(
            cast("IO[Any]", stream),
            chunk_size=CHUNK_BYTES,
            compression=CompressionType.ZSTD,
            index_types=IndexType.CHUNK | IndexType.METADATA | IndexType.ATTACHMENT,
        )
        self._writer.start(profile=PROFILE, library=f"breathsense {__version__}")
        self._add_header()

    def add(self, record: Record) -> None:
        """Write one record; a channel is declared when its first message comes."""
        match record:
            case Message():
                self._add_message(record)
            case Metadata():
                self.flush()  # it stands outside the chunks, and would come before the open one
                self._writer.add_metadata(record.name, dict(record.values))
            case Attachment():
                self.flush()
                self._writer.add_attachment(
                    record.create_ns,
                    record.log_ns,
                    record.name,
                    record.media_type,
                    record.payload,
                )

    def flush(self) -> None:
        """End the chunk and hand it to the system: from here on a crash cannot take it back."""
        self._writer.flush()

    def finish(self) -> None:
        """Write header and channels for the second time, and the summary."""
        self.flush()
        self._add_header()
        for channel, channel_id in self._channels.items():
            self._writer.add_metadata(CHANNEL_NAME, describe_channel(channel_id, channel))
        self._writer.finish()
        self._writer.flush()

    def _add_message(self, message: Message) -> None:
        channel_id = self._channels.get(message.channel)
        if channel_id is None:
            channel_id = self._declare(message.channel)
        self._writer.add_message(
            channel_id, message.log_ns, message.payload, message.publish_ns, message.sequence
        )

    def _declare(self, channel: Channel) -> int:
        layout_id = 0
        layout = channel.layout
        if layout is not None:
            key = (layout.name, layout.encoding, layout.content)
            layout_id = self._layouts.get(key, 0)
            if not layout_id:
                layout_id = self._layouts[key] = self._writer.register_schema(*key)
        channel_id: int = self._writer.register_channel(
            channel.topic, channel.encoding, layout_id, dict(channel.metadata)
        )
        self._channels[channel] = channel_id
        self._writer.add_metadata(CHANNEL_NAME, describe_channel(channel_id, channel))
        return channel_id

    def _add_header(self) -> None:
        self._writer.add_metadata(HEADER_NAME, describe_header(self._header))


def write_copy(path: Path, header: Header, records: Iterable[Record]) -> Path:
    """Write a whole recording at once; return where it is (another name, if ``path`` got taken).

    Raises
    ------
    RefusedInput
        It cannot be written. Nothing is left behind then, nor if giving the records fails.

    """
    spool = Spool(path, COPYING)
    try:
        writer = McapWriter(spool, header)
        for record in records:
            writer.add(record)
        writer.finish()
    except BaseException:
        spool.discard()
        raise
    written = spool.close()
    if spool.problem:
        written.unlink(missing_ok=True)
        raise RefusedInput(spool.problem, where=str(path), advice="Choose another folder.")
    return written


def describe_header(header: Header) -> dict[str, str]:
    """Return the header as metadata, with a checksum: MCAP itself keeps none for metadata."""
    text = header.to_json()
    return {"json": text, "sha256": checksum(text.encode())}


def describe_channel(channel_id: int, channel: Channel) -> dict[str, str]:
    """Return a channel as metadata: the second copy of what stands in the chunks."""
    layout = channel.layout
    text = encode_json(
        {
            "id": channel_id,
            "topic": channel.topic,
            "encoding": channel.encoding,
            "metadata": channel.metadata,
            "layout": layout and [layout.name, layout.encoding, layout.content.hex()],
        }
    )
    return {"json": text.decode(), "sha256": checksum(text)}


def checksum(content: bytes) -> str:
    """Return the SHA-256 of the bytes as hex."""
    return hashlib.sha256(content).hexdigest()
