import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from breathsense.cli.main import COMMANDS, cli, main

HEAVY = ("numpy", "scipy", "textual", "bleak", "mcap", "edfio", "msgspec")


def run_python(*lines: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([n, "--help"] for n in COMMANDS)])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    loaded = run_python(
        "import sys",
        "from breathsense.cli.main import main",
        "try:",
        f"    main({words!r})",
        "except SystemExit as end:",
        "    assert end.code == 0, end.code",
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))",
    )
    assert loaded.rstrip().endswith("LOADED []")
    assert len(loaded.splitlines()) > 1


def test_every_command_is_listed_with_its_help() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    for name, text in COMMANDS.items():
        assert name in shown
        assert text.split()[0] in shown


def test_a_typing_slip_is_answered_with_the_nearest_name() -> None:
    answer = CliRunner().invoke(cli, ["analyse"])
    assert answer.exit_code == 2
    assert "Did you mean analyze?" in answer.output


def test_nonsense_is_refused_without_a_guess() -> None:
    answer = CliRunner().invoke(cli, ["xyzzy"])
    assert answer.exit_code == 2
    assert "No such command 'xyzzy'" in answer.output
    assert "Did you mean" not in answer.output


def test_what_a_user_can_mend_is_told_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["analyze", "no-such-file.csv"])
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert "no-such-file.csv" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("words", [[], ["--data-dir", "elsewhere"]])
def test_the_bare_command_opens_the_app(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr("breathsense.tui.app.run_app", lambda desk, **_: opened.append(desk))
    monkeypatch.setenv("BREATHSENSE_DATA_DIR", "here")
    answer = CliRunner().invoke(cli, words)
    assert answer.exit_code == 0, answer.output
    assert len(opened) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_of_that_shell(shell: str) -> None:
    answer = CliRunner().invoke(cli, ["completion", shell])
    assert answer.exit_code == 0
    assert "_BREATHSENSE_COMPLETE" in answer.output
    assert f"{shell}_complete" in answer.output


def test_completion_offers_the_commands() -> None:
    offered = run_python(
        "import os",
        "os.environ.update(_BREATHSENSE_COMPLETE='bash_complete', COMP_WORDS='breathsense re', "
        "COMP_CWORD='1')",
        "from breathsense.cli.main import main",
        "try:",
        "    main([])",
        "except SystemExit:",
        "    pass",
    )
    assert sorted(offered.split()) == [
        "plain,record",
        "plain,repair",
        "plain,replay",
        "plain,report",
        "plain,rescore",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_data_folder(name: str) -> None:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    assert [one.name for one in found.params].count("data_dir") == 1
