"""The sample recordings give the events that lie beside them: read the difference."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from breathsense.cli.main import cli
from breathsense.core.analysis import AnalysisBuilder
from breathsense.core.engine import build_engine
from breathsense.core.model.bracing import Slouched
from breathsense.core.model.coaching import CourseJudged
from breathsense.core.stage import run
from breathsense.exports.analysis_json import describe_analysis
from breathsense.recordings.reader import open_recording
from breathsense.session.programmes import load_programmes

FOLDER = Path(__file__).parents[2] / "recordings"
AT_REST = sorted(FOLDER.glob("*.mcap"))
PRACTISED = sorted((FOLDER / "programmes").glob("*.mcap"))
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["samples"]


def name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def test_the_index_names_all_samples_and_tells_what_the_expected_events_tell() -> None:
    assert [one["file"] for one in INDEX] == sorted(name(one) for one in (*AT_REST, *PRACTISED))
    for one in INDEX:
        expected = json.loads((FOLDER / one["expected"]).read_text(encoding="utf-8"))
        assert one["synthetic"] is True
        assert one["n_breaths"] == len(expected["breaths"]) > 0
        assert one["sensors"] == [sensor["id"] for sensor in expected["sensors"]]
        assert {course["programme"] for course in one["courses"]} <= {one["programme"]}


def test_the_page_names_all_samples() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for sample in AT_REST:
        assert f"`{sample.name}`" in page
        assert f"`{sample.stem}.json`" in page
    for one in INDEX:
        assert not one["programme"] or f"`{one['programme']}`" in page


def test_there_is_a_sample_for_each_sensor_set_and_each_programme_and_they_are_small() -> None:
    sets = {frozenset(one["sensors"]) for one in INDEX}
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
    practised = [one["programme"] for one in INDEX if one["programme"]]
    assert sorted(practised) == sorted(load_programmes().programmes)
    assert sum(one.stat().st_size for one in FOLDER.rglob("*.*")) < 4_500_000


def test_what_can_be_followed_was_followed_to_its_end() -> None:
    programmes = load_programmes().programmes
    for one in INDEX:
        programme = programmes.get(one["programme"])
        if programme is not None and programme.spec.block:
            assert [course["ended"] for course in one["courses"]] == [""], one["file"]


@pytest.mark.parametrize("sample", AT_REST, ids=name)
def test_a_sample_gives_its_expected_events(sample: Path) -> None:
    answer = CliRunner().invoke(cli, ["analyze", str(sample), "--json"])
    assert answer.exit_code == 0, answer.output
    check_expected(sample, json.loads(answer.stdout))


@pytest.mark.parametrize("sample", PRACTISED, ids=name)
def test_a_practised_programme_gives_its_expected_events_and_scores(sample: Path) -> None:
    recording = open_recording(sample)
    setup = recording.header.setup()
    engine, builder = build_engine(setup, joins_blocks=True), AnalysisBuilder(setup, (sample.name,))
    told = list(run(engine, recording.items()))
    for event in told:
        builder.push(event)
    check_expected(sample, describe_analysis(builder.finish()))
    (listed,) = [one for one in INDEX if one["file"] == name(sample)]
    assert listed["n_slouches"] == sum(isinstance(one, Slouched) for one in told)
    judged = [one for one in told if isinstance(one, CourseJudged)]
    assert [
        (one.score, {figure.of: figure.value for figure in one.figures if figure.value is not None})
        for one in judged
    ] == [(approximately(one["score"]), approximately(one["figures"])) for one in listed["courses"]]


def check_expected(sample: Path, found: dict[str, Any]) -> None:
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
