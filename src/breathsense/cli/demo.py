"""``breathsense demo``: the app with a virtual belt."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.options import data_dir_option

if TYPE_CHECKING:  # it loads the engine, which the first screen does not need
    from breathsense.cli.desk import HomeDesk


@click.command()
@data_dir_option
def command(data_dir: Path) -> None:
    """Practise with a virtual belt on a virtual person: no wearable needed.

    Everything is real but the radio: the belt's protocol, the link, the recording.
    """
    from breathsense.tui.app import run_app
    from breathsense.tui.late import LateDesk

    def build() -> "HomeDesk":
        from breathsense.cli.desk import HomeDesk

        return HomeDesk(data_dir)

    run_app(LateDesk(build), start="demo", data_dir=data_dir)
