import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.main import cli
from breathsense.cli.main import main as run_main

needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")


def start_recording(folder: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "breathsense", "record", "--demo"),
            *("--output", str(folder / "a.mcap"), "--data-dir", str(folder), *words),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    program = start_recording(folder, "--seconds", "6")
    out, err = program.communicate(timeout=60)
    assert program.returncode == 0, err
    assert Path(out.strip()) == folder / "a.mcap"
    assert len([line for line in err.splitlines() if "GDX-RB" in line]) in {5, 6, 7}
    return folder / "a.mcap"


def test_a_recording_holds_what_the_belt_sent(recorded: Path) -> None:
    dump = recorded.with_name("dumped.jsonl")
    CliRunner().invoke(cli, ["dump", str(recorded), "--output", str(dump)])
    lines = dump.read_text(encoding="utf-8").splitlines()
    assert "b41e6675-a329-40e0-aa01-44d2f444babe" in dump.read_text(encoding="utf-8")
    assert len(lines) > 40


def test_replay_and_analyze_print_the_same(recorded: Path) -> None:
    replayed = CliRunner().invoke(
        cli, ["replay", str(recorded), "--speed", "max", "--headless", "--json"]
    )
    analysed = CliRunner().invoke(cli, ["analyze", str(recorded), "--json"])
    assert replayed.exit_code == analysed.exit_code == 0
    assert replayed.stdout == analysed.stdout
    found = json.loads(replayed.stdout)
    assert found["schema"] == "breathsense.analysis/1"
    assert found["inputs"] == ["a.mcap"]
    assert found["sensors"] == [{"id": "abdomen", "kind": "band", "rate_hz": 10.0, "unit": "N"}]


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_closes_the_file_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    program = start_recording(tmp_path)
    assert program.stderr is not None
    told = ""
    while "streaming" not in told:
        told = program.stderr.readline()
        assert told, "it ended by itself"
    program.send_signal(number)
    program.communicate(timeout=60)
    assert program.returncode == 0
    assert (tmp_path / "a.mcap").exists()
    assert not list(tmp_path.glob("*.part"))


def refuse(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        run_main(list(words))
    assert end.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    return told.err


def test_what_is_asked_of_record_must_be_clear(capsys: pytest.CaptureFixture[str]) -> None:
    told = refuse("record", "--output", "a.mcap", capsys=capsys)
    assert "--demo or --device" in told
    told = refuse("record", "--demo", "--device", "x", "--output", "a.mcap", capsys=capsys)
    assert "--demo or --device" in told


def test_an_existing_recording_is_never_written_over(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recorded.read_bytes()
    told = refuse("record", "--demo", "--output", str(recorded), capsys=capsys)
    assert "a.mcap" in told
    assert recorded.read_bytes() == before


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf"])
def test_a_speed_that_is_none_is_refused(speed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no speed" in refuse("replay", "a.mcap", f"--speed={speed}", capsys=capsys)


def test_a_foreign_file_is_no_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = tmp_path / "holiday.mcap"
    foreign.write_bytes(b"\xff\xd8\xff\xe0 not a recording")
    assert "holiday.mcap" in refuse("replay", str(foreign), "--headless", capsys=capsys)


def test_json_without_headless_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--headless" in refuse("replay", "a.mcap", "--json", capsys=capsys)


def test_the_doctor_says_what_is_there_and_what_to_do(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        cli, ["doctor", "--no-bluetooth", "--json", "--data-dir", str(tmp_path)]
    )
    findings = {one["topic"]: one for one in json.loads(answer.output)}
    assert findings["Folder"]["verdict"] == "ok"
    assert findings["bleak"]["verdict"] == "ok"
    assert "vernier-gdx-rb" in findings["Wearables known"]["text"]


def test_the_doctor_names_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = CliRunner().invoke(
        cli, ["doctor", "--no-bluetooth", "--data-dir", str(tmp_path / "file" / "in")]
    )
    assert answer.exit_code == 0
    assert "✗ Folder" in answer.output
    assert "--data-dir" in answer.output
