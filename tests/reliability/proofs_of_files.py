"""Recordings whose process, disk, folder or clock fails."""

import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from proving import (
    NOBODY,
    NS_PER_S,
    check,
    check_whole,
    longest_hole_s,
    read_recording,
    start_child,
    wait_for_parts,
)

from breathsense.core.bracing.trees import load_trees
from breathsense.core.model.errors import RefusedInput
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal

LIMITED_AFTER_S, LIMITED_FOR_S = 2.0, 3.0
"""Seconds after a recording was begun."""


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
    load_trees()  # while it may be read: nobody may not look everywhere that Python lies
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
