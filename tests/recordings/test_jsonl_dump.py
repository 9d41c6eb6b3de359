import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item
from breathsense.core.model.samples import SampleBlock
from breathsense.recordings import jsonl_file
from breathsense.recordings.header import Header
from breathsense.recordings.jsonl import dump_recording, load_recording, write_dump
from breathsense.recordings.mcap_writer import McapWriter
from breathsense.recordings.reader import open_recording
from breathsense.recordings.records import Attachment, Channel, Layout, Message, Metadata, Record
from breathsense.recordings.spool import Spool

Recorder = Callable[..., Path]
ANCHOR_NS = 1_700_000_000_123_456_789
wall = st.integers(0, 2**64 - 1)
pairs = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3).map(
    lambda pairs: tuple(pairs.items())
)
layouts = st.builds(Layout, st.text(max_size=5), st.text(max_size=5), st.binary(max_size=5))
channels = st.builds(
    Channel,
    st.text(max_size=5),
    st.sampled_from(["json", "x-breathsense-raw", "cbor"]),
    st.none() | layouts,
    pairs,
)
json_payloads = st.sampled_from(
    [b'{"a":1}', b'{"a": 1}', b"NaN", b"[1e400]", b'"\xc3\xa9"', b'"\\u00e9"', b"1.0", b"{"]
)
messages = st.builds(
    Message, channels, wall, wall, st.integers(0, 2**32 - 1), st.binary(max_size=9) | json_payloads
)
metadata = st.builds(Metadata, st.text(max_size=5), pairs)
attachments = st.builds(
    Attachment, st.text(max_size=5), st.text(max_size=5), wall, wall, st.binary(max_size=9)
)
records = st.lists(st.one_of(messages, metadata, attachments), max_size=12)


def dump(path: Path) -> bytes:
    output = io.BytesIO()
    dump_recording(open_recording(path), output)
    return output.getvalue()


def write_records(path: Path, header: Header, given_records: list[Record]) -> None:
    spool = Spool(path)
    writer = McapWriter(spool, header)
    for record in given_records:
        writer.add(record)
    writer.finish()
    spool.close()


