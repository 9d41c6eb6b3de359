"""How accurate, prompt, quick and small BreathSense is, beside other programs.

    python tests/benchmarks/run.py --folder FOLDER [--peers] [--output TABLE.md]

FOLDER holds records with breath marks (``.npz`` with ``resp``, ``fs``, ``ann1_s`` and, if two
people marked, ``ann2_s``), and tables (``.csv``), which are only timed. Breathing made by a formula
and some hours of a belt, of an IMU and of wearables' notifications are added. Every measurement is
a process of its own; processor times are the least of the repeats. ``--peers`` installs NeuroKit2,
BioSPPy and physiokit into an environment of their own.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from environment import prepare_peers, tell_versions
from generated import write_generated
from measuring import list_methods, spend, table
from scoring import Figures, Score, add_scores, read_marks, score
from speed import PEERS, report_analyze, report_engine

HERE = Path(__file__).resolve().parent
OURS = ("breathsense",)
HEADS = ("F1", "MAE /min", "covered", "latency s", "p95 s", "bias s", "abs. error s")


def find_breaths(method: str, python: Path, paths: list[Path]) -> dict[str, Any]:
    """Return what a method finds in each record."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        spend([python, HERE / "detectors.py", method, "find", out, *paths])
        found: dict[str, Any] = json.loads(out.read_text()) if out.exists() else {}
    return found


def score_all(
    paths: list[Path], found: dict[str, Any], *, consensus: bool
) -> tuple[dict[str, Score], int]:
    """Score each record; a record on which the method failed has no breath. Count the failures."""
    scores: dict[str, Score] = {}
    n_failed = 0
    for path in paths:
        with np.load(path, allow_pickle=False) as npz:
            record = {key: npz[key] for key in npz.files}
        marks = read_marks(record, consensus=consensus)
        if marks is None:
            continue
        one = found.get(str(path), {"failed": "gave nothing"})
        n_failed += "failed" in one
        peaks = np.array(one.get("peaks", []), dtype=float)
        decided = one.get("decided")
        told = None if decided is None else np.array(decided, dtype=float)
        scores[path.stem] = score(marks, peaks, told, len(record["resp"]) / float(record["fs"]))
    return scores, n_failed


def spell(figures: Figures) -> str:
    """Return the cells of a row; '-' where there is no figure (an offline program's latency)."""
    forms = (".3f", ".2f", ".2f", ".2f", ".2f", "+.3f", ".3f")
    return " | ".join(
        "-" if np.isnan(one) else format(one, form)
        for one, form in zip(figures, forms, strict=True)
    )


def report_marked(paths: list[Path], methods: dict[str, Path]) -> list[str]:
    """Score records that people marked, pooled and (ours) one by one."""
    rows, singles = [], []
    for method, python in methods.items():
        found = find_breaths(method, python, paths)
        for consensus in (False, True):
            scores, n_failed = score_all(paths, found, consensus=consensus)
            if not scores:
                continue
            name = f"{method}, {'consensus' if consensus else 'annotator 1'}"
            failed = f" ({n_failed} failed)" if n_failed else ""
            rows.append(f"| {name}{failed} | {spell(add_scores(scores.values()).figures())} |")
            if method == "breathsense" and not consensus:
                figures = {stem: one.figures() for stem, one in scores.items()}
                worst = sorted(figures, key=lambda stem: figures[stem].f1)
                singles = [f"| {stem} | {spell(figures[stem])} |" for stem in worst]
    return [
        f"### {len(paths)} marked records",
        "",
        *table("", HEADS, rows),
        "BreathSense record by record (annotator 1), worst first:",
        "",
        *table("record", HEADS, singles),
    ]


def report_generated(paths: list[Path], methods: dict[str, Path]) -> list[str]:
    """Score generated records, by what was added and by rate."""
    lines = [f"### {len(paths)} generated records", ""]
    found = {method: find_breaths(method, python, paths) for method, python in methods.items()}
    parts = [path.stem.split("_") for path in paths]
    for title, at in (("added", 0), ("rate", 1), ("sampled", 2), ("shape", 3)):
        rows = []
        for method in methods:
            scores, _ = score_all(paths, found[method], consensus=False)
            for value in dict.fromkeys(part[at] for part in parts):
                same = [scores[path.stem] for path in paths if path.stem.split("_")[at] == value]
                rows.append(f"| {value}, {method} | {spell(add_scores(same).figures())} |")
        lines += table(title, HEADS, sorted(rows))
    return lines


def report_versions(peers: Path | None) -> list[str]:
    """Tell what was measured with what."""
    ours = tell_versions(Path(sys.executable), ("breathsense", "numpy"))
    theirs = "not installed" if peers is None else tell_versions(peers)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return [f"{machine}; {ours}; peers: {theirs}.", ""]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure BreathSense beside other programs.")
    parser.add_argument("--folder", type=Path, help="records and tables")
    parser.add_argument("--peers", action="store_true", help="measure other programs, too")
    parser.add_argument("--environment", type=Path, help="where the peers are installed")
    parser.add_argument("--hours", type=float, default=8.0, help="length of the long ones")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--skip", nargs="*", default=[], help="marked, generated, cost, command")
    parser.add_argument("--output", type=Path, help="write the tables here, too")
    words = parser.parse_args()
    cache = words.environment or Path.home() / ".cache" / "breathsense-benchmark"
    peers = prepare_peers(cache) if words.peers else None
    found = sorted(words.folder.iterdir()) if words.folder else []
    marked = [path for path in found if path.suffix == ".npz" and "ann1_s" in np.load(path)]
    tables = [path for path in found if path.suffix == ".csv"]
    both = list_methods(peers, OURS, PEERS)
    parts: list[Callable[[Path], list[str]]] = [lambda _: report_versions(peers)]
    if marked and "marked" not in words.skip:
        parts.append(lambda _: report_marked(marked, both))
    if "generated" not in words.skip:
        parts.append(lambda folder: report_generated(list(write_generated(folder)), both))
    if "cost" not in words.skip:
        parts.append(lambda folder: report_engine(words.hours, peers, words.repeats, folder))
    if "command" not in words.skip:
        parts.append(lambda folder: report_analyze(words.hours, tables, words.repeats, folder))
    text = "# Figures\n\nWritten by `tests/benchmarks/run.py`.\n"
    with tempfile.TemporaryDirectory() as name:
        for part in parts:
            told = "\n".join(part(Path(name)))
            print(told, flush=True)
            text += f"\n{told.rstrip()}\n"
    if words.output:
        words.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
