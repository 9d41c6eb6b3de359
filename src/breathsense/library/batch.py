"""Many sessions at once: worked on in parallel, begun again where they ended."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import msgspec

from breathsense import __version__
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.printable import make_printable
from breathsense.library.jobs import DONE, Job

_MAX_DONE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session.

    Parameters
    ----------
    name : str
        As in its job.
    started : str
        Wall clock at its beginning (ISO 8601), where it is known.
    problem : str
        What is wrong with a recording that could be read in part.
    trouble : str
        Why nothing could be made of it; empty if all went well.
    stamp : tuple of int
        Size and time of change of what was read.
    way : str
        What was done, by which version.

    """

    name: str
    started: str = ""
    problem: str = ""
    trouble: str = ""
    stamp: tuple[int, int] = (0, 0)
    way: str = ""


class Work(Protocol):
    """What is done to each session: it can be sent to other processes and machines."""

    def __call__(self, job: Job) -> Outcome:
        """Write the job's target, whole or not at all; a refusal is raised."""
        ...


class OpenPool(Protocol):
    """Gives an executor; ``n_jobs`` says how many may work at once."""

    def __call__(self, n_jobs: int | None = None) -> AbstractContextManager[Executor]:
        """Open one anew."""
        ...


def run_jobs(
    jobs: Sequence[Job],
    work: Work,
    output: Path,
    open_pool: OpenPool,
    *,
    way: str,
    tell: Callable[[int, int, Outcome | None], None],
) -> list[Outcome]:
    """Work on all sessions that are not done yet; return the outcomes of all, in their order.

    A session counts as done if it was worked on in the same way, has not changed since, and what
    was made of it is still there. One that fails stops no other; it is tried again next time.

    Parameters
    ----------
    jobs : sequence of Job
        From ``list_jobs``.
    work : Work
        What to do.
    output : Path
        The folder that holds what is known of earlier runs.
    open_pool : OpenPool
        Where to do it.
    way : str
        Names what is done: options and formats. Another one, or another version of the program,
        begins from the start.
    tell : callable
        Told how many of how many are done, and the outcome of the newest; ``None`` at first. What
        it raises ends the work; what was done is kept.

    """
    way = f"{__version__} {way}"
    known = read_done(output)
    outcomes = {job.name: one for job in jobs if (one := _find_done(job, known, way)) is not None}
    waiting = [job for job in jobs if job.name not in outcomes]
    tell(len(outcomes), len(jobs), None)
    for job, outcome in _run_all(waiting, work, open_pool):
        outcomes[job.name] = replace(outcome, name=job.name, stamp=_stamp(job.path), way=way)
        _append(output / DONE, outcomes[job.name])
        tell(len(outcomes), len(jobs), outcomes[job.name])
    return [outcomes[job.name] for job in jobs]


def read_done(output: Path) -> dict[str, Outcome]:
    """Return what became of the sessions of earlier runs; lines that cannot be read count not."""
    try:
        with (output / DONE).open("rb") as file:
            lines = file.read(_MAX_DONE_BYTES).splitlines()
    except OSError:
        return {}
    done = {}
    for line in lines:
        try:
            one = _DECODER.decode(line)
        except (ValueError, RecursionError):
            continue
        done[one.name] = one
    return done


def check_output(output: Path) -> None:
    """Make the output folder; refuse one with files in it that are none of an earlier run.

    Raises
    ------
    RefusedInput
        It has other files in it, or cannot be made.

    """
    if output.is_dir() and any(output.iterdir()) and not (output / DONE).is_file():
        raise RefusedInput(
            "this folder has files in it already",
            where=str(output),
            advice="Give the name of a new folder, or that of an earlier run to go on with it.",
        )
    try:
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(output / DONE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(b"\n")  # the last line may have been cut
    except OSError as error:
        raise RefusedInput(
            f"the folder cannot be written to ({error.strerror or error})",
            where=str(output),
            advice="Choose another one.",
        ) from error


def _run_all(
    waiting: Sequence[Job], work: Work, open_pool: OpenPool
) -> Iterator[tuple[Job, Outcome]]:
    """Run jobs in one pool; those that went down with it are tried once more, each alone."""
    if not waiting:
        return
    lost: list[Job] = []
    with open_pool() as pool:
        for job, outcome in _run_in(pool, waiting, work):
            if outcome is None:
                lost.append(job)
            else:
                yield job, outcome
    for job in lost:
        with open_pool(1) as pool:
            ((_, outcome),) = _run_in(pool, [job], work)
        yield job, outcome or Outcome(job.name, trouble="the process that worked on it has died")


def _run_in(
    pool: Executor, jobs: Iterable[Job], work: Work
) -> Iterator[tuple[Job, Outcome | None]]:
    futures = {}
    for job in jobs:
        try:
            futures[pool.submit(work, job)] = job
        except BrokenExecutor:
            yield job, None
    for future in as_completed(futures):
        job = futures[future]
        try:
            yield job, future.result()
        except RefusedInput as refusal:
            yield job, Outcome(job.name, trouble=make_printable(refusal.what))
        except (BrokenExecutor, CancelledError):
            yield job, None
        except Exception as error:  # noqa: BLE001 - one strange file must not end all others
            kind = type(error).__name__
            if kind == "KilledWorker":  # as distributed calls it; it need not be installed
                yield job, None
            else:
                why = f"it makes no sense ({kind}: {error})"
                yield job, Outcome(job.name, trouble=make_printable(why))


def _find_done(job: Job, known: dict[str, Outcome], way: str) -> Outcome | None:
    one = known.get(job.name)
    if one is None or one.trouble or one.way != way or one.stamp != _stamp(job.path):
        return None
    return one if job.target.exists() else None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except OSError:
        return (0, 0)
    return about.st_size, about.st_mtime_ns


def _append(path: Path, outcome: Outcome) -> None:
    with path.open("ab") as file:
        file.write(msgspec.json.encode(outcome) + b"\n")


_DECODER = msgspec.json.Decoder(Outcome)
