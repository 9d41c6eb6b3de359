"""Cases of scoring braces that can be worked out by hand, and a case that is written and read."""

import csv
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from breathsense.recordings.marks import read_marks


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("brace_scoring")


@pytest.fixture
def scenarios(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("brace_scenarios")


def true_brace(start_s: float, end_s: float, **facts: Any) -> dict[str, Any]:
    usual = {
        "direction": "expand",
        "breath": "held",
        "prompted": True,
        "calibration": False,
        "effort": 1.0,
        "mmg_ratio": 4.0,
        "shift_depths": 1.0,
    }
    return {"start_s": start_s, "end_s": end_s} | usual | facts


def told(start_s: float, end_s: float | None, **facts: Any) -> dict[str, Any]:
    usual = {"decided_s": start_s + 1.0, "direction": "expand", "breathing": "not_seen"}
    return {"start_s": start_s, "end_s": end_s} | usual | facts


HELD = {"start_s": 8.0, "peak_s": 9.5, "end_s": 23.0, "stop_s": 9.5, "stopped_s": 10.5}


def case(*braces: dict[str, Any], **facts: Any) -> dict[str, Any]:
    usual = {
        "kind": "simulated",
        "sensors": "band",
        "duration_s": 360.0,
        "worn": {"imu_hz": None},
        "breaths": [HELD],
        "braces": list(braces),
        "distractors": [{"kind": "cough", "start_s": 200.0, "end_s": 203.0}],
        "prompts": [[100.0, 8.0]],
    }
    return usual | facts


def test_a_brace_found_where_it_was_scores_one(rules: Any) -> None:
    tally = rules.score_case(case(true_brace(10, 20)), [told(10.2, 20.5)], [])
    assert (tally.n_wanted, tally.n_hit, tally.n_false, tally.f1) == (1, 1, 0, 1.0)
    assert tally.prompted_s == [pytest.approx(1.2)]
    assert tally.unprompted_s == []
    assert (tally.n_direction_right, tally.n_breathing_right, tally.n_certain_wrong) == (1, 1, 0)


def test_the_better_overlap_wins_and_the_other_is_a_piece(rules: Any) -> None:
    found = [told(10, 16), told(16.5, 20)]
    tally = rules.score_case(case(true_brace(10, 20)), found, [])
    assert (tally.n_hit, tally.n_pieces, tally.n_false) == (1, 1, 0)
    assert tally.f1 == pytest.approx(2 / 3)


def test_less_than_half_an_overlap_is_a_miss_and_a_piece(rules: Any) -> None:
    tally = rules.score_case(case(true_brace(10, 20)), [told(16, 27)], [])
    assert (tally.n_hit, tally.n_pieces, tally.f1) == (0, 1, 0.0)
    assert tally.missed == {"expand, held, long, prompted, tremble > 3": 1}


def test_what_the_sensors_cannot_see_may_be_found_or_not(rules: Any) -> None:
    faint = true_brace(10, 20, direction="neutral", shift_depths=0.05)
    for found in ([], [told(10, 20, direction="neutral")]):
        tally = rules.score_case(case(faint), found, [])
        assert (tally.n_wanted, tally.n_false, tally.n_pieces) == (0, 0, 0)
    fast = case(faint, sensors="imu", worn={"imu_hz": 104.0})
    assert rules.score_case(fast, [], []).n_wanted == 1
    slow = case(faint, sensors="band_imu", worn={"imu_hz": 50.0})
    assert rules.score_case(slow, [], []).n_wanted == 0


def test_braces_of_the_calibration_and_under_a_lift_are_not_asked_for(rules: Any) -> None:
    truth = case(true_brace(10, 20, calibration=True), true_brace(30, 40, loaded=True))
    assert rules.score_case(truth, [told(10, 20)], []).n_wanted == 0


def test_a_false_brace_is_blamed_on_what_was_done_meanwhile(rules: Any) -> None:
    found = [told(202, 206), told(104, 107), told(300, 304)]
    tally = rules.score_case(case(), found, [])
    assert tally.causes == {"cough": 1, "prompt not followed": 1, "nothing": 1}
    assert tally.n_false / tally.hours == pytest.approx(30.0)


def test_unknown_is_not_wrong_but_right_for_a_motion_sensor_only(rules: Any) -> None:
    unknown = [told(10, 20, direction="unknown", breathing="unknown")]
    band = rules.score_case(case(true_brace(10, 20)), unknown, [])
    assert (band.n_direction_right, band.n_breathing_right, band.n_certain_wrong) == (0, 0, 0)
    moved = case(true_brace(10, 20), sensors="imu", worn={"imu_hz": 100.0})
    assert rules.score_case(moved, unknown, []).n_direction_right == 1


def test_a_certain_wrong_answer_is_counted(rules: Any) -> None:
    for facts in ({"direction": "draw_in"}, {"breathing": "breathing"}):
        tally = rules.score_case(case(true_brace(10, 20)), [told(10, 20, **facts)], [])
        assert tally.n_certain_wrong == 1


def test_breathing_with_the_ribs_is_seen_by_a_band_round_them_only(rules: Any) -> None:
    ribs = true_brace(10, 20, breath="ribs")
    for sensors, breathing in (("band", "not_seen"), ("two_bands", "breathing")):
        found = [told(10, 20, breathing=breathing)]
        assert rules.score_case(case(ribs, sensors=sensors), found, []).n_breathing_right == 1


def test_breathing_is_asked_only_where_it_can_be_told(rules: Any) -> None:
    breath = {"start_s": 12.0, "peak_s": 13.5, "end_s": 16.0, "stop_s": None}
    breathing = case(true_brace(10, 20, breath="breathing"), breaths=[breath])
    assert rules.score_case(breathing, [told(10, 20)], []).n_breathing_asked == 1
    unasked = (
        case(true_brace(10, 20, breath="breathing")),
        case(true_brace(10, 20, breath="counting")),
        case(true_brace(10, 13)),
        case(true_brace(10, 20), breaths=[HELD | {"stop_s": 13.0, "stopped_s": 7.0}]),
    )
    for truth in unasked:
        found = [told(one["start_s"], one["end_s"]) for one in truth["braces"]]
        assert rules.score_case(truth, found, []).n_breathing_asked == 0


def test_breaths_inside_a_brace_are_scored_and_those_at_its_edges_are_not(rules: Any) -> None:
    peaks = (10.2, 13.0, 17.0)
    breaths = [{"start_s": p - 1, "peak_s": p, "end_s": p + 2, "stop_s": None} for p in peaks]
    truth = case(true_brace(10, 20, breath="breathing"), breaths=breaths)
    tally = rules.score_case(truth, [], [{"peak_s": 13.4}, {"peak_s": 15.0}, {"peak_s": 19.8}])
    assert (tally.n_breaths, tally.n_breaths_hit, tally.n_breaths_found) == (2, 1, 2)
    assert tally.breaths_f1 == pytest.approx(0.5)


def test_a_brace_without_an_end_lasts_until_the_input_does(rules: Any) -> None:
    assert rules.score_case(case(true_brace(350, 360)), [told(351, None)], []).n_hit == 1


def test_the_same_brace_must_be_told_again(rules: Any) -> None:
    first = told(10, 20)
    assert rules.is_same(first, [told(10, None)])
    assert not rules.is_same(first, [told(10, 20, direction="neutral")])
    assert not rules.is_same(first, [told(10, 20, decided_s=12.0)])


def test_tallies_add_up(rules: Any) -> None:
    one = rules.score_case(case(true_brace(10, 20)), [told(10, 20), told(202, 205)], [])
    both = rules.Tally()
    both.add(one)
    both.add(one)
    assert (both.n_hit, both.n_false, both.causes["cough"], len(both.prompted_s)) == (2, 2, 2, 2)
    assert both.directions == {("expand", "expand"): 2}


def read_table(path: Path) -> dict[str, np.ndarray]:
    rows = list(csv.reader(path.read_text().splitlines()))
    columns = np.array(rows[1:], dtype=float).T
    return dict(zip(rows[0], columns, strict=True))


def detect_by_threshold(
    table: dict[str, np.ndarray], truth: dict[str, Any]
) -> list[dict[str, Any]]:
    """Find braces as a toy would: the lowest girth of 3 s, far from that of the quiet minute."""
    (name,) = (name for name in table if name.startswith("abdomen"))
    t_s, girth = table["t_s"], table[name]
    quiet = girth[(t_s > 5) & (t_s < 60)]
    rest, depth = np.quantile(quiet, 0.1), np.quantile(quiet, 0.9) - np.quantile(quiet, 0.1)
    half = round(1.5 / float(np.median(np.diff(t_s))))
    low = np.array([girth[max(k - half, 0) : k + half].min() for k in range(len(girth))])
    is_out = np.abs(low - rest) > 0.4 * depth
    edges = np.flatnonzero(np.diff(np.r_[False, is_out, False].astype(int)))
    return [
        told(t_s[a], t_s[b - 1], direction="expand" if low[a] > rest else "draw_in")
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if t_s[b - 1] - t_s[a] > 2.0
    ]


def test_a_case_is_written_and_a_toy_finds_most_of_its_braces(
    scenarios: Any, rules: Any, tmp_path: Path
) -> None:
    folder = scenarios.write_case(tmp_path, "band", "easy", 3)
    truth = json.loads((folder / "truth.json").read_text())
    marks = read_marks(folder / "marks.csv")
    labels = [mark.label for mark in marks]
    assert [labels.count(f"calibration.{step}") for step in ("quiet", "full", "pause")] == [1, 3, 1]
    assert [labels.count(f"calibration.{step}") for step in ("brace", "draw_in")] == [3, 2]
    assert 240.0 < truth["duration_s"] < 500.0
    table = read_table(folder / "band.csv")
    assert np.all(np.diff(table["t_s"]) > 0)
    assert table["t_s"][-1] == pytest.approx(truth["duration_s"], abs=0.5)
    found = detect_by_threshold(table, truth)
    tally = rules.score_case(truth, found, [])
    assert tally.n_wanted >= 3
    assert tally.n_hit >= 0.6 * tally.n_wanted
    assert rules.score_case(truth, [], []).n_hit == 0


def test_the_person_of_a_number_is_always_the_same(scenarios: Any, tmp_path: Path) -> None:
    first = scenarios.write_case(tmp_path / "a", "band", "hard", 1)
    again = scenarios.write_case(tmp_path / "b", "band", "hard", 1)
    for name in ("band.csv", "marks.csv", "truth.json"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
