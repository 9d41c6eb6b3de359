"""``breathsense demo``: the app with a virtual belt."""

from pathlib import Path

import click

from breathsense.cli.options import data_dir_option


@click.command()
@data_dir_option
def command(data_dir: Path) -> None:
    """Practise with a virtual belt on a virtual person: no wearable needed.

    Everything is real but the radio: the belt's protocol, the link, the recording.
    """
    from breathsense.cli.opening import open_app

    open_app(data_dir, "demo")
