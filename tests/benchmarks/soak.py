"""Hours of a session with three wearables that drop and come back, in minutes.

``python tests/benchmarks/soak.py --hours 24``: a belt, a strap with an accelerometer and a heart
sensor on one virtual person, over the real link, recorded and run through the real engine; time
passes at once. Each ``--every`` minutes of stream time it prints memory, processor time and bytes.
At the end the recording is gone through in one go: every event that was found live, waveforms and
hints too, must be found again in the same order, bit for bit, and the analysis be the same bytes.
"""

import argparse
import dataclasses
import hashlib
import io
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from breathsense.core.analysis import AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.setup import Setup
from breathsense.exports.analysis_json import write_analysis
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.reader import open_recording
from breathsense.session.live import Session
from breathsense.session.wearing import Wish, Worn, put_on
from breathsense.simulation.faults import Faults
from breathsense.simulation.instant import InstantTime
from breathsense.simulation.peripheral import Peripheral
from breathsense.simulation.person import Person
from breathsense.simulation.wearables import build_wearable
from breathsense.sources.base import SessionClock
from breathsense.sources.ble.memory import build_memory_radio
from breathsense.sources.ble.source import BleSource
from breathsense.sources.shelf import find_profile

WEARABLES = ("vernier-gdx-rb", "polar-h10", "heart-rate")
DROPS_S = (1700.0, 2900.0, 4100.0)
"""Each wearable's link is cut each time it has streamed for so long."""
AWAY_S = 20.0
PAGE = resource.getpagesize()


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--every", type=float, default=60.0, metavar="MINUTES")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="breathsense-soak-") as folder:
        return soak(Path(folder) / "a.mcap", chosen.hours * 3600, chosen.every * 60)


class Digest:
    """An outlet that keeps of all events their number and one checksum."""

    def __init__(self) -> None:
        self.n_events = 0
        self._sum = hashlib.sha256()

    def push(self, event: object) -> None:
        """Take an event with all its values."""
        self.n_events += 1
        self._sum.update(type(event).__name__.encode())
        for value in list_values(event):
            is_array = isinstance(value, np.ndarray)
            self._sum.update(value.tobytes() if is_array else repr(value).encode())

    def close(self) -> None:
        """Take no more."""

    def tell(self) -> str:
        """Return both in words."""
        return f"{self.n_events} events, {self._sum.hexdigest()[:16]}"


def list_values(event: Any) -> Iterable[Any]:
    """Return the values of an event: some are named tuples, some dataclasses."""
    if isinstance(event, tuple):
        return event
    return [getattr(event, one.name) for one in dataclasses.fields(event)]


def soak(path: Path, seconds: float, every_s: float) -> int:
    """Hold the session; return 1 if the recording says otherwise than the session did."""
    clock, live = InstantTime(seconds), Digest()
    session = begin(path, clock, round(seconds / min(DROPS_S)) + 1, live)
    print("stream_h  rss_MiB  cpu_s_per_h  bytes  breaths", flush=True)
    for line in tell(session, clock, every_s):
        print(line, flush=True)
    session.stop()
    print(f"after it was closed: {read_memory() / 2**20:.1f} MiB", flush=True)
    told = io.StringIO()
    write_analysis(session.finish_analysis(), told)
    began = time.process_time()
    batch, again = Digest(), io.StringIO()
    analyse(path, batch, again)
    print(f"batch: {time.process_time() - began:.0f} s of the processor")
    print(f"live: {live.tell()}; batch: {batch.tell()}; {len(told.getvalue())} bytes of analysis")
    is_same = (live.tell(), told.getvalue()) == (batch.tell(), again.getvalue())
    print(f"events live and in batch are {'the same' if is_same else 'NOT the same'}")
    return 0 if is_same else 1


def begin(path: Path, clock: InstantTime, n_drops: int, outlet: Digest) -> Session:
    """Begin the session."""
    person = Person(3)
    twins: list[Peripheral] = []
    for number, (one, drop_s) in enumerate(zip(WEARABLES, DROPS_S, strict=True)):
        drops_s = tuple(repeat(drop_s, n_drops))
        faults = Faults(
            drop_after_s=drops_s,
            away_after_drop_s=AWAY_S,
            loss_fraction=0.001,
            # A full one lasts for a day of the belt; after that it is gone.
            battery_pct=100.0,
        )
        twins.append(build_wearable(one, person, 3 + number, faults))
    worn: tuple[Worn, ...] = put_on(
        [
            Wish(find_profile(one), twin.address, twin.advertisement.name)
            for one, twin in zip(WEARABLES, twins, strict=True)
        ]
    )
    setup = Setup(wearables=tuple(one.wearable for one in worn))
    source = BleSource(
        [(one.wearable, one.device_id) for one in worn],
        radio=build_memory_radio(twins, clock=clock.now_ns),
        clock=SessionClock(clock.now_ns, clock.build_loop),
    )
    journal = Journal(path, build_header(setup, time.time_ns()))
    inputs = (path.name,)
    session = Session(source, setup, now_ns=clock.now_ns, recorder=journal, inputs=inputs)
    session.outlet = outlet
    session.start()
    return session


def tell(session: Session, clock: InstantTime, every_s: float) -> Iterator[str]:
    """Give a line for each stretch of stream time."""
    told_s, spent_s = 0.0, time.process_time()
    while not (clock.is_reached.wait(0.05) or session.wait(0)):
        if clock.now_s < told_s + every_s:
            continue
        now_s, cpu_s, view = clock.now_s, time.process_time(), session.view()
        n_bytes = view.recording.n_bytes if view.recording else 0
        per_h = (cpu_s - spent_s) / (now_s - told_s) * 3600
        yield (
            f"{now_s / 3600:8.2f}  {read_memory() / 2**20:7.1f}  {per_h:11.1f}"
            f"  {n_bytes}  {view.n_breaths}"
        )
        told_s, spent_s = now_s, cpu_s


def read_memory() -> int:
    """Return the bytes that the process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


def analyse(path: Path, digest: Digest, written: io.StringIO) -> None:
    """Go through the recording as a whole."""
    recording = open_recording(path)
    setup = recording.header.setup()
    builder = AnalysisBuilder(setup, (path.name,))
    engine = build_engine(setup)
    for item in recording.items():
        for event in engine.push(item):
            digest.push(event)
            builder.push(event)
    for event in engine.flush():
        builder.push(event)
    write_analysis(builder.finish(), written)


if __name__ == "__main__":
    sys.exit(main())
