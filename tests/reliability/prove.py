"""Break a recording in every way there is, and tell what is left of it.

``python tests/reliability/prove.py`` runs all proofs, ``... NAME [--runs N]`` one of them. Each
prints one line of figures; the program ends with 1 if anything was lost that may not be. Linux
only: processes are forked, killed and stopped, and terminals are made and closed.
"""

import argparse
import fcntl
import itertools
import json
import os
import pty
import random
import resource
import select
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import LinkEvent, Notification
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.sources.base import SessionClock
from breathsense.sources.simulated import build_demo

NS_PER_S = 1_000_000_000
NOBODY = 65_534
PATIENCE_S = 120.0
STAMP = struct.Struct("<q")
LIMITED_AFTER_S, LIMITED_FOR_S = 2.0, 3.0
"""Seconds after a recording was begun."""
PROGRAM = (sys.executable, "-m", "breathsense")


class Lost(Exception):
    """Something is gone that may not be."""


def check(is_so: object, what: str) -> None:
    """Raise ``Lost`` unless it is so."""
    if not is_so:
        raise Lost(what)


# A session in a process of its own


@dataclass
class Child:
    """A process that records; ``told`` gives the times of what it took, as it takes it."""

    pid: int
    told: int

    def read_times(self, most_s: float) -> list[int]:
        """Return the times (ns) that are told within so many seconds, or up to its end."""
        times: list[int] = []
        ends = time.monotonic() + most_s
        while (left_s := ends - time.monotonic()) > 0:
            if not select.select([self.told], [], [], left_s)[0]:
                break
            piece = os.read(self.told, 1 << 15)
            if not piece:
                break
            times += [one for (one,) in STAMP.iter_unpack(piece[: len(piece) // 8 * 8])]
        return times

    def end(self, number: int = signal.SIGTERM) -> list[int]:
        """Send a signal, wait for the end; return what was told meanwhile."""
        os.kill(self.pid, number)
        times = self.read_times(PATIENCE_S)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.told)
        check(number == signal.SIGKILL or status == 0, f"the session ended with {status}")
        return times


def start_child(
    path: Path, prepare: Callable[[], None] = lambda: None, now_ns: Callable[[], int] | None = None
) -> Child:
    """Fork a process that records a virtual belt and strap until SIGTERM."""
    told, output = os.pipe()
    # Blocked from its first moment on, so that it can be waited for; programs in terminals must
    # not inherit that.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.close(output)
        return Child(pid, told)
    code = 1
    try:
        prepare()
        record_until_told(path, output, now_ns)
        code = 0
    finally:
        os._exit(code)


def record_until_told(path: Path, output: int, now_ns: Callable[[], int] | None) -> None:
    """Record; write the time of each notification to a pipe once it was handed on."""
    clock = SessionClock(now_ns) if now_ns else SessionClock()
    demo = build_demo(["vernier-gdx-rb", "polar-h10"], clock=clock)
    setup = Setup(demo.wearables)
    journal = Journal(path, build_header(setup, clock.origin_wall_ns))
    session = Session(demo.source, setup, now_ns=clock.now_ns, recorder=journal)
    take = session._queue.put

    def take_and_tell(item: object) -> None:
        take(item)  # type: ignore[arg-type] # whatever the source gives
        if isinstance(item, Notification):
            os.write(output, STAMP.pack(item.host_ns))

    session._thread.start()
    demo.source.start(take_and_tell)
    signal.sigwait({signal.SIGTERM})
    session.stop()


def read_recording(path: Path) -> tuple[list[Notification], str]:
    """Return a recording's notifications, under whichever of its names, and what is wrong."""
    found = path if path.exists() else path.with_name(path.name + ".part")
    recording = open_recording(found)
    return [one for one in recording.items() if isinstance(one, Notification)], recording.problem


def wait_for_parts(paths: list[Path]) -> None:
    """Wait until each recording was begun: on a busy computer a process may take seconds."""
    ends = time.monotonic() + PATIENCE_S
    while not all(path.with_name(path.name + ".part").exists() for path in paths):
        check(time.monotonic() < ends, "no recording was begun")
        time.sleep(0.02)


def longest_hole_s(notifications: list[Notification]) -> float:
    """Return the longest time without anything."""
    times = [one.host_ns for one in notifications]
    return max((b - a for a, b in itertools.pairwise(times)), default=0) / NS_PER_S


def check_whole(path: Path, times: list[int]) -> int:
    """Raise ``Lost`` unless everything that was told is there, once; return how much that is."""
    found, problem = read_recording(path)
    check(not problem, f"the recording is wounded: {problem}")
    check([one.host_ns for one in found] == times, f"{len(found)} of {len(times)} are there")
    return len(found)


# The proofs


def kill(folder: Path, runs: int) -> str:
    """Kill -9 at random moments of a live recording, eight at a time."""
    rng = random.Random(8)  # noqa: S311 - the same moments each time
    losses_s: list[float] = []
    for first in range(0, runs, 8):
        paths = [folder / f"{number}.mcap" for number in range(first, min(first + 8, runs))]
        children = [start_child(path) for path in paths]
        wait_for_parts(paths)
        told = [child.read_times(rng.uniform(0.3, 3.0)) for child in children]
        for child, early, path in zip(children, told, paths, strict=True):
            times = early + child.end(signal.SIGKILL)
            found, _ = read_recording(path)
            kept = [one.host_ns for one in found]
            check(kept == times[: len(kept)], "what is there is not what was told")
            lost = times[len(kept) :]
            losses_s.append((lost[-1] - lost[0]) / NS_PER_S if lost else 0.0)
            path.with_name(path.name + ".part").unlink()
    check(max(losses_s) < 1, f"{max(losses_s):.2f} s are lost")
    middle_s = sorted(losses_s)[len(losses_s) // 2]
    return f"{runs} runs, all opened; lost: median {middle_s:.2f} s, most {max(losses_s):.2f} s"


def disk_full(folder: Path, runs: int) -> str:
    """Let the file grow no further for three seconds (RLIMIT_FSIZE), then let it."""
    child = start_child(folder / "a.mcap", lambda: limit_later(folder / "a.mcap.part"))
    times = child.read_times(12.0)
    times += child.end()
    return f"{check_whole(folder / 'a.mcap', times)} of {len(times)} notifications kept"


def limit_later(part: Path) -> None:
    """Set the limit two seconds after the file is there, lift it three later; by a thread.

    An alarm would not do: its handler runs on the main thread, which waits for the end.
    """

    def limit() -> None:
        while not part.exists():
            time.sleep(0.05)
        time.sleep(LIMITED_AFTER_S)
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_FSIZE, (part.stat().st_size + 100, unlimited[1]))
        time.sleep(LIMITED_FOR_S)
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)

    threading.Thread(target=limit, daemon=True).start()


@contextmanager
def mount_small(folder: Path) -> Iterator[Path | None]:
    """Give a file system of 256 kB, or ``None`` where nothing can be mounted."""
    small = folder / "small"
    small.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)]
    if subprocess.run(words, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield small
    finally:
        subprocess.run(["umount", str(small)], check=True)  # noqa: S607 - as root


def fill(small: Path) -> None:
    """Leave no byte free."""
    with suppress(OSError):
        (small / "ballast").write_bytes(bytes(256 << 10))
    check(shutil.disk_usage(small).free == 0, "the disk is not full")


def disk_small(folder: Path, runs: int) -> str:
    """Record onto a file system of 256 kB, fill it for six seconds, and free it again."""
    with mount_small(folder) as small:
        if small is None:
            return "skipped: nothing can be mounted here"
        child = start_child(small / "a.mcap")
        times = child.read_times(3.0)
        fill(small)
        n_before = (small / "a.mcap.part").stat().st_size
        times += child.read_times(6.0)
        n_meanwhile = (small / "a.mcap.part").stat().st_size - n_before
        (small / "ballast").unlink()
        times += child.read_times(2.0)
        times += child.end()
        n_kept = check_whole(small / "a.mcap", times)
    return f"{n_kept} of {len(times)} notifications kept, {n_meanwhile} bytes of them while full"


def disk_full_at_end(folder: Path, runs: int) -> str:
    """Fill a file system of 256 kB for good; end the recording, which has nowhere else to go."""
    with mount_small(folder) as small:
        if small is None:
            return "skipped: nothing can be mounted here"
        child = start_child(small / "a.mcap", lambda: setattr(tempfile, "tempdir", str(small)))
        times = child.read_times(3.0)
        fill(small)
        times += child.read_times(3.0)
        times += child.end()
        n_kept = check_whole(small / "a.mcap", times)
    return f"{n_kept} of {len(times)} notifications kept"


def as_nobody() -> None:
    """Become a user who may not do everything."""
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def folder_read_only(folder: Path, runs: int) -> str:
    """Begin in a folder that may not be written: refused in words, nothing left behind."""
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        with suppress(BaseException):
            if os.geteuid() == 0:
                as_nobody()
            Journal(closed / "a.mcap", build_header(Setup(), 1))
            os.write(writing, b"it was taken")
        with suppress(RefusedInput):
            try:
                Journal(closed / "a.mcap", build_header(Setup(), 1))
            except RefusedInput as refused:
                os.write(writing, f"refused: {refused.what}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    told = os.read(reading, 1000).decode()
    os.close(reading)
    check(told.startswith("refused: "), told or "it said nothing")
    check(not list(closed.iterdir()), "something was left behind")
    return told


def permission_lost(folder: Path, runs: int) -> str:
    """Take away the right to write the folder in the middle of a recording."""
    own = folder / "own"
    own.mkdir()
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(own, NOBODY, NOBODY)
        folder.chmod(0o755)
    child = start_child(own / "a.mcap", as_nobody if is_root else lambda: None)
    times = child.read_times(3.0)
    own.chmod(stat.S_IRUSR | stat.S_IXUSR)
    times += child.read_times(2.0)
    times += child.end()
    own.chmod(stat.S_IRWXU)
    n_kept = check_whole(own / "a.mcap", times)
    names = ", ".join(one.name for one in own.iterdir())
    return f"{n_kept} of {len(times)} notifications kept, in {names}"


def clock_set_back(folder: Path, runs: int) -> str:
    """Set the wall clock back by an hour in the middle."""

    def turn_back() -> None:
        wall_ns, began = time.time_ns, time.monotonic()

        def turned() -> int:
            return wall_ns() - (3600 * NS_PER_S if time.monotonic() - began > 2 else 0)

        time.time_ns = turned

    child = start_child(folder / "a.mcap", turn_back)
    times = child.read_times(5.0)
    times += child.end()
    check(times == sorted(times), "times run backwards")
    return f"{check_whole(folder / 'a.mcap', times)} notifications, times rising, none lost"


def suspended(folder: Path, runs: int) -> str:
    """Stop the process for six seconds as a whole, then let it go on."""
    child = start_child(folder / "a.mcap")
    times = child.read_times(3.0)
    os.kill(child.pid, signal.SIGSTOP)
    time.sleep(6.0)
    os.kill(child.pid, signal.SIGCONT)
    times += child.read_times(5.0)
    times += child.end()
    n_kept = check_whole(folder / "a.mcap", times)
    hole_s = longest_hole_s(read_recording(folder / "a.mcap")[0])
    check(times[-1] - times[0] > 10 * NS_PER_S, "it did not go on")
    return f"{n_kept} notifications; longest hole {hole_s:.1f} s, then it went on"


def clock_jumps(folder: Path, runs: int) -> str:
    """Let the monotonic clock jump by an hour, as after a sleep on some systems."""
    began = time.monotonic()

    def jumping() -> int:
        jump_s = 3600 if time.monotonic() - began > 3 else 0
        return time.monotonic_ns() + jump_s * NS_PER_S

    child = start_child(folder / "a.mcap", now_ns=jumping)
    times = child.read_times(8.0)
    times += child.end()
    n_kept = check_whole(folder / "a.mcap", times)
    n_after = sum(one > 3600 * NS_PER_S for one in times)
    check(n_after > 5, "nothing came after the jump")
    return f"{n_kept} notifications, {n_after} after a jump of an hour"


# Programs in a terminal


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


# Bluetooth gone


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


PROOFS = (
    kill,
    disk_full,
    disk_small,
    disk_full_at_end,
    folder_read_only,
    permission_lost,
    clock_set_back,
    suspended,
    clock_jumps,
    closed_terminal,
    resize_storm,
    control_c_twice,
    stalled_screen,
    bus_dies,
    bluetoothd_dies,
)


def run_proof(proof: Callable[[Path, int], str], runs: int) -> bool:
    """Run one proof in a folder of its own; tell how it went."""
    with tempfile.TemporaryDirectory(prefix="breathsense-proof-") as folder:
        try:
            told, is_kept = proof(Path(folder), runs), True
        except Lost as lost:
            told, is_kept = f"LOST: {lost}", False
    print(f"{proof.__name__}: {told}", flush=True)
    return is_kept


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--runs", type=int, default=200, help="of kill")
    chosen = parser.parse_args()
    proofs = [one for one in PROOFS if not chosen.names or one.__name__ in chosen.names]
    return 0 if min([run_proof(proof, chosen.runs) for proof in proofs]) else 1


if __name__ == "__main__":
    sys.exit(main())
