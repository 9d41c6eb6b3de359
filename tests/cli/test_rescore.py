from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from breathsense.cli.rescore import command
from breathsense.core.model.inputs import Mark
from breathsense.core.model.notes import BreathTimes, ScoredBreath, Scores
from breathsense.library.marking import merge_marks
from breathsense.recordings.notes import NoteWriter, read_notes
from breathsense.session.reviewing import open_review

S = 1_000_000_000


@pytest.fixture
def belt(tmp_path: Path) -> Path:
    t_s = np.arange(0, 60, 0.1)
    rows = np.column_stack((t_s, 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)))
    path = tmp_path / "belt.csv"
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header="t_s,abdomen[N]", comments="")
    return path


def rescore(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_scores_are_kept_only_when_asked_and_then_nothing_has_changed(belt: Path) -> None:
    first = rescore(belt)
    assert first.exit_code == 0
    assert "No scores were kept yet" in first.stdout
    assert read_notes(belt).scores == ()
    assert rescore(belt, "--keep").exit_code == 0
    again = rescore(belt)
    assert again.exit_code == 0
    assert "Nothing has changed." in again.stdout
    assert rescore(belt, "--keep").exit_code == 0
    assert len(read_notes(belt).scores) == 1, "the same is not kept twice"


def test_what_another_version_found_otherwise_is_told_and_stays(belt: Path, tmp_path: Path) -> None:
    old = Scores(
        "breathsense 0.0.1", "abdomen", "N",
        (ScoredBreath(BreathTimes(0, 1 * S, 4 * S), 2.0),), (),
    )  # fmt: skip
    NoteWriter(belt, "breathsense").keep_scores(old)
    other = tmp_path / "other.csv"
    other.write_bytes(belt.read_bytes())
    result = rescore(belt, other, "--keep")
    assert result.exit_code == 3
    assert "found by breathsense 0.0.1" in result.stdout
    assert "breath not found any more" in result.stdout
    assert "  ... and " in result.stdout
    assert "other.csv" in result.stdout
    kept = read_notes(belt).scores
    assert [one.program.split()[1] != "0.0.1" for one in kept] == [False, True]


def test_merged_marks_reach_the_engine_only_when_asked(belt: Path) -> None:
    rescore(belt, "--keep")
    marks = [
        Mark(5 * S, "calibration.quiet", 20 * S),
        Mark(30 * S, "exercise.brace", 10 * S),
        Mark(50 * S, "note: looked away"),
    ]
    assert merge_marks(belt, marks, "physio") == 3
    assert open_review(belt, "").found.marks == ()
    assert open_review(belt, "", with_merged_marks=True).found.marks == tuple(marks[:2])
    assert "Nothing has changed." in rescore(belt, "--merged-marks").stdout
    assert rescore(belt, "--merged-marks", "--keep").exit_code == 2
    assert len(read_notes(belt).scores) == 1