@given(given_records=records)
@settings(deadline=None, max_examples=150)
def test_a_dump_that_was_loaded_dumps_the_same(
    given_records: list[Record], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("dump")
    header = Header("2026-01-01T00:00:00+00:00", ANCHOR_NS, "0")
    write_records(folder / "a.mcap", header, given_records)
    first = dump(folder / "a.mcap")
    (folder / "a.jsonl").write_bytes(first)
    load_recording(folder / "a.jsonl", folder / "b.mcap")
    for path in (folder / "a.mcap", folder / "a.jsonl", folder / "b.mcap"):
        found = [r for r in open_recording(path).records() if not tells_of_repair(r)]
        assert found == given_records
    assert dump(folder / "b.mcap") == first


def tells_of_repair(record: Record) -> bool:
    """Sequences in these recordings jump at will, so their dumps tell of missing records."""
    return isinstance(record, Metadata) and record.name == "breathsense.repair"


def test_a_dump_is_read_like_the_recording(
    record: Recorder, belt_items: list[Item], tmp_path: Path
) -> None:
    path = record(belt_items)
    assert write_dump(open_recording(path), tmp_path / "a.jsonl") == len(belt_items) + 1
    recording = open_recording(tmp_path / "a.jsonl")
    assert list(recording.items()) == belt_items
    assert recording.problem == ""
    assert recording.header == open_recording(path).header
    assert recording.duration_ns == open_recording(path).duration_ns


def test_events_stand_in_the_dump_as_json(record: Recorder, belt_items: list[Item]) -> None:
    lines = [json.loads(line) for line in dump(record(belt_items)).splitlines()]
    assert lines[0].keys() == {"header"}
    assert lines[-1] == {"end": len(belt_items) + 1}
    assert lines[-2]["json"] == {
        "type": "mark",
        "start_ns": 9_950_000_000,
        "label": "note: done",
        "duration_ns": 0,
    }


def test_samples_keep_every_bit(record: Recorder, tmp_path: Path) -> None:
    values = np.array([[np.nextafter(1.0, 2.0)], [-0.0], [5e-324]])
    path = record([SampleBlock("abdomen", "band", np.array([1, 2, 3]), values)])
    write_dump(open_recording(path), tmp_path / "a.jsonl")
    (block,) = open_recording(tmp_path / "a.jsonl").items()
    assert isinstance(block, SampleBlock)
    assert block.values.tobytes() == values.tobytes()


def test_the_dump_of_a_damaged_recording_says_so_for_ever(
    record: Recorder, belt_items: list[Item], tmp_path: Path
) -> None:
    path = record(belt_items)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    first = dump(path)
    assert b"breathsense.repair" in first.splitlines()[-2]
    (tmp_path / "a.jsonl").write_bytes(first)
    load_recording(tmp_path / "a.jsonl", tmp_path / "b.mcap")
    assert dump(tmp_path / "b.mcap") == first


def test_a_dump_that_was_cut_is_read_up_to_there(
    record: Recorder, belt_items: list[Item], tmp_path: Path
) -> None:
    whole = dump(record(belt_items))
    path = tmp_path / "cut.jsonl"
    header_ends = whole.index(b"\n") + 1
    path.write_bytes(whole[: (header_ends + len(whole)) // 2])
    recording = open_recording(path)
    found = list(recording.items())
    assert found == belt_items[: len(found)]
    assert "the file ends in the middle" in recording.problem
    n_records, problem = load_recording(path, tmp_path / "loaded.mcap")
    assert n_records == len(found) + 1
    assert problem == "the file ends in the middle"


CHANNEL = '{"channel":1,"topic":"t","encoding":"e","layout":null,"metadata":{}}'


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"what":1}', "no kind of line has the keys what"),
        ('{"on":2,"seq":0,"t_ns":0,"hex":""}', "channel 2 was not declared"),
        ('{"on":1,"seq":0,"t_ns":0,"hex":"0"}', "not hex"),
        ('{"on":1,"seq":0,"t_ns":0}', "either hex or json"),
        ('{"on":1,"seq":0,"t_ns":0,"hex":"","json":1}', "either hex or json"),
        ('{"on":1,"seq":-1,"t_ns":0,"hex":""}', "seq -1"),
        ('{"on":1,"seq":0,"t_ns":1e3,"hex":""}', "Expected `int`"),
        ('{"on":1,"seq":0,"t_ns":-9999999999999999999,"hex":""}', "outside"),
        ('{"on":1,"seq":0,"t_ns":0,"hex":"","colour":1}', "colour"),
        ('{"on":1,"seq":0,"t_ns":0,"json":NaN}', "Out of range"),
        ('{"meta":"m","values":{"a":1}}', "Expected `str`"),
        ('{"end":7}', "tells of 7 records, 0 stand before"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    header: Header, tmp_path: Path, line: str, complaint: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"header":{header.to_json()}}}\n{CHANNEL}\n{line}\n')
    with pytest.raises(RefusedInput) as refusal:
        load_recording(path, tmp_path / "out.mcap")
    assert refusal.value.where == f"{path}:3"
    assert complaint in refusal.value.what
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("part", ["[],", "[[[[]]]],", "1,", '{"a":{}},'])
def test_a_line_does_not_become_a_great_deal(
    part: str, header: Header, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_file, "MOST_PARTS", 10_000)
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"header":{header.to_json()}}}\n{{"on":1,"json":[{part * 10_000}0]}}\n')
    with pytest.raises(RefusedInput, match="holds more than any"):
        open_recording(path)


def test_nothing_may_follow_the_end(header: Header, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"header":{header.to_json()}}}\n{{"end":0}}\n{CHANNEL}\n')
    with pytest.raises(RefusedInput, match="something stands after the end"):
        open_recording(path)


def test_an_existing_output_is_left_alone(record: Recorder, tmp_path: Path) -> None:
    path = record([])
    (tmp_path / "a.jsonl").write_text("mine")
    with pytest.raises(RefusedInput, match="nothing is overwritten"):
        write_dump(open_recording(path), tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_text() == "mine"
    (tmp_path / "b.jsonl").write_bytes(dump(path))
    with pytest.raises(RefusedInput, match="already"):
        load_recording(tmp_path / "b.jsonl", path)
