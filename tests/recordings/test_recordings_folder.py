import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.folder import (
    default_data_dir,
    list_recordings,
    new_recording_path,
    read_salt,
    recordings_folder,
)

STARTED = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC)


def test_the_environment_chooses_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREATHSENSE_DATA_DIR", str(tmp_path))
    assert default_data_dir() == tmp_path
    monkeypatch.delenv("BREATHSENSE_DATA_DIR")
    assert "breathsense" in str(default_data_dir()).lower()


def test_a_name_tells_the_time_and_no_person(tmp_path: Path) -> None:
    first, second = (new_recording_path(tmp_path, STARTED) for _ in range(2))
    assert first.parent == tmp_path / "recordings"
    assert first.name.startswith("2026-03-04_15-06-07_")
    assert first.suffix == ".mcap"
    assert len(first.stem) == len("2026-03-04_15-06-07_0123")
    assert second.parent == first.parent


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_the_folder_is_the_users_own(tmp_path: Path) -> None:
    folder = recordings_folder(tmp_path / "new" / "deep")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedInput, match="BREATHSENSE_DATA_DIR"):
        recordings_folder(tmp_path / "file")


def test_the_list_is_newest_first_and_knows_what_is_unfinished(tmp_path: Path) -> None:
    assert list_recordings(tmp_path) == []
    folder = recordings_folder(tmp_path)
    for name in ("2026-01-01.mcap", "2026-01-03.mcap.part", "2026-01-02.jsonl", "notes.txt"):
        (folder / name).write_text("abc")
    found = list_recordings(tmp_path)
    assert [(entry.path.name, entry.is_unfinished) for entry in found] == [
        ("2026-01-03.mcap.part", True),
        ("2026-01-02.jsonl", False),
        ("2026-01-01.mcap", False),
    ]
    assert {entry.n_bytes for entry in found} == {3}


def test_the_salt_is_made_once(tmp_path: Path) -> None:
    salt = read_salt(tmp_path)
    assert len(salt) == 16
    assert read_salt(tmp_path) == salt
    assert read_salt(tmp_path / "other") != salt


def test_a_salt_that_a_full_disk_has_cut_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "address-salt").write_bytes(b"")
    salt = read_salt(tmp_path)
    assert len(salt) == 16
    assert read_salt(tmp_path) == salt


def test_a_salt_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "address-salt").mkdir()
    with pytest.raises(RefusedInput, match="data folder cannot be used"):
        read_salt(tmp_path)
