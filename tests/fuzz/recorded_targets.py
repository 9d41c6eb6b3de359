"""Recordings: whole, in their chunks and texts, and what is made of them."""

import io
import json
import shutil
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from fuzzing import PROFILES, Feed, in_file, make_folder
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Chunk
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer
from zstandard import ZstdDecompressor

from breathsense.core.engine import build_engine
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, LinkEvent, Mark, Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup, Wearable
from breathsense.core.stage import run
from breathsense.exports.formats import FORMATS
from breathsense.library.exporting import export_sessions
from breathsense.recordings import mcap_stream
from breathsense.recordings.header import Header, build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.jsonl import write_dump
from breathsense.recordings.mcap_writer import CHANNEL_NAME, HEADER_NAME, checksum
from breathsense.recordings.reader import open_recording
from breathsense.recordings.repair import repair_recording


def use_recording(path: Path) -> None:
    """Read a recording through; what it was made with is looked at, too."""
    recording = open_recording(path)
    n_items = sum(1 for _ in recording.items())
    assert n_items == recording.n_items
    recording.header.setup()


def use_analysis(path: Path) -> None:
    """Run the engine over whatever a recording holds."""
    recording = open_recording(path)
    run(build_engine(recording.header.setup()), recording.items())


def use_repair(path: Path) -> None:
    """Repair it into another file, which must be whole."""
    output = path.with_name("repaired.mcap")
    output.unlink(missing_ok=True)
    repair_recording(path, output)
    assert not open_recording(output).problem.startswith("damaged")


def record(content: list[Item], header: Header | None = None) -> bytes:
    """Return the bytes of a small recording, of a belt by default."""
    path = make_folder() / "a.mcap"
    header = header or build_belt_header()
    journal = Journal(path, header, wall_ns=lambda: 1, monotonic_ns=lambda: 2)
    for item in content:
        journal.append(item)
    return journal.close().read_bytes()


BELT = "sweetzpot-flow"


def list_belt_items() -> list[Item]:
    """Forty seconds of a belt with a mark and a lost link."""
    characteristic = str(find_belt().profile.spec.golden[0].characteristic)
    items: list[Item] = [LinkEvent("belt", "streaming", 0)]
    for number in range(57):
        payload = struct.pack("<7h", *(number * 7 % 50 + k for k in range(7)))
        items.append(Notification("belt", characteristic, payload, number * 700_000_000))
    return [*items, Mark(9_950_000_000, "note: done"), LinkEvent("belt", "lost", 39_900_000_000)]


