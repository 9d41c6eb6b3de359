"""Learn from cases when a brace has begun and what it is like: the package's ``trees.json``.

    python -m pip install lightgbm
    python tests/benchmarks/brace_scenarios.py FOLDER --people 92 --first 5000
    python tests/benchmarks/formulas.py FOLDER --cases 250 --first 5001
    python tests/benchmarks/brace_real.py FOLDER --to-learn 4
    python tests/benchmarks/learn_braces.py FOLDER [--write]

The brace detector is run over the cases, with listeners in place of its trees; each frame in which
it asks them is an example. With what was learnt it is run once more: each brace it tells is an
example of whether breathing goes on, and each swing in it of whether it is a breath. Cases for this
are others than those for scoring: people and seeds from 5000 on, and of the recordings every second
one, by name. ``--write`` replaces the file in the package. Learning takes half an hour, nearly all
of it reading the cases. The file in the package was learnt in two goes: docs/decisions/0012.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from brace_scoring import list_wanted, pair_up

from breathsense.cli.reading import open_telling
from breathsense.core.bracing import trees
from breathsense.core.bracing.clues import LEVEL_CLUES, SOUND_CLUES
from breathsense.core.bracing.detector import BraceDetector
from breathsense.core.bracing.swings import LONG_AGO_S, SWING_CLUES
from breathsense.core.engine import build_engine
from breathsense.core.frames.frame import Frame
from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.calibration import Calibrated
from breathsense.core.params import Params

N_TREES = {"outward": 600, "inward": 600, "breathing": 150, "swing": 150}
N_TREES_ELSE = 300
FEWEST = {"breathing": 40}
FEWEST_ELSE = 100
"""Examples at the end of a tree's questions: there is one of breathing for each brace only."""
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 8,
    "max_depth": 3,
    "learning_rate": 0.1,
    "lambda_l2": 1.0,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "feature_fraction": 0.7,
    "boost_from_average": False,
    "use_missing": False,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
MORE = {"sound": ("awaited", "total"), "outward": ("awaited", "evidence")}
MORE["inward"] = MORE["outward"]
LESS = {
    "sound": (
        *("turned_8", "turned_14", "lean", "moving", "unrest", "loudest_before"),
        *("rough", "flutter", "flutter_mean"),
    )
}
"""Clues of which more never makes a brace less likely, or never more, whatever was seen."""
FRESH = {"sound": (2.5, 5.0, 0.05), "outward": (4.0, 9.0, 0.15), "inward": (4.0, 9.0, 0.15)}
"""Until how long after an onset, in s, an example counts fully; from when on so little."""
REAL_WEIGHT = 2.0
"""How much an example of a band's level over real breathing counts, beside a generated one's."""
LEAST_DEPTHS = 0.3
"""A shift of less goes neither out nor in."""
AFTER_S, LET_GO_S = 0.6, 2.5
"""What is heard so long after a brace belongs to it; what is heard until then is no example."""
WAY_FROM_S, WAY_TO_S = 0.2, 4.5
"""When after an onset its direction is asked."""

EDGES_S = {"breathing": 0.5, "held": 0.0}
"""Swings nearer to an end of a brace are no examples; nor are those of braces of other kinds."""
NEAR_S, NONE_NEAR_S = 0.45, 0.7
"""How near to the end of an inspiration a swing is a breath; how far from any it is none."""
EARLY_S, HELD_WEIGHT = 3.0, 0.4
"""A brace may be told to begin so much too early; how much a swing in a held brace counts."""

Case = dict[str, Any]


class Listener:
    """Keeps the clues that it is asked to weigh."""

    def __init__(self, odds: float) -> None:
        self.odds = odds
        self.asked: list[Sequence[float]] = []
        self.times_s: list[float] = []

    def weigh(self, clues: Sequence[float]) -> float:
        """Return always the same."""
        self.asked.append(clues)
        return self.odds

    def stamp(self, t_s: float) -> None:
        """Say when it was asked."""
        self.times_s += [t_s] * (len(self.asked) - len(self.times_s))


