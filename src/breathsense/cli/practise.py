"""``breathsense practise``: the app."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option

if TYPE_CHECKING:  # it loads the engine, which the first screen does not need
    from breathsense.cli.desk import HomeDesk


@click.command()
@data_dir_option
def command(data_dir: Path) -> None:
    """Open the app: find and pair a wearable, practise, open a recording."""
    from breathsense.tui.app import run_app
    from breathsense.tui.late import LateDesk

    def build() -> "HomeDesk":
        from breathsense.cli.desk import HomeDesk

        return HomeDesk(data_dir)

    run_app(LateDesk(build))
