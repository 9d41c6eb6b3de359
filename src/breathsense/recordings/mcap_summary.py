"""What stands at the end of an MCAP file: everything declared once more, counts, and indexes."""

import zlib

from mcap.opcode import Opcode
from mcap.records import (
    AttachmentIndex,
    Channel,
    ChunkIndex,
    Footer,
    MetadataIndex,
    Schema,
    Statistics,
    SummaryOffset,
)
from mcap.writer import MCAP0_MAGIC

from breathsense.recordings.mcap_packing import pack


class Summary:
    """Takes what is written, in order; gives the end of the file.

    Every half a second there is a chunk, for hours: their index is kept packed, some 25 bytes
    each, where the writer of the ``mcap`` package keeps objects of 400.
    """

    def __init__(self) -> None:
        self._schemas: list[Schema] = []
        self._channels: list[Channel] = []
        self._attachments: list[AttachmentIndex] = []
        self._metadata: list[MetadataIndex] = []
        self._chunks = bytearray()
        self._packer = zlib.compressobj()
        self._n_chunks = 0
        self._n_messages: dict[int, int] = {}
        self._start_ns = self._end_ns = 0

    def add_schema(self, schema: Schema) -> None:
        """Take a schema that was declared."""
        self._schemas.append(schema)

    def add_channel(self, channel: Channel) -> None:
        """Take a channel that was declared."""
        self._n_messages[channel.id] = 0
        self._channels.append(channel)

    def add_message(self, channel_id: int) -> None:
        """Count a message of a channel that was declared."""
        self._n_messages[channel_id] += 1

    def add_chunk(self, index: ChunkIndex) -> None:
        """Take where a chunk was written, and what it holds."""
        start_ns = index.message_start_time
        self._start_ns = min(self._start_ns, start_ns) if self._n_chunks else start_ns
        self._end_ns = max(self._end_ns, index.message_end_time)
        self._n_chunks += 1
        self._chunks += self._packer.compress(pack(index))

    def add_metadata(self, index: MetadataIndex) -> None:
        """Take where metadata were written."""
        self._metadata.append(index)

    def add_attachment(self, index: AttachmentIndex) -> None:
        """Take where an attachment was written."""
        self._attachments.append(index)

    def pack(self, at: int) -> bytes:
        """Return the end of a file whose records go up to ``at``; nothing may be added then."""
        chunks = zlib.decompress(bytes(self._chunks) + self._packer.flush())
        groups = (
            (Opcode.SCHEMA, pack(*self._schemas)),
            (Opcode.CHANNEL, pack(*self._channels)),
            (Opcode.STATISTICS, pack(self._count())),
            (Opcode.CHUNK_INDEX, chunks),
            (Opcode.ATTACHMENT_INDEX, pack(*self._attachments)),
            (Opcode.METADATA_INDEX, pack(*self._metadata)),
        )
        summary, offsets = bytearray(), bytearray()
        for opcode, content in groups:
            offsets += pack(SummaryOffset(opcode, at + len(summary), len(content)))
            summary += content
        return _end(bytes(summary + offsets), at, at + len(summary))

    def _count(self) -> Statistics:
        return Statistics(
            attachment_count=len(self._attachments),
            channel_count=len(self._channels),
            channel_message_counts=self._n_messages,
            chunk_count=self._n_chunks,
            message_count=sum(self._n_messages.values()),
            message_end_time=self._end_ns,
            message_start_time=self._start_ns,
            metadata_count=len(self._metadata),
            schema_count=len(self._schemas),
        )


def _end(summary: bytes, at: int, offsets_at: int) -> bytes:
    """Return a summary with the footer, which holds the checksum of both, and the last magic."""
    unsummed = pack(Footer(at, offsets_at, 0))
    checksum = zlib.crc32(unsummed[:-4], zlib.crc32(summary))
    return summary + pack(Footer(at, offsets_at, checksum)) + MCAP0_MAGIC
