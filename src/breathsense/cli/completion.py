"""``breathsense completion``: the script that makes a shell complete our commands."""

import click
from click.shell_completion import get_completion_class

from breathsense.cli.main import cli
from breathsense.cli.saying import say

VARIABLE = "_BREATHSENSE_COMPLETE"
HOW = {
    "bash": 'eval "$(breathsense completion bash)"     # in ~/.bashrc',
    "zsh": 'eval "$(breathsense completion zsh)"      # in ~/.zshrc',
    "fish": "breathsense completion fish | source      # in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\n" + "\n".join(HOW.values()))
@click.argument("shell", type=click.Choice(sorted(HOW)))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    Put the line for your shell into its start-up file.
    """
    completion = get_completion_class(shell)
    if completion is None:  # a Choice that click stopped supporting
        raise click.UsageError(f"This version of click completes nothing in {shell}.")
    say(completion(cli, {}, "breathsense", VARIABLE).source())
