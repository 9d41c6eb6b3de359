import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mcap.writer import Writer

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, LinkEvent, Mark, Notification
from breathsense.core.model.samples import Gap, SampleBlock
from breathsense.recordings.header import Header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording, read_header
from breathsense.recordings.records import Message, Metadata

Recorder = Callable[..., Path]
MAGIC = b"\x89MCAP0\r\n"

# Wall times fit into MCAP's 64 bits for some 500 years around now.
times = st.integers(-(10**18), 10**18)
names = st.text(max_size=8)
wearables = st.sampled_from(["belt", "strap"])
notifications = st.builds(
    Notification,
    wearables,
    st.sampled_from(["2a37", "2a19"]),
    st.binary(max_size=40),
    times,
    st.sampled_from(["notify", "read"]),
)
links = st.builds(LinkEvent, wearables, st.sampled_from(["lost", "streaming"]), times, names)
lengths = st.integers(0, 10**18)
marks = st.builds(Mark, times, names, lengths)


@st.composite
def gaps(draw: st.DrawFn) -> Gap:
    signal = draw(st.none() | st.sampled_from(["band", "acc"]))
    start_ns = draw(times)
    return Gap(draw(names), signal, start_ns, start_ns + draw(lengths), draw(names))


@st.composite
def blocks(draw: st.DrawFn) -> SampleBlock:
    signal = draw(st.sampled_from(["band", "acc", "rr"]))
    n_rows, n_channels = draw(st.integers(1, 5)), 3 if signal == "acc" else 1
    t_ns = sorted(draw(st.sets(times, min_size=n_rows, max_size=n_rows)))
    floats = st.floats(allow_nan=False, allow_infinity=False)
    n_values = n_rows * n_channels
    values = draw(st.lists(floats, min_size=n_values, max_size=n_values))
    return SampleBlock(
        draw(names),
        signal,
        np.array(t_ns, np.int64),
        np.array(values, np.float64).reshape(n_rows, n_channels),
    )


def keep_order(given_items: list[Item]) -> list[Item]:
    """Leave out blocks that begin before the one before them of their series has ended."""
    kept: list[Item] = []
    newest_ns: dict[tuple[str, str], int] = {}
    for item in given_items:
        if isinstance(item, SampleBlock):
            series = item.sensor, item.signal
            if item.t_ns[0] <= newest_ns.get(series, -(10**19)):
                continue
            newest_ns[series] = int(item.t_ns[-1])
        kept.append(item)
    return kept


items = st.lists(st.one_of(notifications, links, marks, gaps(), blocks()), max_size=30).map(
    keep_order
)


def bare(item: Item) -> object:
    """Return something that is equal only if the items are, bit for bit."""
    if isinstance(item, SampleBlock):
        shape = item.values.shape
        return item.sensor, item.signal, item.t_ns.tobytes(), shape, item.values.tobytes()
    return item


def anywhere(test: Callable[..., None]) -> Callable[..., None]:
    """Let hypothesis share one folder among its examples: each writes a file of its own name."""
    return settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
    )(test)


@anywhere
@given(items)
def test_what_is_read_is_what_was_appended(
    header: Header, tmp_path: Path, given_items: list[Item]
) -> None:
    path = tmp_path / "a.mcap"
    path.unlink(missing_ok=True)
    journal = Journal(path, header)
    for item in given_items:
        journal.append(item)
    recording = open_recording(journal.close())
    assert [bare(item) for item in recording.items()] == [bare(item) for item in given_items]
    assert recording.n_items == len(given_items)
    assert recording.problem == ""
    assert recording.header == header


def test_blocks_are_read_only(record: Recorder) -> None:
    block = SampleBlock("abdomen", "band", np.array([1, 2]), np.array([[1.0], [2.0]]))
    (read,) = open_recording(record([block])).items()
    assert isinstance(read, SampleBlock)
    assert not read.values.flags.writeable
    assert not read.t_ns.flags.writeable


def test_the_duration_is_the_time_of_the_newest_item(
    record: Recorder, belt_items: list[Item]
) -> None:
    assert open_recording(record(belt_items)).duration_ns == 9_950_000_000


def test_every_truncation_gives_the_items_before_it(
    record: Recorder, belt_items: list[Item], tmp_path: Path
) -> None:
    header_ends = len(record([], "empty.mcap").read_bytes())
    content = record(belt_items).read_bytes()
    cut = tmp_path / "cut.mcap"
    n_found = []
    for length in range(0, len(content), 61):
        cut.write_bytes(content[:length])
        try:
            recording = open_recording(cut)
        except RefusedInput:
            assert length < header_ends, "only a cut inside the header may leave nothing"
            continue
        found = list(recording.items())
        assert found == belt_items[: len(found)]
        assert len(found) == len(belt_items) or "the file ends in the middle" in recording.problem
        n_found.append(len(found))
    assert n_found == sorted(n_found)
    assert n_found[-1] == len(belt_items)


def is_part_of(found: list[Item], whole: list[Item]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in found)


