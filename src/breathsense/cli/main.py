"""The ``breathsense`` command: a list of names; each command's file is loaded when it is called."""

import difflib
import keyword
import sys
from importlib import import_module
from typing import Any

import click

from breathsense import __version__
from breathsense.cli.saying import say
from breathsense.core.model.errors import BreathSenseError

COMMANDS = {
    "analyze": "Find the breaths in recordings or tables.",
    "calibrate": "Learn what your sensors can tell of you, step by step.",
    "completion": "Print the line that switches on completion in your shell.",
    "decode": "Decode hex payloads with a wearable's profile.",
    "demo": "Practise with a virtual belt: no wearable needed.",
    "doctor": "Check Bluetooth, terminal, folders and versions.",
    "dump": "Convert a recording to JSONL, without loss.",
    "export": "Write sessions as CSV, EDF, BIDS, XDF, FHIR, JSON, HTML or PDF.",
    "import": "Make recordings of files of other programs: CSV, EDF, XDF.",
    "library": "Find, name, label, throw away and check your recordings.",
    "load": "Convert a JSONL dump back to a recording.",
    "measure": "Measure breathing: times, depth, rate, variability, two sensors, heart.",
    "practise": "Open the app (the same as no command at all).",
    "profiles": "List, show or check the profiles of wearables.",
    "programmes": "List, show or check what can be practised.",
    "progress": "Tell your days of practice and your trends.",
    "record": "Record a wearable without the app.",
    "repair": "Recover what a crash left of a recording.",
    "replay": "Play a recording again.",
    "report": "Write one person's sessions over time on one page.",
    "rescore": "Compare what is found today with scores that were kept.",
    "scan": "List the wearables in reach.",
    "web": "Open the app in a browser of this computer.",
}
"""Name and one-line help of each command; the help stands here so that listing loads nothing."""

BARE_COMMAND = "practise"
DATA_DIR = "data_dir"
NO_FOLDER = "Taken by every command; this one reads and writes only what it is told."
HELP_OPTIONS = ["-h", "--help"]
OWN_OPTIONS = {*HELP_OPTIONS, "--version"}


class LazyGroup(click.Group):
    """A group that imports ``breathsense.cli.<name>`` only when that command is called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the bare command, with or without options, as ``practise``."""
        is_bare = not args or (args[0].startswith("-") and args[0] not in OWN_OPTIONS)
        if is_bare and not ctx.resilient_parsing:
            args = [BARE_COMMAND, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in alphabetical order."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; each file has one object named ``command``."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = import_module(f"breathsense.cli.{name}")
        command: click.Command = module.command
        if all(one.name != DATA_DIR for one in command.params):
            command.params.append(click.Option(["--data-dir"], expose_value=False, help=NO_FOLDER))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest known names."""
        is_slip = args and args[0] not in COMMANDS and not args[0].startswith("-")
        if is_slip and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], COMMANDS, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": HELP_OPTIONS})
@click.version_option(__version__, prog_name="breathsense")
def cli() -> None:
    """Live feedback on belly breathing from wearable sensors, recorded and replayed exactly.

    Without a command the app opens. BreathSense is a practice and logging aid, not a medical
    device.
    """


def main(args: list[str] | None = None, **extra: Any) -> None:
    """Run the command line; what the user can mend is told in plain words, exit code 2."""
    try:
        cli.main(args=args, prog_name="breathsense", **extra)
    except BreathSenseError as error:
        say(f"breathsense: {error}", err=True)
        sys.exit(2)
