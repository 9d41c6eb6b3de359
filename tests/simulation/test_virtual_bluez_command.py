import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from breathsense.simulation.bluez.daemon import run_private_bus, why_unavailable

COMMAND = [sys.executable, "-m", "breathsense.simulation.bluez"]
needs_bus = pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable() or "-")


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@needs_bus
@pytest.mark.parametrize("end", ["input", "SIGTERM", "SIGINT"])
def test_the_first_line_is_the_address_and_it_serves_until_it_is_told(end: str) -> None:
    with start("--wearable", "vernier-gdx-rb", "--wearable", "heart-rate") as server:
        assert server.stdout is not None
        assert server.stdin is not None
        address = server.stdout.readline().strip()
        assert address.startswith("unix:path=")
        assert Path(address.removeprefix("unix:path=")).exists()
        if end == "input":
            server.stdin.close()
        else:
            server.send_signal(getattr(signal, end))
        assert server.wait(timeout=120) == 0
        assert not Path(address.removeprefix("unix:path=")).exists()


@needs_bus
def test_it_ends_after_the_given_time() -> None:
    with start("--wearable", "sweetzpot-flow", "--seconds", "0.1") as server:
        assert server.wait(timeout=120) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--wearable", "vernier"], "Did you mean vernier-gdx-rb?"),
        (["--wearable", "polar-h10", "--trace", "absent.csv"], "absent.csv: there is no such file"),
        (["--wearable", "polar-h10", "--seconds", "-1"], "-1"),
        ([], "--wearable"),
    ],
)
def test_a_slip_is_told_plainly_with_exit_code_2(options: list[str], said: str) -> None:
    with start(*options) as server:
        printed, told = server.communicate(timeout=120)
    assert server.returncode == 2
    assert printed == ""
    assert said in told
    assert "Traceback" not in told


def test_a_bad_trace_is_told_with_its_line(tmp_path: Path) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text("t_s,abdomen[N]\n0,4\n0,5\n")
    with start("--wearable", "vernier-gdx-rb", "--trace", str(trace)) as server:
        _, told = server.communicate(timeout=120)
    assert server.returncode == 2
    assert f"{trace}, line 3: time does not increase" in told


def test_without_dbus_daemon_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with start("--wearable", "vernier-gdx-rb") as server:
        _, told = server.communicate(timeout=120)
    assert server.returncode == 2
    assert "dbus-daemon" in told or "needs Linux" in told


@needs_bus
def test_a_daemon_that_does_not_start_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "dbus-daemon"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Exception, match="did not start"), run_private_bus():
        pass
