"""``breathsense practise``: the app."""

from pathlib import Path

import click

from breathsense.cli.options import data_dir_option


@click.command()
@data_dir_option
def command(data_dir: Path) -> None:
    """Open the app: find and pair a wearable, practise, open a recording."""
    from breathsense.cli.desk import HomeDesk
    from breathsense.tui.app import run_app

    run_app(HomeDesk(data_dir))
