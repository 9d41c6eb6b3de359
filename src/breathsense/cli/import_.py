"""``breathsense import``: recordings of files of other programs."""

import sys
from datetime import datetime
from pathlib import Path

import click

from breathsense.cli.options import data_dir_option
from breathsense.cli.reading import table_options
from breathsense.cli.saying import say

REFUSED = 2


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE...",
)
@click.option(
    "--started",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]),
    help="When it began, if the file does not tell.",
)
@table_options
@data_dir_option
def command(
    files: tuple[Path, ...],
    started: datetime | None,
    rate_hz: float | None,
    data_dir: Path,
    *,
    ignore_columns: bool,
) -> None:
    """Make recordings of FILE: CSV of Vernier Graphical Analysis or respyra, EDF(+), XDF.

    Tables with the columns of this program (t_s, abdomen[N] ...) are taken too. The files stay as
    they are. One that cannot be read is told and stops no other.
    """
    from breathsense.core.model.errors import RefusedInput
    from breathsense.library.importing import import_file

    began = None if started is None else started.astimezone()
    n_failed = 0
    for path in files:
        try:
            made = import_file(path, data_dir, began, rate_hz, ignore_columns=ignore_columns)
        except RefusedInput as refusal:
            say(f"breathsense: {refusal}", err=True)
            n_failed += 1
            continue
        for one in made:
            say(f"{one.path}")
            for warning in one.warnings:
                say(f"  {path.name}: {warning}", err=True)
    if n_failed:
        sys.exit(REFUSED)
