"""What is shown while work takes long, and how it is ended."""

import os
import signal
from pathlib import Path

import pytest

from breathsense.cli.waiting import NewestLine, ProgressLine, count_read, watching


def test_the_system_ends_work_as_a_person_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), watching():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_terminal_sees_one_line_that_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    line = ProgressLine()
    line.begin(0, 2, Path("x") / "long-name.mcap")
    line.tell(0.121)
    line.tell(0.129)
    line.begin(1, 2, Path("x") / "b.mcap")
    line.tell(0.5)
    line.warn(Path("b.mcap"), "cut")
    line.clear()
    told = capsys.readouterr().err
    assert told.count("12 %") == 1
    assert "\r2 of 2: b.mcap  50 %        \r" in told
    assert "?" not in told
    assert told.endswith("breathsense: b.mcap: cut\n")


def test_a_line_is_written_over_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    line = NewestLine()
    for words in ("three", "two", ""):
        line.show(words)
    line.show("four")
    line.clear()
    line.clear()
    assert capsys.readouterr().err == "\rthree\rtwo  \r   \rfour\r    \r"


def test_recordings_that_are_read_are_counted_where_somebody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for is_seen in (False, True):
        monkeypatch.setattr("sys.stderr.isatty", lambda is_seen=is_seen: is_seen)
        for n_done, n_all in ((0, 0), (0, 2), (2, 2)):
            count_read(n_done, n_all)
    told = capsys.readouterr().err
    assert told == "\rReading recordings: 0 of 2\rReading recordings: 2 of 2\n"
