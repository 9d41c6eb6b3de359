"""docs/add-a-wearable.md is true: its files, its commands, its outputs."""

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from breathsense.simulation.bluez.daemon import why_unavailable
from breathsense.simulation.devices.clock import SampleTrain
from breathsense.simulation.devices.twin import Twin, advertise, characteristic, sig_uuid
from breathsense.simulation.faults import Faults
from breathsense.simulation.peripheral import Advertisement, Service
from breathsense.simulation.person import Person

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-wearable.md"
VALUES = sig_uuid(0xFFF1)
PATIENCE_S = 60

BASH = shutil.which("bash") or ""

pytestmark = pytest.mark.skipif(not BASH, reason="the page's commands are those of a shell")


class Stretchy(Twin):
    """The page's band: a count, four numbers, the battery."""

    def __init__(self) -> None:
        super().__init__(Person(1), 7, Faults(battery_pct=90))
        said = advertise("Stretchy 07")
        self.advertisement = Advertisement(said.name, (), {}, said.rssi_dbm)
        self.services = (Service(sig_uuid(0xFFF0), (characteristic(VALUES, "notify"),)),)
        self._train: SampleTrain | None = None
        self._counts: list[int] = []
        self._n_sent = 0

    def on_subscribe(self, uuid: str) -> None:
        del uuid
        self._train = self.start_train(100_000_000)

    def produce(self, now_ns: int) -> None:
        if self._train is None:
            return
        for number in self._train.due(now_ns):
            force = self.body.belt_force_n(self.moment_ns(self._train, number)) or 0.0
            self._counts.append(round(1500 + 80 * force))
            if len(self._counts) == 4:
                head = struct.pack("<B4H", self._n_sent & 0xFF, *self._counts)
                self.send_samples(VALUES, head + bytes((self.battery_pct,)))
                self._n_sent += 1
                self._counts.clear()


@dataclass(frozen=True)
class Block:
    kind: str
    text: str


def read_blocks() -> Iterator[Block]:
    for kind, text in re.findall(r"```(\w+(?: \w+)?)\n(.*?)```", PAGE.read_text(), re.DOTALL):
        yield Block(kind, text)


def write_file(folder: Path, block: Block) -> None:
    """Write a block into the file that its first line names; or insert it there."""
    head, text = block.text.split("\n", 1)
    found = re.match(r"# ([\w.]+)(?:, before (\S+))?", head)
    assert found is not None
    path = folder / found[1]
    if found[2]:
        old = path.read_text()
        assert old.count(found[2]) == 1
        text = old.replace(found[2], text + "\n" + found[2])
    path.write_text(text if block.kind != "python" else head + "\n" + text)


def split_commands(block: Block) -> list[tuple[str, str]]:
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def serve_band() -> AbstractContextManager[Any]:
    if why_unavailable():
        return nullcontext("")
    from breathsense.simulation.bluez.serving import serve_bluez  # noqa: PLC0415 - only on Linux

    return serve_bluez([Stretchy()])


def test_the_page_is_true_from_its_first_command_to_its_last(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, words in (("python", ""), ("breathsense", " -m breathsense")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n')
        (programs / name).chmod(0o755)
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "BREATHSENSE_DATA_DIR": str(tmp_path / "own"),
    }
    n_commands = 0
    with serve_band() as address:
        for block in read_blocks():
            if not block.kind.startswith("console"):
                write_file(folder, block)
                continue
            is_radio = block.kind == "console radio"
            if is_radio and not address:
                continue
            for command, output in split_commands(block):
                done = subprocess.run(
                    [BASH, "-c", command],
                    cwd=folder,
                    env={**environment, "DBUS_SYSTEM_BUS_ADDRESS": address},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=PATIENCE_S,
                    check=False,
                    text=True,
                )
                n_commands += 1
                if is_radio:
                    assert done.returncode == 0, (command, done.stdout)
                    assert_radio(command, done.stdout)
                else:
                    assert done.stdout == output, command
    assert n_commands == (13 if address else 9)


def assert_radio(command: str, output: str) -> None:
    """What a command over the air must have told."""
    if "capture" in command:
        assert "0000fff1-0000-1000-8000-00805f9b34fb ['notify']" in output
        assert len(re.findall(r"^[0-9a-f]{20}$", output, re.MULTILINE)) >= 5
    elif "scan" in command:
        assert '"name": "Stretchy 07"' in output
        assert '"profile": "stretchy"' in output
    elif "analyze" in command:
        assert '"kind": "band"' in output
    else:
        assert "record" in command
