"""The bytes of a recording, beside those of the mcap package's own writer."""

import io
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from mcap.reader import make_reader
from mcap.writer import CompressionType, IndexType, Writer

import breathsense
from breathsense.core.setup import Setup
from breathsense.recordings import mcap_writer
from breathsense.recordings.header import Header, build_header
from breathsense.recordings.mcap_writer import McapWriter, describe_channel, describe_header
from breathsense.recordings.records import Attachment, Channel, Layout, Message, Metadata, Record
from breathsense.recordings.spool import Spool

BYTES = Layout("bytes", "text", b"as they came")
ONE = Channel("ble/one", "x-breathsense-raw", BYTES, (("wearable", "one"), ("origin", "notify")))
TWO = Channel("ble/two", "x-breathsense-raw", BYTES)
EVENT = Channel("event", "json")
ATTACHED = Attachment("plan.txt", "text/plain", 7, 5, b"words")
NOTED = Metadata("noted", (("a", "ä"), ("b", "")))


def make_header() -> Header:
    return build_header(Setup(), 0)


def list_messages(n: int, first_ns: int = 1_000) -> list[Record]:
    """Messages of three channels whose times do not always rise."""
    return [
        Message(
            (ONE, TWO, EVENT)[k % 3], first_ns + 10 * (k ^ 1), k, k // 3, b"%d" % (k * 7919) * 9
        )
        for k in range(n)
    ]


def write_ours(path: Path, header: Header, chunks: list[list[Record]]) -> bytes:
    spool = Spool(path)
    writer = McapWriter(spool, header)
    for chunk in chunks:
        for record in chunk:
            writer.add(record)
        writer.flush()
    writer.finish()
    return spool.close().read_bytes()


def write_theirs(header: Header, chunks: list[list[Record]]) -> bytes:
    """Do the same by the package."""
    stream = io.BytesIO()
    writer: Any = Writer(
        stream,
        compression=CompressionType.ZSTD,
        index_types=IndexType.CHUNK | IndexType.METADATA | IndexType.ATTACHMENT,
    )
    writer.start(profile="breathsense", library=f"breathsense {breathsense.__version__}")
    writer.add_metadata("breathsense.header", describe_header(header))
    ids: dict[Channel, int] = {}
    layouts: dict[Layout | None, int] = {None: 0}
    for chunk in chunks:
        for record in chunk:
            match record:
                case Message(channel=channel):
                    if channel.layout not in layouts:
                        layout = channel.layout
                        assert layout is not None
                        layouts[layout] = writer.register_schema(
                            layout.name, layout.encoding, layout.content
                        )
                    if channel not in ids:
                        ids[channel] = writer.register_channel(
                            channel.topic,
                            channel.encoding,
                            layouts[channel.layout],
                            dict(channel.metadata),
                        )
                        told = describe_channel(ids[channel], channel)
                        writer.add_metadata("breathsense.channel", told)
                    writer.add_message(
                        ids[channel],
                        record.log_ns,
                        record.payload,
                        record.publish_ns,
                        record.sequence,
                    )
                case Metadata():
                    writer.flush()
                    writer.add_metadata(record.name, dict(record.values))
                case Attachment() as one:
                    writer.flush()
                    writer.add_attachment(
                        one.create_ns, one.log_ns, one.name, one.media_type, one.payload
                    )
        writer.flush()
    writer.add_metadata("breathsense.header", describe_header(header))
    for channel, channel_id in ids.items():
        writer.add_metadata("breathsense.channel", describe_channel(channel_id, channel))
    writer.finish()
    return stream.getvalue()


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [list_messages(1)],
        [list_messages(40), list_messages(1, 0), [], list_messages(7, 2**63)],
        [[*list_messages(5), NOTED, *list_messages(4), ATTACHED]],
        [[NOTED, ATTACHED]],
    ],
    ids=["nothing", "one message", "chunks", "all kinds", "no messages"],
)
def test_the_bytes_are_those_of_the_packages_own_writer(
    tmp_path: Path, chunks: list[list[Record]]
) -> None:
    header = make_header()
    assert write_ours(tmp_path / "a.mcap", header, chunks) == write_theirs(header, chunks)


def test_a_chunk_ends_when_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcap_writer, "CHUNK_BYTES", 500)
    written = write_ours(tmp_path / "a.mcap", make_header(), [list_messages(60)])
    summary = make_reader(io.BytesIO(written)).get_summary()
    assert summary is not None
    assert len(summary.chunk_indexes) > 5
    assert all(one.uncompressed_size < 1_000 for one in summary.chunk_indexes)


def test_other_readers_find_every_chunk_by_the_index(tmp_path: Path) -> None:
    chunks = [list_messages(3, 1_000_000 * k) for k in range(200)]
    written = write_ours(tmp_path / "a.mcap", make_header(), chunks)
    reader = make_reader(io.BytesIO(written), validate_crcs=True)
    assert sum(1 for _ in reader.iter_messages()) == 600
    summary = reader.get_summary()
    assert summary is not None
    assert summary.statistics is not None
    assert summary.statistics.chunk_count == len(summary.chunk_indexes) == 200
    for k, index in enumerate(summary.chunk_indexes):
        opcode, length = struct.unpack_from("<BQ", written, index.chunk_start_offset)
        assert (opcode, length + 9) == (0x06, index.chunk_length)
        assert index.message_start_time == 1_000_000 * k


def test_an_hour_of_chunks_takes_next_to_no_memory(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "a.mcap")
    writer = McapWriter(spool, make_header())

    def write(first: int, n: int) -> None:
        for k in range(first, first + n):
            at_ns = 1_700_000_000_000_000_000 + k * 1_000_000_000 + k * 7919 % 1000
            writer.add(Message(ONE, at_ns, at_ns, k, b"%d" % (k * 31) * (k % 5)))
            writer.flush()

    write(0, 500)
    tracemalloc.start()
    write(500, 3_600)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    spool.discard()
    assert kept < 150_000
