"""``breathsense dump``."""

import sys
from pathlib import Path

import click

from breathsense.cli.saying import say


@click.command("dump")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Write here instead of stdout.")
def command(file: Path, output: Path | None) -> None:
    """Convert the recording FILE to JSONL, without loss."""
    from breathsense.recordings.jsonl import (
        dump_recording,
        write_dump,
    )
    from breathsense.recordings.reader import open_recording

    recording = open_recording(file)
    if output is None:
        dump_recording(recording, sys.stdout.buffer)
    else:
        n_records = write_dump(recording, output)
        say(f"{n_records} records in {output}", err=True)
    if recording.problem:
        say(f"{file}: {recording.problem}", err=True)
