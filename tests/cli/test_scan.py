import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.scan import command
from breathsense.core.model.printable import make_printable


def run_scan(data_dir: Path, *words: str) -> tuple[str, str]:
    shown = CliRunner().invoke(
        command, [*words, "--data-dir", str(data_dir)], catch_exceptions=False
    )
    assert shown.exit_code == 0
    return shown.stdout, shown.stderr


def test_the_virtual_belt_is_listed_with_its_profile_as_json(tmp_path: Path) -> None:
    stdout, stderr = run_scan(tmp_path, "--demo", "--json", "--seconds", "0.1")
    (found,) = json.loads(stdout)
    assert set(found) == {"name", "id", "rssi", "profile"}
    assert found["name"].startswith("GDX-RB ")
    assert found["profile"] == "vernier-gdx-rb"
    assert found["rssi"] < 0
    assert stderr == ""


def test_the_table_is_for_people_and_the_talk_goes_to_stderr(tmp_path: Path) -> None:
    stdout, stderr = run_scan(tmp_path, "--demo", "--seconds", "0.1")
    head, row = stdout.splitlines()
    assert head.split() == ["name", "id", "signal", "profile"]
    assert row.endswith("vernier-gdx-rb")
    assert "dBm" in row
    assert stderr == "Listening for 0.1 s ...\n"


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1e9"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, seconds: str) -> None:
    shown = CliRunner().invoke(command, ["--seconds", seconds, "--data-dir", str(tmp_path)])
    assert shown.exit_code == 2
    assert "--seconds" in shown.stderr


def test_names_cannot_steer_the_terminal() -> None:
    assert make_printable("belt\x1b[2J\n\u202e1") == "belt?[2J??1"


@pytest.mark.skipif(sys.platform != "linux", reason="the system bus is a matter of Linux")
def test_without_bluetooth_it_says_what_to_do_and_exits_with_2(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "breathsense", "scan", "--seconds", "0.1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ
        | {
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/none",
            "BREATHSENSE_DATA_DIR": str(tmp_path),
        },
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert "BlueZ" in ended.stderr
