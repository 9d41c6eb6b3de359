"""``breathsense report``: one person's sessions over time on one page."""

from pathlib import Path

import click

from breathsense.cli.export import CAUTION
from breathsense.cli.reading import table_options
from breathsense.cli.saying import say
from breathsense.cli.waiting import watching


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="FILE.html or FILE.pdf."
)
@click.option("--code", default="", help="A pseudonym for the heading; never a name.")
@click.option("--plan", default="", help="What was agreed on, for the heading.")
@click.option(
    "--per-week",
    type=click.IntRange(0, 7),
    default=0,
    help="Days of practice a week that were agreed on.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="Encrypt (age); first line."
)
@table_options
def command(  # noqa: PLR0913 - one parameter an option
    inputs: tuple[Path, ...],
    output: Path,
    code: str,
    plan: str,
    per_week: int,
    passphrase_file: Path | None,
    rate_hz: float | None,
    *,
    ignore_columns: bool,
) -> None:
    """Write the sessions INPUT, of one person, as one page: trends, traces, braces, notes.

    A folder stands for all recordings in it.
    """
    from breathsense.exports.overview.layout import Heading
    from breathsense.exports.passphrase import read_passphrase
    from breathsense.library.exporting import Reading, write_report

    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    with watching() as watch:
        write_report(
            inputs,
            output,
            Heading(code, plan, per_week),
            passphrase=passphrase,
            reading=Reading(None, rate_hz, ignore_columns),
            watch=watch,
        )
    say(f"{output} written. {CAUTION}", err=True)
