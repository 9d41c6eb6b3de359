import importlib
import sys
import threading
import time

import pytest

from breathsense.session.sound import speaker
from breathsense.session.sound.speaker import LATE_NS, follow_lines, parse_line, stream
from breathsense.session.sound.tones import Mixer

NOW_NS = 10_000_000_000


def test_a_line_names_the_sound_its_length_and_how_loud_it_is() -> None:
    assert parse_line(f"inhale 4.5 0.25 {NOW_NS}\n", NOW_NS + 1000) == ("inhale", 4.5, 0.25)


@pytest.mark.parametrize(
    "line", ["", "inhale", "song 1 1 10000000000", "tick x 1 10000000000", "tick 1 1 now"]
)
def test_what_is_not_understood_is_left_out(line: str) -> None:
    assert parse_line(line, NOW_NS) is None


def test_what_comes_too_late_is_left_out() -> None:
    assert parse_line(f"tick 0 1 {NOW_NS}", NOW_NS + LATE_NS) is not None
    assert parse_line(f"tick 0 1 {NOW_NS}", NOW_NS + LATE_NS + 1) is None


def test_lines_fill_the_mixer_and_hush_empties_it() -> None:
    mixer, lock = Mixer(), threading.Lock()
    follow_lines([f"warn 0 1 {time.monotonic_ns()}", "nonsense"], mixer, lock)
    assert mixer.take(500).any()
    follow_lines(["hush"], mixer, lock)
    assert not mixer.take(500).any()


def test_the_library_gets_as_many_samples_as_it_asks_for() -> None:
    mixer = Mixer()
    playing = stream(mixer, threading.Lock())
    next(playing)
    assert playing.send(441) == bytes(882)
    mixer.add("tick")
    assert playing.send(441) != bytes(882)


def test_it_plays_without_a_sound_card(capsys: pytest.CaptureFixture[str]) -> None:
    miniaudio = pytest.importorskip("miniaudio")
    line = f"tick 0 1 {time.monotonic_ns()}"
    assert speaker.main([line], backends=[miniaudio.Backend.NULL]) == 0
    assert capsys.readouterr().out == "ready\n"


def test_a_computer_without_the_library_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    assert importlib.import_module(speaker.__name__).main([]) == 3


def test_a_computer_without_a_device_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    miniaudio = pytest.importorskip("miniaudio")

    def refuse(**_options: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", refuse)
    assert speaker.main([]) == 4