class Examples(NamedTuple):
    """Clues, whether they come from what is looked for, and how much that counts."""

    clues: np.ndarray
    answers: np.ndarray
    weights: np.ndarray


def read_frames(case: Path, truth: Case) -> list[object]:
    """Run the engine on a case; return its frames and calibrations."""
    marks = case / "marks.csv"
    inputs = tuple(case / name for name in truth["inputs"])
    opened = open_telling(inputs, marks if marks.exists() else None, None, ignore_columns=())
    engine = build_engine(opened.setup, joins_blocks=True)
    told = [found for item in opened.items for found in engine.push(item)]
    told += engine.flush()
    return [one for one in told if isinstance(one, Frame | Calibrated)]


def listen(items: Iterable[object], *, hears: bool) -> trees.Weighers:
    """Run the detector; ``hears`` lets it ask for directions, too. It never tells a brace."""
    weighers = trees.Weighers(*(Listener(0.0) for _ in trees.ASKED))
    never = 1e9
    weighers.sound.odds = never if hears else -never
    weighers.outward.odds = weighers.inward.odds = -never
    params = Params().bracing
    params = replace(params, onset=replace(params.onset, wait_ns=1 << 62))
    detector = BraceDetector(params, weighers=weighers)
    for item in items:
        detector.push(item)
        if isinstance(item, Frame):
            for one in weighers:
                one.stamp(item.t_ns / 1e9)
    return weighers


def gather(case: Path) -> dict[str, Examples]:
    """Return the examples of a case by what is learnt from them."""
    truth = json.loads((case / "truth.json").read_text())
    items = read_frames(case, truth)
    found = _gather_onsets(items, truth)
    if "imu" in truth["sensors"] and "band" in truth["sensors"]:
        heard = listen(items, hears=True)
        for name in ("expand", "neutral", "draw_in"):
            found[name] = _judge_way(name, getattr(heard, name), truth)
    elif truth["sensors"] == "imu" and truth["seed"] % 3 == 0:
        # Who has not calibrated is heard, too.
        bare = [one._replace(marks=()) for one in items if isinstance(one, Frame)]
        found["sound, no calibration"] = _gather_onsets(bare, truth)["sound"]
    return found


def _gather_onsets(items: list[object], truth: Case) -> dict[str, Examples]:
    heard = listen(items, hears=False)
    ages = {
        "sound": SOUND_CLUES.index("since_s"),
        "outward": LEVEL_CLUES.index("out_s"),
        "inward": LEVEL_CLUES.index("in_s"),
    }
    return {name: _judge_onset(name, getattr(heard, name), truth, at) for name, at in ages.items()}


def _judge_onset(name: str, heard: Listener, truth: Case, at: int) -> Examples:
    """Say of each example whether it is in a brace of this kind."""
    times_s = np.array(heard.times_s)
    clues = np.array(heard.asked, dtype=np.float64).reshape(-1, len(trees.ASKED[name]))
    ages_s = clues[:, at].copy()
    answers, counts = np.zeros(len(times_s)), np.ones(len(times_s), dtype=bool)
    for one in truth["braces"]:
        inside = (times_s >= one["start_s"] - 0.05) & (times_s <= one["end_s"] + AFTER_S)
        ages_s[inside] = times_s[inside] - one["start_s"]
        counts &= ~((times_s > one["end_s"] + AFTER_S) & (times_s <= one["end_s"] + LET_GO_S))
        is_small = one["direction"] == "neutral" or abs(one["shift_depths"]) < LEAST_DEPTHS
        if name == "sound":
            answers[inside] = 1.0
        elif is_small:
            counts[inside] = False
        else:
            answers[inside] = (one["direction"] == "expand") == (name == "outward")
    full_s, stale_s, least = FRESH[name]
    weights = np.clip(1.0 - (ages_s - full_s) / (stale_s - full_s), least, 1.0)
    if name != "sound" and "recording" in truth:
        weights *= REAL_WEIGHT
    return Examples(clues[counts], answers[counts], weights[counts])


