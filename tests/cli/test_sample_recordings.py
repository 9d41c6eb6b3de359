"""The sample recordings give the events that lie beside them: read the difference."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from breathsense.cli.main import cli

FOLDER = Path(__file__).parents[2] / "recordings"
SAMPLES = sorted(FOLDER.glob("*.mcap"))


def test_there_are_samples_and_the_index_names_them_all() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert SAMPLES
    for sample in SAMPLES:
        assert f"`{sample.name}`" in index
        assert f"`{sample.stem}.json`" in index


def test_the_index_for_programs_tells_what_the_expected_events_tell() -> None:
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in index["samples"]] == [one.name for one in SAMPLES]
    for one in index["samples"]:
        expected = json.loads((FOLDER / one["expected"]).read_text(encoding="utf-8"))
        assert one["synthetic"] is True
        assert one["n_breaths"] == len(expected["breaths"])
        assert one["sensors"] == [sensor["id"] for sensor in expected["sensors"]]


def test_there_is_a_sample_for_each_sensor_set_and_they_are_small() -> None:
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    sets = {frozenset(one["sensors"]) for one in index["samples"]}
    assert sets >= {
        frozenset(one)
        for one in (
            {"abdomen"},
            {"imu"},
            {"abdomen", "imu"},
            {"abdomen", "chest"},
            {"abdomen", "heart"},
        )
    }
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) < 3_000_000


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_gives_its_expected_events(sample: Path) -> None:
    answer = CliRunner().invoke(cli, ["analyze", str(sample), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    expected = json.loads(sample.with_suffix(".json").read_text(encoding="utf-8"))
    found.pop("program")
    expected.pop("program")
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == approximately(value), key


def approximately(value: object) -> object:
    """Let another numpy or machine differ in the last digits; times and counts may not."""
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-9)
    if isinstance(value, list):
        return [approximately(one) for one in value]
    if isinstance(value, dict):
        return {key: approximately(one) for key, one in value.items()}
    return value
