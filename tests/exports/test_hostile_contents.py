"""Sessions made to harm: each format writes them, or refuses them in words."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.exports.content import Content, Provenance, gather_content
from breathsense.exports.csv_text import format_cell, write_rows
from breathsense.exports.edf_file import write_edf
from breathsense.exports.formats import FORMATS
from breathsense.exports.uniform import make_uniform

S = 1_000_000_000
BELT = Sensor("abdomen", "band", "abdomen", "N")


def gather(*items: Item, sensor: Sensor = BELT) -> Content:
    return gather_content(Setup(sensors=(sensor,)), items, Provenance("x"))


def belt(t_s: list[float], value: float = 1.0, sensor: str = "abdomen") -> SampleBlock:
    times = freeze_times(np.array([round(one * S) for one in t_s]))
    return SampleBlock(sensor, "band", times, freeze_values(np.full((len(t_s), 1), value)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("tired;=HYPERLINK(1)", "tired;'=HYPERLINK(1)"),
        ("a\n-1", "a\n'-1"),
        ("\uff1d1", "'\uff1d1"),
        ("a - b; fine", "a - b; fine"),
        ("müde", "müde"),
    ],
)
def test_no_cell_begins_like_a_formula_whatever_parts_the_cells(words: str, told: str) -> None:
    assert format_cell(words) == told


def test_a_german_spreadsheet_finds_no_formula(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", ("t_s", "label"), [(1.0, "x;=cmd|' /C calc'!A0")])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_samples_of_a_sensor_that_is_not_named_are_left_out() -> None:
    content = gather(belt([0, 1, 2]), belt([0, 1, 2], sensor="nobody"))
    assert [one.key.sensor for one in content.raw_tracks] == ["abdomen"]


def test_a_session_longer_than_any_is_refused() -> None:
    with pytest.raises(RefusedInput, match="31 days"):
        gather(belt([0, 32 * 86_400]))


def test_a_grid_that_is_nearly_all_hole_is_refused() -> None:
    dense = [one / 1000 for one in range(100)]
    content = gather(belt([*dense, 20 * 86_400]))
    track = content.raw_tracks[0]
    with pytest.raises(RefusedInput, match="101 samples"):
        make_uniform(track, int(track.t_ns[0]), int(track.t_ns[-1]))


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"fhir"}))
@pytest.mark.parametrize("value", [0.0, -1e308, 1e308, 1e-320])
def test_values_as_large_as_numbers_go_are_written(name: str, value: float, tmp_path: Path) -> None:
    content = gather(belt([0.1 * one for one in range(100)], value), Mark(0, "note: \x1b[2J\x00"))
    FORMATS[name].write(content, tmp_path / "out")
    assert (tmp_path / "out").exists()


def test_edf_spells_units_and_names_in_its_own_letters(tmp_path: Path) -> None:
    content = gather(belt([0, 0.1, 0.2, 0.3]), sensor=replace(BELT, unit="µm/s²→"))
    write_edf(content, tmp_path / "a.edf")
    assert b"um/s2?" in (tmp_path / "a.edf").read_bytes()
