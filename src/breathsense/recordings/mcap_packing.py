"""The records of an MCAP file as bytes, as https://mcap.dev/spec lays them out."""

import struct
import zlib
from collections.abc import Mapping

from mcap.opcode import Opcode

MAGIC = b"\x89MCAP0\r\n"

_HEAD = struct.Struct("<BQ")
_MESSAGE_HEAD = struct.Struct("<BQHIQQ")
_MESSAGE_FIXED_BYTES = 22


def pack_header(profile: str, library: str) -> bytes:
    """Return the first record of a file."""
    return _pack(Opcode.HEADER, _text(profile), _text(library))


def pack_schema(schema_id: int, name: str, encoding: str, content: bytes) -> bytes:
    """Return what the bytes of a channel mean."""
    told = (struct.pack("<H", schema_id), _text(name), _text(encoding))
    return _pack(Opcode.SCHEMA, *told, struct.pack("<I", len(content)), content)


def pack_channel(
    channel_id: int, schema_id: int, topic: str, encoding: str, metadata: Mapping[str, str]
) -> bytes:
    """Return what declares a channel."""
    ids = struct.pack("<HH", channel_id, schema_id)
    return _pack(Opcode.CHANNEL, ids, _text(topic), _text(encoding), _pairs(metadata))


def pack_message(
    channel_id: int, sequence: int, log_ns: int, publish_ns: int, payload: bytes
) -> bytes:
    """Return one message."""
    length = _MESSAGE_FIXED_BYTES + len(payload)
    head = _MESSAGE_HEAD.pack(Opcode.MESSAGE, length, channel_id, sequence, log_ns, publish_ns)
    return head + payload


def pack_chunk(start_ns: int, end_ns: int, content: bytes, packed: bytes) -> bytes:
    """Return a chunk; ``packed`` is its content after zstd."""
    told = struct.pack("<QQQI", start_ns, end_ns, len(content), zlib.crc32(content))
    return _pack(Opcode.CHUNK, told, _text("zstd"), struct.pack("<Q", len(packed)), packed)


def pack_metadata(name: str, values: Mapping[str, str]) -> bytes:
    """Return named pairs of text."""
    return _pack(Opcode.METADATA, _text(name), _pairs(values))


def pack_attachment(
    name: str, media_type: str, log_ns: int, create_ns: int, content: bytes
) -> bytes:
    """Return a whole file with its checksum."""
    told = (struct.pack("<QQ", log_ns, create_ns), _text(name), _text(media_type))
    body = b"".join((*told, struct.pack("<Q", len(content)), content))
    return _pack(Opcode.ATTACHMENT, body, struct.pack("<I", zlib.crc32(body)))


def pack_data_end() -> bytes:
    """Return what parts the records from the summary; without a checksum of them all."""
    return _pack(Opcode.DATA_END, struct.pack("<I", 0))


def pack_chunk_index(
    start_ns: int, end_ns: int, at: int, length: int, n_packed: int, n_content: int
) -> bytes:
    """Return where a chunk stands, and what time it is of; without indexes of messages."""
    place = struct.pack("<QQQQIQ", start_ns, end_ns, at, length, 0, 0)
    return _pack(Opcode.CHUNK_INDEX, place, _text("zstd"), struct.pack("<QQ", n_packed, n_content))


def pack_attachment_index(
    at: int, length: int, log_ns: int, create_ns: int, n_bytes: int, name: str, media_type: str
) -> bytes:
    """Return where an attachment stands, and what it is."""
    place = struct.pack("<QQQQQ", at, length, log_ns, create_ns, n_bytes)
    return _pack(Opcode.ATTACHMENT_INDEX, place, _text(name), _text(media_type))


def pack_metadata_index(at: int, length: int, name: str) -> bytes:
    """Return where metadata stand."""
    return _pack(Opcode.METADATA_INDEX, struct.pack("<QQ", at, length), _text(name))


def pack_summary_offset(opcode: Opcode, start: int, length: int) -> bytes:
    """Return where the records of one kind stand in the summary."""
    return _pack(Opcode.SUMMARY_OFFSET, struct.pack("<BQQ", opcode, start, length))


def pack_end(summary: bytes, summary_at: int, offsets_at: int) -> bytes:
    """Return a summary with the footer, its checksum in it, and the magic that end a file."""
    footer = _HEAD.pack(Opcode.FOOTER, 20) + struct.pack("<QQ", summary_at, offsets_at)
    checksum = zlib.crc32(footer, zlib.crc32(summary))
    return summary + footer + struct.pack("<I", checksum) + MAGIC


def pack_statistics(
    n_schemas: int,
    n_attachments: int,
    n_metadata: int,
    n_chunks: int,
    start_ns: int,
    end_ns: int,
    n_messages: Mapping[int, int],
) -> bytes:
    """Return how much there is of everything; ``n_messages`` by channel."""
    counts = struct.pack(
        "<QHIIIIQQI",
        sum(n_messages.values()),
        n_schemas,
        len(n_messages),
        n_attachments,
        n_metadata,
        n_chunks,
        start_ns,
        end_ns,
        10 * len(n_messages),
    )
    by_channel = (struct.pack("<HQ", *one) for one in n_messages.items())
    return _pack(Opcode.STATISTICS, counts, *by_channel)


def _pack(opcode: Opcode, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return _HEAD.pack(opcode, len(content)) + content


def _text(text: str) -> bytes:
    content = text.encode()
    return struct.pack("<I", len(content)) + content


def _pairs(pairs: Mapping[str, str]) -> bytes:
    content = b"".join(_text(name) + _text(value) for name, value in pairs.items())
    return struct.pack("<I", len(content)) + content
