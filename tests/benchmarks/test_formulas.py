"""The second simulator keeps to its truth: files, marks, shifts of the belly, held breaths."""

import csv
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EDGE_S = 1.3
"""Nearer to the ends of a brace it is not yet, or no more, there in full."""
NEAR_S = 40.0
"""Farther away a band may have drifted or slipped."""


@pytest.fixture
def formulas(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("formulas")


def read_table(path: Path) -> dict[str, np.ndarray]:
    rows = list(csv.reader(path.read_text().splitlines()))
    columns = np.array(rows[1:], dtype=float).T
    return dict(zip(rows[0], columns, strict=True))


def read_truth(folder: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text())
    return truth


def test_a_seed_always_gives_the_same_files(formulas: Any, tmp_path: Path) -> None:
    first = formulas.write_case(tmp_path / "a", 3, "band_imu")
    again = formulas.write_case(tmp_path / "b", 3, "band_imu")
    other = formulas.write_case(tmp_path / "a", 6, "band_imu")
    assert first.name == "band_imu_hard_3"
    for name in ("band.csv", "imu.csv", "marks.csv", "truth.json"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
        assert (first / name).read_bytes() != (other / name).read_bytes()


@pytest.mark.parametrize("sensors", ["band", "band_imu", "imu", "two_bands"])
def test_the_files_hold_what_the_truth_promises(
    formulas: Any, tmp_path: Path, sensors: str
) -> None:
    folder = formulas.write_case(tmp_path, 3, sensors)
    truth = read_truth(folder)
    tables = {name: read_table(folder / name) for name in truth["inputs"]}
    assert {path.name for path in folder.glob("*")} == {*tables, "marks.csv", "truth.json"}
    for name, table in tables.items():
        rate_hz = truth["worn"]["band_hz" if name == "band.csv" else "imu_hz"]
        assert np.all(np.diff(table["t_s"]) > 0)
        assert np.median(np.diff(table["t_s"])) == pytest.approx(1 / rate_hz, rel=0.1)
        assert table["t_s"][-1] == pytest.approx(truth["duration_s"], abs=0.5)
    bands = ["abdomen[au]", "chest[au]"] if sensors == "two_bands" else ["abdomen[au]"]
    axes = [
        f"{what}_{axis}[{unit}]"
        for what, unit in (("acc", "g"), ("gyr", "deg/s"))
        for axis in "xyz"
    ]
    for name, heads in (("band.csv", bands), ("imu.csv", axes)):
        assert list(tables.get(name, ())) == (["t_s", *heads] if name in tables else [])
    marks = list(csv.reader((folder / "marks.csv").read_text().splitlines()))
    assert marks[0] == ["t_s", "duration_s", "label"]
    labels = [label for _, _, label in marks[1:]]
    steps = {"quiet": 1, "full": 3, "pause": 1, "brace": 3, "draw_in": 2}
    assert {step: labels.count(f"calibration.{step}") for step in steps} == steps
    assert sum(one["calibration"] for one in truth["braces"]) == 5
    asked = [[float(t), float(s)] for t, s, label in marks[1:] if label == "exercise.brace"]
    assert asked == truth["prompts"]


def measure_lift(
    brace: dict[str, Any], truth: dict[str, Any], band: dict[str, np.ndarray]
) -> float:
    """Return by how much the ends of expiration are higher than those around, in depths."""

    def show(at_s: list[float]) -> np.ndarray:
        shown: np.ndarray = np.interp(at_s, band["t_s"], band["abdomen[au]"])
        return shown

    quiet = [one for one in truth["breaths"] if 6.0 < one["end_s"] < 60.0]
    rises = show([one["peak_s"] for one in quiet]) - show([one["start_s"] for one in quiet])
    per_depth = np.median(rises) / np.median([one["depth"] for one in quiet])
    busy = truth["braces"] + truth["distractors"]
    ends_s = [one["end_s"] for one in truth["breaths"]]
    low_s, high_s = brace["start_s"] + EDGE_S, brace["end_s"] - EDGE_S
    inside_s = [t for t in ends_s if low_s < t < high_s]
    free_s = [
        t
        for t in ends_s
        if low_s - NEAR_S < t < high_s + NEAR_S
        and not any(one["start_s"] - EDGE_S < t < one["end_s"] + EDGE_S for one in busy)
    ]
    if not inside_s or not free_s:
        return float("nan")
    return float((np.median(show(inside_s)) - np.median(show(free_s))) / per_depth)


def test_braces_lift_or_lower_the_band_by_their_shift(formulas: Any, tmp_path: Path) -> None:
    errors: dict[str, list[float]] = {"expand": [], "draw_in": []}
    for seed in (1, 4, 7, 10):
        folder = formulas.write_case(tmp_path, seed, "band")
        truth, band = read_truth(folder), read_table(folder / "band.csv")
        for brace in truth["braces"]:
            lift = measure_lift(brace, truth, band) if brace["breath"] == "breathing" else np.nan
            if np.isfinite(lift):
                assert np.sign(lift) == (1 if brace["direction"] == "expand" else -1)
                errors[brace["direction"]].append(lift - brace["shift_depths"])
    for listed in errors.values():
        assert len(listed) >= 5
        assert abs(np.median(listed)) < 0.15
        assert np.abs(listed).max() < 0.5


def test_a_breath_stops_in_every_held_brace(formulas: Any, tmp_path: Path) -> None:
    truths = [
        read_truth(formulas.write_case(tmp_path, seed, sensors))
        for seed in (2, 3)
        for sensors in ("band", "two_bands")
    ]
    n_held = 0
    for truth in truths:
        stops_s = [one["stop_s"] for one in truth["breaths"] if one["stop_s"] is not None]
        for brace in truth["braces"]:
            if brace["breath"] == "held":
                n_held += 1
                assert any(brace["start_s"] <= t <= brace["end_s"] for t in stops_s)
    assert n_held >= 5
