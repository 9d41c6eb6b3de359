"""``breathsense progress``: from recordings to lines and to an object."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from breathsense.cli.desk import HomeDesk
from breathsense.cli.main import cli
from breathsense.core.model.inputs import Course, Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.session.programmes import load_programmes

S = 1_000_000_000
REST_S = 150


def write_session(data_dir: Path, days_ago: int) -> None:
    """Write some minutes of rest, fifteen breaths a minute, with answers before and after."""
    started = datetime.now().astimezone().replace(hour=0, minute=5) - timedelta(days=days_ago)
    folder = data_dir / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    setup = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N"),))
    header = build_header(setup, round(started.timestamp()) * S)
    journal = Journal(folder / f"{started:%Y-%m-%d}_00-05-00_{days_ago:04d}.mcap", header)
    t_s = np.arange(REST_S * 10) / 10
    level = 5.0 - np.cos(2 * np.pi * t_s / 4.0)
    journal.append(Mark(0, "checkin.before: pain=4 stress=5"))
    journal.append(Course(S, load_programmes().find("assess.rest").text))
    for first in range(0, len(t_s), 50):
        block = slice(first, first + 50)
        times = freeze_times(np.round(t_s[block] * S).astype(np.int64))
        values = freeze_values(level[block, np.newaxis])
        journal.append(SampleBlock("abdomen", "band", times, values))
    journal.append(Mark((REST_S - 1) * S, "checkin.after: pain=3 stress=2"))
    journal.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weeks")
    for days_ago in (0, 2, 16):
        write_session(folder, days_ago)
    return folder


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["progress", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_days_and_trends_are_told_in_lines(data_dir: Path) -> None:
    lines = run("--data-dir", str(data_dir), "--weeks", "4").splitlines()
    assert lines[0].startswith("2 of the last 7 days")
    assert sum("of 7 days" in one for one in lines) == 4
    rate = next(one for one in lines if one.startswith("Breathing rate"))
    assert rate.startswith("Breathing rate: 15.0 a minute")
    assert "First week 15.0, last week 15.0 a minute." in rate
    assert any(one.startswith("Pain: 4 of 10") for one in lines)
    assert not any(one.startswith("Brace held") for one in lines), "of which there is nothing"


def test_the_object_holds_the_same(data_dir: Path) -> None:
    told = json.loads(run("--data-dir", str(data_dir), "--weeks", "2", "--json"))
    assert told["schema"] == "breathsense.progress/1"
    assert len(told["weeks"]) == 2
    rate = next(one for one in told["trends"] if one["id"] == "rate")
    assert len(rate["points"]) <= 2
    assert rate["points"][-1]["value"] == pytest.approx(15.0, abs=0.1)


def test_an_empty_folder_is_a_beginning(tmp_path: Path) -> None:
    assert run("--data-dir", str(tmp_path)) == (
        "Nothing practised yet. The first breath is a beginning.\n"
    )


def test_the_desk_gives_the_app_the_same_sessions(data_dir: Path) -> None:
    told: list[tuple[int, int]] = []
    entries = HomeDesk(data_dir).list_sessions(lambda *counts: told.append(counts), lambda: False)
    assert [one.courses[0].programme for one in entries] == ["assess.rest"] * 3
    assert all(a.started > b.started for a, b in pairwise(entries))
    assert told
