import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.main import cli, main
from breathsense.core.model.inputs import Notification
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    journal = Journal(tmp_path / "a.mcap", build_header(Setup(), 1_700_000_000_000_000_000))
    for number in range(50):
        journal.append(Notification("belt", "2a37", bytes([number]), number * 100_000_000))
    return journal.close()


def test_a_dump_goes_to_stdout_and_nothing_else_does(recording: Path) -> None:
    result = CliRunner().invoke(cli, ["dump", str(recording)])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines[0]["header"]["schema"] == "breathsense.recording/1"
    assert lines[-1] == {"end": 51}
    assert result.stderr == ""


def test_dump_and_load_lose_nothing(recording: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    dump, again = tmp_path / "d.jsonl", tmp_path / "again.jsonl"
    assert runner.invoke(cli, ["dump", str(recording), "--output", str(dump)]).exit_code == 0
    result = runner.invoke(cli, ["load", str(dump)])
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "51 records in" in result.stderr
    runner.invoke(cli, ["dump", str(tmp_path / "d.mcap"), "--output", str(again)])
    assert again.read_bytes() == dump.read_bytes()


def test_repair_tells_what_it_found(recording: Path) -> None:
    part = recording.with_name("b.mcap.part")
    part.write_bytes(recording.read_bytes()[:-2500])
    result = CliRunner().invoke(cli, ["repair", str(part)])
    assert result.exit_code == 0
    assert "recovered into" in result.stdout
    assert result.stderr.startswith("Lost: recovered up to")
    assert recording.with_name("b.mcap").exists()
    assert part.exists()


def test_a_damaged_recording_is_dumped_and_talked_about(recording: Path) -> None:
    recording.write_bytes(recording.read_bytes()[:-2500])
    result = CliRunner().invoke(cli, ["dump", str(recording)])
    assert result.exit_code == 0
    assert "the file ends in the middle" in result.stderr


@pytest.mark.parametrize("name", ["dump", "load", "repair"])
def test_nonsense_is_refused_with_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("nonsense\n")
    with pytest.raises(SystemExit) as leaving:
        main([name, str(path)])
    assert leaving.value.code == 2
    talk = capsys.readouterr()
    assert talk.out == ""
    assert f"{path}:1: not JSON" in talk.err
