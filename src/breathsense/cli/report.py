"""``breathsense report``: one person's sessions over time on one page."""

from pathlib import Path

import click

from breathsense.cli.export import CAUTION, check_output, gather_all
from breathsense.cli.reading import table_options


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="FILE.html or FILE.pdf."
)
@click.option("--code", default="", help="A pseudonym for the heading; never a name.")
@click.option("--plan", default="", help="What was agreed on, for the heading.")
@table_options
def command(
    inputs: tuple[Path, ...],
    output: Path,
    code: str,
    plan: str,
    rate_hz: float | None,
    *,
    ignore_columns: bool,
) -> None:
    """Write the sessions INPUT, of one person, as one page: trends, traces, braces, notes.

    A folder stands for all recordings in it.
    """
    from breathsense.exports.files import replacing
    from breathsense.exports.overview.layout import Heading
    from breathsense.exports.overview.writing import write_overview

    check_output(output, inputs)
    contents = gather_all(inputs, None, rate_hz, ignore_columns=ignore_columns)
    with replacing(output) as made:
        write_overview(contents, made, Heading(code, plan))
    click.echo(f"{output} written. {CAUTION}", err=True)
