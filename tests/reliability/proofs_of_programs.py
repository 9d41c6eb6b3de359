"""The program in a terminal of its own that is closed, resized, interrupted or stalled."""

import fcntl
import os
import pty
import random
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from proving import (
    NS_PER_S,
    PATIENCE_S,
    PROGRAM,
    Lost,
    check,
    longest_hole_s,
    read_recording,
)


@dataclass
class Terminal:
    """A program in a terminal of its own."""

    pid: int
    screen: int

    def read_for(self, seconds: float) -> int:
        """Take what is drawn; return how many bytes."""
        n_bytes, ends = 0, time.monotonic() + seconds
        while (left_s := ends - time.monotonic()) > 0:
            if select.select([self.screen], [], [], left_s)[0]:
                try:
                    n_bytes += len(os.read(self.screen, 1 << 16))
                except OSError:
                    break
        return n_bytes

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self) -> int:
        """Wait for the end, drawing on; return the exit code, or minus the signal."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            self.read_for(0.1)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise Lost("the program does not end")


@contextmanager
def in_terminal(*words: str) -> Iterator[Terminal]:
    """Start the program in a terminal of 100 by 30."""
    pid, screen = pty.fork()
    if not pid:
        os.environ["TERM"] = "xterm-256color"
        os.execv(PROGRAM[0], [*PROGRAM, *words])  # noqa: S606 - there is none to be had
    terminal = Terminal(pid, screen)
    terminal.resize(100, 30)
    try:
        yield terminal
    finally:
        with suppress(OSError):
            os.close(screen)
        with suppress(ChildProcessError, ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def wait_for_file(folder: Path, pattern: str, terminal: Terminal, n_bytes: int = 20_000) -> Path:
    """Wait until a recording is under way and of some size."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        terminal.read_for(0.2)
        found = [one for one in folder.rglob(pattern) if one.stat().st_size > n_bytes]
        if found:
            return found[0]
    raise Lost("no recording was begun")


def closed_terminal(folder: Path, runs: int) -> str:
    """Close the terminal under the app and under `record`: both close their files."""
    told = []
    for name, words in (
        ("app", ("demo", "--data-dir", str(folder))),
        ("record", ("record", "--demo", "--output", str(folder / "r.mcap"))),
    ):
        with in_terminal(*words) as terminal:
            part = wait_for_file(folder, "*.mcap.part", terminal)
            os.close(terminal.screen)
            ends = time.monotonic() + PATIENCE_S
            while part.exists() and time.monotonic() < ends:
                time.sleep(0.2)
        found, problem = read_recording(part.with_name(part.name.removesuffix(".part")))
        check(not part.exists() and not problem, f"{name}: not closed: {problem}")
        told.append(f"{name}: closed, {len(found)} notifications")
    return "; ".join(told)


def resize_storm(folder: Path, runs: int) -> str:
    """Resize the app's terminal 300 times while it records; then stop it in order."""
    rng = random.Random(8)  # noqa: S311 - the same sizes each time
    with in_terminal("demo", "--data-dir", str(folder)) as terminal:
        part = wait_for_file(folder, "*.mcap.part", terminal)
        for _ in range(300):
            terminal.resize(rng.randrange(1, 250), rng.randrange(1, 70))
            terminal.read_for(0.02)
        os.kill(terminal.pid, signal.SIGTERM)
        code = terminal.wait()
    found, problem = read_recording(part.with_name(part.name.removesuffix(".part")))
    check(code == 0 and not problem, f"code {code}, {problem}")
    hole_s = longest_hole_s(found)
    check(hole_s < 2, f"a hole of {hole_s:.1f} s")
    return f"300 sizes; {len(found)} notifications, longest hole {hole_s:.2f} s"


def control_c_twice(folder: Path, runs: int) -> str:
    """Press Ctrl-C twice at once while `record` runs."""
    output = folder / "r.mcap"
    with in_terminal("record", "--demo", "--output", str(output)) as terminal:
        wait_for_file(folder, "*.mcap.part", terminal)
        os.write(terminal.screen, b"\x03\x03")
        code = terminal.wait()
    found, problem = read_recording(output)
    check(code == 0 and output.exists() and not problem, f"code {code}, {problem}")
    return f"exit code {code}, closed, {len(found)} notifications"


def stalled_screen(folder: Path, runs: int) -> str:
    """Take nothing from the terminal for 30 s: what is drawn waits, the recorder does not."""
    with in_terminal("demo", "--data-dir", str(folder)) as terminal:
        part = wait_for_file(folder, "*.mcap.part", terminal)
        before_ns = read_recording(part.with_name(part.name.removesuffix(".part")))[0][-1].host_ns
        time.sleep(30.0)
        meanwhile, _ = read_recording(part.with_name(part.name.removesuffix(".part")))
        grown_s = (meanwhile[-1].host_ns - before_ns) / NS_PER_S
        terminal.read_for(3.0)
        os.kill(terminal.pid, signal.SIGTERM)
        code = terminal.wait()
    found, problem = read_recording(part.with_name(part.name.removesuffix(".part")))
    hole_s = longest_hole_s(found)
    check(grown_s > 28, f"only {grown_s:.1f} s were recorded in 30 s")
    check(hole_s < 2 and not problem and code == 0, f"hole {hole_s:.1f} s, {problem}, {code}")
    return f"in 30 s {grown_s:.1f} s were recorded; longest hole {hole_s:.2f} s"
