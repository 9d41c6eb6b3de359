"""Score brace detection: run the program on cases and compare with the truth.

    python tests/benchmarks/score_braces.py FOLDER [--quick] [--causal N] [--write PAGE.md]

FOLDER holds cases as ``brace_scenarios.py`` writes them (a folder with ``truth.json`` each); if it
holds none, they are written first: three people of each sensor set and difficulty, and cases with
real breathing from every third recording at hand; with ``--quick`` one and six. ``--causal N`` cuts
the input at the decided time of N braces of each case and runs again. ``--write`` puts the tables
between the markers of a page. Rules: ``brace_scoring.py``. A measuring script, not a test.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import click
from brace_real import write_real_cases
from brace_scenarios import write_some
from brace_scoring import Tally, is_same, quantile, score_case

N_PROCESSES = 2
FIRST_PERSON = 500
"""Those from here on are for scoring only; whoever changes the detector looks at others."""
BEGIN, END = "<!-- tables begin -->", "<!-- tables end -->"
HEADS = (
    *("cases", "hours", "braces", "F1", "missed", "false", "pieces", "false an hour"),
    *("prompted s (p95)", "unprompted s (p95)", "direction right", "breathing right"),
    *("certain wrong", "breaths F1", "cut: same"),
)

Analysis = dict[str, Any]


def analyse(case: Path, inputs: Iterable[Path], marks: Path | None) -> Analysis:
    """Run the program; its failure is told and stops the scoring."""
    words: list[str | Path] = [sys.executable, "-m", "breathsense", "analyze", *inputs, "--json"]
    if marks is not None:
        words += ["--marks", marks]
    given = subprocess.run(words, capture_output=True, text=True, check=False)
    if given.returncode:
        raise click.ClickException(f"{case}: {given.stderr.strip()}")
    found: Analysis = json.loads(given.stdout)
    return found


def score_folder(case: Path, n_causal: int) -> tuple[dict[str, Any], Tally, list[str]]:
    """Score one case; return its truth, the tally and what happened, a line for each fault."""
    truth = json.loads((case / "truth.json").read_text())
    inputs = [case / name for name in truth["inputs"]]
    marks = case / "marks.csv"
    found = analyse(case, inputs, marks if marks.exists() else None)
    tally = score_case(truth, found["braces"], found["breaths"])
    step = max(len(found["braces"]) // n_causal, 1) if n_causal else 0
    for told in found["braces"][:: step or None][:n_causal]:
        tally.n_cut += 1
        tally.n_cut_same += is_same(told, analyse_cut(case, inputs, told["decided_s"])["braces"])
    lines = [
        f"{case.name}: {n} x {what}" for what, n in sorted((tally.causes + tally.missed).items())
    ]
    return truth, tally, lines


def analyse_cut(case: Path, inputs: list[Path], until_s: float) -> Analysis:
    """Run the program on what had been measured, and marked, until a time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in inputs:
            cut_table(path, folder / path.name, until_s)
        marks = case / "marks.csv"
        if marks.exists():
            cut_table(marks, folder / "marks.csv", until_s)
        kept = [folder / path.name for path in inputs]
        return analyse(case, kept, folder / "marks.csv" if marks.exists() else None)


def cut_table(path: Path, to: Path, until_s: float) -> None:
    """Copy the rows of a table until a time."""
    with path.open(newline="") as source, to.open("w", newline="") as target:
        rows, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        writer.writerow(next(rows))
        writer.writerows(row for row in rows if float(row[0]) <= until_s + 1e-9)


def spell(tally: Tally) -> list[str]:
    """Return the cells of a row."""

    def share(n: int, of: int) -> str:
        return f"{n / of:.3f}" if of else "-"

    def seconds(values: list[float]) -> str:
        return f"{quantile(values, 0.5):.2f} ({quantile(values, 0.95):.2f})" if values else "-"

    return [
        str(tally.n_cases),
        f"{tally.hours:.1f}",
        str(tally.n_wanted),
        f"{tally.f1:.3f}" if tally.n_wanted else "-",
        str(tally.n_wanted - tally.n_hit),
        str(tally.n_false),
        str(tally.n_pieces),
        f"{tally.n_false / tally.hours:.1f}",
        seconds(tally.prompted_s),
        seconds(tally.unprompted_s),
        share(tally.n_direction_right, tally.n_told),
        share(tally.n_breathing_right, tally.n_breathing_asked),
        share(tally.n_certain_wrong, tally.n_told),
        f"{tally.breaths_f1:.3f}" if tally.n_breaths else "-",
        f"{tally.n_cut_same}/{tally.n_cut}",
    ]


