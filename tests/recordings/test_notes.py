import os
import stat
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.notes import BreathTimes, Notes, ScoredBrace, ScoredBreath, Scores
from breathsense.recordings.notes import NoteWriter, find_notes, read_notes

S = 1_000_000_000
FOUND = BreathTimes(10 * S, 12 * S, 15 * S)
SEEN = BreathTimes(10 * S, 13 * S, 15 * S)
SCORES = Scores(
    "breathsense 0.1.0", "abdomen", "N", (ScoredBreath(FOUND, 2.5),),
    (ScoredBrace(20 * S, None, "expand", None),),
)  # fmt: skip


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "2026-11-22_10-00-00_a1b2.mcap"


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("a.mcap", "a.notes"),
        ("a.mcap.part", "a.notes"),
        ("a.jsonl", "a.notes"),
        ("band.csv", "band.csv.notes"),
    ],
)
def test_notes_lie_beside_their_recording(name: str, beside: str) -> None:
    assert find_notes(Path("x") / name) == Path("x") / beside


def test_without_a_file_there_are_no_notes(recording: Path) -> None:
    assert read_notes(recording) == Notes()


def test_an_annotation_keeps_words_author_and_time(recording: Path) -> None:
    NoteWriter(recording, "physio").annotate(5 * S, 'müde,\n"quoted"', 3 * S)
    (told,) = read_notes(recording).annotations
    assert (told.start_ns, told.duration_ns, told.text) == (5 * S, 3 * S, 'müde,\n"quoted"')
    assert told.signed.by == "physio"
    assert told.signed.at[4] == "-"
    assert told.signed.at[-6] in "+-"
    assert stat.S_IMODE(find_notes(recording).stat().st_mode) == 0o600
    assert not recording.exists()


def test_an_edit_takes_the_place_and_undo_gives_it_back(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    first = writer.annotate(5 * S, "first")
    second = writer.annotate(5 * S, "second", of=first)
    third = writer.annotate(6 * S, "third", of=second)
    assert [one.text for one in read_notes(recording).annotations] == ["third"]
    writer.undo(third)
    assert [one.text for one in read_notes(recording).annotations] == ["second"]
    gone = writer.remove_annotation(second)
    assert read_notes(recording).annotations == ()
    writer.undo(gone)
    assert [one.text for one in read_notes(recording).annotations] == ["second"]


def test_nothing_that_was_written_is_ever_lost(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    one = writer.annotate(5 * S, "first words")
    before = find_notes(recording).read_bytes()
    writer.annotate(5 * S, "other words", of=one)
    writer.undo(one)
    assert find_notes(recording).read_bytes().startswith(before)


def test_a_breath_set_by_hand_keeps_what_it_was(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    moved = writer.correct(FOUND, SEEN)
    writer.correct(None, SEEN)
    writer.correct(FOUND, None, of=moved)
    told = read_notes(recording).corrections
    assert [(one.was, one.now) for one in told] == [(FOUND, None), (None, SEEN)]


def test_an_added_breath_can_be_taken_away_again(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    added = writer.correct(None, SEEN)
    writer.correct(None, None, of=added)
    assert read_notes(recording).corrections == ()


def test_scores_of_all_versions_are_kept(recording: Path) -> None:
    writer = NoteWriter(recording, "breathsense")
    writer.keep_scores(SCORES)
    writer.keep_scores(SCORES)
    told = read_notes(recording).scores
    assert [(one.program, one.breaths, one.braces) for one in told] == [
        (SCORES.program, SCORES.breaths, SCORES.braces)
    ] * 2


def test_a_line_that_was_cut_costs_only_itself(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    writer.annotate(1 * S, "whole")
    path = find_notes(recording)
    path.write_bytes(path.read_bytes() + b'{"what":"annotation","id":"0')
    writer.annotate(2 * S, "after")
    told = read_notes(recording)
    assert [one.text for one in told.annotations] == ["whole", "after"]
    assert told.n_unread == 1


@pytest.mark.parametrize("line", [b"\xfe", b"{}", b'{"what": ' + b"[" * 100_000])
def test_a_line_of_any_bytes_is_counted_and_passed_over(recording: Path, line: bytes) -> None:
    find_notes(recording).write_bytes(line + b"\n")
    assert read_notes(recording).n_unread == 1


def test_a_kind_of_tomorrow_is_passed_over_and_kept(recording: Path) -> None:
    find_notes(recording).write_bytes(b'{"what":"smell","id":"1","at":"","by":"x"}\n[1,2]\n\xff\n')
    NoteWriter(recording, "physio").annotate(1 * S, "words")
    told = read_notes(recording)
    assert (len(told.annotations), told.n_unread) == (1, 3)
    assert b"smell" in find_notes(recording).read_bytes()


def test_an_undo_of_nothing_does_nothing(recording: Path) -> None:
    writer = NoteWriter(recording, "physio")
    writer.undo("12345678")
    writer.annotate(1 * S, "words", of="12345678")
    assert [one.text for one in read_notes(recording).annotations] == ["words"]


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be written"):
        NoteWriter(tmp_path / "gone" / "a.mcap", "physio").annotate(0, "words")
    (tmp_path / "b.notes").mkdir()
    with pytest.raises(RefusedInput, match="no file of notes"):
        read_notes(tmp_path / "b.mcap")


def test_a_file_too_large_for_notes_is_refused(recording: Path) -> None:
    with find_notes(recording).open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(RefusedInput, match="larger than notes can be"):
        read_notes(recording)


def test_the_newest_name_and_labels_hold_and_undo_gives_back_those_before(recording: Path) -> None:
    writer = NoteWriter(recording, "user")
    writer.set_title("Morning")
    newest = writer.set_title("After the hill")
    writer.set_labels(("new belt", "evening"))
    told = read_notes(recording)
    assert (told.title, told.labels) == ("After the hill", ("new belt", "evening"))
    writer.undo(newest)
    writer.set_labels(())
    told = read_notes(recording)
    assert (told.title, told.labels) == ("Morning", ())


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system does not tell links apart")
def test_a_link_in_the_place_of_notes_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "startup"
    target.write_text("mine\n")
    (tmp_path / "a.notes").symlink_to(target)
    with pytest.raises(RefusedInput, match="cannot be written"):
        NoteWriter(tmp_path / "a.mcap", "me").set_title("x")
    assert target.read_text() == "mine\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_in_the_place_of_notes_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.notes")
    with pytest.raises(RefusedInput, match="no file of notes"):
        read_notes(tmp_path / "a.mcap")
