"""Words of strangers go to the terminal one way only, and come out of it harmless."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from breathsense.cli import library, main, saying
from breathsense.cli.saying import say
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.printable import make_printable
from breathsense.library.entry import SessionEntry

STEERING = "a\x1b]0;mine\x07b\x9b2Jc\u202ed\re\x08"
CLI = Path(saying.__file__).parent


@pytest.mark.parametrize("is_err", [False, True])
def test_what_steers_a_terminal_is_shown_as_a_sign(
    capsys: pytest.CaptureFixture[str], *, is_err: bool
) -> None:
    say(STEERING, err=is_err)
    told = capsys.readouterr()
    assert (told.err if is_err else told.out) == "a?]0;mine?b?2Jc?d?e?\n"


def test_lines_blanks_and_letters_of_all_countries_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "müde\tÅ 5\u00a0%\n呼吸 █▁✓"
    say(words)
    assert capsys.readouterr().out == words + "\n"


def test_a_line_may_go_back_over_the_newest_one(capsys: pytest.CaptureFixture[str]) -> None:
    say("\r1 of 2\r", nl=False)
    assert capsys.readouterr().out == "\r1 of 2?"


def test_a_name_is_one_line() -> None:
    assert make_printable("belt\n! battery empty") == "belt?! battery empty"


def test_no_command_prints_another_way() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in CLI.glob("*.py")}
    assert [name for name, text in texts.items() if "click.echo(" in text] == ["saying.py"]
    assert not [name for name, text in texts.items() if "print(" in text.replace("_print(", "")]


def test_an_error_cannot_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise RefusedInput(STEERING, where="\x1b[2J", advice="\x9bm")

    monkeypatch.setattr(main.cli, "main", fail)
    with pytest.raises(SystemExit):
        main.main([])
    told = capsys.readouterr().err
    assert not [one for one in told if not one.isprintable() and one != "\n"]


@pytest.mark.parametrize("write", [library._say_row, library._say_json])
def test_a_recording_is_told_in_one_harmless_line(write: Callable[[SessionEntry], str]) -> None:
    entry = SessionEntry(
        Path("a\n.mcap"), "k", datetime(2026, 1, 1, tzinfo=UTC), title=STEERING + "\n"
    )
    assert write(entry).isprintable()
    assert click.unstyle(write(entry)) == write(entry)
