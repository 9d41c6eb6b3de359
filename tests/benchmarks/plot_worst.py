"""Pictures of the records that were scored worst, to look at: not for the project.

    python tests/benchmarks/detectors.py breathsense find FOUND.json RECORD.npz...
    ENVIRONMENT/bin/python tests/benchmarks/plot_worst.py FOUND.json PICTURES [--worst 10]

The second line needs matplotlib: run it by the Python of the peers (``run.py --peers``).
Of each record the three worst minutes are drawn; markers from below are the first person's marks,
the second's, and what was found.
"""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from scoring import find_pairs, read_marks, score

MINUTE_S = 60
ROWS = (("ann1_s", "tab:blue", 1.05), ("ann2_s", "tab:green", 1.12), ("found_s", "tab:red", 1.19))


def find_worst_minutes(record: dict[str, np.ndarray], n_minutes: int) -> list[int]:
    """Return the three minutes with most marks missed and breaths made up, in order."""
    marks_s, found_s = np.sort(record["ann1_s"]), record["found_s"]
    pairs = find_pairs(marks_s, found_s)
    wrong_s = np.concatenate(
        (
            np.delete(marks_s, [i for i, _ in pairs]),
            np.delete(found_s, [j for _, j in pairs]),
        )
    )
    counts = np.histogram(wrong_s, MINUTE_S * np.arange(n_minutes + 1))[0]
    return sorted(np.argsort(-counts, kind="stable")[:3].tolist())


def draw(pyplot: Any, record: dict[str, np.ndarray], title: str, path: Path) -> None:
    """Draw one record."""
    values, fs_hz = record["resp"], float(record["fs"])
    t_s = np.arange(len(values)) / fs_hz
    minutes = find_worst_minutes(record, max(1, int(t_s[-1] // MINUTE_S)))
    figure, axes = pyplot.subplots(len(minutes), 1, figsize=(15, 7), squeeze=False)
    for axis, minute in zip(axes[:, 0], minutes, strict=True):
        start_s = minute * MINUTE_S
        inside = (t_s >= start_s) & (t_s < start_s + MINUTE_S)
        axis.plot(t_s[inside], values[inside], linewidth=0.8, color="black")
        low, span = values[inside].min(), np.ptp(values[inside])
        for name, colour, height in ROWS:
            times_s = record.get(name, np.zeros(0))
            near = times_s[(times_s >= start_s) & (times_s < start_s + MINUTE_S)]
            axis.plot(near, np.full(len(near), low + height * span), "v", color=colour)
        axis.set_xlim(start_s, start_s + MINUTE_S)
    figure.suptitle(title)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


def main() -> None:
    """Draw the worst records of a file that ``detectors.py`` wrote."""
    parser = argparse.ArgumentParser(description="Draw the records that were scored worst.")
    parser.add_argument("found", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--worst", type=int, default=10)
    words = parser.parse_args()
    words.pictures.mkdir(parents=True, exist_ok=True)
    scored = []
    for path, found in json.loads(words.found.read_text()).items():
        with np.load(path, allow_pickle=False) as npz:
            record = {key: npz[key] for key in npz.files}
        record["found_s"] = np.array(found["peaks"], dtype=float)
        marks = read_marks(record, consensus=False)
        if marks is not None:
            duration_s = len(record["resp"]) / float(record["fs"])
            f1 = score(marks, record["found_s"], None, duration_s).figures().f1
            scored.append((f1, Path(path).stem, record))
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot = import_module("matplotlib.pyplot")
    for f1, stem, record in sorted(scored, key=lambda one: one[:2])[: words.worst]:
        draw(pyplot, record, f"{stem}: F1 {f1:.3f}", words.pictures / f"{stem}.png")
        print(stem, f"{f1:.3f}")


if __name__ == "__main__":
    main()
