"""Repair: what a crash or a damaged disk left of a recording, as a clean file beside it."""

from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.recordings.mcap_writer import McapWriter
from breathsense.recordings.reader import open_recording
from breathsense.recordings.records import REPAIR_NAME, Metadata
from breathsense.recordings.spool import COPYING, PART, Spool, find_free


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
    spool = Spool(target, COPYING)
    try:
        writer = McapWriter(spool, recording.header)
        for record in recording.records():
            writer.add(record)
        told = recording.problem or "the recording was not closed"
        writer.add(Metadata(REPAIR_NAME, (("source", path.name), ("problem", told))))
        writer.finish()
    except BaseException:
        spool.discard()
        raise
    written = spool.close()
    if spool.problem:
        written.unlink(missing_ok=True)
        raise RefusedInput(spool.problem, where=str(target), advice="Choose another folder.")
    return Repair(written, recording.n_items, recording.duration_ns, recording.problem)


def _name_repaired(path: Path) -> Path:
    if path.name.endswith(PART):
        return path.with_name(path.name.removesuffix(PART))
    return path.with_name(f"{path.stem}.repaired.mcap")
