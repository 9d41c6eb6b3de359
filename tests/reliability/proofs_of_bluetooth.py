"""Recordings whose bus or Bluetooth service dies."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from proving import (
    PATIENCE_S,
    PROGRAM,
    check,
    read_recording,
)

from breathsense.core.model.inputs import LinkEvent
from breathsense.recordings.reader import open_recording


def bus_dies(folder: Path, runs: int) -> str:
    """Kill the message bus under `record`; the file is closed as ever."""
    return lose_bluetooth(folder, "bus")


def bluetoothd_dies(folder: Path, runs: int) -> str:
    """Kill the Bluetooth service, the bus stays."""
    return lose_bluetooth(folder, "service")


def lose_bluetooth(folder: Path, what: str) -> str:
    """Record over the private bus, kill one of the two, and let the time run out."""
    server = subprocess.Popen(
        [sys.executable, "-m", "breathsense.simulation.bluez", "--wearable", "vernier-gdx-rb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    daemon = int(children[0])
    output = folder / "r.mcap"
    scanned = subprocess.run(
        [*PROGRAM, "scan", "--json", "--seconds", "3"],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
        stdout=subprocess.PIPE,
        check=True,
    )
    name = json.loads(scanned.stdout)[0]["name"]
    words = ("record", "--device", name, "--seconds", "14", "--output", str(output))
    recording = subprocess.Popen(
        [*PROGRAM, *words, "--data-dir", str(folder)],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        ends = time.monotonic() + PATIENCE_S
        part = output.with_name("r.mcap.part")
        while time.monotonic() < ends and not (
            part.exists() and len(read_recording(output)[0]) > 20
        ):
            time.sleep(0.3)
        os.kill(daemon if what == "bus" else server.pid, signal.SIGKILL)
        _, told = recording.communicate(timeout=PATIENCE_S)
    finally:
        for pid in (server.pid, daemon, recording.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()
        recording.wait()
    check(output.exists(), f"there is no recording; {told[-600:]}")
    found, problem = read_recording(output)
    items = list(open_recording(output).items())
    n_lost = sum(isinstance(one, LinkEvent) and one.state == "lost" for one in items)
    check(not problem, problem)
    check(n_lost >= 1, "the loss was not noticed")
    check("Traceback" not in told, told[-1000:])
    return (
        f"noticed {n_lost} time(s), closed, {len(found)} notifications, code {recording.returncode}"
    )
