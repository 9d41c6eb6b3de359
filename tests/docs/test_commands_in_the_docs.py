"""Whatever the documents tell people to type exists: commands, subcommands and options."""

import re
import shlex
from pathlib import Path

import click
import pytest

from breathsense.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_TEXT = re.compile(r"`breathsense ([^`\n]+)`")
IN_BLOCK = re.compile(r"^(?:\$ )?breathsense +([^#|>\n]+?)(?:\s{2,}.*|\s*[#|>].*)?$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def list_commands(page: Path) -> list[str]:
    """Return what follows ``breathsense`` wherever a page shows it as something to type."""
    text = page.read_text(encoding="utf-8")
    blocks = FENCED.findall(text)
    return [
        *IN_TEXT.findall(FENCED.sub("", text)),
        *(found for block in blocks for found in IN_BLOCK.findall(block)),
    ]


def check(typed: str) -> str:
    """Return what is wrong with a command, nothing if it can be typed."""
    command: click.Command = cli
    context, called = click.Context(cli), "breathsense"
    for word in shlex.split(typed.replace("...", "").replace("'", "")):
        if word.startswith("-"):
            name = word.split("=")[0].rstrip(",.)]")
            known = {opt for one in command.params for opt in (*one.opts, *one.secondary_opts)}
            if name not in {*known, "--help", "-h", "--version"}:
                return f"{called} has no {name}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None and command is cli:
                return f"there is no command {word}"
            if found is not None:
                command, called = found, word
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_all_that_a_page_tells_to_type_exists(page: Path) -> None:
    wrong = {typed: why for typed in list_commands(page) if (why := check(typed))}
    assert not wrong


def test_slips_are_noticed() -> None:
    assert check("analyse FILE") == "there is no command analyse"
    assert check("analyze FILE --jsonn") == "analyze has no --jsonn"
    assert check("profiles check --frobnicate x") == "check has no --frobnicate"
    assert check("record --device A@chest --set rate_hz=20") == ""


def test_there_is_much_to_check() -> None:
    assert sum(len(list_commands(page)) for page in PAGES) > 50
