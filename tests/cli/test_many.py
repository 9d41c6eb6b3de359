"""Folders of sessions, through the command line and real processes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.analyze import command as analyze
from breathsense.cli.export import command as export
from breathsense.cli.many import ManyBar
from breathsense.core.model.errors import RefusedInput
from breathsense.library.batch import Outcome

SAMPLE = Path(__file__).parents[2] / "recordings" / "belt-at-rest-2min.mcap"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    study = tmp_path / "study"
    study.mkdir()
    (study / "one.mcap").write_bytes(SAMPLE.read_bytes())
    (study / "none.mcap").write_bytes(b"nothing")
    return study


def test_a_folder_is_analysed_as_its_recordings_alone_are(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [str(study), "--output", str(out), "--jobs", "1"]
    result = CliRunner().invoke(analyze, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "1 of 2 sessions done" in result.stderr
    assert "none: this is not a recording" in result.stderr
    alone = CliRunner().invoke(analyze, [str(study / "one.mcap"), "--json"])
    assert (out / "sessions" / "one.json").read_bytes() == alone.stdout_bytes
    assert json.loads(alone.stdout)["inputs"] == ["one.mcap"]
    (study / "none.mcap").unlink()
    again = CliRunner().invoke(analyze, words)
    assert (again.exit_code, "1 of 1 sessions done" in again.stderr) == (0, True)


def test_a_folder_is_exported_side_by_side(study: Path, tmp_path: Path) -> None:
    (study / "none.mcap").unlink()
    out = tmp_path / "out"
    words = [str(study), "--to", "json", "--output", str(out), "--jobs", "1"]
    result = CliRunner().invoke(export, words)
    assert result.exit_code == 0, result.stderr
    assert sorted(one.name for one in out.iterdir()) == ["done.jsonl", "one.json"]
    assert "health data" in result.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "many sessions need a folder"),
        (["--output", "OUT", "--marks", "m.csv"], "about one session"),
        (["--output", "OUT", "--calibration", "c.json"], "about one session"),
        (["--output", "OUT", "--executor", "cloud"], "no executor 'cloud'"),
    ],
)
def test_what_makes_no_sense_for_many_is_refused(
    study: Path, tmp_path: Path, words: list[str], why: str
) -> None:
    told = [one.replace("OUT", str(tmp_path / "out")) for one in words]
    with pytest.raises(RefusedInput, match=why):
        CliRunner().invoke(analyze, [str(study), *told], catch_exceptions=False)


def test_a_terminal_sees_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar = ManyBar()
    bar.tell(0, 2, None)
    bar.tell(1, 2, Outcome("one", trouble="torn"))
    bar.clear()
    told = capsys.readouterr().err
    assert "0 of 2" in told
    assert "one: torn" in told
    assert "█" * 15 + "░" * 15 + "  1 of 2" in told
