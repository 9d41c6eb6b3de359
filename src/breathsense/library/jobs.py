"""The sessions in folders and files, each with a name and a place for what is made of it."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.printable import make_printable

RECORDINGS = (".mcap", ".mcap.part", ".jsonl")
TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".edf")
DONE = "done.jsonl"
"""In an output folder: a line for each session that was worked on."""


@dataclass(frozen=True, slots=True)
class Job:
    """One session to be worked on.

    Parameters
    ----------
    name : str
        Of the session in the output, unique: the path below the folder that was given.
    path : Path
        The recording or table.
    target : Path
        What is to be written.

    """

    name: str
    path: Path
    target: Path


def list_jobs(
    inputs: Sequence[Path], output: Path, suffix: str, *, with_tables: bool = False
) -> list[Job]:
    """Return a job for each session, in order of name; folders are looked through to the bottom.

    What an earlier run made of sessions, in folders below, is passed over.

    Parameters
    ----------
    inputs : sequence of Path
        Folders and files.
    output : Path
        The folder of the targets.
    suffix : str
        Of the targets; empty for folders.
    with_tables : bool
        Whether tables in folders are sessions too: any CSV, then, must be one.

    Raises
    ------
    RefusedInput
        There is no session in a folder.

    """
    endings = (*RECORDINGS, *TABLES) if with_tables else RECORDINGS
    jobs: dict[str, Job] = {}
    for one in inputs:
        found = _walk(one, endings) if one.is_dir() else [one]
        base = one if one.is_dir() else one.parent
        for path in found:
            name = _name_apart(_strip(make_printable(path.relative_to(base).as_posix())), jobs)
            jobs[name] = Job(name, path, output / f"{name}{suffix}")
    return list(jobs.values())


def _walk(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    found = []
    for at, folders, names in os.walk(folder):
        here = Path(at)
        folders[:] = sorted(one for one in folders if not (here / one / DONE).exists())
        found += [
            here / one for one in sorted(names)
            if one.lower().endswith(endings) and not one.startswith(".") and (here / one).is_file()
        ]  # fmt: skip
    if not found:
        raise RefusedInput(
            "there is no recording in this folder",
            where=str(folder),
            advice="Give a folder that holds .mcap files, or the files themselves.",
        )
    return found


def _strip(name: str) -> str:
    """Leave out the ending: a name has no dot of its own unless the recording's has."""
    lower = name.lower()
    ending = max(
        (one for one in (*RECORDINGS, *TABLES) if lower.endswith(one)), key=len, default=""
    )
    return name[: len(name) - len(ending)]


def _name_apart(name: str, taken: Iterable[str]) -> str:
    apart, number = name, 2
    while apart in taken:
        apart, number = f"{name}-{number}", number + 1
    return apart
