import csv
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner

import breathsense
from breathsense.cli import analyze, measure
from breathsense.core.analysis import BraceSpan
from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.notes import BreathTimes
from breathsense.core.setup import Setup
from breathsense.exports.content import Provenance, gather_content
from breathsense.recordings.inputs import Opened
from breathsense.recordings.notes import NoteWriter

ROOT = Path(__file__).parents[2]
RATE_HZ = 20
S = 1_000_000_000
N = 90 * RATE_HZ


def make_belt() -> np.ndarray[Any, np.dtype[np.float64]]:
    t_s = np.arange(N) / RATE_HZ
    return 5 + np.sin(2 * np.pi * t_s / 4.5) + 0.2 * np.sin(2 * np.pi * t_s / 31)


BELT = make_belt()


@pytest.fixture(scope="module")
def belt_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("belt") / "belt.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["t_s", "abdomen[au]"])
        writer.writerows([[n / RATE_HZ, repr(float(value))] for n, value in enumerate(BELT)])
    return path


@pytest.fixture(scope="module")
def session(belt_csv: Path) -> breathsense.Session:
    return breathsense.open(belt_csv)


@dataclass
class Frame:
    """As much of a pandas frame as is asked for."""

    columns: list[str]

    def __getitem__(self, name: str) -> Any:
        return BELT


def run(command: Any, *words: object) -> dict[str, Any]:
    arguments = [str(word) for word in words]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_importing_the_package_loads_nothing() -> None:
    words = "import breathsense, sys; print([m for m in ('numpy', 'msgspec') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_names_are_listed_and_unknown_ones_refused() -> None:
    assert {"open", "analyze", "Session", "RefusedInput"} <= set(dir(breathsense))
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        breathsense.opne  # type: ignore[attr-defined]  # noqa: B018 - it is what is tested


def test_a_session_tells_what_the_command_tells(
    session: breathsense.Session, belt_csv: Path
) -> None:
    told = run(analyze.command, belt_csv, "--json")
    assert session.breaths["peak_s"].tolist() == [one["peak_s"] for one in told["breaths"]]
    assert session.breaths["depth"].tolist() == [one["depth"] for one in told["breaths"]]
    assert np.isnan(session.breaths["end_s"][-1]) == (told["breaths"][-1]["end_s"] is None)
    assert session.rate["per_min"].tolist() == [one["per_min"] for one in told["rate"]]
    assert session.unscored["reason"].tolist() == [one["reason"] for one in told["unscored"]]
    assert (session.duration_s, session.unit) == (told["duration_s"], "au")
    assert session.to_dict() == {**told, "inputs": ["belt"]}
    assert session.started is None
    assert session.sensors[0].rate_hz == RATE_HZ


def test_an_array_gives_the_same_as_its_table(session: breathsense.Session) -> None:
    by_array = breathsense.analyze(BELT, rate_hz=RATE_HZ)
    assert by_array.breaths.tobytes() == session.breaths.tobytes()
    named = breathsense.analyze({"t_ms": np.arange(N) * 50.0, "abdomen[au]": BELT})
    assert named.breaths.tobytes() == session.breaths.tobytes()
    by_frame = breathsense.analyze(cast("Any", Frame(["abdomen"])), rate_hz=RATE_HZ)
    assert by_frame.breaths.tobytes() == session.breaths.tobytes()


def test_measures_are_those_of_the_command(session: breathsense.Session, belt_csv: Path) -> None:
    told = run(measure.command, belt_csv, "--json", "--window", "30")
    assert session.measures(window_s=30) == {**told, "inputs": ["belt"]}


def test_signals_hold_the_samples_and_what_was_made_of_them(session: breathsense.Session) -> None:
    assert list(session.signals) == ["abdomen.band", "abdomen.breathing"]
    band = session.signals["abdomen.band"]
    assert (band.unit, band.rate_hz) == ("au", RATE_HZ)
    assert band.samples["abdomen"].tolist() == BELT.tolist()
    assert band.samples["t_s"][:2].tolist() == [0.0, 0.05]
    assert session.units("abdomen.band") == {"t_s": "s", "abdomen": "au"}
    assert session.units("breaths")["depth"] == "au"
    assert session.units("breaths")["kind"] == ""
    with pytest.raises(ValueError, match="read-only"):
        band.samples["abdomen"][0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        session.breaths["depth"][0] = 0.0


def test_holes_are_gaps_and_marks_are_kept() -> None:
    holed = BELT.copy()
    holed[400:500] = np.nan
    marks = [(60.0, 5.0, "exercise.brace"), (1.0, 0.0, "note: =x")]
    session = breathsense.analyze(holed, rate_hz=RATE_HZ, marks=marks)
    assert session.gaps["reason"].tolist() == ["missing_values"]
    assert session.gaps["start_s"].tolist() == [19.95]
    assert session.marks["label"].tolist() == ["note: =x", "exercise.brace"]
    assert session.marks["start_s"].tolist() == [1.0, 60.0]


def test_an_accelerometer_is_three_columns() -> None:
    angle = np.radians(3 * np.sin(2 * np.pi * np.arange(60 * 50) / 50 / 4.0))
    axes = np.stack([np.sin(angle), 0 * angle, np.cos(angle)], axis=1)
    session = breathsense.analyze(axes, rate_hz=50, kind="imu", place="chest")
    assert list(session.signals) == ["chest_imu.acc", "chest_imu.breathing"]
    assert session.unit == "deg"
    assert len(session.breaths) > 5


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("there is no rate", {"signal": BELT}),
        ("no signal of kind 'imu'", {"signal": BELT, "rate_hz": 20, "kind": "imu"}),
        ("back shows no breathing", {"signal": BELT, "rate_hz": 20, "place": "back"}),
        ("not understood", {"signal": {"abdomn": BELT}, "rate_hz": 20}),
        ("runs backwards at row 5", {"signal": {"t_s": [0, 1, 2, 3, 4, 4], "abdomen": [1] * 6}}),
        ("row 1 has no time", {"signal": {"t_s": [0, np.nan], "abdomen": [1, 1]}}),
        ("shapes", {"signal": {"abdomen": [1, 2], "chest": [1]}, "rate_hz": 20}),
        ("unknown label", {"signal": BELT, "rate_hz": 20, "marks": [(0, 1, "brace")]}),
        ("negative duration", {"signal": BELT, "rate_hz": 20, "marks": [(0, -1, "rezero")]}),
    ],
)
def test_what_makes_no_sense_is_refused(words: str, asked: dict[str, Any]) -> None:
    with pytest.raises(breathsense.RefusedInput, match=words):
        breathsense.analyze(**asked)


