from pathlib import Path

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.recordings.marks import read_marks


def marks_of(tmp_path: Path, text: str | bytes) -> list[Mark]:
    path = tmp_path / "marks.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_marks(path)


def test_marks_are_read_in_order_of_time(tmp_path: Path) -> None:
    text = "t_s,duration_s,label\n5.008,,rezero\n1,2.5,calibration.quiet\n"
    assert marks_of(tmp_path, text) == [
        Mark(1_000_000_000, "calibration.quiet", 2_500_000_000),
        Mark(5_008_000_000, "rezero", 0),
    ]


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    assert marks_of(tmp_path, "label,t_s,duration_s\nrezero,1,0\n") == [
        Mark(1_000_000_000, "rezero")
    ]


def test_a_note_may_hold_commas(tmp_path: Path) -> None:
    text = '\ufefft_s,duration_s,label\r\n1,0,note: well, well\r\n2,0,"note: ""so"", he said"\r\n'
    assert [mark.label for mark in marks_of(tmp_path, text)] == [
        "note: well, well",
        'note: "so", he said',
    ]


@pytest.mark.parametrize(
    ("text", "where", "complaint"),
    [
        ("t_s,duration_s,label\n1,0,calibration.quite\n", ":2", "Did you mean calibration.quiet"),
        ("t_s,duration_s,label\n1,0,rezero\nx,0,rezero\n", ":3", "'x' is no time"),
        ("t_s,duration_s,label\nnan,0,rezero\n", ":2", "is no time"),
        ("t_s,duration_s,label\n1e99,0,rezero\n", ":2", "is no time"),
        ("t_s,duration_s,label\n1,-1,rezero\n", ":2", "negative"),
        ("t_s,duration_s,label\n1,0\n", ":2", "2 cells"),
        ("t_s,label\n", ":1", "t_s,duration_s,label"),
        ("", ":1", "missing"),
        (b"\xff\xfe\x00", "", "cannot be read"),
    ],
)
def test_bad_marks_are_refused(
    tmp_path: Path, text: str | bytes, where: str, complaint: str
) -> None:
    with pytest.raises(RefusedInput, match=complaint) as refusal:
        marks_of(tmp_path, text)
    assert refusal.value.where.endswith(f"marks.csv{where}")


def test_missing_marks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be read"):
        read_marks(tmp_path / "nowhere.csv")
