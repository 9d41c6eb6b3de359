"""Plain thresholds, for comparison: what a first attempt at finding braces does on the same cases.

    python tests/benchmarks/brace_thresholds.py FOLDER

Level: the 10th percentile of the last 1.2 breaths of the abdominal band, against a quarter of the
calibrated brace or draw-in, for 1 s at a prompt, for 3 s otherwise. Sound: the root mean square of
what is faster than 5 Hz in the acceleration, over 0.25 s, against the mean and three standard
deviations of the quiet minute, for 0.5 s. With both, the sound finds and the level tells the
direction. Nothing is known of coughs, speech or movement. A measuring script, not a test.
"""

import csv
import json
from pathlib import Path
from typing import Any

import click
import numpy as np
from brace_scoring import score_case
from score_braces import HEADS, Scored, add_up, report_causes, spell, table

Marks = list[tuple[float, float, str]]
HZ = 25.0


def read_columns(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the times and the columns of a table."""
    rows = list(csv.reader(path.read_text().splitlines()))
    columns = np.array(rows[1:], dtype=float).T
    return columns[0], dict(zip(rows[0][1:], columns[1:], strict=True))


def follow_level(case: Path, marks: Marks) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return times, level above rest in quiet depths, and the shifts of brace and draw-in."""
    t_raw, columns = read_columns(case / "band.csv")
    t_s = np.arange(t_raw[0], t_raw[-1], 1.0 / HZ)
    girth = np.interp(t_s, t_raw, next(iter(columns.values())))
    quiet = girth[pick(t_s, marks, "calibration.quiet")]
    depth = np.quantile(quiet, 0.9) - np.quantile(quiet, 0.1)
    middle = quiet > np.median(quiet)
    n_breaths = max(int(np.sum(middle[1:] & ~middle[:-1])), 1)
    wide = round(1.2 * len(quiet) / n_breaths)
    seen = np.lib.stride_tricks.sliding_window_view(np.r_[np.full(wide - 1, girth[0]), girth], wide)
    level = np.quantile(seen, 0.1, axis=1)
    rest = np.full(len(t_s), np.quantile(quiet, 0.1))
    for start_s, seconds, label in marks:
        if label == "rezero":
            during = (t_s >= start_s) & (t_s < start_s + seconds)
            rest[t_s >= start_s + seconds] = np.quantile(girth[during], 0.1)
    level = (level - rest) / depth
    shifts = [
        float(np.median(level[pick(t_s, marks, f"calibration.{step}", skip_s=2.0)]))
        for step in ("brace", "draw_in")
    ]
    return t_s, level, shifts[0], shifts[1]


def follow_sound(case: Path, marks: Marks) -> tuple[np.ndarray, np.ndarray]:
    """Return times and the loudness in standard deviations above the quiet minute's mean."""
    t_s, columns = read_columns(case / "imu.csv")
    hz = (len(t_s) - 1) / (t_s[-1] - t_s[0])
    acc = np.array([column for name, column in columns.items() if name.startswith("acc")])
    wide, short = max(round(0.1 * hz), 2), max(round(0.25 * hz), 2)
    mean = np.array([np.convolve(one, np.ones(wide) / wide, mode="same") for one in acc])
    power = np.convolve(((acc - mean) ** 2).sum(axis=0), np.ones(short) / short)[: len(t_s)]
    loud = np.log10(np.sqrt(power) + 1e-9)
    quiet = loud[pick(t_s, marks, "calibration.quiet")]
    return t_s, (loud - np.mean(quiet)) / np.std(quiet)


def pick(t_s: np.ndarray, marks: Marks, label: str, skip_s: float = 0.0) -> np.ndarray:
    """Return which samples lie in marks of a label."""
    inside = np.zeros(len(t_s), dtype=bool)
    for start_s, seconds, name in marks:
        if name == label:
            inside |= (t_s >= start_s + skip_s) & (t_s < start_s + seconds)
    return inside


def find_runs(
    t_s: np.ndarray, on: np.ndarray, stays: np.ndarray, wait_s: np.ndarray
) -> list[tuple[float, float, float]]:
    """Return start, end and decided time where ``on`` lasts for its waiting time."""
    found: list[tuple[float, float, float]] = []
    since_s = decided_s = None
    for k, now_s in enumerate(t_s):
        if not stays[k]:
            if since_s is not None and decided_s is not None:
                found.append((since_s, now_s, decided_s))
            since_s = decided_s = None
        elif on[k] and since_s is None:
            since_s = now_s
        if since_s is not None and decided_s is None and now_s - since_s >= wait_s[k]:
            decided_s = now_s
    return found


def detect(case: Path, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Find braces by thresholds."""
    marks: Marks = [
        (float(row[0]), float(row[1]), row[2])
        for row in list(csv.reader((case / "marks.csv").read_text().splitlines()))[1:]
    ]
    found: list[dict[str, Any]] = []
    if "band.csv" in truth["inputs"]:
        t_s, level, brace, draw_in = follow_level(case, marks)
        wait_s = np.where(pick(t_s, marks, "exercise.brace"), 1.0, 3.0)
        for shift, direction in ((brace, "expand"), (draw_in, "draw_in")):
            far = level * np.sign(shift) / max(abs(shift), 0.3)
            runs = find_runs(t_s, far > 0.25, far > 0.15, wait_s)
            found += [tell(run, direction) for run in runs]
    if "imu.csv" in truth["inputs"] and truth["worn"]["imu_hz"] >= 100.0:
        t_s, loud = follow_sound(case, marks)
        runs = find_runs(t_s, loud > 3.0, loud > 1.5, np.full(len(t_s), 0.5))
        heard = [tell(run, "unknown") for run in runs]
        found = [tell_direction(one, found) for one in heard]
    return found


def tell(run: tuple[float, float, float], direction: str) -> dict[str, Any]:
    """Return a brace as the program tells it."""
    return {
        "start_s": run[0],
        "end_s": run[1],
        "decided_s": run[2],
        "direction": direction,
        "breathing": "unknown",
    }


def tell_direction(one: dict[str, Any], by_level: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a brace that was heard the direction of the level meanwhile."""
    for other in by_level:
        if other["start_s"] < one["end_s"] and one["start_s"] < other["end_s"]:
            return one | {"direction": other["direction"]}
    return one


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Score plain thresholds on the cases in FOLDER that have marks."""
    scored: Scored = []
    for marks in sorted(folder.glob("*/marks.csv")):
        truth = json.loads((marks.parent / "truth.json").read_text())
        scored.append((truth, score_case(truth, detect(marks.parent, truth), [])))
    for kind in dict.fromkeys(truth["kind"] for truth, _ in scored):
        sums = add_up([one for one in scored if one[0]["kind"] == kind], lambda one: one["sensors"])
        rows = [[name, *spell(tally)] for name, tally in sums.items()]
        click.echo("\n".join([f"### {kind}", "", *table("sensors", HEADS, rows)]))
        click.echo("\n".join(report_causes(sums)))


if __name__ == "__main__":
    main()
