import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from breathsense.cli.main import main
from breathsense.cli.measure import command
from breathsense.core.model.errors import RefusedInput

AT_S = np.arange(0, 150, 0.1)


def breathe(t_s: np.ndarray) -> np.ndarray:
    return 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)


def write_table(path: Path, columns: dict[str, np.ndarray]) -> Path:
    rows = np.column_stack(list(columns.values()))
    header = ",".join(columns)
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header=header, comments="")
    return path


@pytest.fixture
def belts(tmp_path: Path) -> Path:
    columns = {"t_s": AT_S, "abdomen[N]": breathe(AT_S), "chest[N]": 0.5 * breathe(AT_S - 0.6)}
    return write_table(tmp_path / "belts.csv", columns)


@pytest.fixture
def heart(tmp_path: Path) -> Path:
    rr_ms = np.round(850 + 40 * np.sin(np.arange(170) * 2 * np.pi * 0.85 / 4))
    return write_table(tmp_path / "heart.csv", {"t_s": np.cumsum(rr_ms) / 1000, "rr[ms]": rr_ms})


def measure(*words: Any) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def as_json(*words: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(measure(*words, "--json").stdout)
    return told


def test_the_object_has_all_that_its_description_names(belts: Path, heart: Path) -> None:
    told = as_json(belts, heart)
    assert list(told) == [
        "schema",
        "program",
        "inputs",
        "sensor",
        "unit",
        "other_sensor",
        "calibration",
        "session",
        "windows",
        "breaths",
        "reaches",
    ]
    assert told["schema"] == "breathsense.measures/1"
    assert told["inputs"] == ["belts.csv", "heart.csv"]
    assert (told["sensor"], told["unit"], told["other_sensor"]) == ("abdomen", "N", "chest")
    described = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    for name in list_names(told):
        assert f"`{name}`" in described, name


def list_names(told: Any) -> set[str]:
    """Return the keys of all dictionaries within."""
    if isinstance(told, dict):
        return set(told).union(*(list_names(one) for one in told.values()))
    return set().union(*(list_names(one) for one in told)) if isinstance(told, list) else set()


def test_session_and_windows_have_rates_and_reasons(belts: Path) -> None:
    told = as_json(belts, "--window", "50")
    assert [one["start_s"] for one in told["windows"]] == [0, 50, 100]
    for span in (told["session"], *told["windows"]):
        assert span["rate_per_min"] == pytest.approx(15, abs=0.1)
        assert span["rate_uncertainty_per_min"] < 0.3
        assert span["heart"] is None
        assert span["variability"]["sampen"] is None
        assert "too few intervals" in span["variability"]["reasons"]["sampen"]
    session = told["session"]
    assert session["breath"]["rib_share_pct"]["mean"] == pytest.approx(33.3, abs=0.5)
    assert session["breath"]["lag_s"]["median"] == pytest.approx(0.6, abs=0.03)
    assert session["pair"]["phase_mean_deg"] == pytest.approx(54, abs=2)


def test_the_same_input_gives_the_same_bytes(belts: Path, heart: Path) -> None:
    once = measure(belts, heart, "--json").stdout_bytes
    assert once == measure(belts, heart, "--json").stdout_bytes


def test_people_get_plain_lines(belts: Path, heart: Path) -> None:
    lines = measure(belts, heart, "--rib-weight", "2", "--full-depth", "8").stdout.splitlines()
    assert "Sensor    abdomen and chest" in lines
    assert any(line.startswith("Rate      15.0 \u00b1 ") for line in lines)
    heads = {line[:16].strip() for line in lines}
    assert {"Depth N", "Depth %", "Ribs %", "Ribs % wtd", "RSA ms", "Coherence"} <= heads
    entropy = next(line for line in lines if line.startswith("SampEn"))
    assert "too few intervals in a row" in entropy
    assert lines[-1].startswith("0:02:00")


def test_people_see_beside_each_window_what_was_not_scored(tmp_path: Path) -> None:
    kept = (AT_S < 65) | (AT_S > 115)
    columns = {"t_s": AT_S[kept], "abdomen[N]": breathe(AT_S[kept])}
    lines = measure(write_table(tmp_path / "gap.csv", columns)).stdout.splitlines()
    assert any(line.startswith("Quality   0.6") for line in lines)
    assert "No score  gap 34 %" in lines
    row = next(line for line in lines if line.startswith("0:01:00"))
    assert " - " in row
    assert row.endswith("intervals: 1, at least 3 are needed; not scored: gap 84 %")


def test_people_are_told_that_nothing_was_found(tmp_path: Path) -> None:
    t_s = np.arange(0, 3, 0.1)
    flat = write_table(tmp_path / "f.csv", {"t_s": t_s, "abdomen[N]": 0 * t_s})
    lines = measure(flat).stdout.splitlines()
    assert "Breaths   none" in lines
    assert "Rate      - a minute" in lines


def test_marks_of_full_breaths_give_the_own_range(belts: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text("t_s,duration_s,label\n20,20,calibration.full\n", encoding="utf-8")
    told = as_json(belts, "--marks", marks)
    assert told["calibration"]["full_depth"] == pytest.approx(4.0, rel=0.02)
    assert told["breaths"][0]["depth_pct"] is None
    assert told["breaths"][-1]["depth_pct"] == pytest.approx(100, abs=2)


def test_sides_are_compared_as_sides(belts: Path) -> None:
    told = as_json(belts, "--sides", "chest", "abdomen")
    assert told["session"]["breath"]["symmetry_pct"]["median"] == pytest.approx(-33.3, abs=0.5)
    assert told["session"]["breath"]["lag_s"]["median"] == pytest.approx(-0.6, abs=0.03)


def test_tables_are_read_as_by_analyze(tmp_path: Path) -> None:
    columns = {"abdomen[N]": breathe(AT_S), "mood": AT_S}
    table = write_table(tmp_path / "r.csv", columns)
    with pytest.raises(RefusedInput, match="mood"):
        measure(table, "--rate", "10")
    told = as_json(table, "--rate", "10", "--ignore-columns")
    assert told["session"]["n_breaths"] > 30


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--sides", "left", "right"], "--sides"),
        (["--window", "0"], "--window"),
        (["--full-depth", "0"], "--full-depth"),
        (["other.mcap"], "a recording cannot be joined"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: list[str], shown: str, belts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["measure", str(belts), *words])
    assert end.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert shown in told.err


def test_beats_alone_hold_no_breaths(heart: Path) -> None:
    with pytest.raises(RefusedInput, match="no band or imu"):
        measure(heart)
