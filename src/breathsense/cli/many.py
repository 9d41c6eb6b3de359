"""Folders of sessions on the command line: all cores, a bar, a summary; resumable."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from breathsense.cli.saying import say
from breathsense.cli.waiting import NewestLine, ended_by_sigterm

if TYPE_CHECKING:
    from breathsense.library.batch import Outcome, Work
    from breathsense.library.jobs import Job

Command = TypeVar("Command", bound=Callable[..., Any])
BAR_WIDTH = 30
REFUSED = 2
"""Exit code if something could not be read: the rest is done all the same."""


def many_options(command: Command) -> Command:
    """Add ``--jobs``, ``--executor`` and ``--tables``: how folders are worked on."""
    jobs = click.option(
        "--jobs", "n_jobs", type=click.IntRange(1), help="Sessions at once; all cores by default."
    )
    executor = click.option(
        "--executor", default="", metavar="dask:ADDRESS", help="Work on a Dask cluster."
    )
    tables = click.option(
        "--tables", "with_tables", is_flag=True, help="In folders, take tables (CSV, EDF) too."
    )
    return jobs(executor(tables(command)))


def is_many(inputs: Sequence[Path]) -> bool:
    """Tell whether one of the inputs is a folder."""
    return any(one.is_dir() for one in inputs)


def work_on(
    jobs: "Sequence[Job]",
    work: "Work",
    output: Path,
    *,
    way: str,
    n_jobs: int | None,
    executor: str,
) -> "list[Outcome]":
    """Work on all sessions; tell what was wrong with which, and how to go on if it is ended.

    Raises
    ------
    RefusedInput
        The output folder has other files in it, or there is no such executor.
    click.Abort
        It was ended by Ctrl-C or SIGTERM; what was done is kept.

    """
    from breathsense.library.batch import run_jobs
    from breathsense.library.pools import open_pool

    pool = partial(_open, open_pool, executor, n_jobs)
    bar = ManyBar()
    try:
        with ended_by_sigterm():
            return run_jobs(jobs, work, output, pool, way=way, tell=bar.tell)
    except KeyboardInterrupt:
        bar.clear()
        say("Ended. What was done is kept: the same command goes on from there.", err=True)
        raise click.Abort from None
    finally:
        bar.clear()


def sum_up(outcomes: "Sequence[Outcome]", written: Sequence[Path]) -> int:
    """Tell in a few lines what became of all; return the exit code."""
    failed = [one for one in outcomes if one.trouble]
    torn = [one for one in outcomes if one.problem and not one.trouble]
    say(f"{len(outcomes) - len(failed)} of {len(outcomes)} sessions done.", err=True)
    for one in torn:
        say(f"  {one.name}: read in part: {one.problem}", err=True)
    for one in failed:
        say(f"  {one.name}: {one.trouble}", err=True)
    for path in written:
        say(f"  {path} written.", err=True)
    return REFUSED if failed else 0


class ManyBar:
    """A bar on a terminal; elsewhere a line for each session that something is wrong with."""

    def __init__(self) -> None:
        self._line = NewestLine()

    def tell(self, n_done: int, n_all: int, newest: "Outcome | None") -> None:
        """Show how many of how many are done."""
        if newest is not None and newest.trouble:
            self.clear()
            say(f"breathsense: {newest.name}: {newest.trouble}", err=True)
        n_full = BAR_WIDTH * n_done // n_all
        self._line.show(f"{'█' * n_full}{'░' * (BAR_WIDTH - n_full)}  {n_done} of {n_all}")

    def clear(self) -> None:
        """Leave an empty line."""
        self._line.clear()


@contextlib.contextmanager
def _open(
    open_pool: Callable[..., Any], executor: str, n_jobs: int | None, n_alone: int | None = None
) -> Iterator[Any]:
    with open_pool(executor, n_alone or n_jobs) as pool:
        yield pool
