"""What stands at the end of an MCAP file: everything declared once more, counts, and indexes."""

import zlib
from collections.abc import Iterable

from mcap.opcode import Opcode

from breathsense.recordings.mcap_packing import (
    pack_attachment_index,
    pack_chunk_index,
    pack_end,
    pack_metadata_index,
    pack_statistics,
    pack_summary_offset,
)
from breathsense.recordings.records import Attachment


class Summary:
    """Takes what is written, in order; gives the end of the file.

    Every half a second there is a chunk, for hours: their index is kept packed, some 25 bytes
    each, where the objects of the ``mcap`` package would take 400.
    """

    def __init__(self) -> None:
        self._schemas: list[bytes] = []
        self._channels: list[bytes] = []
        self._attachments: list[bytes] = []
        self._metadata: list[bytes] = []
        self._chunks = bytearray()
        self._packer = zlib.compressobj()
        self._n_chunks = 0
        self._n_messages: dict[int, int] = {}
        self._start_ns = self._end_ns = 0

    def add_schema(self, record: bytes) -> None:
        """Take a schema as it was written."""
        self._schemas.append(record)

    def add_channel(self, channel_id: int, record: bytes) -> None:
        """Take a channel as it was written."""
        self._n_messages[channel_id] = 0
        self._channels.append(record)

    def add_message(self, channel_id: int) -> None:
        """Count a message of a channel that was declared."""
        self._n_messages[channel_id] += 1

    def add_chunk(
        self, start_ns: int, end_ns: int, at: int, length: int, n_packed: int, n_content: int
    ) -> None:
        """Take where a chunk was written, and what it holds."""
        self._start_ns = min(self._start_ns, start_ns) if self._n_chunks else start_ns
        self._end_ns = max(self._end_ns, end_ns)
        self._n_chunks += 1
        index = pack_chunk_index(start_ns, end_ns, at, length, n_packed, n_content)
        self._chunks += self._packer.compress(index)

    def add_metadata(self, at: int, length: int, name: str) -> None:
        """Take where metadata were written."""
        self._metadata.append(pack_metadata_index(at, length, name))

    def add_attachment(self, at: int, length: int, one: Attachment) -> None:
        """Take where an attachment was written."""
        told = (one.log_ns, one.create_ns, len(one.payload), one.name, one.media_type)
        self._attachments.append(pack_attachment_index(at, length, *told))

    def pack(self, at: int) -> bytes:
        """Return the end of a file whose records go up to ``at``; nothing may be added then."""
        statistics = pack_statistics(
            len(self._schemas),
            len(self._attachments),
            len(self._metadata),
            self._n_chunks,
            self._start_ns,
            self._end_ns,
            self._n_messages,
        )
        chunks = zlib.decompress(bytes(self._chunks) + self._packer.flush())
        groups: tuple[tuple[Opcode, Iterable[bytes]], ...] = (
            (Opcode.SCHEMA, self._schemas),
            (Opcode.CHANNEL, self._channels),
            (Opcode.STATISTICS, [statistics]),
            (Opcode.CHUNK_INDEX, [chunks]),
            (Opcode.ATTACHMENT_INDEX, self._attachments),
            (Opcode.METADATA_INDEX, self._metadata),
        )
        summary, offsets = bytearray(), bytearray()
        for opcode, records in groups:
            content = b"".join(records)
            offsets += pack_summary_offset(opcode, at + len(summary), len(content))
            summary += content
        return pack_end(bytes(summary + offsets), at, at + len(summary))
