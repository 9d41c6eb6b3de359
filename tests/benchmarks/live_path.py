"""What the live path costs: run it by hand, ``python tests/benchmarks/live_path.py``.

For each virtual wearable, ten minutes of notifications are made first; then each step is timed
alone, over the same notifications, several times; the least is printed.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import Item, Notification
from breathsense.core.setup import Wearable
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.session.findings import Findings
from breathsense.session.opening import open_live
from breathsense.session.wearing import Worn
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.shelf import find_profile

WEARABLES = ("vernier-gdx-rb", "polar-h10", "sweetzpot-flow", "heart-rate")
FASTER = 40
MINUTES = 10
REPEATS = 3


def hurry_ns() -> int:
    """Run ahead of the host's clock."""
    return time.monotonic_ns() * FASTER


def record(wearable_id: str, folder: Path) -> Path:
    """Record some minutes of a virtual wearable, faster than real time."""
    peripheral = build_wearable(wearable_id, Person(1), 1)
    worn = Worn(Wearable("one", find_profile(wearable_id)), peripheral.address)
    session = open_live(
        [worn],
        folder / f"{wearable_id}.mcap",
        folder,
        radio=build_memory_radio([peripheral], connection_interval_s=0.001, clock=hurry_ns),
        clock=SessionClock(hurry_ns),
    )
    while session.view().now_ns < MINUTES * 60e9:
        session.wait(0.2)
    path = session.stop()
    assert path is not None
    return path


def least_us(run: Callable[[], None], n: int) -> float:
    """Return the least time a notification took, in µs."""
    times_s = []
    for _ in range(REPEATS):
        began_s = time.perf_counter()
        run()
        times_s.append(time.perf_counter() - began_s)
    return min(times_s) / n * 1e6


def measure(wearable_id: str, folder: Path) -> str:
    """Time the steps for one wearable; return a line of the table."""
    path = record(wearable_id, folder)
    setup = open_recording(path).header.setup()
    items: list[Item] = list(open_recording(path).items())
    n = sum(isinstance(item, Notification) for item in items)

    def write() -> None:
        with tempfile.TemporaryDirectory() as fresh:
            journal = Journal(Path(fresh) / "a.mcap", build_header(setup, 0))
            for item in items:
                journal.append(item)
            journal.close()

    def find() -> None:
        engine = build_engine(setup)
        for item in items:
            engine.push(item)

    def see() -> None:
        findings = Findings(setup, ())
        for item in items:
            findings.push(item)

    hours = MINUTES / 60
    return (
        f"{wearable_id:16s} {n / (MINUTES * 60):8.1f} {least_us(write, n):8.1f}"
        f" {least_us(find, n):8.1f} {least_us(see, n):8.1f}"
        f" {path.stat().st_size / 1e6 / hours:8.2f}"
    )


def main() -> None:
    """Print the table."""
    titles = ("per s", "write", "engine", "+view", "MB/h")
    print(f"{'µs a notification':16s}" + "".join(f"{title:>9s}" for title in titles))
    with tempfile.TemporaryDirectory() as folder:
        for wearable_id in WEARABLES:
            print(measure(wearable_id, Path(folder)))


if __name__ == "__main__":
    main()
