"""Short versions of the proofs in ``prove.py``: what takes a few seconds, each as a process."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from breathsense.simulation.bluez.daemon import why_unavailable

PROVE = Path(__file__).with_name("prove.py")
PATIENCE_S = 300

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the proofs are for Linux")


def prove(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(PROVE), *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_killed_sessions_open_and_lose_less_than_a_second() -> None:
    assert "8 runs, all opened" in prove("kill", "--runs", "8")


def test_a_folder_that_may_not_be_written_is_refused_in_words() -> None:
    assert "refused: " in prove("folder_read_only")


def test_a_folder_that_is_closed_meanwhile_costs_nothing() -> None:
    assert "notifications kept" in prove("permission_lost")


def test_a_jump_of_the_clock_is_survived() -> None:
    assert "after a jump of an hour" in prove("clock_jumps")


def test_two_interrupts_at_once_close_the_file_once() -> None:
    assert "exit code 0" in prove("control_c_twice")


@pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable())
def test_without_its_bus_a_recording_is_closed_as_ever() -> None:
    assert "noticed" in prove("bus_dies")


SEEDED = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1]).parent))
import prove, proving
read = proving.read_recording
proving.read_recording = lambda path: (read(path)[0][:-1], "")
assert not prove.run_proof(prove.clock_set_back, 1)
"""
"""A recording that lacks its last notification."""


def test_a_single_notification_that_is_missing_is_told_as_lost() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEEDED, str(PROVE)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"clock_set_back: LOST: (\d+) of (\d+) are there", done.stdout)
    assert found is not None, done.stdout
    assert int(found[2]) == int(found[1]) + 1
