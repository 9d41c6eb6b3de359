import json
import os
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.model.inputs import Mark
from breathsense.core.model.notes import BreathTimes
from breathsense.library import index, summing
from breathsense.library.entry import SessionEntry
from breathsense.library.index import BEING_WRITTEN, Library
from breathsense.library.store import FILE
from breathsense.library.summing import summarise_file
from breathsense.recordings.notes import NoteWriter
from breathsense.recordings.reader import Recording

S = 1_000_000_000
Own = Callable[[str], Path]
Make = Callable[..., Path]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the recordings that were run through the engine."""
    read: list[str] = []

    def watch(path: Path, **options: object) -> SessionEntry:
        read.append(path.name)
        return summarise_file(path, **options)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(index, "summarise_file", watch)
    monkeypatch.setattr(index, "list_samples", list)
    return read


def test_a_recording_is_read_once_and_then_looked_up(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    make("a.mcap")
    first = Library(tmp_path).sessions()
    assert Library(tmp_path).sessions() == first
    assert reads == ["a.mcap"]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_figures_are_those_of_the_report(tmp_path: Path, own: Own) -> None:
    own("2026-03-04_15-06-07_a1b2.mcap")
    (told,) = Library(tmp_path).sessions()
    assert told.n_breaths == 25
    assert told.rate_per_min == pytest.approx(12.7, abs=0.1)
    assert told.duration_s == pytest.approx(119.8, abs=0.1)
    assert [one.id for one in told.sensors] == ["abdomen"]
    assert told.places == ("abdomen",)
    assert (told.worn_frac, told.trouble, told.unit) == (1.0, "", "N")
    assert told.started.tzinfo is not None


def test_a_changed_recording_is_read_again(tmp_path: Path, make: Make, reads: list[str]) -> None:
    path = make("a.mcap")
    library = Library(tmp_path)
    library.sessions()
    os.utime(path, ns=(S, S))
    assert library.known()[0].is_read is False
    assert library.sessions()[0].is_read is True
    assert reads == ["a.mcap", "a.mcap"]


def test_a_name_and_labels_are_known_at_once_without_reading_anew(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    writer = NoteWriter(make("a.mcap"), "user")
    library = Library(tmp_path)
    library.sessions()
    writer.set_title("After the hill")
    writer.set_labels(("evening",))
    (told,) = library.sessions()
    assert (told.title, told.labels, reads) == ("After the hill", ("evening",), ["a.mcap"])


def test_breaths_set_by_hand_count_and_make_the_entry_old(
    tmp_path: Path, own: Own, reads: list[str]
) -> None:
    writer = NoteWriter(own("a.mcap"), "physio")
    library = Library(tmp_path)
    before = library.sessions()[0].n_breaths
    writer.correct(None, BreathTimes(60 * S, 60 * S + 1, 60 * S + 2))
    assert library.sessions()[0].n_breaths == before + 1
    assert reads == ["a.mcap", "a.mcap"]


def test_a_moved_recording_keeps_what_is_known_of_it(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    path = make("a.mcap")
    library = Library(tmp_path)
    (before,) = library.sessions()
    path.rename(path.with_name("b.mcap"))
    assert library.known()[0].is_read
    (after,) = library.sessions()
    assert (after.path.name, after.key, reads) == ("b.mcap", before.key, ["a.mcap"])


def test_a_deleted_recording_is_forgotten_down_to_its_bytes(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap", Mark(S, "note: xyzzy-secret"))
    library = Library(tmp_path)
    assert library.sessions()[0].notes == ("xyzzy-secret",)
    path.unlink()
    assert library.sessions() == ()
    held = b"".join(one.read_bytes() for one in tmp_path.glob(f"{FILE}*"))
    assert b"xyzzy-secret" not in held


@pytest.mark.parametrize("junk", [b"junk" * 1000, b"", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_index_is_made_anew(
    tmp_path: Path, make: Make, reads: list[str], junk: bytes
) -> None:
    make("a.mcap")
    first = Library(tmp_path).sessions()
    (tmp_path / FILE).write_bytes(junk)
    assert Library(tmp_path).sessions() == first
    assert Library(tmp_path).sessions() == first
    assert reads == ["a.mcap", "a.mcap"]


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 999",
        "UPDATE session SET entry = 'no json'",
        "UPDATE session SET made_by = 'older'",
        "DROP TABLE session",
        "ALTER TABLE session DROP COLUMN by_hand",
    ],
)
def test_an_index_of_another_make_is_read_anew(
    tmp_path: Path, make: Make, reads: list[str], change: str
) -> None:
    make("a.mcap")
    first = Library(tmp_path).sessions()
    base = sqlite3.connect(tmp_path / FILE)
    with base:
        base.execute(change)
    base.close()
    assert Library(tmp_path).sessions() == first
    assert Library(tmp_path).sessions() == first
    assert reads == ["a.mcap", "a.mcap"]


def test_what_cannot_be_read_is_told_and_hides_nothing(tmp_path: Path, make: Make) -> None:
    good = make("2026-03-04_15-06-07_a1b2.mcap")
    bad = good.with_name("2026-03-05_15-06-07_a1b2.mcap")
    bad.write_bytes(b"\x89MCAP0\r\nnothing more")
    torn = good.with_name("2026-03-06_15-06-07_a1b2.mcap")
    torn.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    told = {one.path: one for one in Library(tmp_path).sessions()}
    assert "nothing can be read" in told[bad].trouble
    assert told[bad].started.day == 5
    assert "ends in the middle" in told[torn].trouble
    assert told[good].trouble == ""


def test_a_header_that_makes_no_sense_is_trouble_of_its_own_file(
    tmp_path: Path, make: Make
) -> None:
    path = make("a.mcap")
    line = {"header": {"schema": "breathsense.recording/1", "started": "soon",
                       "anchor_wall_ns": 0, "session_id": "x"}}  # fmt: skip
    path.with_name("b.jsonl").write_text(json.dumps(line) + '\n{"end":0}\n')
    troubles = {one.path.name: one.trouble for one in Library(tmp_path).sessions()}
    assert "header of the recording cannot be read" in troubles["b.jsonl"]
    assert troubles["a.mcap"] == ""


def test_a_bug_that_one_file_brings_out_hides_no_other(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = make("a.mcap"), make("b.mcap")
    summarise = summing._summarise

    def fail(recording: Recording, *others: Any) -> SessionEntry:
        if recording.path != path:
            raise ZeroDivisionError("a bug")
        return summarise(recording, *others)

    monkeypatch.setattr(summing, "_summarise", fail)
    troubles = {one.path.name: one.trouble for one in Library(tmp_path).sessions()}
    assert troubles["b.mcap"].startswith("it makes no sense (ZeroDivisionError")
    assert troubles["a.mcap"] == ""


def test_words_that_are_no_text_are_trouble_of_their_own_file(tmp_path: Path, make: Make) -> None:
    make("a.mcap", Mark(S, "note: \ud800"))
    (told,) = Library(tmp_path).sessions()
    assert told.trouble == "1 records make no sense"
    assert Library(tmp_path).sessions() == (told,)


def test_a_recording_that_is_being_written_waits(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    path = make("a.mcap")
    path.rename(path.with_name("a.mcap.part"))
    path.with_name("a.mcap.part").touch()
    (told,) = Library(tmp_path).sessions()
    assert (told.trouble, told.is_unfinished, reads) == (BEING_WRITTEN, True, [])


def test_progress_is_told_and_cancelling_keeps_what_was_read(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    for name in ("a.mcap", "b.mcap", "c.mcap"):
        make(name)
    library, told = Library(tmp_path), []
    library.refresh(lambda *one: told.append(one), lambda: len(told) > 1)
    assert told == [(0, 3), (1, 3)]
    assert sum(one.is_read for one in Library(tmp_path).known()) == 1
    library.refresh(lambda *one: told.append(one))
    assert told[2:] == [(0, 2), (1, 2), (2, 2)]
    assert len(reads) == 3


def test_cancelling_breaks_off_in_the_middle_of_a_recording(tmp_path: Path, own: Own) -> None:
    own("a.mcap")
    n_asked = iter(range(1000))
    library = Library(tmp_path)
    library.refresh(is_cancelled=lambda: next(n_asked) > 5)
    assert library.known()[0].is_read is False


def test_an_executor_reads_the_same(tmp_path: Path, make: Make) -> None:
    for name in ("a.mcap", "b.mcap", "c.mcap"):
        make(name)
    library = Library(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        library.refresh(executor=pool)
        read = library.known()
        library.rebuild()
        assert library.known() == read
        n_told: list[int] = []
        library.rebuild(lambda done, _: n_told.append(done), lambda: len(n_told) > 1, pool)
    assert n_told == [0, 1]


def test_where_no_index_can_be_kept_the_recordings_are_told_all_the_same(
    tmp_path: Path, make: Make, reads: list[str]
) -> None:
    make("a.mcap")
    (tmp_path / FILE).mkdir()
    library = Library(tmp_path)
    first = library.sessions()
    assert len(first) == 1
    assert library.sessions() == first
    assert reads == ["a.mcap"]


def test_an_index_that_another_process_holds_is_waited_for(tmp_path: Path, make: Make) -> None:
    make("a.mcap")
    one, other = Library(tmp_path), Library(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.sessions)
        second = pool.submit(other.sessions)
        assert first.result() == second.result()


def test_samples_and_trash_are_told_where_they_are_asked_for(
    tmp_path: Path, make: Make, own: Own
) -> None:
    make("a.mcap")
    trashed = own("b.mcap")
    (tmp_path / "trash").mkdir()
    trashed.rename(tmp_path / "trash" / "b.mcap")
    library = Library(tmp_path)
    assert [one.path.name for one in library.sessions()] == ["a.mcap"]
    flags = {(one.is_sample, one.is_trashed)
             for one in library.known(with_samples=True, with_trash=True)}  # fmt: skip
    assert flags == {(False, False), (True, False), (False, True)}
    unread = {one.is_sample for one in library.known(with_samples=True) if not one.is_read}
    assert unread == {True}


def test_a_file_that_is_not_read_yet_is_told_with_its_date(tmp_path: Path, make: Make) -> None:
    make("imported.mcap", at=datetime(2026, 3, 4, 15, 6, tzinfo=UTC))
    make("2026-05-06_07-08-09_a1b2.mcap")
    Path(make("bad.mcap")).write_bytes(b"nothing")
    told = {one.path.name[:4]: (one.started, one.is_read) for one in Library(tmp_path).known()}
    assert told["impo"] == (datetime(2026, 3, 4, 15, 6, tzinfo=UTC), False)
    assert told["2026"] == (datetime(2026, 5, 6, 7, 8, 9).astimezone(), False)
    assert told["bad."][0].year >= 2026


def test_looking_makes_no_files(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").sessions() == ()
    assert not (tmp_path / "none").exists()
