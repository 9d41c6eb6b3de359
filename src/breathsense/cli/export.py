"""``breathsense export``: sessions in the formats of other programs."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from breathsense.cli.many import is_many, many_options, sum_up, work_on
from breathsense.cli.reading import table_options
from breathsense.cli.saying import say

if TYPE_CHECKING:
    from breathsense.library.exporting import Reading, Watch

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


@contextlib.contextmanager
def watching() -> "Iterator[Watch]":
    """Show on stderr how far the work is; let SIGTERM end it as Ctrl-C does, nothing left."""
    from breathsense.library.exporting import Watch

    before = signal.signal(signal.SIGTERM, _interrupt)
    line = ProgressLine()
    try:
        yield Watch(line.tell, line.begin, line.warn)
    finally:
        line.clear()
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


class ProgressLine:
    """One line of a terminal that says which session is read, and how far all of it is.

    Where nobody looks (no terminal), only sessions are named, each in a line of its own.
    """

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._words = ""
        self._shown = -1
        self._newest = ""

    def begin(self, number: int, count: int, path: Path) -> None:
        """Name the session that begins."""
        self._words = f"{number + 1} of {count}: {path.name}"
        if count > 1 and not self._is_seen:
            say(self._words, err=True)

    def tell(self, share: float) -> None:
        """Show the share that is done, in whole percents."""
        percent = int(100 * share)
        if self._is_seen and percent != self._shown:
            self._shown = percent
            words = f"{self._words}  {percent} %"
            say(f"\r{words.ljust(len(self._newest))}", err=True, nl=False)
            self._newest = words

    def warn(self, path: Path, problem: str) -> None:
        """Tell what is wrong with a recording."""
        self.clear()
        say(f"breathsense: {path}: {problem}", err=True)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._newest:
            say(f"\r{' ' * len(self._newest)}\r", err=True, nl=False)
            self._newest = ""
