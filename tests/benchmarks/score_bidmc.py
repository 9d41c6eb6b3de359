"""Score the breath detector on records with breath marks, without going through files.

    python tests/benchmarks/score_bidmc.py [FOLDER] [--worst N] [--table]

FOLDER holds ``.npz`` records with ``resp``, ``fs``, ``ann1_s`` and optionally ``ann2_s``; without
it, ``shared/data/bidmc_dev`` beside the repository (or under ``BREATHSENSE_SHARED``) is taken. The
rules of scoring are those of ``shared/tools/breath_scoring.py``. A measuring script, not a test.
"""

import argparse
import os
import sys
import time
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import numpy as np

from breathsense.core.engine import build_engine
from breathsense.core.model.events import Breath
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.core.stage import run

BESIDE = Path(__file__).resolve().parents[2].parent / "shared"
SHARED = Path(os.environ.get("BREATHSENSE_SHARED", BESIDE))
YARDSTICKS = ("ann1", "consensus")


def load_scoring() -> ModuleType:
    """Load the common rules of scoring."""
    path = SHARED / "tools" / "breath_scoring.py"
    spec = util.spec_from_file_location("breath_scoring", path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path} is not there; set BREATHSENSE_SHARED")
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def find_breaths(values: np.ndarray, fs_hz: float) -> list[dict[str, Any]]:
    """Run the engine over one record of a band."""
    times = freeze_times(np.rint(np.arange(len(values)) / fs_hz * 1e9).astype(np.int64))
    block = SampleBlock("abdomen", "band", times, freeze_values(values.astype(float)[:, None]))
    engine = build_engine(Setup(sensors=(Sensor("abdomen", "band", "abdomen", "au", fs_hz),)))
    return [
        {"peak_s": one.peak_ns / 1e9, "peak_decided_s": one.decided_ns / 1e9}
        for one in run(engine, [block])
        if isinstance(one, Breath)
    ]


def describe(name: str, figures: dict[str, Any]) -> str:
    """Lay out the figures of one yardstick."""
    return (
        f"{name:20} F1 {figures['f1'] or 0:.3f}  MAE {figures['rate_mae_per_min'] or 0:.2f}  "
        f"latency {figures['latency_median_s'] or 0:.2f}/{figures['latency_p95_s'] or 0:.2f} s  "
        f"stamp {figures['stamp_bias_s'] or 0:+.3f} s, "
        f"|err| {figures['stamp_abs_error_s'] or 0:.3f} s"
    )


def write_row(name: str, tallies: dict[str, Any]) -> str:
    """Lay out a record, or all of them, as a row of a table in Markdown."""
    cells = []
    for yardstick in YARDSTICKS:
        figures = tallies[yardstick].figures() if yardstick in tallies else {}
        for key, digits in (("f1", 3), ("rate_mae_per_min", 2)):
            value = figures.get(key)
            cells.append("" if value is None else f"{value:.{digits}f}")
    figures = tallies["consensus" if "consensus" in tallies else "ann1"].figures()
    latency = " / ".join(f"{figures[f'latency_{key}_s'] or 0:.2f}" for key in ("median", "p95"))
    cells += [latency, f"{figures['stamp_bias_s'] or 0:+.3f}"]
    return f"| {name} | " + " | ".join(cells) + " |"


def write_table(tallies: dict[str, dict[str, Any]], scoring: ModuleType) -> str:
    """Lay out all records and their pool; latency and stamps are against the consensus."""
    heads = "| record | F1 | MAE | F1, consensus | MAE | latency s | stamp s |"
    rows = [write_row(name.rsplit("_", 1)[-1], one) for name, one in sorted(tallies.items())]
    total = {
        yardstick: scoring.pool([one[yardstick] for one in tallies.values() if yardstick in one])
        for yardstick in YARDSTICKS
    }
    return "\n".join([heads, "|---" * 7 + "|", *rows, write_row("all", total)])


def main() -> None:
    """Score all records of the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "data" / "bidmc_dev")
    parser.add_argument("--worst", type=int, default=8, help="records listed one by one")
    parser.add_argument("--table", action="store_true", help="all records, in Markdown")
    words = parser.parse_args()
    scoring = load_scoring()
    began_s = time.perf_counter()
    tallies = {}
    for reference in scoring.read_references(words.folder):
        with np.load(words.folder / f"{reference.record}.npz") as npz:
            polarity = int(npz["polarity"]) if "polarity" in npz else 1
            breaths = find_breaths(polarity * npz["resp"], float(npz["fs"]))
        found = scoring.detection_from_breaths(breaths)
        tallies[reference.record] = scoring.score_record(reference, found)
    if words.table:
        click.echo(write_table(tallies, scoring))
        return
    worst = sorted(tallies, key=lambda name: tallies[name]["ann1"].figures()["f1"] or 0.0)
    for name in worst[: words.worst]:
        click.echo(describe(name, tallies[name]["ann1"].figures()))
    for yardstick in YARDSTICKS:
        each = [one[yardstick] for one in tallies.values() if yardstick in one]
        click.echo(describe(f"pooled, {yardstick}", scoring.pool(each).figures()))
    click.echo(f"{len(tallies)} records in {time.perf_counter() - began_s:.1f} s")


if __name__ == "__main__":
    main()
