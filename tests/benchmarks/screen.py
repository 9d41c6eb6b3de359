"""What the live screen costs: processor time, bytes to the terminal, the way to the first frame.

``python tests/benchmarks/screen.py [--seconds 20] [--sizes 80x24,120x40,200x60]``

The app runs as it does for people, in a terminal of its own (a pty) that answers nothing, with the
virtual belt; its whole process is counted, recording and engine with it. Without ``/proc`` (not
Linux) nothing is measured. On a machine that has other work look at processor time only, and
divide by the frames that were drawn: fewer are drawn then.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
FIRST_WORDS = b"REC"
"""What only the live screen shows."""
HOME_WORDS = b"Options"


@dataclass
class App:
    """A running app and its terminal."""

    pid: int
    terminal: int
    n_bytes: int = 0

    def read(self, seconds: float, until: bytes = b"") -> bool:
        """Take what it draws for so long; return whether some words came."""
        end_s, seen = time.monotonic() + seconds, b""
        while (left_s := end_s - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], left_s)[0]:
                break
            drawn = os.read(self.terminal, 65_536)
            self.n_bytes += len(drawn)
            seen = seen[-64:] + drawn
            if until and until in seen:
                return True
        return False

    def count_cpu_s(self) -> float:
        """Return the processor time of its whole process, user and system."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        fields = stat.split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def start(size: str, folder: str, *, is_sweep: bool, command: str) -> App:
    """Begin the app in a terminal of a size."""
    width, height = (int(number) for number in size.split("x"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.environ.pop("SSH_CONNECTION", None)
        os.environ["TEXTUAL_ANIMATIONS"] = "none" if is_sweep else "full"
        # Warm means compiled; whoever measures may have asked for no bytecode at all.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{tempfile.gettempdir()}/breathsense-bytecode"
        python = sys.executable
        os.execv(python, [python, "-m", "breathsense", command, "--data-dir", folder])  # noqa: S606 - itself
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    return App(pid, terminal)


def end(app: App) -> None:
    """Let it save and end."""
    os.kill(app.pid, signal.SIGTERM)
    while True:
        try:
            if not os.read(app.terminal, 65_536):
                break
        except OSError:
            break
    os.waitpid(app.pid, 0)
    os.close(app.terminal)


def measure_live(size: str, seconds: float, *, is_sweep: bool) -> str:
    """Return a line: share of a core, kB a second."""
    with tempfile.TemporaryDirectory() as folder:
        app = start(size, folder, is_sweep=is_sweep, command="demo")
        try:
            app.read(60, FIRST_WORDS)
            app.read(12)
            app.n_bytes, before_s, begun_s = 0, app.count_cpu_s(), time.monotonic()
            app.read(seconds)
            lasted_s = time.monotonic() - begun_s
            share = (app.count_cpu_s() - before_s) / lasted_s
            kb_per_s = app.n_bytes / lasted_s / 1000
        finally:
            end(app)
    return f"{size:>7} {'sweep' if is_sweep else 'scroll'}  {share:6.1%}  {kb_per_s:6.1f} kB/s"


def measure_first_frame() -> str:
    """Return a line: wall and processor time up to the home screen, the least of three."""
    walls, cpus = [], []
    for _ in range(4):
        with tempfile.TemporaryDirectory() as folder:
            begun_s = time.monotonic()
            app = start("120x40", folder, is_sweep=False, command="practise")
            try:
                app.read(60, HOME_WORDS)
                walls.append(time.monotonic() - begun_s)
                cpus.append(app.count_cpu_s())
            finally:
                end(app)
    return f"first frame  {min(walls):.2f} s, processor {min(cpus):.2f} s"


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--sizes", default="80x24,120x40,200x60")
    chosen = parser.parse_args()
    print(measure_first_frame(), flush=True)
    for size in chosen.sizes.split(","):
        for is_sweep in (False, True):
            print(measure_live(size, chosen.seconds, is_sweep=is_sweep), flush=True)


if __name__ == "__main__":
    main()