def _judge_way(name: str, heard: Listener, truth: Case) -> Examples:
    """Say of each example in a brace whether it goes this way."""
    times_s = np.array(heard.times_s)
    clues = np.array(heard.asked, dtype=np.float64).reshape(-1, len(trees.ASKED[name]))
    answers, counts = np.zeros(len(times_s)), np.zeros(len(times_s), dtype=bool)
    for one in truth["braces"]:
        low_s = one["start_s"] + WAY_FROM_S
        high_s = min(one["end_s"], one["start_s"] + WAY_TO_S)
        inside = (times_s >= low_s) & (times_s <= high_s)
        is_this = one["direction"] == name
        # A small shift may be called neutral, too.
        may_be = name == "neutral" and abs(one["shift_depths"]) < LEAST_DEPTHS
        answers[inside] = is_this
        counts[inside] = is_this or not may_be
    return Examples(clues[counts], answers[counts], np.ones(int(counts.sum())))


def gather_swings(case: Path, rows: dict[str, list[list[float]]]) -> Examples:
    """Return what is true of the swings in the braces of a case that are told."""
    truth = json.loads((case / "truth.json").read_text())
    swings = Listener(-1e9)
    detector = _detect(rows, breathing=Listener(0.0), swing=swings)
    start_s, seen = 0.0, []
    for item in read_frames(case, truth):
        n = len(swings.asked)
        told = detector.push(item)
        seen += [(start_s, one) for one in swings.asked[n:]]
        start_s = next((one.start_ns / 1e9 for one in told if isinstance(one, BraceStart)), start_s)
    return _judge_swings(truth, seen)


def gather_breathing(case: Path, rows: dict[str, list[list[float]]]) -> Examples:
    """Return what is true of the breathing in the braces of a case that are told."""
    truth = json.loads((case / "truth.json").read_text())
    ended = Listener(0.0)
    detector = _detect(rows, breathing=ended)
    spans: dict[int, tuple[float, float]] = {}
    asked: dict[int, Sequence[float]] = {}
    for item in read_frames(case, truth):
        n = len(ended.asked)
        for told in detector.push(item):
            if isinstance(told, BraceStart):
                spans[told.number] = (told.start_ns / 1e9, truth["duration_s"])
            elif isinstance(told, BraceEnd):
                spans[told.number] = (spans[told.number][0], told.end_ns / 1e9)
                if len(ended.asked) > n:
                    asked[told.number] = ended.asked[-1]
    return _judge_breathing(truth, spans, asked)


def _detect(rows: dict[str, list[list[float]]], **listeners: Listener) -> BraceDetector:
    learnt = {name: trees.Trees(rows[name]) for name in trees.ASKED if name not in listeners}
    return BraceDetector(Params().bracing, weighers=trees.Weighers(**learnt, **listeners))


def _judge_breathing(
    truth: Case, spans: dict[int, tuple[float, float]], asked: dict[int, Sequence[float]]
) -> Examples:
    """Say of each brace that was told rightly whether breathing went on."""
    wanted, numbers = list_wanted(truth), list(spans)
    found = [
        (asked[numbers[at]], wanted[true_at].breathing == "breathing")
        for true_at, at in pair_up([(one.start_s, one.end_s) for one in wanted], [*spans.values()])
        if numbers[at] in asked and wanted[true_at].breathing is not None
    ]
    clues = np.array([one for one, _ in found]).reshape(-1, len(trees.ASKED["breathing"]))
    return Examples(clues, np.array([float(yes) for _, yes in found]), np.ones(len(found)))


