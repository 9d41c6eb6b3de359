"""What everything costs, beside a measure that is told with it.

    python tests/benchmarks/speed.py [--peers] [--hours 8] [--skip PART...] [--output TABLE.md]

Start (beside a bare Python), a notification live by protocol and recordings (beside the ``mcap``
package), the engine and ``breathsense analyze`` (beside NeuroKit2's ``rsp_process`` for the same
belt, with ``--peers``), exports (beside ``analyze``), the screen. Figures are processor seconds,
the least of the repeats: look at the ratios, which were taken in one run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from environment import prepare_peers
from generated import write_long_belt
from live_path import HEADS, measure_wearable, read, take_least_s, write, write_raw
from long_recording import build_wearable, write_recording
from long_session import write_long_table
from mcap.reader import make_reader
from measuring import Cost, list_methods, spend, table

from breathsense.core.setup import Setup
from breathsense.recordings.reader import open_recording
from breathsense.simulation.wearables import WEARABLES

HERE = Path(__file__).resolve().parent
PEERS = ("neurokit2", "biosppy", "physiokit")
NEUROKIT = "neurokit2 rsp_process"
TIMED = (
    "breathsense",
    "breathsense, belt and six axes",
    "breathsense, 1 s blocks",
    "breathsense, 0.1 s blocks",
    "breathsense, belt and six axes, 1 s blocks",
)
ONCE = frozenset({"biosppy", "breathsense, 0.1 s blocks"})
"""So slow, or so little asked for, that once is enough."""
STARTS: dict[str, tuple[str, ...]] = {
    "bare Python": ("-c", "pass"),
    "breathsense --help": ("-m", "breathsense", "--help"),
    "the engine, imported": ("-c", "import breathsense.core.engine"),
    "breathsense profiles list": ("-m", "breathsense", "profiles", "list"),
}
FORMATS = ("csv", "edf", "bids", "xdf", "fhir", "json", "html", "pdf")
EXPORTED_HOURS = 0.5
ENGINE_TIMES: dict[str, float] = {}
"""Processor seconds by method, of this run."""


def report_start(repeats: int) -> list[str]:
    """Time what begins and ends at once."""
    times_s = {
        name: min(spend([sys.executable, *words]).cpu_s for _ in range(max(3, repeats)))
        for name, words in STARTS.items()
    }
    bare_s = times_s["bare Python"]
    rows = [f"| {name} | {one:.3f} | {one / bare_s:.1f} |" for name, one in times_s.items()]
    return ["### Start", "", *table("", ("processor s", "x bare Python"), rows)]


def report_live(folder: Path) -> list[str]:
    """Time one notification of each virtual wearable."""
    rows = [measure_wearable(one, folder) for one in sorted(WEARABLES)]
    title = "### A notification, live: µs (x: written, looked at and shown)"
    return [title, "", *table("", HEADS, rows)]


def report_recordings(folder: Path) -> list[str]:
    """Time writing and reading beside what the ``mcap`` package takes alone."""
    path = folder / "half.mcap"
    n = write_recording(path, ("belt", "strap"), EXPORTED_HOURS)
    items = list(open_recording(path).items())
    setup = Setup(tuple(build_wearable(one) for one in ("belt", "strap")))
    raw = write_raw(items, folder)

    def read_raw() -> None:
        with raw.open("rb") as file:
            for _ in make_reader(file).iter_messages(log_time_order=False):
                pass

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "write": (lambda: write(setup, items, folder), lambda: write_raw(items, folder)),
        "open and read": (lambda: read(path), read_raw),
    }
    rows = []
    for name, both in pairs.items():
        own_us, raw_us = (take_least_s(one) / n * 1e6 for one in both)
        rows.append(f"| {name} | {own_us:.1f} | {raw_us:.1f} | {own_us / raw_us:.2f} |")
    title = f"### Recordings: µs a notification ({n} of a belt and a strap)"
    return [title, "", *table("", ("breathsense", "raw MCAP", "x raw"), rows)]


def report_engine(hours: float, peers: Path | None, repeats: int, folder: Path) -> list[str]:
    """Time the detectors on one long belt."""
    path = write_long_belt(folder, hours)
    methods = list_methods(peers, (), (NEUROKIT,)) | list_methods(peers, TIMED, PEERS)
    rows = []
    for method, python in methods.items():
        n = 1 if method in ONCE else repeats
        cost = spend([python, HERE / "detectors.py", method, "time", path, str(n)])
        if not cost.told:
            rows.append(f"| {method} | failed | | | |")
            continue
        told = json.loads(cost.told)
        ENGINE_TIMES[method] = told["cpu_s"]
        us = told["cpu_s"] / told["rows"] * 1e6
        ratio = spell_ratio(told["cpu_s"])
        rows.append(f"| {method} | {told['cpu_s']:.2f} | {us:.2f} | {cost.peak_mb:.0f} | {ratio} |")
    heads = ("processor s", "µs a sample", "peak MB", "x rsp_process")
    return [f"### The engine: {hours:g} h of one belt at 200 Hz", "", *table("", heads, rows)]


def spell_ratio(cpu_s: float) -> str:
    """Return a time as a multiple of NeuroKit2's, if that was measured."""
    return f"{cpu_s / ENGINE_TIMES[NEUROKIT]:.2f}" if NEUROKIT in ENGINE_TIMES else "-"


