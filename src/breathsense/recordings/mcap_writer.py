"""Records to MCAP."""

import hashlib
import zlib

import zstandard
from mcap import records as packed
from mcap.data_stream import RecordBuilder
from mcap.writer import MCAP0_MAGIC

from breathsense import __version__
from breathsense.recordings.encoding import encode_json
from breathsense.recordings.header import Header
from breathsense.recordings.mcap_packing import pack
from breathsense.recordings.mcap_summary import Summary
from breathsense.recordings.records import (
    Attachment,
    Channel,
    Layout,
    Message,
    Metadata,
    Record,
)
from breathsense.recordings.spool import Spool

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
    they cost 16 bytes a message. Every record is packed by the ``mcap`` package; only what is
    wanted at the end is kept here, as the package's own writer keeps it in memory that grows
    (docs/decisions/0003).
    """

    def __init__(self, stream: Spool, header: Header) -> None:
        self._stream = stream
        self._header = header
        self._summary = Summary()
        self._channels: dict[Channel, int] = {}
        self._layouts: dict[Layout, int] = {}
        self._chunk = RecordBuilder()
        self._n_messages = self._start_ns = self._end_ns = 0
        self._packer = zstandard.ZstdCompressor()
        head = packed.Header(profile=PROFILE, library=f"breathsense {__version__}")
        stream.write(MCAP0_MAGIC + pack(head))
        self._add_header()

    def add(self, record: Record) -> None:
        """Write one record; a channel is declared when its first message comes."""
        match record:
            case Message():
                self._add_message(record)
            case Metadata():
                self._end_chunk()  # what stands outside the chunks would come before the open one
                self._add_metadata(record.name, dict(record.values))
            case Attachment():
                self._end_chunk()
                self._add_attachment(record)

    def flush(self) -> None:
        """End the chunk and hand it to the system: from here on a crash cannot take it back."""
        self._end_chunk()
        self._stream.flush()

    def finish(self) -> None:
        """Write header and channels for the second time, and the summary."""
        self.flush()
        self._add_header()
        for channel, channel_id in self._channels.items():
            self._add_metadata(CHANNEL_NAME, describe_channel(channel_id, channel))
        self._stream.write(pack(packed.DataEnd(data_section_crc=0)))
        self._stream.write(self._summary.pack(self._stream.tell()))
        self._stream.flush()

    def _add_message(self, message: Message) -> None:
        channel, log_ns = message.channel, message.log_ns
        channel_id = self._channels.get(channel)
        if channel_id is None:
            channel_id = self._declare(channel)
        self._start_ns = min(self._start_ns, log_ns) if self._n_messages else log_ns
        self._end_ns = max(self._end_ns, log_ns)
        self._n_messages += 1
        self._summary.add_message(channel_id)
        packed.Message(
            channel_id=channel_id,
            log_time=log_ns,
            data=message.payload,
            publish_time=message.publish_ns,
            sequence=message.sequence,
        ).write(self._chunk)
        if self._chunk.count > CHUNK_BYTES:
            self._end_chunk()

    def _end_chunk(self) -> None:
        if not self._n_messages:
            return
        content = bytes(self._chunk.end())  # type: ignore[no-untyped-call] # see pack
        data = self._packer.compress(content)
        record = pack(
            packed.Chunk(
                compression="zstd",
                data=data,
                message_end_time=self._end_ns,
                message_start_time=self._start_ns,
                uncompressed_crc=zlib.crc32(content),
                uncompressed_size=len(content),
            )
        )
        self._summary.add_chunk(
            packed.ChunkIndex(
                chunk_length=len(record),
                chunk_start_offset=self._stream.tell(),
                compression="zstd",
                compressed_size=len(data),
                message_end_time=self._end_ns,
                message_index_length=0,
                message_index_offsets={},
                message_start_time=self._start_ns,
                uncompressed_size=len(content),
            )
        )
        self._stream.write(record)
        self._n_messages = self._end_ns = 0

    def _declare(self, channel: Channel) -> int:
        layout_id = self._declare_layout(channel.layout) if channel.layout else 0
        channel_id = self._channels[channel] = len(self._channels) + 1
        declared = packed.Channel(
            id=channel_id,
            topic=channel.topic,
            message_encoding=channel.encoding,
            metadata=dict(channel.metadata),
            schema_id=layout_id,
        )
        self._summary.add_channel(declared)
        declared.write(self._chunk)
        self._add_metadata(CHANNEL_NAME, describe_channel(channel_id, channel))
        return channel_id

    def _declare_layout(self, layout: Layout) -> int:
        layout_id = self._layouts.get(layout)
        if layout_id is None:
            layout_id = self._layouts[layout] = len(self._layouts) + 1
            schema = packed.Schema(
                id=layout_id, data=layout.content, encoding=layout.encoding, name=layout.name
            )
            self._summary.add_schema(schema)
            schema.write(self._chunk)
        return layout_id

    def _add_header(self) -> None:
        self._add_metadata(HEADER_NAME, describe_header(self._header))

    def _add_metadata(self, name: str, values: dict[str, str]) -> None:
        record = pack(packed.Metadata(name=name, metadata=values))
        at = self._stream.tell()
        self._summary.add_metadata(packed.MetadataIndex(offset=at, length=len(record), name=name))
        self._stream.write(record)

    def _add_attachment(self, one: Attachment) -> None:
        record = pack(
            packed.Attachment(
                create_time=one.create_ns,
                log_time=one.log_ns,
                name=one.name,
                media_type=one.media_type,
                data=one.payload,
            )
        )
        self._summary.add_attachment(
            packed.AttachmentIndex(
                offset=self._stream.tell(),
                length=len(record),
                log_time=one.log_ns,
                create_time=one.create_ns,
                data_size=len(one.payload),
                name=one.name,
                media_type=one.media_type,
            )
        )
        self._stream.write(record)


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