def list_recordings() -> list[bytes]:
    """A recording, an empty one, one cut short, and a shipped sample if it is small."""
    whole = record(list_belt_items())
    return [whole, record([]), whole[: len(whole) // 2]]


def list_dumps() -> list[bytes]:
    """The same as JSONL."""
    folder = make_folder()
    dumps = []
    for number, content in enumerate(list_recordings()):
        path = folder / f"{number}.mcap"
        path.write_bytes(content)
        write_dump(open_recording(path), path.with_suffix(".jsonl"))
        dumps.append(path.with_suffix(".jsonl").read_bytes())
    return dumps


def begin_recording(header_text: str) -> bytes:
    """Return the first records of a recording: its header, sealed as the program seals it."""
    file = io.BytesIO()
    writer = Writer(file, compression=CompressionType.NONE)
    writer.start(profile="breathsense", library="fuzz")
    add_sealed(writer, HEADER_NAME, header_text)
    return file.getvalue()


def add_sealed(writer: Writer, name: str, text: str) -> None:
    """Add metadata with a checksum that fits: a checksum keeps out accidents, not strangers."""
    writer.add_metadata(name, {"json": text, "sha256": checksum(text.encode())})


def build_belt_header() -> Header:
    """Return the header of a session with one belt."""
    return build_header(Setup((find_belt(),)), 10**18)


def find_belt() -> Wearable:
    """Return a belt whose packets are plain numbers."""
    return Wearable("belt", next(one for one in PROFILES if one.id == BELT))


def wrap_chunk(use: Callable[[Path], None]) -> Feed:
    """Return what takes bytes for the content of a chunk, without the checksum that guards it."""
    start = begin_recording(build_belt_header().to_json())
    feed_file = in_file("a.mcap", use)

    def feed(content: bytes) -> None:
        feed_file(start + frame_chunk(content))

    return feed


def wrap_export() -> Feed:
    """Return what takes bytes for a format and the content of a chunk, and writes that format."""
    start = begin_recording(build_table_header().to_json())
    folder = make_folder()
    path, output = folder / "a.mcap", folder / "out"

    def feed(content: bytes) -> None:
        name = sorted(FORMATS)[(content or b"\0")[0] % len(FORMATS)]
        path.write_bytes(start + frame_chunk(content[1:]))
        with suppress(RefusedInput):
            export_sessions([path], name, output)
        if output.is_dir():
            shutil.rmtree(output)
        output.unlink(missing_ok=True)

    return feed


def build_table_header() -> Header:
    """Return the header of a session of a belt, a motion sensor and a heart."""
    sensors = (
        Sensor("abdomen", "band", "abdomen", "N"),
        Sensor("imu", "imu", "abdomen", "g"),
        Sensor("heart", "heart", "chest", "ms"),
    )
    return build_header(Setup(sensors=sensors), 10**18)


def list_table_items() -> list[Item]:
    """Eight seconds of each, with a hole and marks."""
    times = np.arange(80) * 100_000_000
    wave = 2 - 2 * np.cos(2 * np.pi * times / 4e9)
    tilted = np.stack([np.sin(wave / 50), 0 * wave, np.cos(wave / 50)], axis=1)
    return [
        Mark(0, "calibration.quiet", 20_000_000_000),
        SampleBlock("abdomen", "band", times[:40], wave[:40, None]),
        SampleBlock("imu", "acc", times, tilted),
        Gap("abdomen", "band", 4_000_000_000, 6_000_000_000, "no_data"),
        SampleBlock("abdomen", "band", times[60:], wave[60:, None]),
        SampleBlock("heart", "rr", times[::10], np.full((8, 1), 1000.0)),
        Mark(5_000_000_000, "note: =1 <b>"),
    ]


def list_exports() -> list[bytes]:
    """The chunk of such a session, for each format."""
    chunk = list_chunks(list_table_items(), build_table_header())[0]
    return [bytes((number,)) + chunk for number in range(len(FORMATS))]


def frame_chunk(content: bytes) -> bytes:
    """Return the record of a chunk that is not packed, and has no checksum."""
    chunk = struct.pack("<QQQIIQ", 0, 0, len(content), 0, 0, len(content)) + content
    return struct.pack("<BQ", 0x06, len(chunk)) + chunk


def wrap_sealed() -> Feed:
    """Return what takes bytes for the texts that a recording tells of itself and its channels."""
    whole = build_belt_header().to_json()
    feed_file = in_file("a.mcap", use_recording)
    chunk = list_chunks()[0]

    def feed(content: bytes) -> None:
        text = content[1:].decode(errors="replace")
        is_header = content[:1] == b"h"
        file = io.BytesIO()
        writer = Writer(file, compression=CompressionType.NONE)
        writer.start(profile="breathsense", library="fuzz")
        add_sealed(writer, HEADER_NAME, text if is_header else whole)
        if not is_header:
            add_sealed(writer, CHANNEL_NAME, text)
        body = struct.pack("<QQQIIQ", 0, 0, len(chunk), 0, 0, len(chunk)) + chunk
        feed_file(file.getvalue() + struct.pack("<BQ", 0x06, len(body)) + body)

    return feed


def list_sealed() -> list[bytes]:
    """The header of a recording, and what it tells of a channel."""
    channel = {
        "id": 1,
        "topic": "/raw/belt",
        "encoding": "breathsense.raw",
        "layout": ["Raw", "text", "00"],
        "metadata": [["wearable", "belt"]],
    }
    return [b"h" + build_belt_header().to_json().encode(), b"c" + json.dumps(channel).encode()]


def list_chunks(content: list[Item] | None = None, header: Header | None = None) -> list[bytes]:
    """The unpacked chunks of a recording, of a belt by default."""
    whole = record(list_belt_items() if content is None else content, header)
    found, at = [], len(MCAP0_MAGIC)
    while at < len(whole) - len(MCAP0_MAGIC):
        opcode, length = struct.unpack_from("<BQ", whole, at)
        if opcode == Opcode.CHUNK:
            stream = ReadDataStream(io.BytesIO(whole[at + 9 : at + 9 + length]))
            found.append(mcap_stream._unpack(Chunk.read(stream), ZstdDecompressor()))
        at += 9 + length
    return found
