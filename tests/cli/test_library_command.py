import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breathsense.cli.library import command
from breathsense.recordings.folder import recordings_folder

SAMPLE = Path(__file__).parents[2] / "recordings" / "belt-at-rest-2min.mcap"
NAME = "2026-03-04_15-06-07_a1b2.mcap"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    path = recordings_folder(tmp_path) / NAME
    shutil.copyfile(SAMPLE, path)
    path.chmod(0o600)
    return path


def run(own: Path, *words: str, stdin: str = "") -> Result:
    data_dir = own.parent.parent
    result = CliRunner().invoke(command, ["--data-dir", str(data_dir), *words], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_recording_is_named_labelled_found_thrown_away_and_deleted(own: Path) -> None:
    content = own.read_bytes()
    assert "is called After the hill now" in run(own, "rename", "2026-03", "After the hill").stdout
    assert "evening, new belt" in run(own, "label", "hill", "evening", "new belt").stdout
    assert "evening" not in run(own, "label", "hill", "--remove", "evening").stdout
    listed = run(own).stdout
    assert all(word in listed for word in (NAME, "2:00", "12.7/min", "After the hill", "#new belt"))
    (line,) = run(own, "search", "NEW", "hill", "--json").stdout.splitlines()
    assert json.loads(line)["labels"] == ["new belt"]
    assert run(own, "search", "nowhere").stdout == ""
    assert own.read_bytes() == content
    assert "in the trash" in run(own, "trash", "hill").stdout
    assert run(own, "list").stderr == "There is no recording.\n"
    assert NAME in run(own, "list", "--trash").stdout
    assert "is back" in run(own, "restore", "hill").stdout
    assert "no labels" in run(own, "label", "hill", "--remove").stdout
    run(own, "trash", "hill")
    assert run(own, "empty-trash", stdin="n\n").exit_code == 1
    told = run(own, "empty-trash", "--yes").stdout
    assert f"deleted {NAME}  38.4 kB" in told
    assert "2 files" in told
    assert not list(own.parent.parent.glob("trash/*"))
    assert run(own, "empty-trash").stdout == "The trash is empty.\n"


def test_marks_are_merged_beside_the_recording(own: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text("t_s,duration_s,label\n5,0,note: talking\n")
    assert "1 of 1 marks added" in run(own, "merge-marks", NAME, str(marks)).stdout
    assert "0 of 1 marks added" in run(own, "merge-marks", NAME, str(marks)).stdout


def test_check_rebuild_and_usage(own: Path) -> None:
    assert run(own, "check").stdout == "1 recordings read to the end: all is well.\n"
    assert run(own, "rebuild", "--jobs", "1").stdout == "1 recordings.\n"
    usage = run(own, "usage").stdout
    assert "recordings" in usage
    assert "38.4 kB" in usage
    assert "free" in usage
    own.write_bytes(b"nothing")
    checked = run(own, "check")
    assert (checked.exit_code, "this is not a recording" in checked.stdout) == (2, True)
