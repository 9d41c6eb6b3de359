"""``breathsense export``: sessions in the formats of other programs."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.reading import table_options

if TYPE_CHECKING:
    from breathsense.exports.content import Content

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
def command(
    inputs: tuple[Path, ...],
    name: str,
    output: Path,
    marks: Path | None,
    passphrase_file: Path | None,
    rate_hz: float | None,
    *,
    ignore_columns: bool,
) -> None:
    """Write each INPUT, a session, in another format; several make a folder.

    A folder as INPUT stands for all recordings in it.

    The file can hold health data: send it only by a way your clinic accepts.
    """
    from breathsense.exports.files import replacing
    from breathsense.exports.formats import write_export
    from breathsense.exports.passphrase import encrypt, read_passphrase

    check_output(output, inputs)
    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    contents = gather_all(inputs, marks, rate_hz, ignore_columns=ignore_columns)
    with replacing(output) as made:
        if passphrase is None:
            write_export(name, contents, made)
        else:
            plain = made.with_name("plain") / made.name
            plain.parent.mkdir()
            write_export(name, contents, plain)
            made.write_bytes(encrypt(plain, passphrase))
    click.echo(f"{output} written. {CAUTION}", err=True)


def gather_all(
    inputs: tuple[Path, ...], marks: Path | None, rate_hz: float | None, *, ignore_columns: bool
) -> "list[Content]":
    """Run every session through the engine, telling which; a folder stands for its recordings."""
    from breathsense.library.contents import list_sessions, read_content

    paths = list_sessions(inputs)
    contents = []
    for number, path in enumerate(paths, 1):
        if len(paths) > 1:
            click.echo(f"{number} of {len(paths)}: {path.name}", err=True)
        tell = partial(_tell_problem, path)
        contents.append(
            read_content(path, marks, rate_hz, ignore_columns=ignore_columns, tell=tell)
        )
    return contents


def _tell_problem(path: Path, problem: str) -> None:
    click.echo(f"breathsense: {path}: {problem}", err=True)


def check_output(output: Path, inputs: tuple[Path, ...]) -> None:
    """Refuse to write over an input, or into a folder that holds something."""
    from breathsense.core.model.errors import RefusedInput

    if output.resolve() in {one.resolve() for one in inputs}:
        raise RefusedInput(
            "the output is one of the inputs",
            where=str(output),
            advice="Give another name: a recording is never written over.",
        )
    if output.is_dir() and any(output.iterdir()):
        raise RefusedInput(
            "this folder has files in it already",
            where=str(output),
            advice="Give the name of a new folder; what is there is not touched.",
        )