def test_nothing_to_open_and_unknown_tables_are_refused(session: breathsense.Session) -> None:
    with pytest.raises(breathsense.RefusedInput, match="nothing to open"):
        breathsense.open()
    with pytest.raises(breathsense.RefusedInput, match="no table 'breath'"):
        session.units("breath")


def test_several_tables_are_one_session(belt_csv: Path, tmp_path: Path) -> None:
    ribs = tmp_path / "ribs.csv"
    ribs.write_text(belt_csv.read_text().replace("abdomen", "chest"))
    marks = tmp_path / "marks.csv"
    marks.write_text("t_s,duration_s,label\n60,10,exercise.brace\n")
    session = breathsense.open(belt_csv, ribs, marks=marks)
    assert session.name == "belt ribs"
    assert "chest.band" in session.signals
    assert len(session.marks) == 1


def test_what_lies_beside_a_recording_is_part_of_it(belt_csv: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a.csv"
    copy.write_text(belt_csv.read_text())
    before = breathsense.open(copy).breaths
    times = [int(before[name][2] * 1e9) for name in ("inhale_start_s", "peak_s", "end_s")]
    writer = NoteWriter(copy, "physio")
    writer.annotate(5_000_000_000, "talks")
    writer.correct(BreathTimes(*times), None)
    session = breathsense.open(copy)
    assert len(session.breaths) == len(before) - 1
    assert session.annotations[["text", "by"]].tolist() == [("talks", "physio")]


def test_braces_have_their_figures() -> None:
    content = gather_content(Setup(), [], Provenance("made"))
    ended = BraceEnd(0, 70 * S, "breathing", 0.9, 0.1, 0.85, 4 * S, 2, 0.9, 71 * S)
    braces = (
        BraceSpan(BraceStart(0, 60 * S, "expand", 0.9, 61 * S), ended),
        BraceSpan(BraceStart(1, 80 * S, "draw_in", 0.9, 81 * S), None),
    )
    held = replace(content, analysis=replace(content.analysis, braces=braces))
    session = breathsense.Session(held, lambda: Opened(Setup(), []))
    assert session.braces["end_s"][0] == 70.0
    assert np.isnan(session.braces["end_s"][1])
    assert session.braces["breathing"].tolist() == ["breathing", "unknown"]
    assert np.isnan(session.braces["level"]).tolist() == [False, True]


def test_frames_need_pandas_and_say_so(
    session: breathsense.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(breathsense.RefusedInput, match="pandas"):
        session.to_pandas("breaths")


def test_frames_have_the_columns_and_the_units(
    session: breathsense.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Made:
        def __init__(self, columns: dict[str, Any]) -> None:
            self.columns, self.attrs = columns, dict[str, Any]()

    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=Made))
    frame = session.to_pandas("breaths")
    assert list(frame.columns) == list(session.breaths.dtype.names or ())
    assert frame.columns["depth"].tolist() == session.breaths["depth"].tolist()
    assert frame.attrs["units"]["depth"] == "au"


def list_examples() -> list[str]:
    page = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
    return [part.split("```")[0] for part in page.split("```python\n")[1:]]


def test_the_examples_of_the_page_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    examples = list_examples()
    assert len(examples) == 5
    for example in examples:
        if "to_pandas" in example and not _has_pandas():
            continue
        exec(example, names)  # noqa: S102 - the page is the project's own
    assert "<Session 'belt-at-rest-2min'" in capsys.readouterr().out


def _has_pandas() -> bool:
    return find_spec("pandas") is not None


def test_every_table_of_the_page_has_the_fields_it_tells(session: breathsense.Session) -> None:
    page = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
    for name in ("breaths", "braces", "rate", "pauses", "marks", "annotations"):
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        fields = getattr(session, name).dtype.names
        assert all(f"`{field}`" in row for field in fields), name
