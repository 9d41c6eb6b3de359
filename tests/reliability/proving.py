"""A session in a process of its own, and what its recording has to hold."""

import itertools
import os
import select
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.inputs import Notification
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
PROGRAM = (sys.executable, "-m", "breathsense")


class Lost(Exception):
    """Something is gone that may not be."""


def check(is_so: object, what: str) -> None:
    """Raise ``Lost`` unless it is so."""
    if not is_so:
        raise Lost(what)


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
    except BaseException:  # noqa: BLE001 - told by whatever it is, as the process ends here
        traceback.print_exc()
    finally:
        os._exit(code)


def record_until_told(path: Path, output: int, now_ns: Callable[[], int] | None) -> None:
    """Record; write the time of each notification to a pipe as it is handed on."""
    clock = SessionClock(now_ns) if now_ns else SessionClock()
    demo = build_demo(["vernier-gdx-rb", "polar-h10"], clock=clock)
    setup = Setup(demo.wearables)
    journal = Journal(path, build_header(setup, clock.origin_wall_ns))
    session = Session(demo.source, setup, now_ns=clock.now_ns, recorder=journal)
    take = session._queue.put

    def tell_and_take(item: object) -> None:
        # Told first: a kill between the two must not leave something that nobody told of.
        if isinstance(item, Notification):
            os.write(output, STAMP.pack(item.host_ns))
        take(item)  # type: ignore[arg-type] # whatever the source gives

    session._thread.start()
    demo.source.start(tell_and_take)
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
