"""``breathsense export``: sessions in the formats of other programs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from breathsense.cli.many import is_many, many_options, sum_up, work_on
from breathsense.cli.reading import table_options
from breathsense.cli.saying import say
from breathsense.cli.waiting import watching

if TYPE_CHECKING:
    from breathsense.library.exporting import Reading

FORMATS = ("csv", "edf", "bids", "xdf", "fhir", "json", "html", "pdf")
"""As ``exports.formats.FORMATS`` has them: that table would load every writer for the help."""
CAUTION = (
    "It can hold health data: send it only by a way your clinic accepts. "
    "Nothing leaves this computer unless you send it."
)


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option("--to", "name", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Write here.")
@click.option("--marks", type=click.Path(path_type=Path), help="CSV of t_s,duration_s,label.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="Encrypt (age); first line."
)
@table_options
@many_options
def command(
    inputs: tuple[Path, ...],
    name: str,
    output: Path,
    marks: Path | None,
    passphrase_file: Path | None,
    *,
    rate_hz: float | None,
    ignore_columns: bool,
    **others: Any,
) -> None:
    """Write each INPUT, a session, in another format; several make a folder.

    A folder as INPUT stands for all recordings in it. They are written side by side on all cores,
    and the same command again goes on where it was ended; but for bids, which is one dataset, and
    with a passphrase, which makes one file.

    The file can hold health data: send it only by a way your clinic accepts.
    """
    from breathsense.exports.passphrase import read_passphrase
    from breathsense.library.exporting import Reading, export_sessions

    reading = Reading(marks, rate_hz, ignore_columns)
    if is_many(inputs) and name != "bids" and passphrase_file is None:
        sys.exit(_export_many(inputs, name, output, reading, others))
    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    with watching() as watch:
        export_sessions(
            inputs,
            name,
            output,
            passphrase=passphrase,
            reading=reading,
            watch=watch,
        )
    say(f"{output} written. {CAUTION}", err=True)


def _export_many(
    inputs: tuple[Path, ...], name: str, output: Path, reading: "Reading", others: dict[str, Any]
) -> int:
    from breathsense.exports.formats import FORMATS as WRITERS
    from breathsense.library.batch import check_output
    from breathsense.library.jobs import list_jobs
    from breathsense.library.many import ExportEach

    suffix = WRITERS[name].suffix
    jobs = list_jobs(inputs, output, suffix, with_tables=others["with_tables"])
    check_output(output)
    work = ExportEach(name, reading)
    outcomes = work_on(
        jobs,
        work,
        output,
        way=repr(work),
        n_jobs=others["n_jobs"],
        executor=others["executor"],
    )
    code = sum_up(outcomes, [output])
    say(CAUTION, err=True)
    return code
