"""MCAP files byte by byte, made to go on where a file is damaged.

The package's own readers stop at the first flipped byte, and give nothing of a file that was not
closed. Here each record is checked as it comes; where one makes no sense, the next
chunk or BreathSense metadata record that does is looked for, and the hole is told as ``Damage``.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Attachment as McapAttachment
from mcap.records import Channel as McapChannel
from mcap.records import Chunk, DataEnd, Footer
from mcap.records import Header as McapHeader
from mcap.records import Metadata as McapMetadata
from mcap.records import Schema as McapSchema
from mcap.writer import MCAP0_MAGIC

from breathsense.recordings.records import Damage

MAX_RECORD_BYTES = 64 << 20
"""Longest record that is read."""
MAX_CHUNK_BYTES = 16 << 20
"""Longest unpacked chunk that is read: 16 times what is ever written."""
SMALL_CHUNK_BYTES = 1 << 20
MOST_PACKED = 200
"""A chunk that is not small was packed to a part of so many at most; samples that are all the
same are packed to a ninth."""
MOST_DECLARED = 1 << 16
"""An id has 16 bits."""
MAX_TRIED_BYTES = 64 << 20
"""Of records that turn out to be damaged, so much is read beyond twice the size of the file."""

_HEAD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")
_WINDOW_BYTES = 1 << 16
_MARK = re.compile(rb"\x06.{36}\x04\x00\x00\x00zstd|\x0c.{12}breathsense\.", re.DOTALL)
_MARK_BYTES = 45
_MAX_WINDOW_BYTES = 1 << 27
_CHUNK = struct.Struct("<QQQII")
_MOST_LETTERS = 20
"""Of the name of a way to pack; it is told if it is not known."""
_INDEX = struct.Struct("<HI")
_INDEX_ENTRY_BYTES = 16


class RawMessage(msgspec.Struct, frozen=True):
    """A message whose channel is a number still."""

    channel_id: int
    sequence: int
    log_ns: int
    publish_ns: int
    payload: bytes


Place = tuple[int, int, int]
"""Opcode, begin and end of a record in a chunk."""
RawRecord = RawMessage | McapChannel | McapSchema | McapMetadata | McapAttachment | McapHeader


_MESSAGE_CODE = int(Opcode.MESSAGE)
"""A plain number: it is asked for twice a message, and a name of an enumeration takes its time."""
_DECLARING = (Opcode.SCHEMA, Opcode.CHANNEL)
_SHORTEST = {Opcode.SCHEMA: 14, Opcode.CHANNEL: 16, Opcode.MESSAGE: _MESSAGE.size}
"""The records that a chunk may hold, and how long each is at least."""
_PASSED_OVER = (DataEnd, Footer)
_READERS: dict[int, Callable[[ReadDataStream], Any]] = {
    Opcode.HEADER: McapHeader.read,
    Opcode.SCHEMA: McapSchema.read,
    Opcode.CHANNEL: McapChannel.read,
    Opcode.METADATA: McapMetadata.read,
    Opcode.ATTACHMENT: McapAttachment.read,
    Opcode.DATA_END: DataEnd.read,
    Opcode.FOOTER: Footer.read,
}


class _Broken(ValueError):
    """A record makes no sense."""


_UNREADABLE = (ValueError, OverflowError, struct.error, McapError, zstandard.ZstdError)
"""All that the parsers raise on bytes that make no sense."""


def read_raw(path: Path) -> Iterator[RawRecord | Damage]:
    """Read the records of an MCAP file in order, those in chunks included.

    Nothing is raised for what is in the file; ``OSError`` may come from the disk. Memory is
    bounded by ``MAX_RECORD_BYTES`` and some times ``MAX_CHUNK_BYTES`` whatever the file says, and
    so is the work: what looks like the start of a long record is not tried without end.
    """
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        at, n_left = len(MCAP0_MAGIC), 2 * size + MAX_TRIED_BYTES
        while at < size and n_left > 0:
            content = b""
            try:
                opcode, content = _read_record(file, at, size)
                records = _parse_record(opcode, content, unpacker)
            except _UNREADABLE as error:
                n_left -= len(content)
                why = str(error) if isinstance(error, _Broken) else "a part has changed"
                at, damage = _skip(file, at, size, why)
                yield damage
                continue
            yield from records
            at += _HEAD.size + len(content)
            if opcode in {Opcode.DATA_END, Opcode.FOOTER}:
                return
        yield Damage("the file ends in the middle", at_end=True)


def _read_record(file: BinaryIO, at: int, size: int) -> tuple[int, bytes]:
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise _Broken("the file ends in the middle")
    opcode, length = _HEAD.unpack(head)
    if not Opcode.HEADER <= opcode <= Opcode.DATA_END or length > MAX_RECORD_BYTES:
        raise _Broken("a record makes no sense")
    if at + _HEAD.size + length > size:
        raise _Broken("the file ends in the middle")
    return opcode, file.read(length)


def _skip(file: BinaryIO, at: int, size: int, why: str) -> tuple[int, Damage]:
    """Find the next place from which reading may go on; the end of the file if there is none."""
    start = at + 1
    while start < size:
        file.seek(start)
        window = file.read(_WINDOW_BYTES + _MARK_BYTES)
        found = _MARK.search(window)
        if found:
            return start + found.start(), Damage(why)
        start += _WINDOW_BYTES
    return size, Damage(why)


def _parse_record(
    opcode: int, content: bytes, unpacker: zstandard.ZstdDecompressor
) -> Iterator[RawRecord]:
    """Parse one record; a length that does not fit to the opcode tells that either has changed."""
    if opcode == Opcode.MESSAGE:
        return iter([_parse_message(content)])
    if opcode == Opcode.CHUNK:
        return _read_chunk(_parse_chunk(content), unpacker)
    if opcode == Opcode.MESSAGE_INDEX:
        _check_index(content)
        return iter(())
    if opcode == Opcode.ATTACHMENT and zlib.crc32(content[:-4]) != int.from_bytes(
        content[-4:], "little"
    ):
        raise _Broken("an attachment has changed")
    if opcode not in _READERS:
        raise _Broken("a record stands where none should")
    return iter(_declare(opcode, content))


def _declare(opcode: int, content: bytes) -> list[RawRecord]:
    stream = ReadDataStream(io.BytesIO(content))
    record = _READERS[opcode](stream)
    if stream.count != len(content) and opcode != Opcode.ATTACHMENT:
        raise _Broken("a record has a wrong length")
    return [] if isinstance(record, _PASSED_OVER) else [record]


def _parse_chunk(content: bytes) -> Chunk:
    """Parse the record of a chunk; there are two a second, and the package takes its time."""
    start_ns, end_ns, size, crc, n_name = _CHUNK.unpack_from(content)
    if n_name > _MOST_LETTERS:
        raise _Broken("a chunk makes no sense")
    at = _CHUNK.size + n_name
    name = content[_CHUNK.size : at].decode()
    records = content[at + 8 :]
    if len(records) != int.from_bytes(content[at : at + 8], "little"):
        raise _Broken("a chunk has a wrong length")
    return Chunk(name, records, end_ns, start_ns, crc, size)


def _check_index(content: bytes) -> None:
    """Check that the index of a chunk's messages is one; nothing is looked up in it."""
    _, n_bytes = _INDEX.unpack_from(content)
    if n_bytes % _INDEX_ENTRY_BYTES or len(content) != _INDEX.size + n_bytes:
        raise _Broken("a record has a wrong length")


