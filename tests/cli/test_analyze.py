import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from breathsense.cli.analyze import command
from breathsense.cli.main import main
from breathsense.core.model.errors import RefusedInput


def breathe(t_s: np.ndarray) -> np.ndarray:
    return 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)


def write_table(path: Path, columns: dict[str, np.ndarray]) -> Path:
    rows = np.column_stack(list(columns.values()))
    header = ",".join(columns)
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header=header, comments="")
    return path


@pytest.fixture
def belt(tmp_path: Path) -> Path:
    t_s = np.arange(0, 60, 0.1)
    return write_table(tmp_path / "belt.csv", {"t_s": t_s, "abdomen[N]": breathe(t_s)})


@pytest.fixture
def imu(tmp_path: Path) -> Path:
    t_s = np.arange(0, 60, 0.02)
    angle = np.radians(breathe(t_s + 0.3))
    columns = {"acc_x[g]": np.sin(angle), "acc_y[g]": 0 * angle, "acc_z[g]": np.cos(angle)}
    return write_table(tmp_path / "imu.csv", {"t_s": t_s, **columns})


def analyse(*words: Any) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def as_json(*words: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(analyse(*words, "--json").stdout)
    return told


def test_breaths_of_a_table_as_json(belt: Path) -> None:
    told = as_json(belt)
    assert told["inputs"] == ["belt.csv"]
    assert told["sensors"] == [{"id": "abdomen", "kind": "band", "rate_hz": 10.0, "unit": "N"}]
    peaks_s = np.array([one["peak_s"] for one in told["breaths"]])
    np.testing.assert_allclose(peaks_s % 4, 2, atol=0.1)
    assert len(peaks_s) == 15
    assert told["breaths"][5]["depth"] == pytest.approx(4.0, rel=0.02)
    assert told["rate"][-1]["per_min"] == pytest.approx(15.0, rel=0.02)
    assert told["breaths"][-1]["end_s"] is None


def test_the_same_input_gives_the_same_bytes(belt: Path) -> None:
    assert analyse(belt, "--json").stdout_bytes == analyse(belt, "--json").stdout_bytes


def test_people_get_a_few_plain_lines(belt: Path) -> None:
    lines = analyse(belt).stdout.splitlines()
    assert "Breaths   15" in lines
    assert any(line.startswith("Rate      median 15.0 a minute") for line in lines)
    assert any(line.startswith("Depth     median 4") for line in lines)


def test_what_is_missing_is_told_with_its_reason(tmp_path: Path) -> None:
    t_s = np.concatenate([np.arange(0, 30, 0.1), np.arange(40, 60, 0.1)])
    values = np.where(t_s < 50, breathe(t_s), 1.0)
    lines = analyse(write_table(tmp_path / "b.csv", {"t_s": t_s, "abdomen[N]": values})).stdout
    assert "Gaps      no data: 1 times, 10.1 s in all" in lines
    assert "Not scored" in lines


def test_nothing_found_is_said_so(tmp_path: Path) -> None:
    t_s = np.arange(0, 3, 0.1)
    flat = write_table(tmp_path / "f.csv", {"t_s": t_s, "abdomen[N]": 0 * t_s})
    assert "Breaths   none found" in analyse(flat).stdout


def test_the_band_on_the_belly_leads_and_the_kind_can_be_chosen(belt: Path, imu: Path) -> None:
    both = as_json(belt, imu)
    assert {one["id"] for one in both["sensors"]} == {"abdomen", "imu"}
    assert {one["unit"] for one in both["breaths"]} == {"N"}
    chosen = as_json(belt, imu, "--kind", "imu")
    assert {one["unit"] for one in chosen["breaths"]} == {"deg"}


def test_marks_enter_the_stream_and_change_no_breath(belt: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text("t_s,duration_s,label\n10.05,5,calibration.quiet\n", encoding="utf-8")
    assert as_json(belt, "--marks", marks) == as_json(belt)


def test_rows_without_times_need_a_rate(tmp_path: Path) -> None:
    table = write_table(tmp_path / "r.csv", {"abdomen[N]": breathe(np.arange(0, 60, 0.1))})
    with pytest.raises(RefusedInput, match="t_s"):
        analyse(table)
    assert len(as_json(table, "--rate", "10")["breaths"]) == 15


def test_unknown_columns_pass_if_told(tmp_path: Path) -> None:
    t_s = np.arange(0, 20, 0.1)
    columns = {"t_s": t_s, "abdomen[N]": breathe(t_s), "mood": t_s}
    table = write_table(tmp_path / "u.csv", columns)
    with pytest.raises(RefusedInput, match="mood"):
        analyse(table)
    assert as_json(table, "--ignore-columns")["breaths"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--kind", "imu"], "--kind"),
        (["--calibration", "c.json"], "c.json"),
        (["other.mcap"], "a recording cannot be joined"),
    ],
)
def test_what_cannot_be_done_is_refused_with_advice(
    words: list[str], told: str, belt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["analyze", str(belt), *words])
    assert end.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert "Traceback" not in shown.err


def test_heart_beats_alone_hold_no_breaths(tmp_path: Path) -> None:
    t_s = np.arange(0, 20, 0.8)
    table = write_table(tmp_path / "rr.csv", {"t_s": t_s, "rr[ms]": 800 + 0 * t_s})
    with pytest.raises(RefusedInput, match="no band or imu"):
        analyse(table)
