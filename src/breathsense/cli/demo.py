"""``breathsense demo``: the app with a virtual belt."""

from pathlib import Path

import click

from breathsense.cli.options import data_dir_option


@click.command()
@click.option(
    "--wearable",
    "wearable_id",
    metavar="ID",
    default="",
    help="Another virtual wearable than the belt, such as movella-dot, a motion sensor.",
)
@data_dir_option
def command(data_dir: Path, wearable_id: str) -> None:
    """Practise with a virtual belt on a virtual person: no wearable needed.

    Everything is real but the radio: the wearable's protocol, the link, the recording. The person
    follows the pacer and the programmes, late and now and then not at all, as people do. Demos are
    not counted as practice.
    """
    from breathsense.cli.opening import open_app

    open_app(data_dir, "demo", demo_id=wearable_id)