def _read_chunk(chunk: Chunk, unpacker: zstandard.ZstdDecompressor) -> Iterator[RawRecord]:
    """Unpack and check the whole chunk, then give its records one by one."""
    content = _unpack(chunk, unpacker)
    if chunk.uncompressed_crc and zlib.crc32(content) != chunk.uncompressed_crc:
        raise _Broken("a chunk has changed")
    found = _find_records(content)
    declaring = [place for place in found if place[0] in _DECLARING]
    if len(declaring) > MOST_DECLARED:
        raise _Broken("a chunk declares more than a file may have")
    declared = {start: _declare(opcode, content[start:end]) for opcode, start, end in declaring}
    return _give_records(content, found, declared)


def _unpack(chunk: Chunk, unpacker: zstandard.ZstdDecompressor) -> bytes:
    size = chunk.uncompressed_size
    if size > MAX_CHUNK_BYTES:
        raise _Broken("a chunk is longer than any that BreathSense writes")
    if size > max(SMALL_CHUNK_BYTES, MOST_PACKED * len(chunk.data)):
        raise _Broken("a chunk unpacks to far more than it is")
    if not chunk.compression:
        return chunk.data
    if chunk.compression != "zstd":
        raise _Broken(f"a chunk is packed by {chunk.compression!r}")
    with unpacker.stream_reader(chunk.data) as reader:
        content = reader.read(size + 1)
    if len(content) != size:
        raise _Broken("a chunk has a wrong length")
    return content


def _find_records(content: bytes) -> list[Place]:
    """Return opcode, begin and end of each record in a chunk."""
    found: list[Place] = []
    unpack, n_head = _HEAD.unpack_from, _HEAD.size
    at, size = 0, len(content)
    while at < size:
        opcode, length = unpack(content, at)
        start = at + n_head
        at = start + length
        if at > size or length < _SHORTEST.get(opcode, size + 1):
            raise _Broken("a chunk makes no sense")
        found.append((opcode, start, at))
    return found


def _give_records(
    content: bytes, found: list[Place], declared: Mapping[int, list[RawRecord]]
) -> Iterator[RawRecord]:
    unpack, n_head = _MESSAGE.unpack_from, _MESSAGE.size
    for opcode, start, end in found:
        if opcode == _MESSAGE_CODE:
            channel_id, sequence, log_ns, publish_ns = unpack(content, start)
            payload = content[start + n_head : end]
            yield RawMessage(channel_id, sequence, log_ns, publish_ns, payload)
        else:
            yield from declared.get(start, ())


def _parse_message(content: bytes) -> RawMessage:
    if len(content) < _MESSAGE.size:
        raise _Broken("a message is too short")
    channel_id, sequence, log_ns, publish_ns = _MESSAGE.unpack_from(content)
    return RawMessage(channel_id, sequence, log_ns, publish_ns, content[_MESSAGE.size :])