def table(first: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lay out a Markdown table."""
    heads = (first, *heads)
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines, ""]


Scored = list[tuple[dict[str, Any], Tally]]


def add_up(scored: Scored, name: Callable[[dict[str, Any]], str]) -> dict[str, Tally]:
    """Add the tallies of cases of one name."""
    sums: dict[str, Tally] = defaultdict(Tally)
    for truth, tally in scored:
        sums[name(truth)].add(tally)
    return dict(sorted(sums.items()))


def report(scored: Scored) -> list[str]:
    """Return all tables."""
    lines: list[str] = []
    for kind in sorted({truth["kind"] for truth, _ in scored}, reverse=True):
        some = [one for one in scored if one[0]["kind"] == kind]
        sums = add_up(some, lambda truth: truth["sensors"])
        parts = add_up(some, lambda truth: f"{truth['sensors']}, {truth['difficulty']}")
        rows = [[f"**{name}**", *spell(tally)] for name, tally in sums.items()]
        rows += [[name, *spell(tally)] for name, tally in parts.items()]
        lines += [f"### {kind.capitalize()}", "", *table("sensors", HEADS, rows)]
        for name, tally in sums.items():
            lines += report_confusion(name, tally)
        lines += report_causes(sums)
    return lines


def report_confusion(name: str, tally: Tally) -> list[str]:
    """Return the confusion tables of a sensor set."""
    lines: list[str] = []
    for title, counts in (("direction", tally.directions), ("breathing", tally.breathings)):
        if counts:
            heads = sorted({told for _, told in counts})
            rows = [
                [true, *(str(counts[true, told]) for told in heads)]
                for true in sorted({true for true, _ in counts})
            ]
            lines += table(f"{name}: {title}, true \\ told", heads, rows)
    return lines


def report_causes(sums: dict[str, Tally]) -> list[str]:
    """Return what false braces are blamed on, and which braces were missed."""
    lines: list[str] = []
    for title, pick in (("false by cause", "causes"), ("missed", "missed")):
        counts: dict[str, Counter[str]] = {name: getattr(sums[name], pick) for name in sums}
        whats = sum(counts.values(), Counter[str]())
        rows = [
            [what, *(str(one[what]) for one in counts.values())] for what, _ in whats.most_common()
        ]
        if rows:
            lines += table(title, counts, rows)
    return lines


def write_tables(page: Path, lines: list[str]) -> None:
    """Put the tables between the markers of a page."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text("\n".join([f"{before}{BEGIN}", "", *lines, f"{END}{after}"]))


def prepare(folder: Path, *, is_quick: bool) -> list[Path]:
    """Return the cases of a folder; write them first if there are none."""
    if not list(folder.glob("*/truth.json")):
        write_some(folder, FIRST_PERSON, 1 if is_quick else 3)
        write_real_cases(folder, 6 if is_quick else 27)
    return sorted(path.parent for path in folder.glob("*/truth.json"))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Few cases: a minute or so.")
@click.option("--causal", default=1, show_default=True, help="Braces of each case to cut at.")
@click.option("--only", default="", help="Only cases whose name contains this.")
@click.option("--details", is_flag=True, help="Name every fault with its case.")
@click.option("--write", "page", type=click.Path(path_type=Path), help="Page for the tables.")
def main(
    folder: Path, page: Path | None, *, quick: bool, causal: int, only: str, details: bool
) -> None:
    """Score the cases in FOLDER."""
    cases = [case for case in prepare(folder, is_quick=quick) if only in case.name]
    with ThreadPool(N_PROCESSES) as pool:
        done = pool.map(partial(score_folder, n_causal=causal), cases, chunksize=1)
    lines = report([(truth, tally) for truth, tally, _ in done])
    if page is not None:
        write_tables(page, lines)
    click.echo("\n".join(lines))
    if details:
        click.echo("\n".join(line for _, _, faults in done for line in faults))


if __name__ == "__main__":
    main()
