"""Recordings made to harm: whatever they hold, what comes out of them is sound, and soon there."""

import struct
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zstandard

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import Gap, SampleBlock, Signal
from breathsense.core.model.sensors import Sensor
from breathsense.recordings import encoding
from breathsense.recordings.copying import LONGEST_BYTES, write_copy
from breathsense.recordings.header import Header
from breathsense.recordings.mcap_stream import read_raw
from breathsense.recordings.promises import LAST_NS
from breathsense.recordings.reader import open_recording
from breathsense.recordings.records import Damage, Message

Recorder = Callable[..., Path]
ANCHOR_NS = 10**18
MESSAGE = struct.pack("<BQ", 0x05, 22) + bytes(22)
CHANNEL = struct.pack("<BQHHIII", 0x04, 16, 1, 0, 0, 0, 0)


def block(t_ns: list[int], values: list[list[float]], signal: Signal = "band") -> SampleBlock:
    return SampleBlock("abdomen", signal, np.array(t_ns), np.array(values))


LONG = np.random.default_rng(1).bytes(encoding.MAX_EVENT_BYTES // 2).hex().encode()
GOOD = block([0, 1], [[1.0], [2.0]])
BAD = {
    "no rows": SampleBlock("abdomen", "band", np.zeros(0, int), np.zeros((0, 1))),
    "no channels": SampleBlock("abdomen", "band", np.arange(3), np.zeros((3, 0))),
    "three channels": block([0], [[1.0, 2.0, 3.0]]),
    "an axis alone": block([0], [[1.0]], "acc"),
    "no number": block([0], [[float("nan")]]),
    "endless": block([0], [[float("inf")]]),
    "standing time": block([0, 0], [[1.0], [1.0]]),
    "time backwards": block([1, 0], [[1.0], [1.0]]),
    "out of time": block([0, LAST_NS], [[1.0], [1.0]]),
    "before all time": block([-LAST_NS, 0], [[1.0], [1.0]]),
    "a mark that ends before": Mark(0, "note: x", -1),
    "a mark out of time": Mark(LAST_NS - 1, "note: x", 1),
    "a hole that ends before": Gap("abdomen", "band", 1, 0, "no_data"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_item_that_breaks_a_promise_is_counted_and_not_given(
    name: str, record: Recorder
) -> None:
    recording = open_recording(record([GOOD, BAD[name]]))
    assert [type(one) for one in recording.items()] == [SampleBlock]
    assert recording.problem == "1 records make no sense"


def test_samples_are_given_in_the_order_of_their_time(record: Recorder) -> None:
    later = block([2, 3], [[1.0], [2.0]])
    recording = open_recording(record([GOOD, later, GOOD, block([3, 4], [[1.0], [2.0]])]))
    told = [one for one in recording.items() if isinstance(one, SampleBlock)]
    assert [one.t_ns.tolist() for one in told] == [[0, 1], [2, 3]]
    assert recording.problem == "2 records make no sense"


@pytest.mark.parametrize(
    "started", ["yesterday", "", "2026-01-01T00:00:00", "9999-12-31T23:59:59Z"]
)
def test_a_session_that_never_began_is_refused(header: Header, started: str) -> None:
    with pytest.raises(RefusedInput, match="header"):
        Header.from_json(replace(header, started=started).to_json())


def test_a_header_that_would_become_a_great_deal_is_refused(header: Header) -> None:
    text = header.to_json().replace('"params":{', f'"params":{{"a":[{"[]," * (2 << 20)}0],', 1)
    tracemalloc.start()
    with pytest.raises(RefusedInput, match="longer than any"):
        Header.from_json(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("anchor_ns", [-1, 2**64])
def test_a_clock_that_cannot_be_is_refused(header: Header, anchor_ns: int) -> None:
    with pytest.raises(RefusedInput, match="header"):
        Header.from_json(replace(header, anchor_wall_ns=anchor_ns).to_json())


@pytest.mark.parametrize(
    "name", ["x/../../evil", "=cmd", "\x1b]0;x\x07", "", "a\0b", "..", "a" * 101]
)
def test_an_id_that_could_be_a_path_or_a_formula_is_refused(header: Header, name: str) -> None:
    sensor = Sensor(name, "band", "abdomen", "N")
    with pytest.raises(RefusedInput, match="no id"):
        Header.from_json(replace(header, sensors=(sensor,)).to_json())


@pytest.mark.parametrize("unit", ["\x1b[2J", "N\n=1", "N" * 101])
def test_a_unit_that_could_steer_a_terminal_is_refused(header: Header, unit: str) -> None:
    sensor = Sensor("abdomen", "band", "abdomen", unit)
    with pytest.raises(RefusedInput, match="no unit"):
        Header.from_json(replace(header, sensors=(sensor,)).to_json())


@pytest.mark.parametrize(
    "payload",
    [
        b'{"type":"mark","start_ns":0,"label":"\\ud800"}',
        b'{"type":"gap","sensor":"a","signal":null,"start_ns":0,"end_ns":1e400,"reason":""}',
        b'{"type":"mark","start_ns":0,"label":"' + LONG + b'"}',
    ],
    ids=["half a character", "too large a number", "too long"],
)
def test_an_event_that_cannot_be_is_counted(payload: bytes, header: Header, tmp_path: Path) -> None:
    message = Message(encoding.EVENT, ANCHOR_NS, ANCHOR_NS, 0, payload)
    recording = open_recording(write_copy(tmp_path / "a.mcap", header, [message]))
    assert list(recording.items()) == []
    assert recording.problem == "1 records make no sense"


def pack_chunk(content: bytes, way: bytes = b"zstd") -> bytes:
    packed = zstandard.ZstdCompressor().compress(content)
    body = struct.pack("<QQQII", 0, 0, len(content), zlib.crc32(content), len(way)) + way
    body += struct.pack("<Q", len(packed)) + packed
    return struct.pack("<BQ", 0x06, len(body)) + body


def cut_before_the_end(path: Path) -> bytes:
    """Return the bytes of a recording without items, up to its end."""
    content = path.read_bytes()
    at = 8
    while content[at] != 0x0F:
        at += 9 + struct.unpack_from("<Q", content, at + 1)[0]
    return content[:at]


@pytest.mark.parametrize(
    "content",
    [
        bytes(16 << 20),
        MESSAGE * (2 << 16),
        CHANNEL * ((1 << 16) + 1),
        bytes((16 << 20) + 1),
    ],
    ids=["nothing at all", "small for its size", "channels without end", "longer than any"],
)
def test_a_small_chunk_does_not_become_a_great_deal(
    content: bytes, record: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "b.mcap"
    path.write_bytes(cut_before_the_end(record([])) + pack_chunk(content))
    tracemalloc.start()
    found = list(read_raw(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(isinstance(one, Damage) for one in found) == 2
    assert peak < 8 << 20


@pytest.mark.parametrize("way", [b"\x1b[2J", b"lz4", b"x" * (1 << 20)])
def test_a_way_of_packing_that_is_not_known_is_told_in_few_words(
    way: bytes, record: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "b.mcap"
    path.write_bytes(cut_before_the_end(record([])) + pack_chunk(MESSAGE, way))
    (damage, _) = [one for one in read_raw(path) if isinstance(one, Damage)]
    assert damage.what.isprintable()
    assert len(damage.what) < 50


def test_what_a_file_declares_is_kept_up_to_a_bound(record: Recorder, tmp_path: Path) -> None:
    head, layout = cut_before_the_end(record([])), np.random.default_rng(1).bytes(3 << 20)
    path = tmp_path / "b.mcap"
    with path.open("wb") as file:
        file.write(head)
        for number in range(1, 11):
            schema = struct.pack("<HIII", number, 0, 0, len(layout)) + layout
            channel = struct.pack("<BQHHIII", 0x04, 16, number, number, 0, 0, 0)
            file.write(pack_chunk(struct.pack("<BQ", 0x03, len(schema)) + schema + channel))
    tracemalloc.start()
    open_recording(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20


def test_starts_of_long_records_are_not_tried_without_end(record: Recorder, tmp_path: Path) -> None:
    claim = struct.pack("<BQQQQII", 0x06, 1 << 20, 0, 0, 1 << 20, 0, 4) + b"zstd" + bytes(8)
    path = tmp_path / "b.mcap"
    path.write_bytes(cut_before_the_end(record([])) + claim * (1 << 15))
    assert 10 < sum(isinstance(one, Damage) for one in read_raw(path)) < 500
    assert open_recording(path).problem


def test_a_recording_that_was_harmed_little_is_read_to_its_end(
    record: Recorder, belt_items: list[Item]
) -> None:
    path = record(belt_items)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert "damaged after" in open_recording(path).problem


def test_a_block_that_could_not_be_read_again_is_not_written(
    header: Header, tmp_path: Path
) -> None:
    most = LONGEST_BYTES // 16 - 1
    giant = SampleBlock("abdomen", "band", np.arange(most + 2), np.zeros((most + 2, 1)))
    encoder = encoding.ItemEncoder(header)
    with pytest.raises(RefusedInput, match="8 MB"):
        write_copy(tmp_path / "a.mcap", header, [encoder.encode(giant)])
    assert list(tmp_path.iterdir()) == []
    large = SampleBlock("abdomen", "band", giant.t_ns[:most], giant.values[:most])
    recording = open_recording(write_copy(tmp_path / "a.mcap", header, [encoder.encode(large)]))
    assert [len(one.t_ns) for one in recording.items() if isinstance(one, SampleBlock)] == [most]
