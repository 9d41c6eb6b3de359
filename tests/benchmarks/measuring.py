"""Processes that are measured, and tables of what they took."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(f"\\n[{status}, {usage.ru_utime + usage.ru_stime}, {usage.ru_maxrss}]")
"""


class Cost(NamedTuple):
    """What a process took; ``told`` is what it printed."""

    cpu_s: float
    peak_mb: float
    told: str


def spend(words: list[str | Path]) -> Cost:
    """Run a program to its end; user and system time and the most memory it ever held.

    A small process starts it: what the parent holds would else count as the child's.
    """
    launcher = [sys.executable, "-c", LAUNCHER, *words]
    given = subprocess.run(launcher, capture_output=True, text=True, check=False)
    told, _, usage = given.stdout.rstrip("\n").rpartition("\n")
    code, cpu_s, peak_kb = json.loads(usage)
    return Cost(cpu_s, peak_kb / 1024, "" if code else told)


def list_methods(peers: Path | None, ours: Iterable[str], theirs: Iterable[str]) -> dict[str, Path]:
    """Return each method with the Python that runs it."""
    methods = dict.fromkeys(ours, Path(sys.executable))
    return methods if peers is None else {**methods, **dict.fromkeys(theirs, peers)}


def table(first: str, heads: Iterable[str], rows: Iterable[str]) -> list[str]:
    """Lay out a Markdown table."""
    heads = tuple(heads)
    return [f"| {first} | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|", *rows, ""]
