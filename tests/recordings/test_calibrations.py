"""Calibrations as files, and in the header of a recording."""

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from breathsense.core.calibration.matching import Occasion
from breathsense.core.model.calibration import Calibration, LevelReference, MmgReference
from breathsense.core.model.errors import RefusedInput
from breathsense.core.setup import Setup
from breathsense.recordings.calibrations import (
    calibrations_folder,
    find_calibration,
    find_stored,
    forget_calibration,
    list_calibrations,
    read_calibration,
    save_calibration,
)
from breathsense.recordings.header import Header, build_header

NOW = datetime(2026, 5, 3, 10, 15, 30, tzinfo=timezone(timedelta(hours=2)))
LEVEL = LevelReference("abdomen", 10.1, 2.3, 0.07, 6.6, 0.01, 2.5, -1.9)
KNOWN = Calibration(
    posture="sitting",
    wearables=("Belt 1",),
    levels=(LEVEL,),
    mmgs=(MmgReference("imu", -3.1, 0.04, -2.6),),
    rate_per_min=12.25,
    polarity=-1,
    tall_deg=1.5,
    slump_deg=22.0,
)
HERE = Occasion("sitting", ("Belt 1",), ("abdomen",))
private = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


def test_what_is_stored_is_read_back_with_its_date(tmp_path: Path) -> None:
    path = save_calibration(tmp_path, KNOWN, NOW)
    assert path.parent == tmp_path / "calibrations"
    assert path.name.startswith("2026-05-03_10-15-30_sitting_")
    assert read_calibration(path) == replace(KNOWN, made="2026-05-03T10:15:30+02:00")


@private
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = save_calibration(tmp_path / "new", KNOWN, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_unfinished_is_left(tmp_path: Path) -> None:
    save_calibration(tmp_path, KNOWN, NOW)
    assert [one.suffix for one in calibrations_folder(tmp_path).iterdir()] == [".json"]


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedInput, match="cannot be stored"):
        save_calibration(tmp_path / "file", KNOWN, NOW)


def test_the_newest_comes_first_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    older = save_calibration(tmp_path, KNOWN, NOW)
    newer = save_calibration(tmp_path, KNOWN, NOW + timedelta(hours=1))
    (calibrations_folder(tmp_path) / "broken.json").write_text("{")
    (calibrations_folder(tmp_path) / "notes.txt").write_text("tea")
    assert [one.path for one in list_calibrations(tmp_path)] == [newer, older]
    assert list_calibrations(tmp_path / "nowhere") == []


def test_the_newest_that_holds_is_offered(tmp_path: Path) -> None:
    sitting = save_calibration(tmp_path, KNOWN, NOW)
    save_calibration(tmp_path, replace(KNOWN, posture="supine"), NOW + timedelta(minutes=5))
    stored, why = find_calibration(tmp_path, HERE, NOW + timedelta(hours=1))
    assert stored is not None
    assert (stored.path, why) == (sitting, "")


def test_why_none_is_offered_is_said(tmp_path: Path) -> None:
    assert find_calibration(tmp_path, HERE, NOW) == (None, "there is none")
    save_calibration(tmp_path, replace(KNOWN, posture="supine"), NOW)
    stored, why = find_calibration(tmp_path, HERE, NOW)
    assert stored is None
    assert why == "it was made lying on the back on 3 May 2026 at 10:15; now it is sitting"
    later = NOW + timedelta(days=2)
    assert (
        "has been off since"
        in find_calibration(tmp_path, replace(HERE, posture="supine"), later)[1]
    )


def test_one_is_found_by_the_beginning_of_its_name_and_forgotten(tmp_path: Path) -> None:
    path = save_calibration(tmp_path, KNOWN, NOW)
    save_calibration(tmp_path, KNOWN, NOW + timedelta(days=1))
    with pytest.raises(RefusedInput, match="several"):
        find_stored(tmp_path, "2026-05")
    with pytest.raises(RefusedInput, match="no such"):
        find_stored(tmp_path, "2027")
    stored = find_stored(tmp_path, "2026-05-03")
    assert stored.path == path
    forget_calibration(stored)
    forget_calibration(stored)
    assert len(list_calibrations(tmp_path)) == 1


def test_what_cannot_be_deleted_is_said(tmp_path: Path) -> None:
    stored = replace(find_any(tmp_path), path=tmp_path)
    with pytest.raises(RefusedInput, match="cannot be deleted"):
        forget_calibration(stored)


def find_any(data_dir: Path):  # noqa: ANN201 - a stored calibration
    save_calibration(data_dir, KNOWN, NOW)
    return list_calibrations(data_dir)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "schema is None"),
        ('{"schema": "breathsense.calibration/2"}', "breathsense.calibration/2"),
        ('{"schema": "breathsense.calibration/1", "calibration": {"levels": 3}}', "levels"),
        (" " * 200_000, "too large"),
    ],
)
def test_what_is_no_calibration_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(RefusedInput, match=words):
        read_calibration(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="No such file"):
        read_calibration(tmp_path / "c.json")


def test_the_header_of_a_recording_carries_it() -> None:
    header = build_header(Setup(calibration=KNOWN), 1_777_800_000_000_000_000)
    again = Header.from_json(header.to_json())
    assert again.setup().calibration == KNOWN
    assert build_header(Setup(), 0).setup().calibration is None


def test_a_header_with_a_calibration_of_another_kind_is_refused() -> None:
    header = build_header(Setup(calibration=KNOWN), 0)
    fields = json.loads(header.to_json())
    fields["calibration"]["polarity"] = "up"
    with pytest.raises(RefusedInput, match="polarity"):
        Header.from_json(json.dumps(fields)).setup()


@pytest.mark.parametrize("made", ["yesterday", "2026-05-03T10:15:30"])
def test_a_calibration_that_was_never_made_is_refused(tmp_path: Path, made: str) -> None:
    path = save_calibration(tmp_path, KNOWN, NOW)
    path.write_text(path.read_text().replace("2026-05-03T10:15:30+02:00", made))
    with pytest.raises(RefusedInput, match="cannot be read"):
        read_calibration(path)
    assert find_calibration(tmp_path, HERE, NOW) == (None, "there is none")


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    path = save_calibration(tmp_path, KNOWN, NOW)
    path.write_text(path.read_text().replace("12.25", "NaN"))
    with pytest.raises(RefusedInput, match="no JSON"):
        read_calibration(path)
