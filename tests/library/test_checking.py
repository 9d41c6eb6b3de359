import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from breathsense.core.model.inputs import Mark
from breathsense.core.model.notes import Annotation
from breathsense.library.checking import check_library, find_free_bytes, weigh_library
from breathsense.library.index import Library
from breathsense.library.marking import merge_marks
from breathsense.library.trash import throw_away
from breathsense.recordings.notes import NoteWriter, find_notes, read_notes

S = 1_000_000_000
Make = Callable[..., Path]


def test_a_library_that_is_whole_has_no_flaw(tmp_path: Path, make: Make) -> None:
    tmp_path.chmod(0o700)
    NoteWriter(make("a.mcap"), "user").set_title("A")
    throw_away(tmp_path, make("b.mcap"))
    told: list[tuple[int, int]] = []
    assert check_library(tmp_path, lambda *one: told.append(one)) == []
    assert told == [(1, 2), (2, 2)]


def test_what_is_damaged_is_told_with_what_to_do(tmp_path: Path, make: Make) -> None:
    tmp_path.chmod(0o700)
    good = make("good.mcap")
    torn = good.with_name("torn.mcap")
    torn.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    none = good.with_name("none.mcap")
    none.write_bytes(b"nothing")
    for path in (torn, none):
        path.chmod(0o600)
    flaws = {one.path: one for one in check_library(tmp_path)}
    assert flaws.keys() == {torn, none}
    assert flaws[torn].advice.startswith("breathsense repair")
    assert flaws[none].what == "this is not a recording"


def test_notes_that_cannot_be_read_or_lie_alone_are_told(tmp_path: Path, make: Make) -> None:
    tmp_path.chmod(0o700)
    path = make("a.mcap")
    find_notes(path).write_text("what is this\n")
    find_notes(path).chmod(0o600)
    alone = path.with_name("gone.notes")
    alone.write_text("")
    whats = [(one.path.name, one.what) for one in check_library(tmp_path)]
    assert whats == [
        ("a.notes", "1 lines cannot be read"),
        ("gone.notes", "its recording is not there"),
    ]
    find_notes(path).unlink()
    find_notes(path).mkdir(mode=0o700)
    assert "no file of notes" in check_library(tmp_path)[0].what


@pytest.mark.skipif(sys.platform == "win32", reason="it has other rights")
def test_what_others_may_read_is_told(tmp_path: Path, make: Make) -> None:
    tmp_path.chmod(0o755)
    path = make("a.mcap")
    path.chmod(0o644)
    advice = [one.advice for one in check_library(tmp_path)]
    assert advice == [f"chmod 700 {tmp_path}", f"chmod 600 {path}"]


def test_what_everything_weighs(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    NoteWriter(path, "user").set_title("A")
    thrown = throw_away(tmp_path, make("b.mcap"))
    Library(tmp_path).refresh()
    (tmp_path / "settings.toml").write_text("x = 1\n")
    weights = {one.kind: one for one in weigh_library(tmp_path)}
    assert weights["recordings"].n_bytes == path.stat().st_size
    assert weights["trash"].n_bytes == thrown.stat().st_size
    assert weights["notes"].n_files == 1
    assert weights["settings"].n_bytes == 6
    assert weights["index"].n_bytes > 0
    assert weigh_library(tmp_path / "none") == []
    assert (find_free_bytes(tmp_path / "not" / "there") or 0) > 0


def test_marks_become_annotations_once(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    content = path.read_bytes()
    marks = [Mark(2 * S, "note: stairs"), Mark(5 * S, "exercise.brace", 3 * S)]
    assert merge_marks(path, [*marks, marks[0]], "physio") == 2
    assert merge_marks(path, [*marks, Mark(9 * S, "note: tea")], "physio") == 1
    told = read_notes(path).annotations
    assert [(one.start_ns, one.duration_ns, one.text) for one in told] == [
        (2 * S, 0, "stairs"), (5 * S, 3 * S, "exercise.brace"), (9 * S, 0, "tea"),
    ]  # fmt: skip
    assert isinstance(told[0], Annotation)
    assert told[0].signed.by == "physio"
    assert path.read_bytes() == content
