from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from breathsense.core.coaching.schema import Programme
from breathsense.core.setup import Setup
from breathsense.library.entry import SessionEntry
from breathsense.library.summing import summarise_file
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.session.programmes import load_programmes
from breathsense.session.unworn import UnwornPractice, open_unworn

S = 1_000_000_000
STARTED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def mobility() -> Programme:
    return load_programmes().find("day.mobility")


class Clock:
    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns

    def walk(self, practice: UnwornPractice, seconds: float) -> Iterator[int]:
        """Let time pass, looking four times a second; gives the index each time."""
        for _ in range(round(4 * seconds)):
            self.now_ns += S // 4
            yield practice.view().index


def record(tmp_path: Path, programme: Programme) -> tuple[UnwornPractice, Clock]:
    clock = Clock()
    header = build_header(Setup(), round(STARTED.timestamp() * S))
    return UnwornPractice(programme, clock, Journal(tmp_path / "a.mcap", header)), clock


def read_back(practice: UnwornPractice) -> SessionEntry:
    path = practice.stop()
    assert path is not None
    return summarise_file(path)


def test_steps_follow_one_another_by_the_clock(mobility: Programme) -> None:
    clock = Clock()
    practice = UnwornPractice(mobility, clock)
    seen = list(clock.walk(practice, 361))
    assert seen[: 4 * 60 - 1] == [0] * (4 * 60 - 1)
    assert seen[4 * 60 - 1] == 1
    assert [seen.count(one) for one in range(1, 7)] == [120] * 6
    view = practice.view()
    assert (view.is_over, view.was_stopped, view.length_ns) == (True, False, 360 * S)
    assert view.done_ns == 120 * S


def test_what_was_done_to_its_end_is_told_by_the_recording(
    tmp_path: Path, mobility: Programme
) -> None:
    practice, clock = record(tmp_path, mobility)
    list(clock.walk(practice, 361))
    entry = read_back(practice)
    assert [(one.programme, one.stop) for one in entry.done] == [("day.mobility", "")]
    assert entry.courses[0].length_s == pytest.approx(360.0)
    assert entry.sensors == ()


def test_what_was_stopped_is_told_as_stopped(tmp_path: Path, mobility: Programme) -> None:
    practice, clock = record(tmp_path, mobility)
    list(clock.walk(practice, 30))
    entry = read_back(practice)
    assert entry.stops == ("own_wish",)
    assert [one.stop for one in entry.done] == ["own_wish"]


def test_a_pause_lets_the_step_stand_still(tmp_path: Path, mobility: Programme) -> None:
    practice, clock = record(tmp_path, mobility)
    list(clock.walk(practice, 20))
    practice.toggle()
    assert set(clock.walk(practice, 100)) == {0}
    assert practice.view().is_paused
    assert practice.view().done_ns == 20 * S
    practice.toggle()
    assert not practice.view().is_paused
    assert practice.view().done_ns == 0, "the step begins anew"
    list(clock.walk(practice, 360))
    assert read_back(practice).courses[0].length_s == pytest.approx(480.0)


def test_a_key_goes_on_to_the_next_step(mobility: Programme) -> None:
    clock = Clock()
    practice = UnwornPractice(mobility, clock)
    list(clock.walk(practice, 5))
    for index in range(1, 8):
        practice.next()
        assert practice.view().index == index
    practice.next()
    assert practice.view().is_over


def test_keys_after_the_end_change_nothing(tmp_path: Path, mobility: Programme) -> None:
    practice, clock = record(tmp_path, mobility)
    list(clock.walk(practice, 400))
    practice.next()
    practice.toggle()
    assert practice.stop() == practice.stop() == tmp_path / "a.mcap"
    assert read_back(practice).stops == ()


def test_a_practice_of_this_computer_is_kept_in_its_folder(
    tmp_path: Path, mobility: Programme
) -> None:
    practice = open_unworn(mobility, tmp_path)
    assert practice.view().name == "Mobility break"
    path = practice.stop()
    assert path is not None
    assert path.parent == tmp_path / "recordings"
