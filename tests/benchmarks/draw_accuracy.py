"""Draw the worst excerpts and the latencies as small pictures: for ``docs/accuracy.md``.

    python tests/benchmarks/draw_accuracy.py [FOLDER] [--pictures docs/figures]

FOLDER is as in ``score_bidmc.py``. Of each of the ten records that were scored worst, the 20 s with
most marks missed and breaths made up are drawn: black the waveform, from below the first person's
marks, the second's, and what was found. The pictures are figures; no value of the data is kept.
"""

import argparse
from pathlib import Path
from typing import Any

import click
import numpy as np
from score_bidmc import SHARED, find_breaths, load_scoring

LENGTH_S, WIDTH, HEIGHT, LEFT = 20.0, 760, 84, 44
SHOWN_HZ = 12.5
N_WORST = 10
BIN_S, MOST_S = 0.1, 1.8
ROWS = (("first", "#1f5fbf", "circle"), ("second", "#2a8a3a", "square"), ("found", "#c03028", "x"))
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" font-family="sans-serif">
<rect width="100%" height="100%" fill="white"/>"""


def find_worst_start(record: dict[str, Any], scoring: Any) -> float:
    """Return where the stretch with most errors begins, in s."""
    marks_s, found_s = record["first"], record["found"]
    pairs = scoring.match(marks_s, found_s, scoring.TOLERANCE_S)
    wrong_s = np.concatenate(
        (
            np.delete(marks_s, [i for i, _ in pairs]),
            np.delete(found_s, [j for _, j in pairs]),
        )
    )
    last_s = len(record["values"]) / record["fs_hz"] - LENGTH_S
    starts_s = np.arange(0.0, last_s, LENGTH_S / 4)
    counts = [np.sum((wrong_s >= one) & (wrong_s < one + LENGTH_S)) for one in starts_s]
    return float(starts_s[int(np.argmax(counts))])


def draw_mark(x: float, y: float, kind: str, colour: str) -> str:
    """Draw a mark; the three differ in shape, not only in colour."""
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y}" r="3" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{x - 3:.1f}" y="{y - 3}" width="6" height="6" fill="{colour}"/>'
    path = f"M{x - 3:.1f} {y - 3}l6 6m0 -6l-6 6"
    return f'<path d="{path}" stroke="{colour}" stroke-width="1.6"/>'


def draw_record(name: str, f1: float, record: dict[str, Any], scoring: Any, top: int) -> str:
    """Draw the worst stretch of one record."""
    start_s = find_worst_start(record, scoring)
    t_s = np.arange(start_s, start_s + LENGTH_S, 1 / SHOWN_HZ)
    values = np.interp(t_s, np.arange(len(record["values"])) / record["fs_hz"], record["values"])
    low, high = float(values.min()), float(values.max())
    x = LEFT + (WIDTH - LEFT) * (t_s - start_s) / LENGTH_S
    y = top + HEIGHT - 8 - (HEIGHT - 42) * (values - low) / max(high - low, 1e-9)
    points = " ".join(f"{one:.0f},{other:.0f}" for one, other in zip(x, y, strict=True))
    drawn = [
        f'<text x="2" y="{top + 40}" font-size="11">{name}</text>',
        f'<text x="2" y="{top + 54}" font-size="10">{f1:.2f}</text>',
        f'<text x="2" y="{top + 68}" font-size="10">{start_s:.0f} s</text>',
        f'<polyline points="{points}" fill="none" stroke="black" stroke-width="0.9"/>',
    ]
    for row, (key, colour, kind) in enumerate(ROWS):
        for time_s in record[key]:
            if start_s <= time_s < start_s + LENGTH_S:
                at = LEFT + (WIDTH - LEFT) * (time_s - start_s) / LENGTH_S
                drawn.append(draw_mark(at, top + 28 - 9 * row, kind, colour))
    return "\n".join(drawn)


def draw_latencies(latencies_s: np.ndarray) -> str:
    """Draw how many breaths were decided how long after the mark."""
    counts, edges_s = np.histogram(latencies_s, np.arange(0.0, MOST_S + BIN_S / 2, BIN_S))
    wide, high = 36, 150
    drawn = [HEAD.format(wide * len(counts) + 10, high + 44)]
    for number, (count, edge_s) in enumerate(zip(counts, edges_s, strict=False)):
        tall, x = high * count / counts.max(), 5 + wide * number
        colour = "#1f5fbf" if edge_s < 0.85 else "#c03028"
        size = f'width="{wide - 4}" height="{tall:.0f}"'
        drawn += [
            f'<rect x="{x}" y="{high + 16 - tall:.0f}" {size} fill="{colour}"/>',
            f'<text x="{x}" y="{high + 12 - tall:.0f}" font-size="10">{count}</text>',
            f'<text x="{x}" y="{high + 30}" font-size="10">{edge_s:.1f} s</text>',
        ]
    return "\n".join([*drawn, "</svg>"]) + "\n"


def main() -> None:
    """Find the breaths of all records and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "data" / "bidmc_dev")
    parser.add_argument("--pictures", type=Path, default=Path("docs/figures"))
    words = parser.parse_args()
    scoring, latencies_s, scored = load_scoring(), [], []
    for reference in scoring.read_references(words.folder):
        with np.load(words.folder / f"{reference.record}.npz") as npz:
            values, fs_hz = npz["resp"].astype(float), float(npz["fs"])
        found = scoring.detection_from_breaths(find_breaths(values, fs_hz))
        second_s = np.zeros(0) if reference.second_s is None else reference.second_s
        wanted_s = reference.first_s
        if len(second_s):
            wanted_s, _ = scoring.agreed_and_any(reference.first_s, second_s)
        pairs = scoring.match(wanted_s, found.peak_s, scoring.TOLERANCE_S)
        latencies_s += [float(found.decided_s[j] - wanted_s[i]) for i, j in pairs]
        f1 = scoring.score_record(reference, found)["ann1"].figures()["f1"] or 0.0
        record = {"first": reference.first_s, "second": second_s, "found": found.peak_s}
        scored.append((f1, reference.record, {**record, "values": values, "fs_hz": fs_hz}))
    scored.sort(key=lambda one: one[:2])
    drawn = [HEAD.format(WIDTH + 4, HEIGHT * N_WORST)]
    for number, (f1, name, record) in enumerate(scored[:N_WORST]):
        title = name.rsplit("_", 1)[-1]
        drawn.append(draw_record(title, f1, record, scoring, number * HEIGHT))
    words.pictures.mkdir(parents=True, exist_ok=True)
    worst = words.pictures / "accuracy-worst.svg"
    worst.write_text("\n".join([*drawn, "</svg>"]) + "\n", encoding="utf-8")
    told = draw_latencies(np.array(latencies_s))
    (words.pictures / "accuracy-latency.svg").write_text(told, encoding="utf-8")
    late = float(np.mean(np.array(latencies_s) > 0.9))
    click.echo(f"{len(latencies_s)} breaths, {late:.3f} later than 0.9 s")


if __name__ == "__main__":
    main()