@anywhere
@given(st.data())
def test_a_changed_byte_costs_one_chunk_and_is_told(
    record: Recorder, belt_items: list[Item], tmp_path: Path, data: st.DataObject
) -> None:
    original = tmp_path / "session.mcap"
    content = bytearray((original if original.exists() else record(belt_items)).read_bytes())
    whole = list(open_recording(original).items())
    at = data.draw(st.integers(8, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    changed = tmp_path / "changed.mcap"
    changed.write_bytes(content)
    recording = open_recording(changed)
    found = list(recording.items())
    assert is_part_of(found, whole)
    assert len(found) >= len(whole) - 10
    if found != whole:
        assert "damaged" in recording.problem or "missing" in recording.problem


@anywhere
@given(st.data())
def test_any_changes_never_break_the_reader(
    record: Recorder, belt_items: list[Item], tmp_path: Path, data: st.DataObject
) -> None:
    original = tmp_path / "session.mcap"
    content = bytearray((original if original.exists() else record(belt_items)).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    changed = tmp_path / "changed.mcap"
    changed.write_bytes(content)
    try:
        recording = open_recording(changed)
    except RefusedInput:
        return
    assert sum(1 for _ in recording.items()) == recording.n_items


@anywhere
@given(st.binary(max_size=300))
@example(b"")
@example(MAGIC)
@example(MAGIC + b"\x06" + struct.pack("<Q", 2**40))
@example(MAGIC + b"\x01\x00\x00\x00\x00\x00\x00\x00\x00")
def test_any_bytes_are_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for name, start in (("a.mcap", b""), ("b.mcap", MAGIC), ("c.jsonl", b"")):
        path = tmp_path / name
        path.write_bytes(start + content)
        with pytest.raises(RefusedInput) as refusal:
            open_recording(path)
        assert name in refusal.value.where
        assert refusal.value.advice


def test_a_damaged_header_is_read_from_the_end(record: Recorder, belt_items: list[Item]) -> None:
    path = record(belt_items)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"anchor_wall_ns", b"anchor_wall_xx", 1))
    assert list(open_recording(path).items()) == belt_items


def test_channels_are_known_though_their_chunk_is_lost(
    record: Recorder, belt_items: list[Item]
) -> None:
    path = record(belt_items)
    content = bytearray(path.read_bytes())
    first_chunk = content.index(b"\x04\x00\x00\x00zstd")
    content[first_chunk + 40] ^= 0xFF
    path.write_bytes(content)
    recording = open_recording(path)
    found = list(recording.items())
    assert found == belt_items[-len(found) :]
    assert len(belt_items) - 10 < len(found) < len(belt_items)
    assert "damaged" in recording.problem
    assert "records are missing" in recording.problem


def chunk_of(content: bytes, told_size: int, packed: bytes) -> bytes:
    fields = struct.pack("<QQQI", 0, 0, told_size, zlib.crc32(content)) + b"\x04\x00\x00\x00zstd"
    record = fields + struct.pack("<Q", len(packed)) + packed
    return b"\x06" + struct.pack("<Q", len(record)) + record


@pytest.mark.parametrize("told_size", [1000, 100_000_000])
def test_a_bomb_is_not_unpacked(
    header: Header, tmp_path: Path, record: Recorder, belt_items: list[Item], told_size: int
) -> None:
    path = record(belt_items)
    bomb = zstandard.compress(bytes(100_000_000))
    content = path.read_bytes()
    at = content.index(b"\x04\x00\x00\x00zstd") - 37
    path.write_bytes(content[:at] + chunk_of(b"", told_size, bomb) + content[at:])
    recording = open_recording(path)
    assert list(recording.items()) == belt_items
    assert "damaged" in recording.problem


def test_the_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "robot.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start(profile="ros2")
        writer.finish()  # type: ignore[no-untyped-call] # the package leaves this type out
    with pytest.raises(RefusedInput, match="another program"):
        open_recording(path)


def test_a_newer_format_is_refused_with_advice(record: Recorder, tmp_path: Path) -> None:
    text = '{"header":{"schema":"breathsense.recording/2"}}\n'
    (tmp_path / "new.jsonl").write_text(text)
    with pytest.raises(RefusedInput, match="Update BreathSense"):
        open_recording(tmp_path / "new.jsonl")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be read"):
        open_recording(tmp_path / "nowhere.mcap")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be read"):
        open_recording(tmp_path)


def test_channels_of_other_programs_are_passed_over(
    header: Header, record: Recorder, tmp_path: Path
) -> None:
    source = tmp_path / "a.jsonl"
    lines = [
        '{"header":' + header.to_json() + "}",
        '{"channel":1,"topic":"x","encoding":"cbor","layout":null,"metadata":{}}',
        '{"on":1,"seq":0,"t_ns":0,"hex":"00"}',
        '{"end":1}',
    ]
    source.write_text("\n".join(lines) + "\n")
    recording = open_recording(source)
    assert list(recording.items()) == []
    assert recording.problem == ""
    assert recording.n_items == 0


def test_the_header_can_be_read_alone(record: Recorder, header: Header) -> None:
    assert read_header(record([])) == header


def test_metadata_of_the_writer_itself_is_not_given(
    record: Recorder, belt_items: list[Item]
) -> None:
    records = list(open_recording(record(belt_items)).records())
    assert not any(isinstance(entry, Metadata) for entry in records)
    assert sum(isinstance(entry, Message) for entry in records) == len(belt_items) + 1
