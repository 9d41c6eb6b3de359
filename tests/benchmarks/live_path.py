"""What one notification costs live, by virtual wearable: written, looked at, shown.

A minute of each is made first; then each step is timed alone over the same notifications. The
measure for all is what the ``mcap`` package itself takes to write them.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mcap.writer import Writer
from virtual import build_twin, stream

from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import Item, Notification
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.session.findings import Findings
from breathsense.simulation.faults import Faults
from breathsense.simulation.person import Person

SECONDS = 60.0
REPEATS = 3
HEADS = ("a second", "raw MCAP write", "write", "engine", "engine and view", "x raw write")


def measure_wearable(wearable_id: str, folder: Path) -> str:
    """Time the steps for one wearable; return a row of the table."""
    twin, wearable = build_twin(wearable_id, Person(1), 1, Faults())
    items = stream([twin], [wearable], SECONDS, interval_s=0.045)
    setup = Setup((wearable,))
    n = sum(isinstance(item, Notification) for item in items)

    def find() -> None:
        engine = build_engine(setup)
        for item in items:
            engine.push(item)

    def show() -> None:
        findings = Findings(setup, ())
        for item in items:
            findings.push(item)

    raw_us = take_least_s(lambda: write_raw(items, folder)) / n * 1e6
    steps = (lambda: write(setup, items, folder), find, show)
    times_us = [take_least_s(step) / n * 1e6 for step in steps]
    cells = [raw_us, *times_us]
    told = " | ".join(f"{one:.0f}" for one in cells)
    ratio = (times_us[0] + times_us[2]) / raw_us
    return f"| {wearable_id} | {n / SECONDS:.1f} | {told} | {ratio:.1f} |"


def take_least_s(run: Callable[[], object]) -> float:
    """Return the least processor time of some runs."""
    times_s = []
    for _ in range(REPEATS):
        began_s = time.process_time()
        run()
        times_s.append(time.process_time() - began_s)
    return min(times_s)


def write_raw(items: Sequence[Item], folder: Path) -> Path:
    """Write the notifications by the ``mcap`` package alone."""
    path = folder / "raw.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start()
        channel = writer.register_channel("bytes", "raw", schema_id=0)
        for item in items:
            if isinstance(item, Notification):
                writer.add_message(channel, item.host_ns, item.payload, item.host_ns)
        writer.finish()  # type: ignore[no-untyped-call]  # the package is typed but for this
    return path


def write(setup: Setup, items: Sequence[Item], folder: Path) -> Path:
    """Write a recording."""
    path = folder / "written.mcap"
    path.unlink(missing_ok=True)
    journal = Journal(path, build_header(setup, 0))
    for item in items:
        journal.append(item)
    journal.close()
    return path


def read(path: Path) -> None:
    """Read a recording from its beginning to its end."""
    for _ in open_recording(path).items():
        pass
