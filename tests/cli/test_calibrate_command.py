"""Calibrations on the command line: made, listed, shown, forgotten, and gone by."""

import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from breathsense.cli import guiding
from breathsense.cli.calibrating import choose_calibration, load_calibration
from breathsense.cli.main import cli
from breathsense.core.model.calibration import Calibration, LevelReference, StepJudged
from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.recordings.calibrations import list_calibrations, save_calibration
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal

S = 1_000_000_000
BELT = Sensor("abdomen", "band", "abdomen", "N")
KNOWN = Calibration(
    posture="sitting", levels=(LevelReference("abdomen", 5.0, 4.0, 0.1, brace_shift=4.0),)
)


def run(*words: Any) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def now() -> datetime:
    return datetime.now().astimezone()


def write_belt(path: Path) -> Path:
    t_s = np.arange(0, 60, 0.1)
    rows = np.column_stack([t_s, 2.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)])
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header="t_s,abdomen[N]", comments="")
    return path


def record_quiet(path: Path, *, is_marked: bool = True) -> Path:
    """Write a recording of a minute's quiet breathing."""
    journal = Journal(path, build_header(Setup(sensors=(BELT,)), 1_777_800_000 * S))
    if is_marked:
        journal.append(Mark(2 * S, "calibration.quiet", 50 * S))
    t_ns = np.arange(0, 60 * S, S // 10)
    values = 2.0 - 2.0 * np.cos(2 * np.pi * t_ns / (4.0 * S))
    journal.append(
        SampleBlock("abdomen", "band", freeze_times(t_ns), freeze_values(values[:, None]))
    )
    return journal.close()


def test_a_stored_calibration_is_gone_by(tmp_path: Path) -> None:
    belt = write_belt(tmp_path / "belt.csv")
    stored = save_calibration(tmp_path, KNOWN, now())
    found = run("analyze", belt, "--calibration", stored, "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["breaths"]
    assert found.stderr == ""


def test_an_old_calibration_is_used_if_asked_for_and_told(tmp_path: Path) -> None:
    belt = write_belt(tmp_path / "belt.csv")
    stored = save_calibration(tmp_path, KNOWN, now().replace(year=2020))
    found = run("analyze", belt, "--calibration", stored)
    assert found.exit_code == 0
    assert "has been off since; it is used because you asked for it" in found.stderr


def test_a_calibration_of_other_sensors_is_refused(tmp_path: Path) -> None:
    belt = write_belt(tmp_path / "belt.csv")
    other = replace(KNOWN, levels=(replace(KNOWN.levels[0], sensor="chest"),))
    stored = save_calibration(tmp_path, other, now())
    with pytest.raises(RefusedInput, match="other sensors"):
        CliRunner().invoke(
            cli, ["analyze", str(belt), "--calibration", str(stored)], catch_exceptions=False
        )


def test_a_recording_lends_its_calibration(tmp_path: Path) -> None:
    recording = record_quiet(tmp_path / "a.mcap")
    known = load_calibration(recording)
    assert known.levels[0].quiet_depth == pytest.approx(4.0, abs=0.2)
    assert known.made.startswith("2026-05-03")
    belt = write_belt(tmp_path / "belt.csv")
    assert run("analyze", belt, "--calibration", recording).exit_code == 0


def test_a_recording_without_a_calibration_lends_none(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="holds no calibration"):
        load_calibration(record_quiet(tmp_path / "a.mcap", is_marked=False))


def test_the_posture_finds_the_newest_that_fits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = Setup(sensors=(BELT,))
    assert choose_calibration(tmp_path, setup, None, None) is None
    assert choose_calibration(tmp_path, setup, None, "sitting") == Calibration(posture="sitting")
    assert "No calibration is used: there is none." in capsys.readouterr().err
    path = save_calibration(tmp_path, KNOWN, now())
    chosen = choose_calibration(tmp_path, setup, None, "sitting")
    assert chosen is not None
    assert chosen.levels == KNOWN.levels
    assert path.name in capsys.readouterr().err
    assert choose_calibration(tmp_path, setup, path, None) == chosen
    with pytest.raises(RefusedInput, match="now it is standing"):
        choose_calibration(tmp_path, setup, path, "standing")


def test_calibrations_are_listed_shown_and_forgotten(tmp_path: Path) -> None:
    path = save_calibration(tmp_path, replace(KNOWN, wearables=("Belt 1",)), now())
    home = ("--data-dir", tmp_path)
    assert run("calibrate", *home, "list").stdout == f"{path.stem}  sitting  Belt 1\n"
    shown = run("calibrate", *home, "show", path.name[:12]).stdout
    assert "sitting, Belt 1" in shown
    assert "brace 4" in shown
    assert "By the band a brace can be told." in shown
    assert "is forgotten" in run("calibrate", *home, "forget", path.stem).stdout
    assert list_calibrations(tmp_path) == []


def test_something_to_calibrate_must_be_named(tmp_path: Path) -> None:
    found = run("calibrate", "--data-dir", tmp_path)
    assert found.exit_code == 2
    assert "--demo or --device" in found.stderr


class FakeSession:
    """A session that judges every mark well, and ends when told; time goes with each look."""

    setup = Setup(sensors=(BELT,))

    def __init__(self, links: list[str] | None = None, problem: str = "") -> None:
        self.now_ns = 0
        self.links = links or []
        self.problem = problem
        self.marks: list[Mark] = []
        self.known: Calibration | None = KNOWN

    def view(self) -> Any:
        self.now_ns += S
        link = self.links.pop(0) if self.links else "streaming"
        judged = tuple(
            StepJudged(
                one.label.removeprefix("calibration."),  # type: ignore[arg-type]
                is_accepted=True,
                advice="",
                start_ns=one.start_ns,
                end_ns=one.start_ns + one.duration_ns,
                decided_ns=one.start_ns + one.duration_ns,
            )
            for one in self.marks
            if self.now_ns > one.start_ns + one.duration_ns + S
        )
        return SimpleNamespace(
            now_ns=self.now_ns,
            judged=judged,
            wearables=(SimpleNamespace(link=link),),
            calibration=self.known,
            problem=self.problem,
        )

    def mark(self, label: str, at_ns: int | None = None, duration_ns: int = 0) -> None:
        self.marks.append(Mark(at_ns or 0, label, duration_ns))

    def wait(self, _timeout_s: float | None = None) -> bool:
        return False

    def stop(self) -> Path:
        return Path("a.mcap")


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeSession]:
    monkeypatch.setattr(guiding, "POLL_S", 0.0)

    def lead_through(
        typed: str = "", known: Calibration | None = None, **facts: Any
    ) -> FakeSession:
        session = FakeSession(**facts)
        asked = threading.Event()
        keys = io.StringIO(typed)
        guiding.lead_through(session, known or Calibration(), asked, keys=keys)  # type: ignore[arg-type]
        return session

    return lead_through


def test_the_wearer_is_led_through_all_steps(
    lead: Callable[..., FakeSession], capsys: pytest.CaptureFixture[str]
) -> None:
    session = lead(links=["connecting", "connecting"])
    labels = [one.label.removeprefix("calibration.") for one in session.marks]
    assert labels == ["fit", "quiet", *["full"] * 3, "pause", *["brace"] * 3, *["draw_in"] * 2]
    told = capsys.readouterr().err
    assert told.count("Waiting for the sensor.") == 1
    assert "Brace (1 of 3). When it begins, firm your belly all around to 5 of 10" in told
    assert "30 s left." in told
    assert told.count("Let go, and breathe.") == 6
    assert told.rstrip().endswith("Good.")


def test_what_is_known_is_not_asked_for_again(lead: Callable[..., FakeSession]) -> None:
    session = lead(known=KNOWN)
    assert "calibration.quiet" not in [one.label for one in session.marks]


def test_the_end_is_kept_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = guiding.conclude(FakeSession(), tmp_path)  # type: ignore[arg-type]
    shown = capsys.readouterr()
    assert shown.out.strip() == str(stored)
    assert "By the band a brace can be told." in shown.err
    assert list_calibrations(tmp_path)[0].calibration.levels == KNOWN.levels


def test_nothing_learnt_is_nothing_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = FakeSession()
    session.known = Calibration(posture="sitting")
    assert guiding.conclude(session, tmp_path) is None  # type: ignore[arg-type]
    assert "Nothing new was learnt" in capsys.readouterr().err
    assert list_calibrations(tmp_path) == []


def test_what_was_known_before_is_not_stored_twice(tmp_path: Path) -> None:
    session = FakeSession()
    session.setup = Setup(sensors=(BELT,), calibration=KNOWN)
    assert guiding.conclude(session, tmp_path) is None  # type: ignore[arg-type]
    assert list_calibrations(tmp_path) == []


def test_a_lost_wearable_does_not_lose_what_was_learnt(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="gone"):
        guiding.conclude(FakeSession(problem="gone"), tmp_path)  # type: ignore[arg-type]
    assert len(list_calibrations(tmp_path)) == 1


def test_going_on_needs_something_to_go_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = Setup(sensors=(BELT,))
    fresh = guiding.begin_with(tmp_path, setup, "sitting", resume=False)
    assert fresh == Calibration(posture="sitting")
    with pytest.raises(RefusedInput, match="there is none"):
        guiding.begin_with(tmp_path, setup, "sitting", resume=True)
    save_calibration(tmp_path, KNOWN, now())
    again = guiding.begin_with(tmp_path, setup, "sitting", resume=True)
    assert again.levels == KNOWN.levels
    assert "Going on with" in capsys.readouterr().err


def steer(typed: list[str]) -> tuple[guiding.CalibrationGuide, bool]:
    guide = guiding.CalibrationGuide(("fit", "quiet", "pause"))
    queue: Any = guiding.Queue()
    for word in typed:
        queue.put(word)
    return guide, guiding.steer(guide, queue)


def test_typed_words_steer() -> None:
    guide, goes_on = steer(["s", "s"])
    assert goes_on
    assert guide.view(0).step == "pause"
    guide, goes_on = steer(["", "a"])
    assert goes_on
    assert guide.view(0).step == "fit"
    guide, goes_on = steer(["s", "q", "s"])
    assert not goes_on
    assert guide.view(0).step == "quiet"


def test_other_words_are_answered_with_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    steer(["help"])
    assert "s: skip this step" in capsys.readouterr().err


def test_the_demo_does_as_it_is_told(tmp_path: Path) -> None:
    equipment = guiding.put_on_demo_person(tmp_path)
    assert equipment.follow is not None
    equipment.follow(Mark(0, "calibration.brace", 5 * S), 0)
    assert guiding.describe_setup(equipment.worn).wearables[0].place == "abdomen"


def test_named_wearables_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no wearable was used yet"):
        guiding.put_on_named((), tmp_path)