def analyze(path: Path) -> Cost:
    """Run ``breathsense analyze``, to be compared."""
    return spend([sys.executable, "-m", "breathsense", "analyze", "--json", path])


def report_analyze(hours: float, tables: list[Path], repeats: int, folder: Path) -> list[str]:
    """Time ``breathsense analyze`` from files: start, reading and decoding included."""
    files: list[tuple[str, Path]] = []
    for names in (("fast",), ("fast", "motion"), ("belt", "strap")):
        path = folder / f"{'_'.join(names)}.mcap"
        n = write_recording(path, names, hours)
        files.append((f"recording of {' and '.join(names)}: {n} notifications", path))
    files += [(f"table {kind}", write_long_table(folder, kind, hours)) for kind in ("belt", "imu")]
    files += [(f"table {path.name}", path) for path in tables]
    rows = []
    for name, path in files:
        best = min(analyze(path) for _ in range(repeats))
        told = f"{len(json.loads(best.told)['breaths'])}" if best.told else "failed"
        ratio = "-" if path in tables else spell_ratio(best.cpu_s)
        rows.append(f"| {name} | {best.cpu_s:.2f} | {best.peak_mb:.0f} | {told} | {ratio} |")
    heads = ("processor s", "peak MB", "breaths", "x rsp_process")
    return [f"### `breathsense analyze`, {hours:g} h", "", *table("", heads, rows)]


def report_exports(folder: Path) -> list[str]:
    """Time exports of half an hour beside analysing it."""
    path = folder / "exported.mcap"
    write_recording(path, ("belt", "strap"), EXPORTED_HOURS)
    base_s = min(analyze(path).cpu_s for _ in range(2))
    rows = [f"| analyze | {base_s:.2f} | 1.00 | |"]
    for name in FORMATS:
        target = folder / f"exported-{name}"
        words: list[str | Path] = ["export", path, "--to", name, "--output", target]
        cost = spend([sys.executable, "-m", "breathsense", *words])
        made = [target] if target.is_file() else list(target.rglob("*"))
        size_mb = sum(one.stat().st_size for one in made if one.is_file()) / 1e6
        rows.append(f"| {name} | {cost.cpu_s:.2f} | {cost.cpu_s / base_s:.2f} | {size_mb:.2f} |")
    title = f"### Exports of {EXPORTED_HOURS:g} h of a belt and a strap"
    return [title, "", *table("", ("processor s", "x analyze", "MB"), rows)]


def report_screen() -> list[str]:
    """Let the screen be measured in a terminal of its own."""
    words: list[str | Path] = [sys.executable, HERE / "screen.py", "--sizes", "80x24,120x40"]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return [
        "### The screen: share of a core, bytes",
        "",
        *(f"    {one}" for one in told.split("\n")),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what everything costs.")
    parser.add_argument("--peers", action="store_true", help="measure NeuroKit2 and others, too")
    parser.add_argument("--environment", type=Path, help="where the peers are installed")
    parser.add_argument("--hours", type=float, default=8.0, help="length of the long ones")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--skip", nargs="*", default=[], help="start live recordings engine ...")
    parser.add_argument("--output", type=Path, help="write the tables here, too")
    words = parser.parse_args()
    cache = words.environment or Path.home() / ".cache" / "breathsense-benchmark"
    peers = prepare_peers(cache) if words.peers else None
    parts: dict[str, Callable[[Path], list[str]]] = {
        "start": lambda _: report_start(words.repeats),
        "live": report_live,
        "recordings": report_recordings,
        "engine": lambda folder: report_engine(words.hours, peers, words.repeats, folder),
        "analyze": lambda folder: report_analyze(words.hours, [], words.repeats, folder),
        "exports": report_exports,
        "screen": lambda _: report_screen(),
    }
    text = (
        f"# What it costs\n\nWritten by `tests/benchmarks/speed.py`, {time.strftime('%Y-%m-%d')}.\n"
    )
    for name, report in parts.items():
        if name in words.skip:
            continue
        with tempfile.TemporaryDirectory() as folder:
            told = "\n".join(report(Path(folder)))
        print(told, flush=True)
        text += f"\n{told.rstrip()}\n"
    if words.output:
        words.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
