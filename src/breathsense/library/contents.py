"""Sessions in files, and all that an export may tell of each."""

from collections.abc import Callable, Sequence
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.exports.by_hand import apply_notes
from breathsense.exports.content import Content, Provenance, gather_content
from breathsense.exports.progress import Tell, tell_nobody
from breathsense.recordings.inputs import is_recording, open_inputs
from breathsense.recordings.notes import read_notes
from breathsense.recordings.reader import read_header


def list_sessions(inputs: Sequence[Path]) -> list[Path]:
    """Return the sessions that are meant: a folder stands for all recordings in it, by name.

    Raises
    ------
    RefusedInput
        There is none in a folder.

    """
    return [found for one in inputs for found in _list_inside(one)]


def read_content(
    path: Path,
    marks: Path | None = None,
    rate_hz: float | None = None,
    *,
    ignore_columns: bool = False,
    tell: Callable[[str], None] | None = None,
    progress: Tell = tell_nobody,
) -> Content:
    """Run a session through the engine and return all that an export may tell of it.

    What lies beside it (annotations, breaths set by hand) is part of that.

    Parameters
    ----------
    path : Path
        A recording or a table.
    marks, rate_hz, ignore_columns
        As for ``open_inputs``.
    tell : callable, optional
        Is told what is wrong with a recording that can be read in part.
    progress : callable
        Told the share that is done; ``Cancelled`` raised in it ends the work.

    Raises
    ------
    RefusedInput
        It cannot be read, or makes no sense.

    """
    opened = open_inputs((path,), marks, rate_hz, ignore_columns=ignore_columns)
    if opened.problem and tell is not None:
        tell(opened.problem)
    content = gather_content(
        opened.setup,
        opened.items,
        read_provenance(path),
        duration_ns=opened.duration_ns,
        tell=progress,
    )
    return apply_notes(content, read_notes(path))


def read_provenance(path: Path) -> Provenance:
    """Return where a session comes from; a table says nothing but its name."""
    name = path.name.split(".")[0]
    if not is_recording(path):
        return Provenance(name)
    header = read_header(path)
    wearables: tuple[dict[str, object], ...] = tuple(
        {
            "id": one.id,
            "profile": one.profile_id,
            "place": one.place,
            "address_hash": one.address_hash,
            "settings": dict(one.settings),
        }
        for one in header.wearables
    )
    return Provenance(name, header.started, header.program, wearables)


def _list_inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix.lower() == ".mcap")
    if not found:
        raise RefusedInput(
            "there is no recording in this folder",
            where=str(path),
            advice="Give a folder that holds .mcap files, or the files themselves.",
        )
    return found
