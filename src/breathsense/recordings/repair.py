"""Repair: what a crash or a damaged disk left of a recording, as a clean file beside it."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.copying import write_copy
from breathsense.recordings.disk import PART, find_free
from breathsense.recordings.reader import open_recording
from breathsense.recordings.records import REPAIR_NAME, Metadata


@dataclass(frozen=True, slots=True)
class Repair:
    """What came out of a repair: the new file, what is in it, what was wrong with the old one."""

    path: Path
    n_items: int
    duration_ns: int
    problem: str


def repair_recording(path: Path, output: Path | None = None) -> Repair:
    """Copy everything that can be read into a new file; the original is not touched.

    Parameters
    ----------
    path : Path
        A ``.mcap.part`` that was never closed, or a damaged recording.
    output : Path, optional
        Beside the original by default: ``NAME.mcap`` for ``NAME.mcap.part``, else
        ``NAME.repaired.mcap``, with a number where that is taken.

    Raises
    ------
    RefusedInput
        Nothing can be read, there is nothing to repair, or the output cannot be written.

    """
    recording = open_recording(path)
    if not recording.problem and not path.name.endswith(PART):
        raise RefusedInput(
            "the recording is whole, there is nothing to repair",
            where=str(path),
            advice="Use it as it is.",
        )
    target = output or find_free(_name_repaired(path))
    told = recording.problem or "the recording was not closed"
    note = Metadata(REPAIR_NAME, (("source", path.name), ("problem", told)))
    written = write_copy(target, recording.header, chain(recording.records(), [note]))
    return Repair(written, recording.n_items, recording.duration_ns, recording.problem)


def _name_repaired(path: Path) -> Path:
    if path.name.endswith(PART):
        return path.with_name(path.name.removesuffix(PART))
    return path.with_name(f"{path.stem}.repaired.mcap")
