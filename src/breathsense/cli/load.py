"""``breathsense load``."""

from pathlib import Path

import click

from breathsense.cli.saying import say


@click.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The recording to write; beside FILE by default.",
)
def command(file: Path, output: Path | None) -> None:
    """Convert the JSONL dump FILE back to a recording."""
    from breathsense.recordings.jsonl import load_recording

    target = output or file.with_suffix(".mcap")
    n_records, problem = load_recording(file, target)
    say(f"{n_records} records in {target}", err=True)
    if problem:
        say(f"{file}: {problem}; the rest could not be loaded", err=True)
