import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.library.trash import Deleted, delete_trashed, take_back, throw_away, trash_folder
from breathsense.recordings.folder import list_samples
from breathsense.recordings.notes import NoteWriter, find_notes, read_notes

Make = Callable[..., Path]


def test_what_is_thrown_away_comes_back_with_its_notes(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    NoteWriter(path, "user").set_title("Kept")
    content = path.read_bytes()
    thrown = throw_away(tmp_path, path)
    assert thrown.parent == trash_folder(tmp_path)
    assert stat.S_IMODE(thrown.parent.stat().st_mode) == 0o700
    assert not list(path.parent.iterdir())
    assert read_notes(thrown).title == "Kept"
    assert take_back(tmp_path, thrown) == path
    assert (path.read_bytes(), read_notes(path).title) == (content, "Kept")


def test_a_recording_without_notes_is_thrown_away_too(tmp_path: Path, make: Make) -> None:
    assert take_back(tmp_path, throw_away(tmp_path, make("a.mcap"))).exists()


def test_deleting_deletes_and_says_what(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    NoteWriter(path, "user").set_title("Gone")
    thrown = throw_away(tmp_path, path)
    sizes = {one: one.stat().st_size for one in (find_notes(thrown), thrown)}
    assert delete_trashed(tmp_path, [thrown]) == [Deleted(*one) for one in sizes.items()]
    assert not list(trash_folder(tmp_path).iterdir())


def test_only_what_is_in_the_library_is_thrown_away(tmp_path: Path, make: Make) -> None:
    with pytest.raises(RefusedInput, match="not in the library"):
        throw_away(tmp_path, list_samples()[0].path)
    with pytest.raises(RefusedInput, match="cannot be moved"):
        throw_away(tmp_path, make("a.mcap").with_name("gone.mcap"))


def test_only_what_is_in_the_trash_is_deleted_or_comes_back(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    with pytest.raises(RefusedInput, match="not in the trash"):
        delete_trashed(tmp_path, [path])
    with pytest.raises(RefusedInput, match="not in the trash"):
        take_back(tmp_path, path)
    assert path.exists()


def test_what_is_being_recorded_stays(tmp_path: Path, make: Make) -> None:
    path = make("a.mcap")
    running = path.rename(path.with_name("a.mcap.part"))
    running.touch()
    with pytest.raises(RefusedInput, match="being recorded"):
        throw_away(tmp_path, running)


def test_nothing_is_written_over(tmp_path: Path, make: Make) -> None:
    thrown = throw_away(tmp_path, make("a.mcap"))
    again = make("a.mcap")
    with pytest.raises(RefusedInput, match="there already"):
        throw_away(tmp_path, again)
    with pytest.raises(RefusedInput, match="there already"):
        take_back(tmp_path, thrown)
    assert again.exists()
    assert thrown.exists()


def test_a_recording_and_its_notes_are_moved_both_or_neither(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make("a.mcap")
    NoteWriter(path, "user").set_title("Kept")
    left = trash_folder(tmp_path) / find_notes(path).name
    left.parent.mkdir()
    left.write_text("of another")
    with pytest.raises(RefusedInput, match="there already"):
        throw_away(tmp_path, path)
    left.unlink()
    rename = Path.rename

    def refuse_recordings(one: Path, goal: Path) -> Path:
        if one.suffix == ".mcap":
            raise PermissionError(13, "Permission denied")
        return rename(one, goal)

    monkeypatch.setattr(Path, "rename", refuse_recordings)
    with pytest.raises(RefusedInput, match=r"cannot be moved \(Permission denied\)"):
        throw_away(tmp_path, path)
    assert (path.exists(), read_notes(path).title) == (True, "Kept")
    assert not list(left.parent.iterdir())


def test_a_file_that_cannot_be_deleted_is_told(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    thrown = throw_away(tmp_path, make("a.mcap"))

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(RefusedInput, match=r"cannot be deleted \(Permission denied\)"):
        delete_trashed(tmp_path, [thrown])
