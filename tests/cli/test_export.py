import json
import stat
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from breathsense.cli.export import FORMATS, command
from breathsense.core.model.errors import RefusedInput
from breathsense.exports import files, formats


@pytest.fixture
def belt(tmp_path: Path) -> Path:
    t_s = np.arange(0, 60, 0.1)
    rows = np.column_stack((t_s, 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)))
    path = tmp_path / "belt.csv"
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header="t_s,abdomen[N]", comments="")
    return path


def export(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_the_command_knows_the_formats_that_are_written() -> None:
    assert set(FORMATS) == set(formats.FORMATS)


def test_an_export_is_for_its_owner_only(belt: Path, tmp_path: Path) -> None:
    result = export(belt, "--to", "json", "--output", tmp_path / "new" / "out.json")
    assert result.exit_code == 0
    assert result.stdout == ""
    written = tmp_path / "new" / "out.json"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert len(json.loads(written.read_text())["breaths"]) == 15


def test_samples_of_a_bundle_can_be_exported_again_to_the_same(belt: Path, tmp_path: Path) -> None:
    export(belt, "--to", "csv", "--output", tmp_path / "once")
    again = tmp_path / "once" / "samples_abdomen.csv"
    export(again, "--to", "csv", "--output", tmp_path / "twice")
    assert again.read_bytes() == (tmp_path / "twice" / "samples_abdomen.csv").read_bytes()


def test_what_is_there_is_not_touched(belt: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="one of the inputs"):
        export(belt, "--to", "json", "--output", belt)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    with pytest.raises(RefusedInput, match="has files in it"):
        export(belt, "--to", "csv", "--output", tmp_path / "full")
    assert (tmp_path / "full" / "mine.txt").read_text() == "keep"


def test_an_empty_folder_is_filled(belt: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export(belt, "--to", "csv", "--output", tmp_path / "out")
    assert (tmp_path / "out" / "breaths.csv").exists()


def test_a_passphrase_file_makes_one_encrypted_file(belt: Path, tmp_path: Path) -> None:
    (tmp_path / "word").write_text("seven plain words\n")
    out = tmp_path / "out.age"
    export(belt, "--to", "csv", "--output", out, "--passphrase-file", tmp_path / "word")
    assert out.read_bytes().startswith(b"age-encryption.org/v1")


def test_a_failure_leaves_no_half_file(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("before")

    def stop_halfway() -> None:
        with files.replacing(target) as made:
            made.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_halfway()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RefusedInput, match="cannot be written"),
        files.replacing(tmp_path / "file" / "out"),
    ):
        pass
