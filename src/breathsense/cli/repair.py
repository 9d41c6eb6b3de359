"""``breathsense repair``."""

from pathlib import Path

import click

from breathsense.cli.saying import say


@click.command("repair")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The recording to write; beside FILE by default.",
)
def command(file: Path, output: Path | None) -> None:
    """Recover what a crash left of the recording FILE; FILE itself is not touched."""
    from breathsense.recordings.repair import repair_recording

    repair = repair_recording(file, output)
    duration_s = repair.duration_ns / 1_000_000_000
    say(f"{repair.n_items} records, {duration_s:.1f} s, recovered into {repair.path}")
    say(f"Lost: {repair.problem or 'nothing; the recording was only not closed'}.", err=True)
