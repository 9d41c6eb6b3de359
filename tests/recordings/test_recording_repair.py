import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from mcap.reader import make_reader

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item
from breathsense.recordings import spool as spool_module
from breathsense.recordings.header import Header
from breathsense.recordings.journal import Journal
from breathsense.recordings.jsonl import load_recording, write_dump
from breathsense.recordings.reader import Recording, open_recording
from breathsense.recordings.records import Metadata
from breathsense.recordings.repair import repair_recording

Recorder = Callable[..., Path]


def test_what_a_crash_left_becomes_a_clean_recording(
    header: Header, belt_items: list[Item], tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "a.mcap", header)
    for item in belt_items:
        journal.append(item)
    part = tmp_path / "crashed.mcap.part"
    part.write_bytes((tmp_path / "a.mcap.part").read_bytes())
    journal.close()
    before = part.read_bytes()
    repair = repair_recording(part)
    assert repair.path == tmp_path / "crashed.mcap"
    assert "the file ends in the middle" in repair.problem
    assert part.read_bytes() == before
    recording = open_recording(repair.path)
    assert recording.problem == ""
    found = list(recording.items())
    assert found == belt_items[: len(found)]
    assert len(found) == repair.n_items >= len(belt_items) - 5
    assert repair.duration_ns == recording.duration_ns


def test_a_repaired_file_satisfies_other_readers_and_tells_its_story(
    record: Recorder, belt_items: list[Item]
) -> None:
    path = record(belt_items)
    path.write_bytes(path.read_bytes()[:-3000])
    repair = repair_recording(path)
    assert repair.path.name == "session.repaired.mcap"
    with repair.path.open("rb") as file:
        n_messages = sum(1 for _ in make_reader(file, validate_crcs=True).iter_messages())
    assert n_messages == repair.n_items + 1
    (story,) = [r for r in open_recording(repair.path).records() if isinstance(r, Metadata)]
    assert dict(story.values) == {"source": "session.mcap", "problem": repair.problem}


def test_a_taken_name_is_not_overwritten(record: Recorder, belt_items: list[Item]) -> None:
    path = record(belt_items)
    path.write_bytes(path.read_bytes()[:-3000])
    assert repair_recording(path).path.name == "session.repaired.mcap"
    assert repair_recording(path).path.name == "session.repaired-2.mcap"
    with pytest.raises(RefusedInput, match="already"):
        repair_recording(path, path)


def test_a_whole_recording_needs_no_repair(record: Recorder, belt_items: list[Item]) -> None:
    with pytest.raises(RefusedInput, match="nothing to repair"):
        repair_recording(record(belt_items))


def lose_records(path: Path) -> Recording:
    """Change one byte of the file, the first one after the middle that costs records."""
    whole = path.read_bytes()
    for place in range(len(whole) // 2, len(whole), 7):
        content = bytearray(whole)
        content[place] ^= 0x55
        path.write_bytes(content)
        damaged = open_recording(path)
        if "records are missing" in damaged.problem:
            return damaged
    pytest.fail("no byte of the second half matters")


def test_missing_records_stay_told_after_the_repair(
    record: Recorder, belt_items: list[Item]
) -> None:
    path = record(belt_items)
    damaged = lose_records(path)
    repaired = open_recording(repair_recording(path).path)
    assert repaired.problem.endswith("records are missing")
    assert list(repaired.items()) == list(damaged.items())


def test_a_full_disk_leaves_no_half_copy(
    record: Recorder, belt_items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record(belt_items)
    dump = path.with_name("d.jsonl")
    write_dump(open_recording(path), dump)
    path.write_bytes(path.read_bytes()[:-3000])

    def fail(_file: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(spool_module.os, "write", fail)
    for convert in (lambda: repair_recording(path), lambda: load_recording(dump, path)):
        with pytest.raises(RefusedInput):
            convert()
    with pytest.raises(RefusedInput, match="the disk is full"):
        load_recording(dump, path.with_name("new.mcap"))
    assert sorted(p.name for p in path.parent.iterdir()) == ["d.jsonl", "session.mcap"]
