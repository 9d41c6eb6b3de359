"""What a session found while it ran lies beside its recording when it is over."""

import errno
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from breathsense import __version__
from breathsense.core.engine import build_engine
from breathsense.core.model.inputs import Item
from breathsense.core.model.samples import SampleBlock, freeze_times, freeze_values
from breathsense.core.model.sensors import Sensor
from breathsense.core.setup import Setup
from breathsense.recordings.header import build_header
from breathsense.recordings.journal import Journal
from breathsense.recordings.notes import NoteWriter, find_notes, read_notes
from breathsense.session import findings
from breathsense.session.live import Session
from breathsense.session.reviewing import open_review
from breathsense.sources.base import Sink

S = 1_000_000_000
BAND = Setup(sensors=(Sensor("abdomen", "band", "abdomen", "N", 25.0),))


class Given:
    """Gives what it was made with, at once."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items

    def start(self, sink: Sink) -> None:
        for item in self.items:
            sink(item)

    def stop(self) -> None:
        pass


def breathe(seconds: int) -> list[Item]:
    t_s = np.arange(seconds * 25) / 25.0
    t_ns = np.round(t_s * 1e9).astype(np.int64)
    values = 5.0 - 2.0 * np.cos(2 * np.pi * t_s / 4.0)
    return [
        SampleBlock("abdomen", "band", freeze_times(t_ns[one]), freeze_values(values[one, None]))
        for one in (slice(at, at + 25) for at in range(0, len(t_ns), 25))
    ]


def hold_session(path: Path, items: list[Item]) -> Session:
    """Record items; return the session after it was stopped."""
    journal = Journal(path, build_header(BAND, 1_772_614_800 * S))
    session = Session(Given(items), BAND, now_ns=lambda: 60 * S, recorder=journal)
    session.start()
    assert session.stop() == path
    return session


def test_a_session_that_ends_keeps_its_scores_with_the_version(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    found = hold_session(path, breathe(60)).finish_analysis()
    (kept,) = read_notes(path).scores
    assert kept.program == f"breathsense {__version__}"
    assert (kept.signed.by, kept.sensor, kept.unit) == ("breathsense", "abdomen", "N")
    assert [one.times.peak_ns for one in kept.breaths] == [
        one.breath.peak_ns for one in found.breaths
    ]
    assert len(kept.breaths) >= 13
    assert stat.S_IMODE(find_notes(path).stat().st_mode) == 0o600


def test_a_review_has_the_scores_of_the_session_to_compare_with(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    hold_session(path, breathe(60))
    review = open_review(path, "physio")
    changes = review.compare_with_kept()
    assert changes is not None
    assert changes.n_changes == 0
    assert changes.n_same >= 13
    assert not review.keep_scores(), "today's are kept already"


def test_a_session_without_a_sample_keeps_none(tmp_path: Path) -> None:
    hold_session(tmp_path / "a.mcap", [])
    assert [one.name for one in tmp_path.iterdir()] == ["a.mcap"]


def test_where_notes_cannot_be_written_the_recording_is_whole_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    find_notes(path).mkdir()
    session = hold_session(path, breathe(20))
    assert session.view().problem == ""
    assert open_review(path.rename(tmp_path / "b.mcap"), "physio").found.analysis.breaths


def test_an_engine_that_failed_keeps_no_half_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    class Falls:
        def __init__(self, setup: Setup) -> None:
            self.whole = build_engine(setup)

        def push(self, item: Item) -> object:
            return self.whole.push(item)

        def flush(self) -> object:
            raise ZeroDivisionError

    monkeypatch.setattr(findings, "build_engine", Falls)
    session = hold_session(tmp_path / "a.mcap", breathe(20))
    assert not read_notes(tmp_path / "a.mcap").scores
    assert "Internal error" in session.view().problem
    monkeypatch.setattr(Falls, "push", Falls.flush)
    session = hold_session(tmp_path / "b.mcap", breathe(20))
    assert not find_notes(tmp_path / "b.mcap").exists()
    assert "goes on" in session.view().problem


def test_a_disk_that_fills_up_tears_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mcap"
    NoteWriter(path, "user").set_title("Before")
    before, about = find_notes(path).read_bytes(), find_notes(path).stat()
    write = os.write

    def fill_up(descriptor: int, content: bytes) -> int:
        now = os.fstat(descriptor)
        if not os.path.samestat(now, about):
            return write(descriptor, content)
        if now.st_size > len(before):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, bytes(content)[:40])

    monkeypatch.setattr(os, "write", fill_up)
    hold_session(path, breathe(20))
    monkeypatch.undo()
    assert find_notes(path).read_bytes() == before
