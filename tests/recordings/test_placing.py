import os
from pathlib import Path

import pytest

from breathsense.recordings.placing import put_in_place


def test_a_file_takes_the_place_of_the_old_one_and_nothing_is_left_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "new" / "a.toml"
    for content in (b"old", b"new\r\n"):
        put_in_place(path, content)
    assert path.read_bytes() == b"new\r\n"
    assert [one.name for one in path.parent.iterdir()] == ["a.toml"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    put_in_place(tmp_path / "new" / "a.toml", b"mine")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "a.toml").stat().st_mode & 0o777 == 0o600


def test_it_is_on_the_disk_before_the_old_one_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.toml"
    put_in_place(path, b"old")
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(path.read_bytes()))
    put_in_place(path, b"new")
    assert (synced, path.read_bytes()) == ([b"old"], b"new")


def test_what_cannot_be_put_there_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    with pytest.raises(OSError, match=r"a\.toml"):
        put_in_place(tmp_path / "a.toml", b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.toml"]
