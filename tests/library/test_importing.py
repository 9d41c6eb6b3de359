import hashlib
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock
from breathsense.library.importing import import_file
from breathsense.library.index import Library
from breathsense.recordings.reader import open_recording

S = 1_000_000_000
NAMES = "Data Set {0}:Time(s),Data Set {0}:Force(N),Data Set {0}:Respiration Rate(bpm)"
WHEN = datetime(2026, 3, 4, 15, 6, tzinfo=UTC)


def write_vernier(path: Path, n_sets: int = 1, n_rows: int = 600) -> Path:
    lines = [",".join(NAMES.format(one + 1) for one in range(n_sets))]
    for at in range(n_rows):
        force = 8 + np.sin(at / 10 * 2 * np.pi / 5)
        lines.append(",".join([f"{at / 10},{force:.6f},"] * n_sets))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_is_imported_holds_what_the_file_holds(tmp_path: Path) -> None:
    path = write_vernier(tmp_path / "Jane Doe.csv")
    (made,) = import_file(path, tmp_path / "data", WHEN)
    assert made.path.name.startswith("2026-03-04_15-06-00_")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    recording = open_recording(made.path)
    assert recording.problem == ""
    header = recording.header
    assert header.anchor_wall_ns == int(WHEN.timestamp()) * S
    assert [(one.id, one.kind, one.unit) for one in header.sensors] == [
        ("abdomen", "band", "N"),
        ("respiration_rate", "other", "bpm"),
    ]
    assert "Vernier Graphical Analysis CSV" in header.notes
    assert hashlib.sha256(path.read_bytes()).hexdigest() in header.notes
    assert b"Jane" not in made.path.read_bytes()
    blocks = [one for one in recording.items() if isinstance(one, SampleBlock)]
    values = np.concatenate([one.values for one in blocks])[:, 0]
    times = np.concatenate([one.t_ns for one in blocks])
    told = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert values.tolist() == [float(row[1]) for row in told]
    assert times.tolist() == [round(float(row[0]) * S) for row in told]


def test_what_is_imported_is_in_the_library_with_its_breaths(tmp_path: Path) -> None:
    path = write_vernier(tmp_path / "belt.csv", n_sets=2)
    assert len(import_file(path, tmp_path / "data", WHEN)) == 2
    for entry in Library(tmp_path / "data").sessions():
        assert entry.rate_per_min == pytest.approx(12.0, abs=0.2)
        assert entry.trouble == ""


def test_a_file_that_does_not_tell_when_it_began_says_so(tmp_path: Path) -> None:
    (made,) = import_file(write_vernier(tmp_path / "belt.csv"), tmp_path / "data")
    assert "when it began is not in it" in made.warnings[0]
    assert "when it began" in open_recording(made.path).header.notes


def test_marks_come_with_it(tmp_path: Path) -> None:
    path = tmp_path / "respyra.csv"
    rows = [f"{at / 10},{at},8.5,baseline" for at in range(30)]
    path.write_text("\n".join(["timestamp,frame,force_n,phase", *rows]) + "\n", encoding="utf-8")
    (made,) = import_file(path, tmp_path / "data", WHEN)
    items = list(open_recording(made.path).items())
    assert [one.label for one in items if isinstance(one, Mark)] == ["note: baseline"]


@pytest.mark.parametrize("last", ["0,9.5,", "61.0,x,"])
def test_a_file_that_breaks_off_in_nonsense_leaves_nothing(tmp_path: Path, last: str) -> None:
    path = write_vernier(tmp_path / "belt.csv")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{last}\n")
    with pytest.raises(RefusedInput):
        import_file(path, tmp_path / "data", WHEN)
    assert not list((tmp_path / "data").rglob("*.mcap*"))


def test_the_sessions_before_one_that_cannot_be_read_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "belt.csv"
    lines = [",".join(NAMES.format(one) for one in (1, 2)), "0,1,,0,1,", "1,1,,0,1,"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="time runs backwards"):
        import_file(path, tmp_path / "data", WHEN)
    assert not list((tmp_path / "data").rglob("*.mcap*"))


def test_a_file_without_a_sample_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "belt.csv"
    path.write_text(NAMES.format(1) + "\n,,\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="no recording could be made"):
        import_file(path, tmp_path / "data", WHEN)
    assert not list((tmp_path / "data").rglob("*.mcap*"))