def _judge_swings(truth: Case, seen: list[tuple[float, Sequence[float]]]) -> Examples:
    """Say of each swing in a brace whether it is a breath; at the edges both are right."""
    since, age = (SWING_CLUES.index(name) for name in ("since_s", "ago_s"))
    rows, answers, weights = [], [], []
    for start_s, clues in seen if truth["kind"] == "simulated" else ():
        peak_s = start_s + clues[since]
        near_s = min((abs(one["peak_s"] - peak_s) for one in truth["breaths"]), default=math.inf)
        for one in truth["braces"]:
            kind, edge_s = one["breath"], EDGES_S.get(one["breath"])
            is_same = one["start_s"] - EARLY_S <= start_s <= one["end_s"]
            if not is_same or edge_s is None or one["calibration"] or clues[age] >= LONG_AGO_S:
                continue
            # A brace that is told too early has the breath before it, too.
            is_clear = abs(peak_s - one["start_s"]) >= edge_s and peak_s <= one["end_s"] - edge_s
            if is_clear and (kind != "held" or near_s > NONE_NEAR_S):
                rows.append(clues)
                answers.append(float(near_s <= NEAR_S))
                weights.append(HELD_WEIGHT if kind == "held" else 1.0)
    clues_of = np.array(rows).reshape(-1, len(SWING_CLUES))
    return Examples(clues_of, np.array(answers), np.array(weights))


def learn(name: str, examples: Sequence[Examples]) -> list[list[float]]:
    """Return the trees, as rows for ``Trees``."""
    import lightgbm  # noqa: PLC0415 - for whoever learns, and in no environment of the project

    filled = [one for one in examples if len(one.clues)]
    clues, answers, weights = (np.concatenate(column) for column in zip(*filled, strict=True))
    data = lightgbm.Dataset(clues, answers, weight=weights)
    signs = [
        (clue in MORE.get(name, ())) - (clue in LESS.get(name, ())) for clue in trees.ASKED[name]
    ]
    n_trees = N_TREES.get(name, N_TREES_ELSE)
    own = {"min_data_in_leaf": FEWEST.get(name, FEWEST_ELSE), "monotone_constraints": signs}
    model = lightgbm.train(SETTINGS | own, data, n_trees).dump_model()
    click.echo(f"{name}: {len(answers)} examples, {answers.sum():.0f} of them so, {n_trees} trees")
    return [spell(one["tree_structure"]) for one in model["tree_info"]]


def is_of(name: str, key: str) -> bool:
    """Return whether examples of a case are for what is learnt by this name."""
    return key.split(",", maxsplit=1)[0] == name


def spell(tree: dict[str, Any]) -> list[float]:
    """Return a tree of three levels; where it ends sooner, both ways lead to the same answer."""
    questions: list[float] = []
    row = [tree]
    for _ in range(SETTINGS["max_depth"]):
        below = []
        for one in row:
            is_leaf = "leaf_value" in one
            questions += [0, 0.0] if is_leaf else [one["split_feature"], shorten(one["threshold"])]
            below += [one, one] if is_leaf else [one["left_child"], one["right_child"]]
        row = below
    return questions + [shorten(one["leaf_value"]) for one in row]


def shorten(value: float) -> float:
    """Keep four digits."""
    return float(f"{value:.4g}")


INSIDE = {"swing": gather_swings, "breathing": gather_breathing}
"""Learnt of braces that are told, each with what was learnt before."""


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--write", "is_kept", is_flag=True, help="Replace the file in the package.")
def main(folders: tuple[Path, ...], *, is_kept: bool) -> None:
    """Learn from the cases in FOLDERS."""
    cases = [one.parent for folder in folders for one in sorted(folder.rglob("truth.json"))]
    with Pool(2) as pool:
        gathered = pool.map(gather, cases, chunksize=4)
        rows = {
            name: learn(name, [one[key] for one in gathered for key in one if is_of(name, key)])
            for name in trees.ASKED
            if name not in INSIDE
        }
        for name, gather_inside in INSIDE.items():
            inside = pool.map(partial(gather_inside, rows=rows), cases, chunksize=4)
            rows[name] = learn(name, inside)
    learnt = {name: {"clues": clues, "trees": rows[name]} for name, clues in trees.ASKED.items()}
    if is_kept:
        path = Path(trees.__file__).with_name(trees.FILE)
        path.write_text(json.dumps(learnt, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
